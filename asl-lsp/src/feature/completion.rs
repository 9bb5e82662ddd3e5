//! Completion: what may be written at a place.

mod expressions;
mod item;
mod keys;
mod resources;
mod snippets;
mod values;

use serde_json::{Value, json};

use crate::cursor::{Cursor, Slot};
use crate::document::Document;
use crate::samples;
pub(crate) use item::CompletionSupport;

/// What may be written at an offset: a `CompletionList`.
pub(crate) fn complete(document: &Document, offset: usize, support: CompletionSupport) -> Value {
    let Some(cursor) = Cursor::at(document, offset) else {
        return json!({"isIncomplete": false, "items": []});
    };
    let mut is_incomplete = false;
    let items = match cursor.slot {
        Slot::Key { .. } => keys::keys(document, &cursor),
        Slot::Value => {
            let samples = || document.path.as_deref().map(samples::of).unwrap_or_default();
            match expressions::expression(&cursor, offset, &samples) {
                Some(items) => items,
                None => {
                    is_incomplete = cursor.field() == "Resource";
                    values::values(document, &cursor)
                }
            }
        }
    };
    let items: Vec<Value> = items
        .iter()
        .enumerate()
        .map(|(index, item)| item.to_json(index, &cursor, document, support))
        .collect();
    json!({"isIncomplete": is_incomplete, "items": items})
}
