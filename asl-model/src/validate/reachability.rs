//! A machine can end, and all of its states can be reached.

use asl_value::Pointer;

use crate::report::Report;
use crate::{Code, StateKind, StateMachine, Transition, graph};

pub(super) fn check(machine: &StateMachine, place: &Pointer, report: &mut Report) {
    let states = place.key("States");
    if machine.states.iter().any(|state| report.lacks_transitions(&states.key(&state.name))) {
        return;
    }
    if !machine.states.iter().any(|state| ends(&state.kind)) {
        // Observed: AWS does not report unreachable states in this case.
        report.error(Code::NO_TERMINAL_STATE, "Workflow has no terminal state", place.clone());
        return;
    }
    let reached = reachable(machine);
    for (state, reached) in machine.states.iter().zip(reached) {
        if !reached {
            let message = format!("State \"{}\" is not reachable.", state.name);
            report.error(Code::UNREACHABLE, message, states.key(&state.name));
        }
    }
}

fn ends(kind: &StateKind) -> bool {
    matches!(kind, StateKind::Succeed(_) | StateKind::Fail(_)) || kind.transition() == Some(&Transition::End)
}

/// For each state by its index: whether it can be reached from `StartAt`.
fn reachable(machine: &StateMachine) -> Vec<bool> {
    let mut reached = vec![false; machine.states.len()];
    let mut waiting = vec![&machine.start_at];
    while let Some(name) = waiting.pop() {
        let Some(position) = machine.states.position(name) else { continue };
        let Some(reached) = reached.get_mut(position) else { continue };
        if !std::mem::replace(reached, true)
            && let Some(state) = machine.states.get(name)
        {
            waiting.extend(graph::edges_of(state).map(|edge| edge.to));
        }
    }
    reached
}
