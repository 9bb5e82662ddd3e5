//! The rules that a machine must obey beyond the form of its fields, one pass per file.

use asl_value::Pointer;

use crate::StateMachine;
use crate::report::Report;

mod express;
mod fields;
mod hints;
mod names;
mod ranges;
mod reachability;
mod recovery;
mod resources;
mod sdk;
mod transitions;
mod variables;
mod walk;

pub use express::{ExpressPatterns, validate_express};
pub use sdk::{SdkCatalogue, SdkProblem, validate_sdk};

use walk::inner_machines;

/// Runs all passes over a machine that has just been read.
pub(crate) fn check(machine: &StateMachine, report: &mut Report) {
    check_machine(machine, &Pointer::root(), report);
    names::check(machine, report);
    variables::check(machine, report);
    hints::check(machine, report);
}

/// The recursion is as deep as machines nest, which the reader bounds.
fn check_machine(machine: &StateMachine, place: &Pointer, report: &mut Report) {
    if machine.states.is_empty() {
        // The empty machine has been reported, or is the stand-in for one that has.
        return;
    }
    let states = place.key("States");
    if place.segments().is_empty() {
        ranges::check_machine(machine, place, report);
    }
    for state in &machine.states {
        let place = states.key(&state.name);
        fields::check(state, &place, report);
        ranges::check(state, &place, report);
        resources::check(state, &place, report);
        recovery::check(state, &place, report);
    }
    transitions::check(machine, place, report);
    reachability::check(machine, place, report);
    for state in &machine.states {
        for (place, inner) in inner_machines(state, &states.key(&state.name)) {
            check_machine(inner, &place, report);
        }
    }
}
