//! Why children of distributed Maps failed: the same error and cause once, with a few inputs.

use asl_engine::Failure;
use asl_value::{Array, Text, Value, json};

use crate::render::path::brief;
use crate::render::plain;

/// How many different causes are kept. Failures with another one are only counted.
const MOST_CAUSES: usize = 20;

/// How many inputs are kept of each.
const MOST_INPUTS: usize = 3;

/// Why children failed.
#[derive(Default)]
pub(super) struct Causes {
    causes: Vec<Cause>,
    /// How many failed with another cause.
    others: u64,
}

struct Cause {
    state: Option<Text>,
    failure: Failure,
    count: u64,
    inputs: Vec<String>,
}

impl Causes {
    pub(super) fn add(&mut self, state: Option<&Text>, failure: &Failure, input: &str) {
        let known = self.causes.iter().position(|cause| {
            let Failure { error, cause: text, .. } = &cause.failure;
            (error, text, cause.state.as_ref()) == (&failure.error, &failure.cause, state)
        });
        if known.is_none() && self.causes.len() >= MOST_CAUSES {
            self.others += 1;
            return;
        }
        let known = known.unwrap_or_else(|| {
            let (state, failure) = (state.cloned(), failure.clone());
            self.causes.push(Cause { state, failure, count: 0, inputs: Vec::new() });
            self.causes.len() - 1
        });
        if let Some(cause) = self.causes.get_mut(known) {
            cause.count += 1;
            if cause.inputs.len() < MOST_INPUTS {
                cause.inputs.push(input.to_owned());
            }
        }
    }

    /// `[{"state": "Price", "error": "Busy", "cause": "try later", "count": 7, "inputs": ["{\"id\":1}"]}]`, the most frequent
    /// first.
    pub(super) fn to_json(&self) -> Value {
        let text = |text: Option<&Text>| text.map_or(Value::Null, Value::from);
        let causes = self.sorted().into_iter().map(|cause| {
            let inputs: Value = cause.inputs.iter().map(|input| Value::from(input.as_str())).collect();
            json!({
                "state": text(cause.state.as_ref()),
                "error": text(cause.failure.error.as_ref()),
                "cause": text(cause.failure.cause.as_ref()),
                "count": cause.count,
                "inputs": inputs
            })
        });
        causes.collect::<Array>().into()
    }

    /// ``7 children failed in `Price`: Busy: try later (inputs {"id":1}, …)``
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |cause: &Cause| {
            let noun = if cause.count == 1 { "child" } else { "children" };
            let place =
                cause.state.as_ref().map(|state| format!(" in `{}`", plain(state))).unwrap_or_default();
            let more = if cause.count > cause.inputs.len() as u64 { ", …" } else { "" };
            let (count, why, inputs) = (cause.count, brief(&cause.failure), cause.inputs.join(", "));
            format!("{count} {noun} failed{place}: {why} (input {inputs}{more})")
        };
        let mut lines: Vec<String> = self.sorted().into_iter().map(line).collect();
        if self.others > 0 {
            lines.push(format!("{} more failed for other reasons", self.others));
        }
        lines
    }

    fn sorted(&self) -> Vec<&Cause> {
        let mut causes: Vec<&Cause> = self.causes.iter().collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
        causes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_causes_are_one() {
        let mut causes = Causes::default();
        let state = Text::from("Price");
        causes.add(None, &Failure::new("Rare", "once"), "0");
        for n in 1..=5 {
            causes.add(Some(&state), &Failure::new("Busy", "try later"), &n.to_string());
        }
        assert_eq!(
            causes.lines(),
            [
                "5 children failed in `Price`: Busy: try later (input 1, 2, 3, …)",
                "1 child failed: Rare: once (input 0)"
            ]
        );
        let first = causes.to_json()[0].clone();
        let expected = json!({
            "state": "Price", "error": "Busy", "cause": "try later", "count": 5, "inputs": ["1", "2", "3"]
        });
        assert_eq!(first, expected);
    }

    #[test]
    fn the_number_of_causes_is_bounded() {
        let mut causes = Causes::default();
        for n in 0..50 {
            causes.add(None, &Failure::new("E", n.to_string()), "{}");
        }
        assert_eq!(causes.lines().len(), MOST_CAUSES + 1);
        assert_eq!(causes.lines().last().map(String::as_str), Some("30 more failed for other reasons"));
    }
}
