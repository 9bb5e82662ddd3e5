//! [`PlacedDiagnostic`]: a problem and its place.

use std::ops::Range;

use asl_model::Diagnostic;

/// A problem and its place in the document.
#[derive(Debug, Clone)]
pub(crate) struct PlacedDiagnostic {
    pub(crate) range: Range<usize>,
    pub(crate) diagnostic: Diagnostic,
    /// Other places, each with what is there.
    pub(crate) related: Vec<(Range<usize>, String)>,
}
