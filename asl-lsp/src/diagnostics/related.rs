//! The other places that a problem is about.

use std::ops::Range;

use asl_model::Code;

use super::placed::PlacedDiagnostic;
use crate::document::{Definition, Document, definition_at};
use crate::variables::Variables;

/// Adds the other places: the first of two states with one name, the states that a transition may lead to.
pub(super) fn add(found: &mut [PlacedDiagnostic], document: &Document) {
    for placed in found {
        let Some(definition) = definition_at(document.definitions(), placed.range.start) else { continue };
        placed.related = match placed.diagnostic.code {
            Code::DUPLICATE_STATE_NAME => others(definition, &placed.range),
            Code::MISSING_TARGET => states(definition, &placed.range),
            Code::SHADOWED_VARIABLE => assigned(definition, &placed.range),
            _ => Vec::new(),
        };
    }
}

fn others(definition: &Definition, range: &Range<usize>) -> Vec<(Range<usize>, String)> {
    let states = &definition.outline.states;
    let Some(here) = states.iter().find(|state| state.key_span.start == range.start) else {
        return Vec::new();
    };
    let same = states.iter().filter(|state| state.name == here.name && state.key_span != here.key_span);
    same.map(|state| (state.key_span.clone(), format!("another state is called `{}`", state.name))).collect()
}

fn states(definition: &Definition, range: &Range<usize>) -> Vec<(Range<usize>, String)> {
    let tree = &definition.tree;
    let transition = definition.outline.transitions.iter().find(|edge| tree.span(edge.node) == *range);
    let machine = transition.and_then(|edge| definition.outline.machines.get(edge.machine));
    let member = machine.and_then(|machine| tree.member_of(machine.states?));
    member
        .map(|member| (member.key_span.clone(), "the states of this machine".to_owned()))
        .into_iter()
        .collect()
}

fn assigned(definition: &Definition, range: &Range<usize>) -> Vec<(Range<usize>, String)> {
    let variables = Variables::of(definition);
    let Some(here) = variables.assignments.iter().find(|found| found.key_span.start == range.start) else {
        return Vec::new();
    };
    let outer =
        variables.assignments.iter().filter(|found| found.name == here.name && found.machine != here.machine);
    outer.map(|found| (found.key_span.clone(), format!("`{}` is assigned here, too", found.name))).collect()
}
