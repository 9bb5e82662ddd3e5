//! `StartAt`, `Next` and `Default` name states of the same machine.

use asl_value::{Pointer, Text};

use crate::report::Report;
use crate::spelling::nearest;
use crate::{Code, Diagnostic, StateMachine, graph};

pub(super) fn check(machine: &StateMachine, place: &Pointer, report: &mut Report) {
    if machine.states.get(&machine.start_at).is_none() {
        missing(machine, &machine.start_at, place.key("StartAt"), report);
    }
    let states = place.key("States");
    for state in &machine.states {
        for edge in graph::edges_of(state) {
            // A target that could not be read is an empty text in the model.
            let unread = edge.to.is_empty() && report.is_lossy();
            if !unread && machine.states.get(edge.to).is_none() {
                missing(machine, edge.to, edge.field(&states.key(&state.name)), report);
            }
        }
    }
}

/// Observed: the text says `Next` for `StartAt` and `Default` as well.
fn missing(machine: &StateMachine, target: &Text, place: Pointer, report: &mut Report) {
    let diagnostic =
        Diagnostic::error(Code::MISSING_TARGET, format!("Missing 'Next' target: {target}"), place);
    let names = machine.states.iter().map(|state| state.name.as_str());
    // Comparing thousands of targets with thousands of names would take minutes.
    let near = match machine.states.len() {
        0..=500 if report.has_room() => nearest(target, names),
        _ => None,
    };
    report.push(diagnostic.did_you_mean(near));
}
