//! [`ParseError`] and [`Failure`]: what can be wrong with an expression, before and while it runs.

use std::fmt;
use std::ops::Range;

use asl_value::Value;
use jlens_core::error::catalog;

/// The text is no expression, or none that may stand in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) range: Range<usize>,
    pub(crate) is_unavailable: bool,
    pub(crate) help: Option<&'static str>,
}

impl ParseError {
    /// Well-formed, but it refers to what does not exist in its place.
    pub(crate) fn unavailable(message: impl Into<String>, range: Range<usize>) -> ParseError {
        ParseError { code: String::new(), message: message.into(), range, is_unavailable: true, help: None }
    }

    pub(crate) fn help(mut self, help: &'static str) -> ParseError {
        self.help = Some(help);
        self
    }

    /// JSONata's code: `S0207`; empty where JSONata has none.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// JSONata's message: `Unexpected end of expression`.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The place in the text, in bytes; `0..0` for all of it.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// A way to mend it: ``write `$exists(a) ? a : b` ``.
    pub fn advice(&self) -> Option<&'static str> {
        self.help
    }

    /// Whether the expression is well-formed, but refers to what does not exist where it stands.
    pub fn is_unavailable(&self) -> bool {
        self.is_unavailable
    }
}

impl From<jlens_core::Error> for ParseError {
    fn from(error: jlens_core::Error) -> Self {
        let range = error.span().map_or(0..0, |span| span.start..span.end);
        let code = error.code().to_owned();
        ParseError { code, message: message(&error), range, is_unavailable: false, help: None }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.code, &self.message)
    }
}

impl std::error::Error for ParseError {}

/// The code by which a function of AWS's says that it has failed as AWS has not foreseen.
pub(crate) const INTERNAL: &str = "internal";

/// An evaluation that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    code: String,
    message: String,
    pub(crate) is_internal: bool,
}

impl Failure {
    /// JSONata's code: `T2001`; empty for a limit and an internal error.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// JSONata's message: `The left side of the "+" operator must evaluate to a number`.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn limit(message: &str) -> Failure {
        Failure { code: String::new(), message: message.to_owned(), is_internal: false }
    }

    pub(crate) fn memory() -> Failure {
        Failure::limit("Expression evaluation memory limit exceeded: Check for excessive memory usage")
    }
}

impl From<jlens_core::Error> for Failure {
    fn from(error: jlens_core::Error) -> Self {
        match error.code() {
            // UNRECORDED: what follows the colon of the text about time; this is what users of JSONata know.
            "D1012" | "U1003" | "U1006" => {
                Failure::limit("Expression evaluation timeout: Check for infinite loop")
            }
            "D1011" => Failure::limit(
                "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.",
            ),
            "U1001" | "D2014" | "D2015" | "D2016" => Failure::memory(),
            INTERNAL => Failure { is_internal: true, ..Failure::limit("internal error") },
            code => Failure { code: code.to_owned(), message: message(&error), is_internal: false },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(f, &self.code, &self.message)
    }
}

impl std::error::Error for Failure {}

/// `T1006: Attempted to invoke a non-function`
fn show(f: &mut fmt::Formatter<'_>, code: &str, message: &str) -> fmt::Result {
    match code {
        "" => f.write_str(message),
        code => write!(f, "{code}: {message}"),
    }
}

/// The engine's message, but with numbers as JSONata prints them: it says `5.0` for 5.
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
