//! [`Diagnostic`]: a problem of a definition.

use std::fmt;
use std::ops::Range;

use asl_value::{Pointer, Text};

use crate::Code;

/// A range of bytes of the source text.
pub type Span = Range<usize>;

/// Something wrong with a definition, for its author.
///
/// Displayed as AWS joins them into one message: `CODE: message at location`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// Whether the definition is refused.
    pub severity: Severity,
    /// AWS's text where it was recorded or measured.
    pub message: String,
    /// The place, as AWS names it: that of the owner if a field is missing or does not belong.
    pub location: Pointer,
    /// The member of `location` that it is about, where the location is the owner's.
    pub field: Option<Text>,
    /// A part of the string at `location`, in bytes of the string's value. Of the source text, if that is not JSON.
    pub range: Option<Range<usize>>,
    /// What was expected, or a way to mend it.
    pub help: Option<String>,
}

/// Whether a definition with this problem is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// It is refused.
    Error,
    /// It is accepted, and likely not what its author means.
    Warning,
}

impl Diagnostic {
    /// A problem for which the definition is refused.
    pub fn error(code: Code, message: impl Into<String>, location: Pointer) -> Diagnostic {
        let message = message.into();
        Diagnostic {
            code,
            severity: Severity::Error,
            message,
            location,
            field: None,
            range: None,
            help: None,
        }
    }

    /// A problem with which the definition is accepted.
    pub fn warning(code: Code, message: impl Into<String>, location: Pointer) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message, location) }
    }

    /// Names the member of the location that it is about.
    #[must_use]
    pub fn field(mut self, name: impl Into<Text>) -> Diagnostic {
        self.field = Some(name.into());
        self
    }

    /// Points at a part of the string.
    #[must_use]
    pub fn range(mut self, range: Range<usize>) -> Diagnostic {
        self.range = Some(range);
        self
    }

    /// Adds an explanation.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Whether the definition is refused.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The location as AWS answers it: `/States/C/Choices[0]/Next`; of some problems it has none.
    pub fn aws_location(&self) -> Option<String> {
        if self.code == Code::INVALID_JSON {
            return self.message.rsplit_once("\n at ").map(|(_, source)| source.to_owned());
        }
        self.code.is_located().then(|| self.location.location())
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.aws().unwrap_or(self.code.id());
        let location = self.aws_location();
        write!(f, "{code}: {} at {}", self.message, location.as_deref().unwrap_or("null"))
    }
}
