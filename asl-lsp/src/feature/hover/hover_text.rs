//! [`HoverText`]: what a hover says.

use std::ops::Range;

/// A text in Markdown about a part of the document.
pub(crate) struct HoverText {
    pub(crate) markdown: String,
    pub(crate) range: Range<usize>,
}
