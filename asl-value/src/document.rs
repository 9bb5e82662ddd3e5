//! [`Document`]: arguments that can be read as a [`Value`].

use std::borrow::Cow;

use crate::Value;

/// An argument that a function can read as a [`Value`]: a reference to a value, which costs nothing, an owned value or,
/// with the feature `serde_json`, a value of that crate, which is converted.
///
/// ```
/// use asl_value::{Document, Value, json};
/// fn count<'v>(document: impl Document<'v>) -> usize {
///     document.document().as_array().map_or(0, |items| items.len())
/// }
/// assert_eq!(count(&json!([1, 2])), 2);
/// # #[cfg(feature = "serde_json")]
/// assert_eq!(count(&serde_json::json!([1, 2])), 2);
/// ```
pub trait Document<'v> {
    /// The value, borrowed if the argument is a reference to one.
    fn document(self) -> Cow<'v, Value>;
}

impl<'v> Document<'v> for &'v Value {
    fn document(self) -> Cow<'v, Value> {
        Cow::Borrowed(self)
    }
}

impl<'v> Document<'v> for Value {
    fn document(self) -> Cow<'v, Value> {
        Cow::Owned(self)
    }
}

#[cfg(feature = "serde_json")]
impl<'v> Document<'v> for &serde_json::Value {
    fn document(self) -> Cow<'v, Value> {
        Cow::Owned(self.clone().into())
    }
}

#[cfg(feature = "serde_json")]
impl<'v> Document<'v> for serde_json::Value {
    fn document(self) -> Cow<'v, Value> {
        Cow::Owned(self.into())
    }
}
