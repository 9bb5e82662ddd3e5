//! States and variables.

use crate::document::{Definition, Document};
use crate::target::{self, Target};
use crate::variables::Variables;

/// The state or the variable that is named at an offset.
pub(super) fn of_target(document: &Document, offset: usize) -> Option<String> {
    let (definition, target, _) = target::at(document, offset)?;
    match target {
        Target::State { machine, name } => of_state(definition, machine, &name),
        Target::Variable { owner, name } => Some(of_variable(document, definition, owner, &name)),
    }
}

fn of_state(definition: &Definition, machine: usize, name: &str) -> Option<String> {
    let (_, state) = definition.outline.state(machine, name)?;
    let kind = if state.kind.is_empty() { "State" } else { &state.kind };
    let mut text = format!("**{name}** ({kind})");
    let field = |field: &str| definition.tree.text_of(state.node?, field);
    if let Some(comment) = field("Comment") {
        text.push_str(&format!("\n\n{comment}"));
    }
    if let Some(resource) = field("Resource") {
        text.push_str(&format!("\n\n`{resource}`"));
    }
    let from: Vec<String> = definition
        .outline
        .transitions
        .iter()
        .filter(|edge| edge.machine == machine && edge.target == name)
        .map(|edge| match edge.from.and_then(|from| definition.outline.states.get(from)) {
            Some(from) => format!("`{}`", from.name),
            None => "the start".to_owned(),
        })
        .collect();
    if !from.is_empty() {
        text.push_str(&format!("\n\nReached from {}.", from.join(", ")));
    }
    Some(text)
}

pub(super) fn of_variable(document: &Document, definition: &Definition, owner: usize, name: &str) -> String {
    let variables = Variables::of(definition);
    let mut text = format!("**`${name}`** (variable)");
    for found in variables.assignments.iter().filter(|found| found.machine == owner && found.name == name) {
        let state = definition.outline.states.get(found.state).map_or("", |state| state.name.as_str());
        let value = found
            .value
            .map(|value| definition.tree.span(value))
            .and_then(|span| document.buffer.text().get(span));
        let value: String = value.unwrap_or_default().chars().take(120).collect();
        text.push_str(&format!("\n\nAssigned in `{state}`: `{}`", value.replace(['`', '\n'], " ")));
    }
    text
}
