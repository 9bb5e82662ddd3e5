//! [`Field`] and [`PathField`]: fields that are literal or computed.

use asl_value::Text;

/// A field that is either literal or computed: `TimeoutSeconds`/`TimeoutSecondsPath`, `Items`, `Error`/`ErrorPath`.
#[derive(Debug, Clone, PartialEq)]
pub enum Field<T> {
    /// `"TimeoutSeconds": 30`
    Literal(T),
    /// In JSONPath, the text of the `…Path` field: `"$.limit"`. In JSONata, the whole string:
    /// `"{% $states.input.limit %}"`.
    Query(Text),
}

impl<T> Field<T> {
    /// The text of a computed field.
    pub fn query(&self) -> Option<&Text> {
        if let Field::Query(text) = self { Some(text) } else { None }
    }

    /// The value of a literal field.
    pub fn literal(&self) -> Option<&T> {
        if let Field::Literal(value) = self { Some(value) } else { None }
    }
}

/// `InputPath`, `ResultPath` or `OutputPath`, whose value may be `null`, which is not the same as absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathField {
    /// `null`: an empty object as input or output; the result is discarded.
    Null,
    /// `"$.order"`
    Path(Text),
}

impl PathField {
    /// The path; `None` for `null`.
    pub fn as_option(&self) -> Option<&str> {
        match self {
            PathField::Null => None,
            PathField::Path(path) => Some(path),
        }
    }
}

impl From<&str> for PathField {
    fn from(path: &str) -> Self {
        PathField::Path(path.into())
    }
}

/// Whether a string is a JSONata expression: it starts with `{%` and ends with `%}`.
pub(crate) fn is_query(text: &str) -> bool {
    text.len() >= 4 && text.starts_with("{%") && text.ends_with("%}")
}
