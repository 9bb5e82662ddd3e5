//! [`PathError`] when a path does not apply to a document, [`ParseError`] when a text is no path.

use std::fmt;
use std::ops::Range;

/// Why a path could not be read from a document.
///
/// The message is Jayway JsonPath's, which AWS passes on behind texts of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    kind: PathErrorKind,
    message: Box<str>,
}

/// The kinds of [`PathError`]: AWS words the first one itself in most fields and lets the others through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathErrorKind {
    /// Nothing is there: `No results for path: $['x']`.
    NotFound,
    /// The last step is an index that its array does not have. Counts as not found, but for the members of a template.
    OutOfBounds,
    /// The path asks for something this document cannot have: an index of a string, for one.
    Invalid,
    /// A filter compared things that do not compare: `[?(@.price == true)]` with a number as price.
    Comparison,
    /// The path visits more values than this crate is willing to.
    TooMuch,
}

impl PathError {
    pub(crate) fn new(kind: PathErrorKind, message: impl Into<Box<str>>) -> PathError {
        PathError { kind, message: message.into() }
    }

    pub(crate) fn not_found(message: impl Into<Box<str>>) -> PathError {
        PathError::new(PathErrorKind::NotFound, message)
    }

    pub(crate) fn invalid(message: impl Into<Box<str>>) -> PathError {
        PathError::new(PathErrorKind::Invalid, message)
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> PathErrorKind {
        self.kind
    }

    /// Whether the document merely has nothing at this place.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, PathErrorKind::NotFound | PathErrorKind::OutOfBounds)
    }

    /// Jayway's text: `Missing property in path $['a']`.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PathError {}

/// Why a text is no path, reference path or intrinsic call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The message of the parser AWS uses, where it has one.
    pub message: String,
    /// The place in the text, in bytes.
    pub range: Range<usize>,
    /// What was expected there: lower case, no trailing period.
    pub help: String,
}

impl ParseError {
    pub(crate) fn new(
        message: impl Into<String>,
        range: Range<usize>,
        help: impl Into<String>,
    ) -> ParseError {
        ParseError { message: message.into(), range, help: help.into() }
    }

    /// The same problem, seen from a text in which this one starts at `offset`.
    pub(crate) fn shifted(mut self, offset: usize) -> ParseError {
        self.range = self.range.start + offset..self.range.end + offset;
        self
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.help)
    }
}

impl std::error::Error for ParseError {}
