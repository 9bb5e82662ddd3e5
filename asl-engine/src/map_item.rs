//! [`MapItem`]: the item of an iteration.

use asl_value::{Text, Value, json};

/// `$$.Map.Item`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MapItem {
    pub(crate) index: usize,
    pub(crate) value: Value,
    /// Only if the item is a member of an object.
    pub(crate) key: Option<Text>,
    /// Only in a distributed Map.
    pub(crate) source: Option<Text>,
}

impl MapItem {
    /// The input of an iteration without an `ItemSelector`. Observed on AWS: a member of an object is
    /// `{"Key": "a", "Value": 1}`.
    pub(crate) fn input(&self) -> Value {
        match &self.key {
            Some(key) => json!({"Key": key, "Value": (&self.value)}),
            None => self.value.clone(),
        }
    }
}
