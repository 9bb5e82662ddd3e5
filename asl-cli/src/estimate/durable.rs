//! [`diagnostics`]: what a durable function cannot run.

use asl_model::{Code, Diagnostic, StateMachine};
use asl_value::Pointer;

use super::{Bounds, Counted, longest};

/// The operations that a durable execution may have.
pub(super) const OPERATIONS: f64 = 3_000.0;

/// What a durable function cannot run, how many operations it may need, and what has no bound.
pub(crate) fn diagnostics(machine: &StateMachine, bounds: &Bounds) -> Vec<Diagnostic> {
    let Counted { used, unbounded, not_durable, .. } = longest(machine, bounds, 0.0);
    let refused = not_durable.into_iter().map(|(state, reason)| {
        let message = format!("state `{state}` cannot run in a durable function: {reason}");
        Diagnostic::error(Code::NOT_DURABLE, message, place(machine, &state, &Pointer::root()))
    });
    let mut found: Vec<Diagnostic> = refused.collect();
    let operations = used.operations + 1.0;
    if operations > OPERATIONS {
        let message =
            format!("an execution may need {operations:.0} operations, at most {OPERATIONS} are allowed");
        found.push(Diagnostic::error(Code::DURABLE_BUDGET, message, Pointer::root()));
    }
    for names in unbounded {
        let (first, names) = (names.first().cloned().unwrap_or_default(), names.join("`, `"));
        let message =
            format!("nothing says how often `{names}` runs; an execution may have {OPERATIONS} operations");
        let help = "give the number of visits or items with --bounds";
        let at = place(machine, &first, &Pointer::root());
        found.push(Diagnostic::warning(Code::DURABLE_BUDGET, message, at).help(help));
    }
    found
}

/// The place of a state, which may be in a branch.
fn place(machine: &StateMachine, name: &str, at: &Pointer) -> Pointer {
    find(machine, name, at).unwrap_or_else(|| at.clone())
}

fn find(machine: &StateMachine, name: &str, at: &Pointer) -> Option<Pointer> {
    machine.states.iter().find_map(|state| {
        let here = at.key("States").key(&state.name);
        if state.name == *name {
            return Some(here);
        }
        let inside = |index: usize| match &state.kind {
            asl_model::StateKind::Parallel(_) => here.key("Branches").index(index),
            asl_model::StateKind::Map(map) if map.processor.legacy.iterator => here.key("Iterator"),
            _ => here.key("ItemProcessor"),
        };
        let children = StateMachine::children(state).iter().enumerate();
        children.filter_map(|(index, child)| find(child, name, &inside(index))).next()
    })
}
