//! [`EvalError`] for errors of a running machine, [`SyntaxError`] for errors in a definition.

use std::fmt;
use std::ops::Range;

use asl_value::{Pointer, Text, Value};

/// Why an expression failed.
///
/// Its [`kind`](EvalError::kind) gives the name of the ASL error. Its [`message`](EvalError::message) is AWS's text without
/// the prefix `An error occurred while executing the state '…' (entered at the event id #…). `, which the interpreter adds.
///
/// The type is one word wide, because nearly every expression succeeds.
///
/// ```
/// use asl_query::{EvalError, EvalErrorKind};
///
/// let error = EvalError::runtime("the input is not an integer").at("Output/total");
/// assert_eq!(error.kind(), EvalErrorKind::Runtime);
/// assert_eq!(error.location().unwrap(), "Output/total");
/// assert_eq!(error.to_string(), "States.Runtime: the input is not an integer");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EvalError(Box<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    kind: EvalErrorKind,
    message: String,
    location: Option<Text>,
}

/// Which ASL error a failed expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EvalErrorKind {
    /// `States.Runtime`: a path, an intrinsic or a field of a JSONPath state failed.
    Runtime,
    /// `States.ReferencePathConflict`: a step of a reference path does not apply to the value it meets.
    ReferencePathConflict,
    /// `States.QueryEvaluationError`: a JSONata expression failed, or its result has the wrong type.
    QueryEvaluation,
    /// `States.DataLimitExceeded`: the expression built a value that is too large or too deep.
    DataLimitExceeded,
}

impl EvalErrorKind {
    /// The ASL error name.
    pub fn error_name(self) -> &'static str {
        match self {
            EvalErrorKind::Runtime => "States.Runtime",
            EvalErrorKind::ReferencePathConflict => "States.ReferencePathConflict",
            EvalErrorKind::QueryEvaluation => "States.QueryEvaluationError",
            EvalErrorKind::DataLimitExceeded => "States.DataLimitExceeded",
        }
    }
}

impl EvalError {
    /// An error of this kind, with AWS's text.
    pub fn new(kind: EvalErrorKind, message: impl Into<String>) -> EvalError {
        EvalError(Box::new(Parts { kind, message: message.into(), location: None }))
    }

    /// An error of the kind [`Runtime`](EvalErrorKind::Runtime).
    pub fn runtime(message: impl Into<String>) -> EvalError {
        EvalError::new(EvalErrorKind::Runtime, message)
    }

    /// The items of a Map are not an array; recorded for the input of a JSONata state without `Items`.
    pub fn not_an_array(found: &Value) -> EvalError {
        let message = format!("Map state input must be an array but was: {found}");
        EvalError::new(EvalErrorKind::QueryEvaluation, message)
    }

    /// Adds the place in the state, joined by `/`: `Output/result`. The history's `EvaluationFailed` event names it.
    #[must_use]
    pub fn at(mut self, location: impl Into<Text>) -> EvalError {
        self.0.location = Some(location.into());
        self
    }

    /// Which ASL error it is.
    pub fn kind(&self) -> EvalErrorKind {
        self.0.kind
    }

    /// AWS's text, without the interpreter's prefix.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The place in the state, if the language knows it.
    pub fn location(&self) -> Option<&Text> {
        self.0.location.as_ref()
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind().error_name(), self.message())
    }
}

impl fmt::Debug for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvalError")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("location", &self.0.location)
            .finish()
    }
}

impl std::error::Error for EvalError {}

impl From<asl_value::TooDeep> for EvalError {
    /// UNRECORDED: AWS's error name and text for a document that nests too deep. It is treated as a limit on data.
    fn from(error: asl_value::TooDeep) -> Self {
        EvalError::new(EvalErrorKind::DataLimitExceeded, format!("The value is {error}."))
    }
}

/// What is wrong with the text of a field. Reported when a machine is compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The place that AWS names: the field, or the string inside it.
    pub pointer: Pointer,
    /// The string itself, if AWS names the field that contains it: `/States/A/Parameters/order/id.$`.
    pub inner: Option<Pointer>,
    /// The part of the string, in bytes of the string's value; `0..0` for all of it.
    pub range: Range<usize>,
    /// AWS's text, if it was recorded: `The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic
    /// function call`.
    pub message: String,
    /// An explanation: what was expected, what was found, and a way to fix it.
    pub help: Option<String>,
    /// Whether the text is malformed, or well-formed but out of place.
    pub kind: SyntaxErrorKind,
}

/// What kind of [`SyntaxError`] it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SyntaxErrorKind {
    /// The text is not in the language.
    #[default]
    Malformed,
    /// The text refers to something that does not exist in its place: `$states.result` before there is a result.
    Unavailable,
}

impl SyntaxError {
    /// An error in a whole field.
    pub fn new(pointer: Pointer, message: impl Into<String>) -> SyntaxError {
        let kind = SyntaxErrorKind::Malformed;
        SyntaxError { pointer, inner: None, range: 0..0, message: message.into(), help: None, kind }
    }

    /// Adds the place of the string itself.
    #[must_use]
    pub fn inner(mut self, place: Pointer) -> SyntaxError {
        self.inner = Some(place);
        self
    }

    /// Points at a part of the string.
    #[must_use]
    pub fn range(mut self, range: Range<usize>) -> SyntaxError {
        self.range = range;
        self
    }

    /// Marks the text as well-formed but out of place.
    #[must_use]
    pub fn unavailable(mut self) -> SyntaxError {
        self.kind = SyntaxErrorKind::Unavailable;
        self
    }

    /// Adds an explanation.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> SyntaxError {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.message, self.pointer.location())
    }
}

impl std::error::Error for SyntaxError {}
