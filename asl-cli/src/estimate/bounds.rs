//! [`Bounds`]: how often loops turn, how many items Maps have, how long tasks take.

use std::collections::BTreeMap;
use std::path::Path;

use asl_value::Value;

use crate::record_file::document;
use crate::refusal::Refusal;

/// What a definition does not say, by the names of states:
///
/// ```json
/// {"visits": {"Poll": 12}, "items": {"EachLine": 200}, "retries": {"Charge": 1}, "seconds": {"Approve": 86400}}
/// ```
#[derive(Debug, Clone, Default)]
pub(crate) struct Bounds(BTreeMap<(&'static str, String), f64>);

const GROUPS: [&str; 4] = ["visits", "items", "retries", "seconds"];

impl Bounds {
    pub(crate) fn read(path: Option<&Path>) -> Result<Bounds, Refusal> {
        let Some(path) = path else { return Ok(Bounds::default()) };
        let refused =
            |problem: String| Refusal::usage(format!("`{}` has no bounds: {problem}", path.display()));
        Bounds::parse(&document(path)?).map_err(refused)
    }

    pub(crate) fn parse(document: &Value) -> Result<Bounds, String> {
        let groups = document
            .as_object()
            .ok_or_else(|| format!("expected an object, found {}", document.type_name()))?;
        let mut bounds = BTreeMap::new();
        for (name, states) in groups {
            let group = GROUPS.iter().find(|group| **group == name.as_str());
            let group =
                group.ok_or_else(|| format!("expected one of `{}`, found `{name}`", GROUPS.join("`, `")))?;
            let states = states.as_object().ok_or_else(|| format!("expected an object at `{name}`"))?;
            for (state, number) in states {
                let number = number.as_f64().filter(|number| number.is_finite() && *number >= 0.0);
                let number =
                    number.ok_or_else(|| format!("expected a number from 0 on at `{name}`, `{state}`"))?;
                bounds.insert((*group, state.to_string()), number);
            }
        }
        Ok(Bounds(bounds))
    }

    fn get(&self, group: &'static str, state: &str) -> Option<f64> {
        self.0.get(&(group, state.to_owned())).copied()
    }

    /// How often a state is visited each time its machine runs.
    pub(crate) fn visits(&self, state: &str) -> Option<f64> {
        self.get("visits", state)
    }

    /// How many items a Map has.
    pub(crate) fn items(&self, state: &str) -> Option<f64> {
        self.get("items", state)
    }

    /// How often a visit of a state is retried.
    pub(crate) fn retries(&self, state: &str) -> f64 {
        self.get("retries", state).unwrap_or_default()
    }

    /// How long a task or a Wait takes.
    pub(crate) fn seconds(&self, state: &str) -> Option<f64> {
        self.get("seconds", state)
    }
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[test]
    fn bounds_are_numbers_of_states() {
        let bounds = Bounds::parse(&json!({"visits": {"Poll": 12}, "seconds": {"Poll": 0.5}})).unwrap();
        assert_eq!(
            (bounds.visits("Poll"), bounds.seconds("Poll"), bounds.items("Poll")),
            (Some(12.0), Some(0.5), None)
        );
        let refused = [json!([]), json!({"visit": {}}), json!({"visits": 3}), json!({"items": {"M": -1}})];
        for document in refused {
            assert!(Bounds::parse(&document).is_err(), "{document}");
        }
    }
}
