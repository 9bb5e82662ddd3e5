//! [`VariableUse`]: a variable that an expression reads.

use std::ops::Range;

/// A name of a variable in an expression: `$total`, without its `$`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VariableUse {
    pub(crate) name: String,
    /// Where the name is, in the value of the text.
    pub(crate) range: Range<usize>,
}
