//! The names of states and the labels of maps: their form, and that they are unique in the whole definition.

use std::collections::HashSet;

use asl_value::{Pointer, Text};

use super::walk::each_state;
use crate::limits::{LABEL_CHARS, STATE_NAME_CHARS};
use crate::report::Report;
use crate::{Code, State, StateKind, StateMachine};

/// Characters that names in AWS Step Functions must not contain, besides control characters and white space.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html>
const FORBIDDEN: &str = "?*<>{}[]:;,\\|^~$#%&`\"/";

pub(super) fn check(machine: &StateMachine, report: &mut Report) {
    let mut seen = Seen::default();
    each_state(machine, &mut |state, place| check_state(state, place, &mut seen, report));
}

#[derive(Default)]
struct Seen<'a> {
    states: HashSet<&'a Text>,
    labels: HashSet<&'a str>,
}

fn check_state<'a>(state: &'a State, place: &Pointer, seen: &mut Seen<'a>, report: &mut Report) {
    let length = state.name.chars().count();
    if length == 0 || length > STATE_NAME_CHARS {
        // UNRECORDED: AWS's text for a state's name that is empty or too long.
        let message = format!(
            "the name of a state must have 1 to {STATE_NAME_CHARS} characters, this one has {length}"
        );
        report.error(Code::INVALID_STATE_NAME, message, place.clone());
    }
    if !seen.states.insert(&state.name) {
        let message = format!("Duplicate State name: {}", state.name);
        report.error(Code::DUPLICATE_STATE_NAME, message, place.clone());
    }
    if let StateKind::Map(map) = &state.kind
        && let Some(label) = &map.label
    {
        check_label(label, place, seen, report);
    }
}

/// UNRECORDED: AWS's texts about labels.
fn check_label<'a>(label: &'a str, state: &Pointer, seen: &mut Seen<'a>, report: &mut Report) {
    let length = label.chars().count();
    let bad = label.chars().find(|c| c.is_control() || c.is_whitespace() || FORBIDDEN.contains(*c));
    if length == 0 || length > LABEL_CHARS {
        let message = format!("a label must have 1 to {LABEL_CHARS} characters, this one has {length}");
        report.error(Code::INVALID_LABEL, message, state.key("Label"));
    } else if let Some(bad) = bad {
        let message = format!("a label must not contain the character `{}`", bad.escape_debug());
        report.error(Code::INVALID_LABEL, message, state.key("Label"));
    } else if !seen.labels.insert(label) {
        report.error(
            Code::DUPLICATE_LABEL,
            format!("another Map has the label `{label}`"),
            state.key("Label"),
        );
    }
}
