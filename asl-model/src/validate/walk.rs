//! Walks over the states of a machine and of the machines inside it.

use asl_value::Pointer;

use crate::{State, StateKind, StateMachine};

/// Calls `visit` for each state, then for those inside it.
pub(super) fn each_state<'a>(machine: &'a StateMachine, visit: &mut dyn FnMut(&'a State, &Pointer)) {
    each_state_at(machine, &Pointer::root(), visit);
}

/// The recursion is as deep as machines nest, which the reader bounds.
fn each_state_at<'a>(machine: &'a StateMachine, place: &Pointer, visit: &mut dyn FnMut(&'a State, &Pointer)) {
    let states = place.key("States");
    for state in &machine.states {
        let place = states.key(&state.name);
        visit(state, &place);
        for (place, inner) in inner_machines(state, &place) {
            each_state_at(inner, &place, visit);
        }
    }
}

/// The machines directly inside a state, with their places.
pub(super) fn inner_machines<'a>(
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
