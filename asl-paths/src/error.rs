//! [`PathError`] for a path that does not apply to a document, [`ParseError`] for a text that is not a path.

use std::fmt;
use std::ops::Range;

use asl_query::{EvalError, SyntaxError, SyntaxErrorKind};
use asl_value::Pointer;

/// Why a path could not be read from a document.
///
/// The message is Jayway JsonPath's. AWS prints it after texts of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    kind: PathErrorKind,
    message: Box<str>,
}

/// The kinds of [`PathError`]. In most fields, AWS has a message of its own for the first one and prints Jayway's for the
/// others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathErrorKind {
    /// The document has no such value: `No results for path: $['x']`.
    NotFound,
    /// The last step is an index beyond the end of its array. Counts as not found, except for the members of a template.
    OutOfBounds,
    /// A step does not apply to its value, such as an index to a string.
    Invalid,
    /// A filter compared values that do not compare: `[?(@.price == true)]` with a number as price.
    Comparison,
    /// The path takes more steps than its state may, or nobody needs its value any more.
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

    /// Whether the document has no value at this place.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind, PathErrorKind::NotFound | PathErrorKind::OutOfBounds)
    }

    /// What ends an evaluation whatever its field makes of a path without a value: too much work.
    pub(crate) fn end_of_work(&self) -> Option<EvalError> {
        (self.kind == PathErrorKind::TooMuch).then(|| EvalError::runtime(self.message()))
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

/// Why a text is not a path, a reference path or an intrinsic call.
///
/// `Display` prints what was expected; [`message`](ParseError::message) is the text that AWS prints.
///
/// ```
/// use asl_paths::Path;
///
/// let error = Path::parse("$.lines[").unwrap_err();
/// assert_eq!(error.position(), 7..8);
/// assert!(error.message().starts_with("com.jayway.jsonpath.InvalidPathException"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    message: String,
    position: Range<usize>,
    help: String,
}

impl ParseError {
    pub(crate) fn new(
        message: impl Into<String>,
        position: Range<usize>,
        help: impl Into<String>,
    ) -> ParseError {
        ParseError { message: message.into(), position, help: help.into() }
    }

    /// Always [`Malformed`](SyntaxErrorKind::Malformed): a path that parses can be used anywhere.
    pub fn kind(&self) -> SyntaxErrorKind {
        SyntaxErrorKind::Malformed
    }

    /// The message of the parser that AWS uses.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place in the text, in bytes.
    pub fn position(&self) -> Range<usize> {
        self.position.clone()
    }

    /// What was expected there: lower case, no trailing period.
    pub fn help(&self) -> Option<&str> {
        Some(&self.help)
    }

    /// The same problem with another message.
    pub(crate) fn with_message(self, message: &str) -> ParseError {
        ParseError { message: message.to_owned(), ..self }
    }

    /// The same problem in a longer text, in which this one starts at `offset`.
    pub(crate) fn shifted(mut self, offset: usize) -> ParseError {
        self.position = self.position.start + offset..self.position.end + offset;
        self
    }

    /// The problem of a field, with AWS's message about the field.
    pub(crate) fn in_field(self, pointer: Pointer, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(pointer, message).range(self.position).help(self.help)
    }

    /// The problem of a field that wants a reference path.
    pub(crate) fn in_reference(self, pointer: Pointer) -> SyntaxError {
        let message = format!("Value is not a Reference Path: {}", self.message);
        self.in_field(pointer, message)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.help)
    }
}

impl std::error::Error for ParseError {}
