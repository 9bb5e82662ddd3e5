//! [`Config`]: what the function's environment variables say.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use asl_engine::{Limits, LogLevel};
use asl_model::{ExpressPatterns, Substitutions};
use asl_value::Text;

use crate::cors::Cors;
use crate::input::Input;
use crate::log::Severity;
use crate::response::ResponseMapping;
use crate::trigger::Trigger;

mod setting;

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
    pub batch: Batch,
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

/// Whether each record of an event is an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Batch {
    /// Each is.
    #[default]
    Item,
    /// There is one execution, whose input is the array of the records.
    Array,
}

/// What an execution is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Response {
    /// Its output, or its error.
    #[default]
    Output,
    /// What `StartSyncExecution` answers: status, output and error in one document, also for a failed execution.
    Envelope,
}

/// Whether callers over HTTP, who may be anybody, read the cause of a failed execution besides the name of its error. A
/// cause is a text of a task or a state's author, and may tell of what is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cause {
    /// `{"error": "OutOfStock", "cause": "no mug left"}`
    #[default]
    Shown,
    /// `{"error": "OutOfStock"}`; the log has the cause.
    Hidden,
}

/// How responses over HTTP are sent: the `InvokeMode` of a function URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvokeMode {
    /// In one piece, of at most 6 MB.
    #[default]
    Buffered,
    /// Piece by piece.
    ResponseStream,
}

/// What a failed execution does to an invocation that is not answered over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The invocation fails too, so that Lambda's retries, destinations and dead-letter queues apply; of a batch, the
    /// record.
    #[default]
    Fail,
    /// The invocation succeeds and answers `{"status": "FAILED", "error": …, "cause": …}`.
    Report,
}

/// What is written to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogSettings {
    /// Which events of executions.
    pub level: LogLevel,
    /// Whether with inputs and outputs.
    pub execution_data: bool,
    /// Whether Lambda's log format is JSON.
    pub(crate) is_json: bool,
    /// Lambda's own level: what is less urgent is left out.
    pub(crate) threshold: Option<Severity>,
}

impl Default for LogSettings {
    fn default() -> Self {
        LogSettings { level: LogLevel::Error, execution_data: false, is_json: false, threshold: None }
    }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            definition: None,
            main: None,
            substitutions: Substitutions::default(),
            event_source: None,
            input: Input::default(),
            batch: Batch::default(),
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

/// Environment variables that are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
    pub(crate) fn new(mut problems: Vec<String>) -> ConfigError {
        problems.sort();
        ConfigError { problems }
    }

    /// What was read, if nothing was wrong.
    pub(crate) fn unless_none<T>(read: T, problems: Vec<String>) -> Result<T, ConfigError> {
        if problems.is_empty() { Ok(read) } else { Err(ConfigError::new(problems)) }
    }

    /// One line for each variable, by name: ``ASL_LIMITS: expected `express` or `unlimited`, found `none` ``.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(vars: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::from_vars(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[track_caller]
    fn check(vars: &[(&str, &str)], problems: &[&str]) {
        assert_eq!(read(vars).unwrap_err().problems(), problems);
    }

    #[test]
    fn nothing_set_is_the_default() {
        let config = read(&[("HOME", "/"), ("ASL_LIMITS", "")]).unwrap();
        assert_eq!(config.limits, Limits::express());
        assert_eq!((config.event_source, config.response), (None, Response::Output));
        assert_eq!((config.on_failure, config.margin), (OnFailure::Fail, Duration::from_millis(500)));
        assert!(config.definition.is_none() && matches!(config.input, Input::Default));
    }

    #[test]
    fn an_execution_may_hold_half_of_the_memory() {
        let size = ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512");
        let bytes = |vars: &[(&str, &str)]| read(vars).unwrap().limits.memory_bytes;
        assert_eq!(bytes(&[]), Limits::express().memory_bytes);
        assert_eq!(bytes(&[size]), Some(256 << 20));
        assert_eq!(bytes(&[size, ("ASL_LIMITS", "unlimited")]), Some(256 << 20));
        assert_eq!(bytes(&[("ASL_LIMITS", "unlimited")]), None);
    }

    #[test]
    fn every_variable_is_read() {
        let config = read(&[
            ("ASL_DEFINITION", "definitions"),
            ("ASL_MAIN", "orders"),
            ("ASL_SUBSTITUTE_Table", "orders"),
            ("ASL_SUBSTITUTE_Suffix", ""),
            ("ASL_SUBSTITUTIONS", r#"{"Table": "others", "Topic.Arn": "arn"}"#),
            ("ASL_EVENT_SOURCE", "event-bridge"),
            ("ASL_INPUT", "$.detail"),
            ("ASL_BATCH", "array"),
            ("ASL_RESPONSE", "envelope"),
            ("ASL_STATUS_MAP", r#"{"OutOfStock": 409}"#),
            ("ASL_HTTP_CAUSE", "hidden"),
            ("ASL_CORS_ORIGINS", "*"),
            ("ASL_INVOKE_MODE", "response-stream"),
            ("ASL_ON_FAILURE", "report"),
            ("ASL_LIMITS", "unlimited"),
            ("ASL_EXPRESS_PATTERNS", "all"),
            ("ASL_LOG_LEVEL", "ALL"),
            ("ASL_LOG_EXECUTION_DATA", "true"),
            ("ASL_METRICS_NAMESPACE", "Orders"),
            ("ASL_DEADLINE_MARGIN_MS", "0"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_LOG_LEVEL", "WARN"),
        ]);
        let config = config.unwrap();
        assert_eq!((config.definition, config.main), (Some("definitions".into()), Some("orders".to_owned())));
        let values = ["Table", "Suffix", "Topic.Arn", "Other"].map(|name| config.substitutions.get(name));
        assert_eq!(values, [Some("orders"), Some(""), Some("arn"), None]);
        assert_eq!((config.batch, config.invoke_mode), (Batch::Array, InvokeMode::ResponseStream));
        assert_eq!(config.cause, Cause::Hidden);
        assert_eq!((config.cors, config.metrics_namespace), (Cors::parse("*").ok(), Some("Orders".into())));
        let log = LogSettings {
            level: LogLevel::All,
            execution_data: true,
            is_json: true,
            threshold: Some(Severity::Warn),
        };
        assert_eq!(config.log, log);
        assert_eq!(config.event_source, Some(Trigger::EventBridge));
        assert!(matches!(config.input, Input::Expression(_)));
        assert_eq!((config.response, config.on_failure), (Response::Envelope, OnFailure::Report));
        assert_eq!((config.limits, config.margin), (Limits::unlimited(), Duration::ZERO));
        assert_eq!(config.express_patterns, ExpressPatterns::All);
        assert_eq!(config.mapping.status_for(Some("OutOfStock")), 409);
    }

    #[test]
    fn every_bad_variable_is_named() {
        check(
            &[
                ("ASL_STATUS_MAP", r#"{"A": 99, "B": "409", "C": 404}"#),
                ("ASL_BATCH", "items"),
                ("ASL_BOTCH", "item"),
                ("ASL_CORS_ORIGINS", "*,shop.example"),
                ("ASL_LOG_LEVEL", "DEBUG"),
                ("ASL_METRICS_NAMESPACE", "AWS/States"),
                ("ASL_RESPONSE", "all"),
                ("ASL_ON_FAILURE", "x"),
                ("ASL_DEADLINE_MARGIN_MS", "-1"),
                ("ASL_INPUT", "$.["),
                ("ASL_LIMITS", "express"),
                ("ASL_SUBSTITUTIONS", r#"{"Table": []}"#),
            ],
            &[
                "ASL_BATCH: expected `item` or `array`, found `items`",
                "ASL_BOTCH: not a variable of this version of asl-lambda",
                "ASL_CORS_ORIGINS: expected `*` or origins such as `https://shop.example`, found `shop.example`",
                "ASL_DEADLINE_MARGIN_MS: expected milliseconds, found `-1`",
                "ASL_INPUT: Invalid path '$.['",
                "ASL_LOG_LEVEL: expected one of `OFF`, `FATAL`, `ERROR`, `ALL`, found `DEBUG`",
                "ASL_METRICS_NAMESPACE: expected up to 255 characters that do not begin with `AWS/`",
                "ASL_ON_FAILURE: expected `fail` or `report`, found `x`",
                "ASL_RESPONSE: expected `output` or `envelope`, found `all`",
                "ASL_STATUS_MAP: expected an HTTP status from 200 to 599 for `A`, found 99; \
                 expected an HTTP status from 200 to 599 for `B`, found \"409\"",
                "ASL_SUBSTITUTIONS: expected a text for `Table`, found array",
            ],
        );
        check(&[("ASL_STATUS_MAP", "[]")], &["ASL_STATUS_MAP: expected an object, found array"]);
        check(
            &[("ASL_STATUS_MAP", "{")],
            &["ASL_STATUS_MAP: expected JSON: EOF while parsing an object at line 1 column 1"],
        );
    }

    #[test]
    fn an_unknown_event_source_is_told_the_known_ones() {
        let error = read(&[("ASL_EVENT_SOURCE", "apigw")]).unwrap_err().to_string();
        assert!(error.starts_with("ASL_EVENT_SOURCE: expected one of `auto`, `alb`, "), "{error}");
        assert!(error.ends_with("`start-sync`, `direct`, found `apigw`"), "{error}");
    }
}
