//! Variables that a state reads although no path to it assigns them.

use std::collections::BTreeSet;

use asl_model::{Code, Diagnostic, StateKind, StateMachine};
use asl_query::Template;
use asl_value::{Pointer, Text};

use crate::ids::StateId;
use crate::program::{Machine, Next, Quick, Step, StepKind, Waiting};
use crate::references;

/// The search stops after this many names: loops over thousands of variables are not worth a warning.
const MOST_NAMES: usize = 1_000_000;

/// What may be assigned when a state is entered; `None` if no path leads to the state.
type Assigned = Option<BTreeSet<Text>>;

/// Warns of such variables. AWS does not: the execution fails.
///
/// The recursion is bounded: machines nest no deeper than validation lets them.
pub(super) fn check(
    machine: &Machine,
    model: &StateMachine,
    place: &Pointer,
    outer: &BTreeSet<Text>,
    found: &mut Vec<Diagnostic>,
) {
    let states = place.key("States");
    let Some(entered) = flow(machine, outer) else { return };
    for ((step, state), assigned) in machine.states.iter().zip(&model.states).zip(&entered) {
        let Some(assigned) = assigned else { continue };
        let place = states.key(&step.name);
        for name in references::of_state(step).difference(assigned) {
            let message =
                format!("the variable `${name}` is read here, but no path to this state assigns it");
            found.push(Diagnostic::warning(Code::UNASSIGNED_VARIABLE, message, place.clone()));
        }
        match (&step.kind, &state.kind) {
            (StepKind::Waiting(Waiting::Parallel(branches)), StateKind::Parallel(parallel)) => {
                for (index, (branch, model)) in branches.iter().zip(&parallel.branches).enumerate() {
                    check(branch, model, &place.key("Branches").index(index), assigned, found);
                }
            }
            (StepKind::Waiting(Waiting::Map(step)), StateKind::Map(map)) => {
                let place = place.key(map.processor.field());
                // Documented: the children of a distributed Map see no variable of the execution around them.
                let none = BTreeSet::new();
                let outer = if step.distributed.children.is_some() { &none } else { assigned };
                check(&step.machine, &map.processor.machine, &place, outer, found);
            }
            _ => {}
        }
    }
}

/// What may be assigned at each state: the union over all paths to it. `None` if there are too many names.
fn flow(machine: &Machine, outer: &BTreeSet<Text>) -> Option<Vec<Assigned>> {
    let mut flow = Flow { entered: vec![None; machine.states.len()], changed: Vec::new() };
    flow.enter(machine.start, outer.clone());
    let mut names = 0;
    while let Some((id, before)) = flow.next_changed() {
        names += before.len();
        if names > MOST_NAMES {
            return None;
        }
        exits(machine.step(id), &mut |assign, next| {
            let names = assign.map(Template::names).unwrap_or_default();
            flow.enter(next, before.iter().chain(names).cloned().collect());
        });
    }
    Some(flow.entered)
}

struct Flow {
    entered: Vec<Assigned>,
    /// States at which more may be assigned than when their exits were last followed.
    changed: Vec<StateId>,
}

impl Flow {
    fn enter(&mut self, id: StateId, with: BTreeSet<Text>) {
        let Some(known) = self.entered.get_mut(id.0 as usize) else { return };
        if known.as_ref().is_none_or(|known| !with.is_subset(known)) {
            known.get_or_insert_default().extend(with);
            self.changed.push(id);
        }
    }

    fn next_changed(&mut self) -> Option<(StateId, BTreeSet<Text>)> {
        let id = self.changed.pop()?;
        let known = self.entered.get(id.0 as usize)?.clone()?;
        Some((id, known))
    }
}

/// The exits of a state, with what each assigns.
fn exits<'s>(step: &'s Step, visit: &mut dyn FnMut(Option<&'s Template>, StateId)) {
    if let StepKind::Quick(Quick::Choice(choice)) = &step.kind {
        choice.rules.iter().for_each(|rule| visit(rule.assign.as_ref(), rule.next));
        choice.default.iter().for_each(|default| visit(step.assign.as_ref(), *default));
    } else if let Next::State(next) = step.next {
        visit(step.assign.as_ref(), next);
    }
    step.recovery.catchers.iter().for_each(|catcher| visit(catcher.assign.as_ref(), catcher.next));
}
