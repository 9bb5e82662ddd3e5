//! Definitions, references and highlights of states and variables.

use serde_json::{Value, json};

use crate::document::Document;
use crate::target::{self, Occurrence};

fn occurrences(document: &Document, offset: usize) -> Vec<Occurrence> {
    target::at(document, offset)
        .map(|(definition, target, _)| target::occurrences(definition, &target))
        .unwrap_or_default()
}

fn locations(document: &Document, found: impl Iterator<Item = Occurrence>) -> Value {
    found.map(|found| json!({"uri": document.uri, "range": document.buffer.range(&found.span)})).collect()
}

/// Where the state is, or where the variable is assigned.
pub(crate) fn definition(document: &Document, offset: usize) -> Value {
    locations(document, occurrences(document, offset).into_iter().filter(|found| found.is_definition))
}

/// Where the state or the variable is named.
pub(crate) fn references(document: &Document, offset: usize, with_definition: bool) -> Value {
    let found = occurrences(document, offset).into_iter();
    locations(document, found.filter(|found| with_definition || !found.is_definition))
}

/// The same places, as highlights: a definition is a write.
pub(crate) fn highlights(document: &Document, offset: usize) -> Value {
    let found = occurrences(document, offset).into_iter();
    let highlight = |found: Occurrence| json!({"range": document.buffer.range(&found.span), "kind": if found.is_definition { 3 } else { 2 }});
    found.map(highlight).collect()
}
