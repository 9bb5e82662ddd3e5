//! `asl/graph`: the drawing of a definition as it stands in the editor.

use asl_graph::{Chart, Layout, svg};
use asl_model::{Parsed, Source, parse};
use serde_json::{Value, json};

use crate::document::{Definition, Document};
use crate::request_error::RequestError;

/// The drawing of a document, `{"svg": "<svg …"}`: of the definition at an offset, or of the first one.
///
/// Of half-typed text, what can be read of it is drawn.
pub(crate) fn graph(document: &Document, offset: Option<usize>) -> Result<Value, RequestError> {
    let at = offset.and_then(|offset| document.definition_at(offset));
    let definition = at.or_else(|| document.definitions().first());
    let definition = definition.ok_or_else(|| RequestError::failed("there is no definition in this file"))?;
    let Parsed { machine, fragment, .. } = parse(&readable(definition));
    let machine = machine
        .or(fragment)
        .ok_or_else(|| RequestError::failed("the definition has no states that can be drawn yet"))?;
    let layout = Layout::of(&Chart::of(&machine)).map_err(|error| RequestError::failed(error.to_string()))?;
    Ok(json!({"svg": svg(&layout, None)}))
}

fn readable(definition: &Definition) -> Source {
    let value = definition.tree.value(definition.root);
    Source::json(value.map(|value| value.to_json()).unwrap_or_default())
}
