//! [`Diagnostic`]: a problem of a definition.

use std::fmt;
use std::ops::Range;

use asl_value::{Pointer, Text};

use crate::Code;

/// The message that replaces all problems beyond the limit.
pub(crate) const TOO_MANY: &str = "there are too many problems; the others are not shown";

/// A range of bytes of the source text.
pub type Span = Range<usize>;

/// A problem of a definition, for the author of the definition.
///
/// [`parse`](crate::parse), [`validate`](crate::validate) and the compiler of asl-engine report problems in this form.
/// A diagnostic holds no position in the text: it names the place by a [`Pointer`], and
/// [`Source::find`](crate::Source::find) or [`Excerpt::find`](crate::Excerpt::find) locates it. For the problems that
/// AWS reports as well, code, message and location are AWS's own, where they were recorded or measured.
///
/// `Display` prints it as AWS does in the message of a refused request: `CODE: message at location`.
///
/// An error makes a definition invalid; a warning does not, see [`is_error`](Diagnostic::is_error). Whether AWS refuses
/// the definition is another question: [`is_refused_by_aws`](Diagnostic::is_refused_by_aws).
///
/// ```
/// use asl_model::{Code, Source, parse};
/// let source = Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Ends": true}}}"#);
/// let diagnostics = parse(&source).diagnostics;
/// let unknown = diagnostics.iter().find(|found| found.code == Code::UNKNOWN_FIELD).unwrap();
/// assert_eq!(unknown.to_string(), "SCHEMA_VALIDATION_FAILED: Field 'Ends' is not supported at /States/A");
/// assert_eq!(unknown.help.as_deref(), Some("did you mean `End`?"));
/// assert_eq!(&source.text()[source.find(unknown).unwrap()], "\"Ends\"");
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html>
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// Whether the definition is refused.
    pub severity: Severity,
    /// The text, which is AWS's where that was recorded or measured.
    pub message: String,
    /// The place, as AWS names it. For a field that is missing or does not belong, it is the place of the object.
    pub location: Pointer,
    /// The member of the object at `location` that the problem is about, if the location does not name it.
    pub field: Option<Text>,
    /// The exact place, if AWS names the whole field that contains it: `/States/A/Parameters/items[0]/id.$`.
    pub inner: Option<Pointer>,
    /// The part of the string at that place, in bytes of its value; of the source text, if that is not JSON at all.
    pub range: Option<Range<usize>>,
    /// What was expected, or how to correct it.
    pub help: Option<String>,
    /// How AWS reports the problem; `None` if only this project reports it.
    pub aws: Option<Severity>,
}

/// Whether a definition with this problem is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The definition is refused.
    Error,
    /// The definition is accepted, but is probably not what its author means.
    Warning,
}

impl Diagnostic {
    /// A problem for which the definition is refused, also by AWS if AWS has the code.
    pub fn error(code: Code, message: impl Into<String>, location: Pointer) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, message.into(), location)
    }

    /// A problem with which the definition is accepted. AWS warns as well if it has the code.
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

    /// Marks the definition of a warning as refused by AWS.
    #[must_use]
    pub fn refused_by_aws(mut self) -> Diagnostic {
        self.aws = Some(Severity::Error);
        self
    }

    /// Names the exact place inside the location.
    #[must_use]
    pub fn inner(mut self, place: Pointer) -> Diagnostic {
        self.inner = Some(place);
        self
    }

    /// Names the member of the object that the problem is about.
    #[must_use]
    pub fn field(mut self, name: impl Into<Text>) -> Diagnostic {
        self.field = Some(name.into());
        self
    }

    /// Narrows the place to a part of the string.
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

    /// Suggests a spelling, if there is one.
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

    /// The sort key among all diagnostics of a definition: problems of single parts come first, then those of
    /// transitions, and last the remark that some are not shown.
    pub fn order(&self) -> impl Ord + use<> {
        let graph = [Code::MISSING_TARGET, Code::UNREACHABLE, Code::NO_TERMINAL_STATE];
        (self.message == TOO_MANY, graph.contains(&self.code))
    }

    /// The location as AWS reports it: `/States/C/Choices[0]/Next`. For some problems, AWS reports none.
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
