//! [`Target`]: the state or the variable that is named at a place, and everywhere else.

use std::ops::Range;

use crate::document::{Definition, Document};
use crate::variables::Variables;

/// A state or a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    State {
        machine: usize,
        name: String,
    },
    /// A variable of the machine that assigns it.
    Variable {
        owner: usize,
        name: String,
    },
}

/// A place that names a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Occurrence {
    /// The name alone, without quotes and `$`.
    pub(crate) span: Range<usize>,
    pub(crate) is_definition: bool,
}

/// The target that is named at an offset, and where it is named there.
pub(crate) fn at(document: &Document, offset: usize) -> Option<(&Definition, Target, Range<usize>)> {
    let definition = document.definition_at(offset)?;
    let touches = |span: &Range<usize>| span.start <= offset && offset <= span.end;
    let (tree, outline) = (&definition.tree, &definition.outline);
    if let Some(state) = outline.states.iter().find(|state| touches(&state.key_span)) {
        let target = Target::State { machine: state.machine, name: state.name.clone() };
        return Some((definition, target, state.key_inner.clone()));
    }
    if let Some(edge) = outline.transitions.iter().find(|edge| touches(&tree.span(edge.node))) {
        let target = Target::State { machine: edge.machine, name: edge.target.clone() };
        return Some((definition, target, tree.scalar(edge.node)?.inner.clone()));
    }
    let variables = Variables::of(definition);
    if let Some(found) = variables.assignments.iter().find(|found| touches(&found.key_span)) {
        let owner = variables.owner(definition, found.machine, &found.name)?;
        return Some((
            definition,
            Target::Variable { owner, name: found.name.clone() },
            found.name_span.clone(),
        ));
    }
    // The `$` belongs to the name, too.
    let found =
        variables.uses.iter().find(|found| touches(&(found.span.start.saturating_sub(1)..found.span.end)))?;
    let owner = variables.owner(definition, found.machine, &found.name)?;
    Some((definition, Target::Variable { owner, name: found.name.clone() }, found.span.clone()))
}

/// Every place of a definition that names a target, in the order of the text.
pub(crate) fn occurrences(definition: &Definition, target: &Target) -> Vec<Occurrence> {
    let mut found = match target {
        Target::State { machine, name } => of_state(definition, *machine, name),
        Target::Variable { owner, name } => of_variable(definition, *owner, name),
    };
    found.sort_by_key(|occurrence| occurrence.span.start);
    found
}

fn of_state(definition: &Definition, machine: usize, name: &str) -> Vec<Occurrence> {
    let outline = &definition.outline;
    let keys = outline.states_of(machine).filter(|(_, state)| state.name == name);
    let keys = keys.map(|(_, state)| Occurrence { span: state.key_inner.clone(), is_definition: true });
    let edges = outline.transitions.iter().filter(|edge| edge.machine == machine && edge.target == name);
    let edges = edges.filter_map(|edge| {
        Some(Occurrence { span: definition.tree.scalar(edge.node)?.inner.clone(), is_definition: false })
    });
    keys.chain(edges).collect()
}

fn of_variable(definition: &Definition, owner: usize, name: &str) -> Vec<Occurrence> {
    let variables = Variables::of(definition);
    let is_it = |machine: usize, other: &str| {
        other == name && variables.owner(definition, machine, other) == Some(owner)
    };
    let assignments = variables.assignments.iter().filter(|found| is_it(found.machine, &found.name));
    let assignments =
        assignments.map(|found| Occurrence { span: found.name_span.clone(), is_definition: true });
    let uses = variables.uses.iter().filter(|found| is_it(found.machine, &found.name));
    let uses = uses.map(|found| Occurrence { span: found.span.clone(), is_definition: false });
    assignments.chain(uses).collect()
}
