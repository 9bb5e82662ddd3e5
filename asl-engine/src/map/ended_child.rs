//! [`EndedChild`]: a child execution of a distributed Map that has ended.

use asl_value::{Text, Value};

use crate::map_run::ChildStatus;

/// A child execution that has ended, as its Map Run counts and shows it.
#[derive(Clone, PartialEq)]
pub(crate) struct EndedChild {
    /// How many items it had.
    pub(crate) items: u64,
    pub(crate) status: ChildStatus,
    /// What the result of the Map Run has for it.
    pub(crate) result: ChildResult,
    /// Whether a redrive of the Map Run may continue it if it did not succeed.
    pub(crate) is_redrivable: bool,
}

/// What the result of a Map Run has for a child.
#[derive(Clone, PartialEq)]
pub(crate) enum ChildResult {
    Value(Value),
    /// The same as JSON text, for a file. Such a text is written once, and never read.
    Json(Text),
}

impl ChildResult {
    pub(crate) fn into_value(self) -> Value {
        match self {
            ChildResult::Value(value) => value,
            // INVARIANT: it was made from a value.
            ChildResult::Json(text) => Value::parse(&text).unwrap_or_default(),
        }
    }

    pub(crate) fn into_json(self) -> Text {
        match self {
            ChildResult::Value(value) => value.to_json().into(),
            ChildResult::Json(text) => text,
        }
    }

    /// See [`Value::memory_bytes`].
    pub(crate) fn memory_bytes(&self) -> u64 {
        match self {
            ChildResult::Value(value) => value.memory_bytes(),
            ChildResult::Json(text) => text.len() as u64,
        }
    }
}
