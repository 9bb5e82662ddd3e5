//! [`Config`]: the settings of a function, from its environment variables.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use asl_engine::Limits;
use asl_model::{ExpressPatterns, Substitutions};
use asl_value::Text;

use crate::cors::Cors;
use crate::http::ResponseMapping;
use crate::input::Input;
use crate::severity::Severity;
use crate::trigger::Trigger;

pub use choices::{BatchMode, Cause, InvokeMode, OnFailure, Response};
pub use error::ConfigError;
pub use log::LogSettings;
pub use map::{MapFunction, MapSettings};

mod choices;
mod error;
mod log;
mod map;
mod setting;
#[cfg(test)]
mod tests;

/// The settings of a function: how it receives events, runs executions and answers.
///
/// [`main`](crate::main) reads them from the environment variables that the README lists. For an
/// [`Adapter`](crate::Adapter) of your own, start from [`Config::from_env`], [`Config::from_vars`] or
/// `Config::default()`, which has the defaults of that table, and change the fields:
///
/// ```
/// use asl_lambda::{Config, OnFailure, ResponseMapping};
///
/// let mut config = Config::from_vars([("ASL_LIMITS".to_owned(), "unlimited".to_owned())])?;
/// config.on_failure = OnFailure::Report;
/// config.mapping = ResponseMapping::parse(r#"{"OutOfStock": 409}"#)?;
/// assert_eq!(config.mapping.status_for(Some("OutOfStock")), 409);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// An empty variable counts as not set, except `ASL_SUBSTITUTE_…`, where the empty text is a value.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The file of the definition, or a folder of definitions.
    pub definition: Option<PathBuf>,
    /// The definition of a folder that triggers start: `orders` for `orders.asl.json`.
    pub main: Option<String>,
    /// Values for `${Name}` in the definitions that [`main`](crate::main) and [`main_from_env`](crate::main_from_env)
    /// read. They have no effect on a program that is already compiled.
    pub substitutions: Substitutions,
    /// The trigger of all events; `None` to detect it for each event.
    pub event_source: Option<Trigger>,
    /// The part of an event that is the input.
    pub input: Input,
    /// Whether each record of an event starts an execution of its own.
    pub batch: BatchMode,
    /// The answer to an execution.
    pub response: Response,
    /// The HTTP statuses of failed executions.
    pub mapping: ResponseMapping,
    /// Whether HTTP clients may read the cause of a failed execution.
    pub cause: Cause,
    /// The origins of the web pages that may call the function.
    pub cors: Option<Cors>,
    /// How HTTP responses are sent.
    pub invoke_mode: InvokeMode,
    /// What happens to the invocation when an execution fails, for triggers other than HTTP.
    pub on_failure: OnFailure,
    /// The limits of an execution.
    pub limits: Limits,
    /// Whether Task states may use `.sync` and `.waitForTaskToken`, and Map states may be distributed.
    pub express_patterns: ExpressPatterns,
    /// Where the children of distributed Maps run.
    pub map: MapSettings,
    /// Which durable functions run which machines, by the name or the ARN of a machine: a durable execution starts their
    /// executions there instead of in Step Functions.
    pub durable_functions: BTreeMap<Text, Text>,
    /// From how many operations on a durable execution continues in a next one; `None`: it fails shortly before its quotas.
    pub durable_continue_at: Option<u64>,
    /// How long before the timeout of the function an execution ends.
    pub margin: Duration,
    /// The path at which callbacks are answered, see `Adapter::with_callbacks`: `/approve`. `None` to answer none.
    pub callback_path: Option<String>,
    /// What is written to the log.
    pub log: LogSettings,
    /// The CloudWatch namespace of the metrics; `None` to write no metrics.
    pub metrics_namespace: Option<Text>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            definition: None,
            main: None,
            substitutions: Substitutions::default(),
            event_source: None,
            input: Input::default(),
            batch: BatchMode::default(),
            response: Response::default(),
            mapping: ResponseMapping::default(),
            cause: Cause::default(),
            cors: None,
            invoke_mode: InvokeMode::default(),
            on_failure: OnFailure::default(),
            limits: Limits::express(),
            express_patterns: ExpressPatterns::Aws,
            map: MapSettings::default(),
            durable_functions: BTreeMap::new(),
            durable_continue_at: None,
            margin: Duration::from_millis(500),
            callback_path: None,
            log: LogSettings::default(),
            metrics_namespace: None,
        }
    }
}

impl Config {
    /// Reads the environment variables of this process.
    ///
    /// # Errors
    /// Reports every variable that is invalid, and every unknown one whose name begins with `ASL_`, since it is
    /// probably misspelt.
    pub fn from_env() -> Result<Config, ConfigError> {
        let (config, problems) = Config::read(env());
        ConfigError::unless_none(config, problems)
    }

    /// Reads the given variables. Besides those whose names begin with `ASL_`, it reads three of Lambda's own:
    /// `AWS_LAMBDA_LOG_FORMAT`, `AWS_LAMBDA_LOG_LEVEL` and `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`. An execution may hold
    /// half of that memory.
    ///
    /// ```
    /// use asl_lambda::Config;
    /// let vars = [("ASL_LIMITS".to_owned(), "none".to_owned()), ("ASL_STATUSMAP".to_owned(), "{}".to_owned())];
    /// let error = Config::from_vars(vars).unwrap_err();
    /// assert_eq!(error.problems().len(), 2);
    /// assert_eq!(error.problems()[0], "ASL_LIMITS: expected `express` or `unlimited`, found `none`");
    /// ```
    ///
    /// # Errors
    /// Those of [`Config::from_env`].
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Result<Config, ConfigError> {
        let (config, problems) = Config::read(vars);
        ConfigError::unless_none(config, problems)
    }

    /// Reads the given variables, without the invalid ones, and says what is wrong with those.
    pub(crate) fn read(vars: impl IntoIterator<Item = (String, String)>) -> (Config, Vec<String>) {
        let mut config = Config::default();
        let (mut own, mut substitutions, mut memory) = (Vec::new(), Vec::new(), None);
        for (name, value) in vars {
            match name.as_str() {
                _ if Substitutions::is_variable(&name) => substitutions.push((name, value)),
                _ if value.is_empty() => {}
                "AWS_LAMBDA_LOG_FORMAT" => config.log.is_json = value.eq_ignore_ascii_case("json"),
                "AWS_LAMBDA_LOG_LEVEL" => config.log.threshold = Severity::from_name(&value),
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" => memory = value.parse::<u32>().ok(),
                _ if name.starts_with("ASL_") => own.push((name, value)),
                _ => {}
            }
        }
        let problem = |(name, value): (String, String)| {
            Some(format!("{name}: {}", setting::set(&mut config, &name, &value).err()?))
        };
        let mut problems: Vec<String> = own.into_iter().filter_map(problem).collect();
        if let Some(megabytes) = memory {
            // The other half is left for events, answers and the process itself.
            config.limits.memory_bytes = Some(u64::from(megabytes) * (1 << 20) / 2);
        }
        match Substitutions::from_variables(substitutions) {
            Ok(values) => config.substitutions = values,
            Err(problem) => problems.push(problem.message),
        }
        (config, problems)
    }
}

/// The variables of this process.
pub(crate) fn env() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        // No variable accepts text that is not Unicode; the replacement character shows what is wrong with it.
        Some((name, value.to_string_lossy().into_owned()))
    })
}
