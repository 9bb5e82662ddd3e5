//! From a definition to an [`Adapter`], and why there may be none.

use std::fmt;
use std::sync::Arc;

use asl_engine::{DistributedMap, Loaded, Program, Registry, load};
use asl_model::{Diagnostic, Excerpt, LineCol, Resource, Severity, Source, Substitutions};
use asl_value::{Object, Value};

use crate::{Adapter, Config, ConfigError, config};
use definitions::{Definition, Definitions};
use services::{Services, services};

mod definitions;
mod services;

const MISSING_HANDLER: &str = "MissingTaskHandler";

/// What else can be done about what nothing of the function does.
const OF_NO_SERVICE: Option<&str> = match cfg!(feature = "aws") {
    true => None,
    false => Some("this function is built without the feature `aws`, which calls AWS"),
};

/// Why a function cannot start.
#[derive(Debug, Clone)]
pub struct InitError {
    error_type: &'static str,
    message: String,
    lines: Vec<Value>,
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
            error_type: MISSING_HANDLER,
            message: format!("no handler for the tasks of: {}", names.join(", ")),
            lines: resources.iter().map(line).collect(),
        })
    }

    /// Tasks that their handlers cannot do, and why.
    pub(crate) fn refused(resources: &[(&Resource, String)]) -> Option<InitError> {
        let texts = resources.iter().map(|(resource, why)| {
            format!("the tasks of resource `{}` can never work here: {why}", resource.as_str())
        });
        InitError::of(MISSING_HANDLER, texts.collect(), None)
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
        let mut error = InitError::of("InvalidDefinition", tasks.chain(maps).collect(), Some(help))?;
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
        InitError::of("MissingStorage", uses.map(text).collect(), OF_NO_SERVICE)
    }

    /// One line for each text; none for none.
    fn of(error_type: &'static str, texts: Vec<String>, help: Option<&'static str>) -> Option<InitError> {
        let text = |text: &String| line("ERROR", [("message", text.as_str().into()), ("help", help.into())]);
        let lines: Vec<Value> = texts.iter().map(text).collect();
        (!texts.is_empty()).then(|| InitError { error_type, message: texts.join(", "), lines })
    }

    /// All of them in one, which has the type of the first.
    pub(crate) fn all(errors: impl IntoIterator<Item = InitError>) -> Option<InitError> {
        errors.into_iter().reduce(|all, next| InitError {
            error_type: all.error_type,
            message: format!("{}; {}", all.message, next.message),
            lines: [all.lines, next.lines].concat(),
        })
    }

    /// What is missing is so because AWS cannot be called.
    #[must_use]
    fn because(self, problem: Option<String>) -> InitError {
        match problem {
            Some(problem) if [MISSING_HANDLER, "MissingStorage"].contains(&self.error_type) => {
                let reason = format!("AWS cannot be called: {problem}");
                let mut lines = vec![line("ERROR", [("message", reason.as_str().into())])];
                lines.extend(self.lines);
                let message = format!("{reason} ({})", self.message);
                InitError { error_type: "InvalidConfiguration", message, lines }
            }
            _ => self,
        }
    }

    fn definition(diagnostics: &[Diagnostic], excerpt: &Excerpt) -> InitError {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let texts: Vec<String> = errors.map(Diagnostic::to_string).collect();
        InitError {
            // AWS's name and text of the same problem.
            error_type: "InvalidDefinition",
            message: format!("Invalid State Machine Definition: '{}'", texts.join(", ")),
            lines: diagnostic_lines(diagnostics, excerpt),
        }
    }

    /// Of this one of several definitions.
    fn about(self, definition: &str) -> InitError {
        let lines = about(self.lines, definition);
        InitError { message: format!("`{definition}`: {}", self.message), lines, ..self }
    }

    /// Lambda's `errorType`: `InvalidDefinition`, `InvalidConfiguration`, `MissingTaskHandler`, `MissingStorage`.
    pub fn error_type(&self) -> &'static str {
        self.error_type
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
        InitError { error_type: "InvalidConfiguration", message: error.to_string(), lines: lines.collect() }
    }
}

/// A definition's program, and the lines of a JSON log about it.
type Compiled = (Arc<Program>, Vec<Value>);

/// The program of a definition with its values, and a line of a JSON log for each warning about it.
fn program(definition: Definition, given: &Substitutions) -> Result<Compiled, InitError> {
    let Definition { source, values } = definition;
    let (excerpt, mut found) = Excerpt::of(source).substituted(&given.clone().or(values));
    let (excerpt, left) = excerpt.unsubstituted();
    let Loaded { program, diagnostics, .. } = load(excerpt.source());
    found.extend(left.into_iter().chain(diagnostics));
    match program.filter(|_| !found.iter().any(Diagnostic::is_error)) {
        Some(program) => Ok((program, diagnostic_lines(&found, &excerpt))),
        None => Err(InitError::definition(&found, &excerpt)),
    }
}

/// A line for each name in the environment that no definition has: it is misspelt, more often than not.
fn unused<'d>(
    given: &Substitutions,
    definitions: impl Iterator<Item = &'d Definition> + Clone,
) -> Vec<Value> {
    let occurs = |name: &&str| {
        let placeholder = format!("${{{name}}}");
        definitions.clone().any(|definition| definition.source.text().contains(&placeholder))
    };
    let message = |name| format!("the substitution `{name}` of the environment occurs in no definition");
    let unused = given.names().filter(|name| !occurs(name));
    unused.map(|name| line("WARN", [("message", message(name).into())])).collect()
}

fn about(lines: Vec<Value>, definition: &str) -> Vec<Value> {
    let named = |line: Value| match line {
        Value::Object(mut members) => {
            members.insert("definition", definition.into());
            Value::Object(members)
        }
        other => other,
    };
    lines.into_iter().map(named).collect()
}

/// An adapter for `ASL_DEFINITION`, or for the definition that the program brings along.
pub(crate) fn adapter(built_in: Option<Source>, tasks: Registry) -> Result<(Adapter, Vec<Value>), InitError> {
    let (config, mut problems) = Config::read(config::env());
    let sources = match (&config.definition, built_in) {
        (Some(path), _) => definitions::read(path, config.main.as_deref()),
        (None, Some(source)) => {
            let main = Definition { source, values: Substitutions::default() };
            Ok(Definitions { main, others: Vec::new() })
        }
        (None, None) => Err("ASL_DEFINITION: not set, expected the path of a definition".to_owned()),
    };
    let Definitions { main, others } = match sources {
        Ok(sources) => ConfigError::unless_none(sources, problems)?,
        Err(problem) => {
            problems.push(problem);
            return Err(ConfigError::new(problems).into());
        }
    };
    let given = &config.substitutions;
    let mut lines = unused(given, others.iter().map(|(_, definition)| definition).chain([&main]));
    let (main, more) = program(main, given)?;
    lines.extend(more);
    let mut programs = Vec::with_capacity(others.len());
    for (name, definition) in others {
        let (program, more) = program(definition, given).map_err(|error| error.about(&name))?;
        lines.extend(about(more, &name));
        programs.push((name, program));
    }
    let Services { engine, problem } = services(tasks);
    let adapter = Adapter::with_others(main, programs, engine, config);
    Ok((adapter.map_err(|error| error.because(problem))?, lines))
}

fn diagnostic_lines(diagnostics: &[Diagnostic], excerpt: &Excerpt) -> Vec<Value> {
    let places = excerpt.places(diagnostics).into_iter().map(|place| place.map(|place| place.start));
    diagnostics.iter().zip(places).map(|(diagnostic, place)| diagnostic_line(diagnostic, place)).collect()
}

fn diagnostic_line(diagnostic: &Diagnostic, place: Option<LineCol>) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARN",
    };
    line(
        level,
        [
            ("code", diagnostic.code.id().into()),
            ("aws", diagnostic.code.aws().into()),
            ("message", diagnostic.message.as_str().into()),
            ("location", diagnostic.location.location().into()),
            ("line", place.map(|place| place.line).into()),
            ("column", place.map(|place| place.column).into()),
            ("help", diagnostic.help.as_deref().into()),
        ],
    )
}

/// A line of a JSON log, without what is null.
fn line<const N: usize>(level: &str, members: [(&'static str, Value); N]) -> Value {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    let line: Object = [("level", Value::from(level))].into_iter().chain(members).collect();
    Value::Object(line)
}
