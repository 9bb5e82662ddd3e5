//! [`VariableUse`]: a variable that an expression reads.

use std::ops::Range;

/// A name of a variable in an expression: `$total`, without its `$`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VariableUse {
    pub(crate) name: String,
    /// Where the name is, in the value of the text.
    pub(crate) range: Range<usize>,
}

impl VariableUse {
    /// How many bytes of the name of a variable a text begins with.
    pub(crate) fn name_length(text: &str) -> usize {
        text.find(|c| !VariableUse::is_part(c)).unwrap_or(text.len())
    }

    /// Whether a name of a variable may contain a character.
    pub(crate) fn is_part(c: char) -> bool {
        c.is_alphanumeric() || c == '_'
    }
}
