//! The end of an execution as a document, so that two can be compared.

use asl_value::{Object, Pointer, Text, Value};

use super::leaves::leaves;
use crate::{Difference, DifferenceKind, Outcome};

/// `{"status": "SUCCEEDED", "output": …}`, `{"status": "FAILED", "error": …, "cause": …}`
fn document(outcome: Option<&Outcome>) -> Value {
    let mut members = Object::new();
    members.insert("status", outcome.map_or("RUNNING", Outcome::status).into());
    match outcome {
        Some(Outcome::Succeeded(output)) => drop(members.insert("output", output.clone())),
        Some(Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure)) => {
            let text = |text: &Option<Text>| text.as_ref().map_or(Value::Null, Value::from);
            members.insert("error", text(&failure.error));
            members.insert("cause", text(&failure.cause));
        }
        None => {}
    }
    members.into()
}

/// The part of an end that a difference is at.
pub(super) fn value(outcome: Option<&Outcome>, at: &Pointer) -> Option<Value> {
    document(outcome).pointer(at).cloned()
}

/// What differs between two ends.
pub(super) fn differences(recorded: Option<&Outcome>, now: Option<&Outcome>) -> Vec<Difference> {
    let (recorded, now) = (document(recorded), document(now));
    let leaves = match (recorded.get("status"), now.get("status")) {
        (one, other) if one == other => leaves(&recorded, &now),
        // The other members say why.
        _ => leaves(&recorded, &now).into_iter().filter(|leaf| leaf.now.is_some()).collect(),
    };
    leaves
        .into_iter()
        .map(|leaf| Difference {
            state: None,
            event: None,
            kind: DifferenceKind::End,
            at: leaf.at,
            recorded: leaf.recorded,
            now: leaf.now,
            is_chance: false,
        })
        .collect()
}
