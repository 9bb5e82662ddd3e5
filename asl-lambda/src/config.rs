//! [`Config`]: what the function's environment variables say.

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

mod choices;
mod error;
mod log;
mod setting;
#[cfg(test)]
mod tests;

/// How a function receives events and answers them. [`Config::default`] is what no variable at all means; the README has
/// a table of the variables.
///
/// A variable that is set to the empty text counts as not set, but for `ASL_SUBSTITUTE_…`, where it is a value.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The definition's file, or a folder of definitions.
    pub definition: Option<PathBuf>,
    /// Which definition of a folder triggers start: `orders` for `orders.asl.json`.
    pub main: Option<String>,
    /// Values for the `${Name}` of the definitions that [`main`](crate::main) and [`main_from_env`](crate::main_from_env) read. A
    /// program that is compiled already has none to fill in.
    pub substitutions: Substitutions,
    /// Where events come from; `None` to look at each event.
    pub event_source: Option<Trigger>,
    /// What of an event is the input.
    pub input: Input,
    /// Whether each record of an event is an execution.
    pub batch: BatchMode,
    /// What an execution is answered with.
    pub response: Response,
    /// How an ended execution becomes an HTTP response.
    pub mapping: ResponseMapping,
    /// Whether callers over HTTP read why an execution failed.
    pub cause: Cause,
    /// Which pages may call the function.
    pub cors: Option<Cors>,
    /// How responses over HTTP are sent.
    pub invoke_mode: InvokeMode,
    /// What a failed execution does to an invocation without an HTTP response.
    pub on_failure: OnFailure,
    /// What an execution may use.
    pub limits: Limits,
    /// Whether Task states may have `.sync` and `.waitForTaskToken`, which outlast what they call.
    pub express_patterns: ExpressPatterns,
    /// How long before the function's timeout an execution ends.
    pub margin: Duration,
    /// What is written to the log.
    pub log: LogSettings,
    /// The CloudWatch namespace of the metrics; `None` for no metrics.
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
            margin: Duration::from_millis(500),
            log: LogSettings::default(),
            metrics_namespace: None,
        }
    }
}

impl Config {
    /// What the environment of this process says.
    ///
    /// # Errors
    /// Names every variable that is wrong or, since such a one would have no effect, unknown.
    pub fn from_env() -> Result<Config, ConfigError> {
        let (config, problems) = Config::read(env());
        ConfigError::unless_none(config, problems)
    }

    /// What these variables say. Of those whose name does not begin with `ASL_` only Lambda's own are read:
    /// `AWS_LAMBDA_LOG_FORMAT`, `AWS_LAMBDA_LOG_LEVEL` and `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, half of which an execution may
    /// hold.
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
    /// As [`Config::from_env`].
    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> Result<Config, ConfigError> {
        let (config, problems) = Config::read(vars);
        ConfigError::unless_none(config, problems)
    }

    /// What these variables say, those that are wrong left out, and what is wrong with them.
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
            // The other half is for events, answers and the process itself.
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
        // A text that is no Unicode has no meaning for any variable, and the replacement shows what is wrong with it.
        Some((name, value.to_string_lossy().into_owned()))
    })
}
