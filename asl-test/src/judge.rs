//! Compares what an execution did with what a case expects.

use std::time::Duration;

use asl_value::{Array, Pointer, Text, Value};

use crate::difference::{differences, lists};
use crate::expect::{Between, Calls, Expect};
use crate::includes::includes;
use crate::machine::Machine;
use crate::mock::means;
use crate::predicate::Predicate;
use crate::test_run::TestRun;

/// An expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mismatch {
    /// What it is about: `output`, `calls of ChargePayment`.
    pub what: String,
    /// What was expected and what was found, in lines. Those that begin with `  - ` were expected, those with `  + ` found.
    pub lines: Vec<String>,
    /// The field of the case.
    pub(crate) place: Pointer,
}

impl Mismatch {
    pub(crate) fn new(what: impl Into<String>, place: Pointer, lines: Vec<String>) -> Mismatch {
        Mismatch { what: what.into(), lines, place }
    }
}

/// Everything that differs from what is expected. `expect` stands at `place`.
pub(crate) fn judge(run: &TestRun, machine: &Machine, expect: &Expect, place: &Pointer) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let mut add = |what: String, field: Pointer, lines: Vec<String>| {
        if !lines.is_empty() {
            found.push(Mismatch::new(what, field, lines));
        }
    };
    for message in &run.unanswered {
        add("tasks".to_owned(), place.key("expect"), vec![message.clone()]);
    }
    let place = place.key("expect");
    add("status".to_owned(), place.key("status"), status(run, expect));
    let output = run.outcome.output();
    for (name, expected, partly) in
        [("output", &expect.output, false), ("outputIncludes", &expect.output_includes, true)]
    {
        if let (Some(expected), Some(output)) = (expected, output) {
            add(name.to_owned(), place.key(name), differences(expected, output, partly));
        }
    }
    errors(run, expect, |name, lines| add(name.to_owned(), place.key(name), lines));
    if let Some(path) = &expect.path {
        add("path".to_owned(), place.key("path"), lists(path, &run.path));
    }
    for (state, times) in &expect.visits {
        let place = place.key("visits").key(state);
        add(format!("visits of {state}"), place, counts(*times, run.visits(state)));
    }
    for (name, expected) in &expect.calls {
        let place = place.key("calls").key(name);
        add(format!("calls of {name}"), place, calls(&calls_of(run, machine, name), expected));
    }
    for (name, value) in &expect.variables {
        let variable = run.variables.get(name).cloned().unwrap_or_default();
        let place = place.key("variables").key(name);
        add(format!("variable {name}"), place, differences(value, &variable, false));
    }
    if let Some(between) = expect.duration {
        add("durationSeconds".to_owned(), place.key("durationSeconds"), duration(between, run.duration));
    }
    found
}

/// The expressions that are not true.
pub(crate) fn refuted(
    run: &TestRun,
    input: &Value,
    predicates: &[Predicate],
    place: &Pointer,
) -> Vec<Mismatch> {
    let that = place.key("expect").key("that");
    let refuted = predicates.iter().filter_map(|predicate| predicate.refutes(run, input));
    refuted.map(|lines| Mismatch::new("that", that.clone(), lines)).collect()
}

fn status(run: &TestRun, expect: &Expect) -> Vec<String> {
    let found = run.outcome.status();
    let expected = match expect.status() {
        Some(expected) if expected == found => return Vec::new(),
        Some(expected) => expected,
        None if found != "SUCCEEDED" => return Vec::new(),
        None => "an error",
    };
    let why = run.outcome.failure().map(|failure| format!(", {failure}")).unwrap_or_default();
    vec![format!("  - {expected}"), format!("  + {found}{why}")]
}

fn errors(run: &TestRun, expect: &Expect, mut add: impl FnMut(&str, Vec<String>)) {
    let Some(failure) = run.outcome.failure() else { return };
    let text = |text: &Option<Text>| text.as_ref().map_or_else(|| "(none)".to_owned(), Text::to_string);
    for (name, expected, found) in
        [("error", &expect.error, &failure.error), ("cause", &expect.cause, &failure.cause)]
    {
        if expected.is_some() && expected != found {
            add(name, vec![format!("  - {}", text(expected)), format!("  + {}", text(found))]);
        }
    }
    if let Some(part) = &expect.cause_includes
        && !failure.cause.as_ref().is_some_and(|cause| cause.contains(part.as_str()))
    {
        add("causeIncludes", vec![format!("  - {part}"), format!("  + {}", text(&failure.cause))]);
    }
}

fn counts(expected: u64, found: u64) -> Vec<String> {
    match expected == found {
        true => Vec::new(),
        false => vec![format!("  - {expected}"), format!("  + {found}")],
    }
}

/// The arguments of the calls that a name means: those of a state, or of all states with a resource.
fn calls_of<'r>(run: &'r TestRun, machine: &Machine, name: &str) -> Vec<&'r Value> {
    let tasks = machine.tasks();
    if tasks.iter().any(|(state, _)| *state == name) {
        return run.calls(name);
    }
    let is_meant =
        |state: &Text| tasks.iter().any(|(known, resource)| *known == state && means(name, resource));
    run.calls.iter().filter(|(state, _)| is_meant(state)).map(|(_, arguments)| arguments).collect()
}

fn calls(found: &[&Value], expected: &Calls) -> Vec<String> {
    let number = found.len() as u64;
    match expected {
        Calls::Times(times) => counts(*times, number),
        Calls::Arguments(list) => {
            let found: Array = found.iter().map(|value| (*value).clone()).collect();
            let expected: Array = list.iter().cloned().collect();
            differences(&Value::Array(expected), &Value::Array(found), false)
        }
        Calls::Each { times, includes: part } => {
            let mut lines = times.map_or_else(Vec::new, |times| counts(times, number));
            if times.is_none() && found.is_empty() {
                lines.push("no call".to_owned());
            }
            for (index, arguments) in found.iter().enumerate().filter(|(_, value)| !includes(value, part)) {
                lines.push(format!("call {index}"));
                lines.extend(differences(part, arguments, true).into_iter().map(|line| format!("  {line}")));
            }
            lines
        }
    }
}

fn duration(between: Between, found: Duration) -> Vec<String> {
    // Timestamps are in whole milliseconds.
    let found = Duration::from_millis(u64::try_from(found.as_millis()).unwrap_or(u64::MAX));
    if (between.least..=between.most).contains(&found) {
        return Vec::new();
    }
    let seconds = |duration: Duration| format!("{}s", duration.as_secs_f64());
    let expected = match between {
        Between { least, most } if least == most => seconds(least),
        Between { least, most: Duration::MAX } => format!("at least {}", seconds(least)),
        Between { least, most } => format!("from {} to {}", seconds(least), seconds(most)),
    };
    vec![format!("  - {expected}"), format!("  + {}", seconds(found))]
}
