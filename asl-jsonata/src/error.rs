//! [`ParseError`] for a text that cannot be compiled, [`EvalFailure`] for an evaluation that fails.

use std::fmt;
use std::ops::Range;

use asl_query::SyntaxErrorKind;
use asl_value::Value;
use jlens_core::error::catalog;

/// Why a text is not an expression, or not one that a state can have.
///
/// `Display` prints the code before the message, as JSONata does.
///
/// ```
/// use asl_jsonata::StateExpression;
/// use asl_query::SyntaxErrorKind;
///
/// let error = StateExpression::parse("$states.input.").unwrap_err();
/// assert_eq!(error.to_string(), "S0207: Unexpected end of expression");
/// assert_eq!(error.kind(), SyntaxErrorKind::Malformed);
///
/// let error = StateExpression::parse("orders").unwrap_err();
/// assert_eq!(error.kind(), SyntaxErrorKind::Unavailable);
/// assert_eq!(error.position(), 0..6);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    kind: SyntaxErrorKind,
    code: String,
    message: String,
    position: Range<usize>,
    help: Option<&'static str>,
}

impl ParseError {
    pub(crate) fn malformed(
        code: impl Into<String>,
        message: impl Into<String>,
        position: Range<usize>,
    ) -> ParseError {
        let kind = SyntaxErrorKind::Malformed;
        ParseError { kind, code: code.into(), message: message.into(), position, help: None }
    }

    /// The error of a well-formed expression that refers to something that does not exist in its place.
    pub(crate) fn unavailable(message: impl Into<String>, position: Range<usize>) -> ParseError {
        let kind = SyntaxErrorKind::Unavailable;
        ParseError { kind, ..ParseError::malformed("", message, position) }
    }

    pub(crate) fn with_help(self, help: &'static str) -> ParseError {
        ParseError { help: Some(help), ..self }
    }

    /// Whether the text is malformed, or well-formed but out of place.
    pub fn kind(&self) -> SyntaxErrorKind {
        self.kind
    }

    /// JSONata's code: `S0207`; empty if JSONata has none.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// JSONata's message: `Unexpected end of expression`.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place in the text, in bytes; `0..0` for all of it.
    pub fn position(&self) -> Range<usize> {
        self.position.clone()
    }

    /// A way to fix it: ``write `$exists(a) ? a : b` ``.
    pub fn help(&self) -> Option<&str> {
        self.help
    }
}

impl From<jlens_core::Error> for ParseError {
    fn from(error: jlens_core::Error) -> Self {
        let position = error.span().map_or(0..0, |span| span.start..span.end);
        ParseError::malformed(error.code(), message(&error), position)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.code, &self.message)
    }
}

impl std::error::Error for ParseError {}

/// The code with which one of AWS's functions reports an internal error.
pub(crate) const INTERNAL: &str = "internal";

/// Why an evaluation failed.
///
/// `Display` prints the code before the message, as JSONata does.
///
/// ```
/// use asl_jsonata::{EvalFailureKind, StateExpression};
/// use asl_query::{Env, FixedHost, Scope};
/// use asl_value::json;
///
/// let (input, scope) = (json!({"n": "one"}), Scope::default());
/// let expression = StateExpression::parse("$states.input.n + 1").unwrap();
/// let failure = expression.eval(&Env::new(&input, &scope, &FixedHost)).unwrap_err();
/// assert_eq!((failure.kind(), failure.code()), (EvalFailureKind::Expression, "T2001"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalFailure {
    kind: EvalFailureKind,
    code: String,
    message: String,
}

/// The kinds of [`EvalFailure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EvalFailureKind {
    /// JSONata reports an error, or the expression raises one with `$error`.
    Expression,
    /// The evaluation exceeds its time, depth or memory.
    Limit,
    /// One of AWS's functions fails in a way that AWS does not foresee.
    Internal,
}

impl EvalFailure {
    /// What kind of failure it is.
    pub fn kind(&self) -> EvalFailureKind {
        self.kind
    }

    /// JSONata's code: `T2001`; empty for a limit and an internal error.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// JSONata's message: `The left side of the "+" operator must evaluate to a number`.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn limit(message: &str) -> EvalFailure {
        EvalFailure { kind: EvalFailureKind::Limit, code: String::new(), message: message.to_owned() }
    }

    pub(crate) fn memory() -> EvalFailure {
        EvalFailure::limit("Expression evaluation memory limit exceeded: Check for excessive memory usage")
    }
}

impl From<jlens_core::Error> for EvalFailure {
    fn from(error: jlens_core::Error) -> Self {
        match error.code() {
            // UNRECORDED: AWS's text after the colon; this is what JSONata's documentation says.
            "D1012" | "U1003" | "U1006" => {
                EvalFailure::limit("Expression evaluation timeout: Check for infinite loop")
            }
            "D1011" => EvalFailure::limit(
                "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.",
            ),
            "U1001" | "D2014" | "D2015" | "D2016" => EvalFailure::memory(),
            INTERNAL => {
                EvalFailure { kind: EvalFailureKind::Internal, ..EvalFailure::limit("internal error") }
            }
            code => EvalFailure {
                kind: EvalFailureKind::Expression,
                code: code.to_owned(),
                message: message(&error),
            },
        }
    }
}

impl fmt::Display for EvalFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.code, &self.message)
    }
}

impl std::error::Error for EvalFailure {}

/// `T1006: Attempted to invoke a non-function`
fn show(f: &mut fmt::Formatter<'_>, code: &str, message: &str) -> fmt::Result {
    match code {
        "" => f.write_str(message),
        code => write!(f, "{code}: {message}"),
    }
}

/// The engine's message with numbers as JSONata prints them; the engine prints 5 as `5.0`.
fn message(error: &jlens_core::Error) -> String {
    let Some(entry) = catalog().iter().find(|entry| entry.code == error.code()) else {
        return error.message();
    };
    let mut text = String::new();
    let mut rest = entry.template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (is_plain, close) = match after.starts_with('{') {
            true => (true, "}}}"),
            false => (false, "}}"),
        };
        let Some((name, after)) = after.trim_start_matches('{').split_once(close) else { break };
        text.push_str(before);
        match error.detail(name) {
            Some(serde_json::Value::String(detail)) if is_plain => text.push_str(detail),
            Some(detail) => text.push_str(&Value::from(detail.clone()).normalised().to_json()),
            None => text.push_str("undefined"),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}
