//! [`InitError`]: why a function cannot start.

use std::fmt;

use asl_engine::DistributedMap;
use asl_model::{Diagnostic, Excerpt, Resource};
use asl_value::Value;

use crate::ConfigError;
use crate::init::lines::{about, diagnostic_lines, line};

/// What else can be done about what nothing of the function does.
const OF_NO_SERVICE: Option<&str> = match cfg!(feature = "aws") {
    true => None,
    false => Some("this function is built without the feature `aws`, which calls AWS"),
};

/// Why a function cannot start.
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
    /// A definition is not valid, or needs what the function does not allow.
    InvalidDefinition,
    /// An environment variable, or a file that one names, is wrong.
    InvalidConfiguration,
    /// Tasks have no handler, or one that cannot do them.
    MissingTaskHandler,
    /// Distributed Maps have no storage to read from or write to.
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
    /// Tasks without a handler.
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

    /// Tasks that their handlers cannot do, and why.
    pub(crate) fn refused(resources: &[(&Resource, String)]) -> Option<InitError> {
        let texts = resources.iter().map(|(resource, why)| {
            format!("the tasks of resource `{}` can never work here: {why}", resource.as_str())
        });
        InitError::of(InitErrorKind::MissingTaskHandler, texts.collect(), None)
    }

    /// Tasks and Maps of patterns that are not allowed.
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

    /// Distributed Maps that need storage, where there is none.
    pub(crate) fn without_storage(maps: &[DistributedMap<'_>]) -> Option<InitError> {
        let uses = maps.iter().flat_map(|map| {
            let reads = map.reads.map(|action| (action, "ItemReader", map.state));
            reads.into_iter().chain(map.writes.map(|action| (action, "ResultWriter", map.state)))
        });
        let text =
            |(action, field, state)| format!("no storage for `{action}`, the {field} of state `{state}`");
        InitError::of(InitErrorKind::MissingStorage, uses.map(text).collect(), OF_NO_SERVICE)
    }

    /// One line for each text; none for none.
    fn of(kind: InitErrorKind, texts: Vec<String>, help: Option<&'static str>) -> Option<InitError> {
        let text = |text: &String| line("ERROR", [("message", text.as_str().into()), ("help", help.into())]);
        let lines: Vec<Value> = texts.iter().map(text).collect();
        (!texts.is_empty()).then(|| InitError { kind, message: texts.join(", "), lines })
    }

    /// All of them in one, which has the type of the first.
    pub(crate) fn all(errors: impl IntoIterator<Item = InitError>) -> Option<InitError> {
        errors.into_iter().reduce(|all, next| InitError {
            kind: all.kind,
            message: format!("{}; {}", all.message, next.message),
            lines: [all.lines, next.lines].concat(),
        })
    }

    /// What is missing is so because AWS cannot be called.
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
            // AWS's name and text of the same problem.
            kind: InitErrorKind::InvalidDefinition,
            message: format!("Invalid State Machine Definition: '{}'", texts.join(", ")),
            lines: diagnostic_lines(diagnostics, excerpt),
        }
    }

    /// Of this one of several definitions.
    pub(crate) fn about(self, definition: &str) -> InitError {
        let lines = about(self.lines, definition);
        InitError { message: format!("`{definition}`: {}", self.message), lines, ..self }
    }

    /// What kind of error it is; that of the first problem if there are several.
    pub fn kind(&self) -> InitErrorKind {
        self.kind
    }

    /// Lambda's `errorType`: `InvalidDefinition`, `InvalidConfiguration`, `MissingTaskHandler`, `MissingStorage`.
    pub fn error_type(&self) -> &'static str {
        self.kind.name()
    }

    /// Every problem as one line of a JSON log.
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
