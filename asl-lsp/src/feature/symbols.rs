//! The outline of a document: its states, with those of branches and iterations inside.

use serde_json::{Value, json};

use crate::document::{Definition, Document};

/// The protocol's numbers.
const MODULE: u8 = 2;

/// The states of a document.
pub(crate) fn symbols(document: &Document) -> Value {
    let machines = document.definitions().iter().map(|definition| {
        let states = of_machine(definition, 0, document);
        match &definition.machine {
            None => states,
            Some(name) => {
                let span = definition.tree.span(definition.root);
                let start = document.buffer.range(&(span.start..span.start));
                let span = document.buffer.range(&span);
                let symbol = json!({
                    "name": name, "kind": MODULE, "range": span, "selectionRange": start,
                    "detail": "state machine", "children": states,
                });
                vec![symbol]
            }
        }
    });
    Value::Array(machines.flatten().collect())
}

fn of_machine(definition: &Definition, machine: usize, document: &Document) -> Vec<Value> {
    let outline = &definition.outline;
    let states = outline.states_of(machine).map(|(index, state)| {
        let inner = outline.machines.iter().enumerate().filter(|(_, machine)| machine.around == Some(index));
        let children: Vec<Value> =
            inner.flat_map(|(inner, _)| of_machine(definition, inner, document)).collect();
        let end = state
            .node
            .map_or(state.key_span.end, |node| definition.tree.span(node).end.max(state.key_span.end));
        json!({
            "name": if state.name.is_empty() { "(no name)" } else { state.name.as_str() },
            "kind": kind(&state.kind),
            "detail": state.kind,
            "range": document.buffer.range(&(state.key_span.start..end)),
            "selectionRange": document.buffer.range(&state.key_span),
            "children": children,
        })
    });
    states.collect()
}

/// A different icon for each type of state.
fn kind(state: &str) -> u8 {
    match state {
        "Task" => 12,
        "Choice" => 10,
        "Parallel" | "Map" => 3,
        "Wait" => 24,
        "Fail" | "Succeed" => 14,
        _ => 13,
    }
}
