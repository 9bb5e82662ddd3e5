//! [`InitError`]: why a function cannot start.

use std::fmt;

use asl_engine::{DistributedMap, TaskRefusal};
use asl_model::{Diagnostic, Excerpt, Resource};
use asl_value::Value;

use crate::ConfigError;
use crate::init::lines::{about, diagnostic_lines, line};

/// The help for tasks and Maps that the function cannot run.
const OF_NO_SERVICE: Option<&str> = match cfg!(feature = "aws") {
    true => None,
    false => Some("this function is built without the feature `aws`, which calls AWS"),
};

/// Why a function cannot start. It has all problems of one kind or more, not just the first.
///
/// [`main`](crate::main) writes [`lines`](InitError::lines) to the log and reports the error to Lambda. If you use
/// [`Adapter::new`](crate::Adapter::new) and [`serve`](fn@crate::serve), write them yourself: the message alone does
/// not say where in a definition a problem is.
#[derive(Debug, Clone)]
pub struct InitError {
    kind: InitErrorKind,
    message: String,
    lines: Vec<Value>,
}

/// The kinds of [`InitError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitErrorKind {
    /// A definition is not valid, or uses a pattern that the function does not allow.
    InvalidDefinition,
    /// An environment variable is wrong, or a file that it names cannot be read.
    InvalidConfiguration,
    /// Tasks have no handler, or one that refuses them.
    MissingTaskHandler,
    /// Distributed Maps read or write objects, and the engine has no storage.
    MissingStorage,
}

impl InitErrorKind {
    fn name(self) -> &'static str {
        match self {
            InitErrorKind::InvalidDefinition => "InvalidDefinition",
            InitErrorKind::InvalidConfiguration => "InvalidConfiguration",
            InitErrorKind::MissingTaskHandler => "MissingTaskHandler",
            InitErrorKind::MissingStorage => "MissingStorage",
        }
    }

    /// Whether calling AWS would have helped.
    fn depends_on_aws(self) -> bool {
        matches!(self, InitErrorKind::MissingTaskHandler | InitErrorKind::MissingStorage)
    }
}

impl InitError {
    /// The error for tasks without a handler.
    pub(crate) fn missing(resources: &[&Resource]) -> Option<InitError> {
        let text = |resource: &&Resource| format!("`{}`", resource.as_str());
        let line = |resource: &&Resource| {
            let message = format!("no handler for the tasks of resource {}", text(resource));
            line("ERROR", [("message", message.into()), ("help", OF_NO_SERVICE.into())])
        };
        let names: Vec<String> = resources.iter().map(text).collect();
        (!resources.is_empty()).then(|| InitError {
            kind: InitErrorKind::MissingTaskHandler,
            message: format!("no handler for the tasks of: {}", names.join(", ")),
            lines: resources.iter().map(line).collect(),
        })
    }

    /// The error for tasks that their handlers refuse, with the reasons.
    pub(crate) fn refused(resources: &[(&Resource, TaskRefusal)]) -> Option<InitError> {
        let texts = resources.iter().map(|(resource, why)| {
            format!("the tasks of resource `{}` can never work here: {why}", resource.as_str())
        });
        InitError::of(InitErrorKind::MissingTaskHandler, texts.collect(), None)
    }

    /// The error for tasks and Maps with patterns that are not allowed.
    pub(crate) fn waiting(resources: &[&Resource], maps: &[DistributedMap<'_>]) -> Option<InitError> {
        let tasks = resources.iter().map(|resource| {
            format!("Express state machine does not support the pattern of `{}`", resource.as_str())
        });
        let maps = maps.iter().map(|map| {
            format!(
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines: `{}`",
                map.state
            )
        });
        let help = "ASL_EXPRESS_PATTERNS=all allows it, in a function that waits";
        let mut error =
            InitError::of(InitErrorKind::InvalidDefinition, tasks.chain(maps).collect(), Some(help))?;
        error.message = format!("Invalid State Machine Definition: '{}' ({help})", error.message);
        Some(error)
    }

    /// The error for distributed Maps that need storage.
    pub(crate) fn without_storage(maps: &[DistributedMap<'_>]) -> Option<InitError> {
        let uses = maps.iter().flat_map(|map| {
            let reads = map.reads.map(|action| (action, "ItemReader", map.state));
            reads.into_iter().chain(map.writes.map(|action| (action, "ResultWriter", map.state)))
        });
        let text =
            |(action, field, state)| format!("no storage for `{action}`, the {field} of state `{state}`");
        InitError::of(InitErrorKind::MissingStorage, uses.map(text).collect(), OF_NO_SERVICE)
    }

    /// An error with one line for each text; `None` without texts.
    fn of(kind: InitErrorKind, texts: Vec<String>, help: Option<&'static str>) -> Option<InitError> {
        let text = |text: &String| line("ERROR", [("message", text.as_str().into()), ("help", help.into())]);
        let lines: Vec<Value> = texts.iter().map(text).collect();
        (!texts.is_empty()).then(|| InitError { kind, message: texts.join(", "), lines })
    }

    /// One error for all problems, with the kind of the first.
    pub(crate) fn all(errors: impl IntoIterator<Item = InitError>) -> Option<InitError> {
        errors.into_iter().reduce(|all, next| InitError {
            kind: all.kind,
            message: format!("{}; {}", all.message, next.message),
            lines: [all.lines, next.lines].concat(),
        })
    }

    /// Adds why AWS cannot be called, if the error is a consequence of that.
    #[must_use]
    pub(crate) fn because(self, problem: Option<String>) -> InitError {
        match problem {
            Some(problem) if self.kind.depends_on_aws() => {
                let reason = format!("AWS cannot be called: {problem}");
                let mut lines = vec![line("ERROR", [("message", reason.as_str().into())])];
                lines.extend(self.lines);
                let message = format!("{reason} ({})", self.message);
                InitError { kind: InitErrorKind::InvalidConfiguration, message, lines }
            }
            _ => self,
        }
    }

    pub(crate) fn definition(diagnostics: &[Diagnostic], excerpt: &Excerpt) -> InitError {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let texts: Vec<String> = errors.map(Diagnostic::to_string).collect();
        InitError {
            // The name and the text that AWS has for this problem.
            kind: InitErrorKind::InvalidDefinition,
            message: format!("Invalid State Machine Definition: '{}'", texts.join(", ")),
            lines: diagnostic_lines(diagnostics, excerpt),
        }
    }

    /// Adds the name of the definition that the error is about.
    pub(crate) fn about(self, definition: &str) -> InitError {
        let lines = about(self.lines, definition);
        InitError { message: format!("`{definition}`: {}", self.message), lines, ..self }
    }

    /// The kind of the first problem.
    pub fn kind(&self) -> InitErrorKind {
        self.kind
    }

    /// The kind as Lambda's `errorType`: `InvalidDefinition`, `InvalidConfiguration`, `MissingTaskHandler`,
    /// `MissingStorage`.
    pub fn error_type(&self) -> &'static str {
        self.kind.name()
    }

    /// The problems, each a line of a JSON log.
    ///
    /// ```json
    /// {"level": "ERROR", "code": "ASL0019", "aws": "MISSING_TRANSITION_TARGET", "message": "Missing 'Next' target: B",
    ///  "location": "/States/A/Next", "line": 4, "column": 15}
    /// ```
    pub fn lines(&self) -> &[Value] {
        &self.lines
    }
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for InitError {}

impl From<ConfigError> for InitError {
    fn from(error: ConfigError) -> Self {
        let lines =
            error.problems().iter().map(|problem| line("ERROR", [("message", problem.as_str().into())]));
        InitError {
            kind: InitErrorKind::InvalidConfiguration,
            message: error.to_string(),
            lines: lines.collect(),
        }
    }
}
