//! [`validate`]: what must hold of a machine beyond the form of its fields. One pass per file.

use asl_value::Pointer;

use crate::report::Report;
use crate::{Diagnostic, State, StateKind, StateMachine};

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

pub use express::{ExpressPatterns, validate_express};
pub use sdk::{SdkCatalogue, SdkProblem, validate_sdk};

/// Everything that is wrong with a machine made in Rust: that it could not be written as a valid definition.
///
/// ```
/// use asl_model::{Pass, State, StateMachine, Transition, validate};
/// let states = [State::new("A", Pass::new(Transition::to("B")))].into_iter().collect();
/// let messages: Vec<String> = validate(&StateMachine::new("A", states)).iter().map(|d| d.message.clone()).collect();
/// assert_eq!(messages, ["Missing 'Next' target: B", "Workflow has no terminal state"]);
/// ```
pub fn validate(machine: &StateMachine) -> Vec<Diagnostic> {
    // What a reader refuses, a field of the other query language for one, a machine made in Rust may have as well.
    crate::parse_value(&machine.to_value()).diagnostics
}

/// Runs the passes over a machine that has just been read.
pub(crate) fn check(machine: &StateMachine, report: &mut Report) {
    check_machine(machine, &Pointer::root(), report);
    names::check(machine, report);
    variables::check(machine, report);
    hints::check(machine, report);
}

/// The recursion is as deep as machines nest, which the reader bounds.
fn check_machine(machine: &StateMachine, place: &Pointer, report: &mut Report) {
    if machine.states.is_empty() {
        // It has been reported, or stands in for one that has.
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

/// The machines directly inside a state, and where they are.
fn inner_machines<'a>(
    state: &'a State,
    place: &Pointer,
) -> impl Iterator<Item = (Pointer, &'a StateMachine)> {
    let name = match &state.kind {
        StateKind::Map(map) => map.processor.field(),
        _ => "Branches",
    };
    let place = place.key(name);
    let branches = matches!(state.kind, StateKind::Parallel(_));
    StateMachine::children(state)
        .iter()
        .enumerate()
        .map(move |(index, machine)| (if branches { place.index(index) } else { place.clone() }, machine))
}
