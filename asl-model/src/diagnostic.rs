//! [`Diagnostic`]: a problem of a definition.

use std::fmt;
use std::ops::Range;

use asl_value::{Pointer, Text};

use crate::Code;

/// Stands for the problems that are not told.
pub(crate) const TOO_MANY: &str = "there are too many problems; the others are not shown";

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
    /// The place inside of `location`, where AWS names the whole field: `/States/A/Parameters/items[0]/id.$`.
    pub inner: Option<Pointer>,
    /// A part of the string at that place, in bytes of the string's value. Of the source text, if that is not JSON.
    pub range: Option<Range<usize>>,
    /// What was expected, or a way to mend it.
    pub help: Option<String>,
    /// How AWS reports it; `None` for what AWS says nothing of, which this project alone reports.
    pub aws: Option<Severity>,
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
    /// A problem for which the definition is refused, by AWS too if AWS has the code.
    pub fn error(code: Code, message: impl Into<String>, location: Pointer) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message.into(), location)
    }

    /// A problem with which the definition is accepted. AWS warns as well, if AWS has the code.
    pub fn warning(code: Code, message: impl Into<String>, location: Pointer) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, message.into(), location)
    }

    fn new(severity: Severity, code: Code, message: String, location: Pointer) -> Diagnostic {
        let aws = code.aws().map(|_| severity);
        Diagnostic {
            code,
            severity,
            message,
            location,
            field: None,
            inner: None,
            range: None,
            help: None,
            aws,
        }
    }

    /// Marks a warning as one of what AWS refuses.
    #[must_use]
    pub fn refused_by_aws(mut self) -> Diagnostic {
        self.aws = Some(Severity::Error);
        self
    }

    /// Names the place inside of the location.
    #[must_use]
    pub fn inner(mut self, place: Pointer) -> Diagnostic {
        self.inner = Some(place);
        self
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

    /// Suggests another spelling, if there is one.
    pub(crate) fn did_you_mean(self, near: Option<&str>) -> Diagnostic {
        match near {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Whether the definition is refused.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether the definition cannot be created on AWS.
    pub fn is_refused_by_aws(&self) -> bool {
        self.aws == Some(Severity::Error)
    }

    /// Its place among others: what is wrong with a part of the definition comes before how its states lead to one
    /// another, and last that there are more problems than are told.
    pub fn order(&self) -> impl Ord + use<> {
        let graph = [Code::MISSING_TARGET, Code::UNREACHABLE, Code::NO_TERMINAL_STATE];
        (self.message == TOO_MANY, graph.contains(&self.code))
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
