//! [`Config`]: what the function's environment variables say.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use asl_engine::Limits;

use crate::input::Input;
use crate::response::ResponseMapping;
use crate::trigger::Trigger;

/// How a function receives events and answers them. [`Config::default`] is what no variable at all means.
///
/// | variable | values | meaning |
/// |---|---|---|
/// | `ASL_DEFINITION` | a path | the definition's file; needed by the prebuilt `bootstrap` |
/// | `ASL_EVENT_SOURCE` | `auto`, or a [trigger's name](Trigger::name) | where events come from |
/// | `ASL_INPUT` | `body`, `event`, a path | what of an event is the input: see [`Input`] |
/// | `ASL_RESPONSE` | `output`, `envelope` | see [`Response`] |
/// | `ASL_STATUS_MAP` | `{"OutOfStock": 409}` | HTTP status by error name |
/// | `ASL_ON_FAILURE` | `fail`, `report` | see [`OnFailure`] |
/// | `ASL_LIMITS` | `express`, `unlimited` | limits of an Express execution, or only those of Lambda |
/// | `ASL_DEADLINE_MARGIN_MS` | milliseconds, 500 | how long before the function's timeout an execution ends |
///
/// A variable that is set to the empty text counts as not set.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// The definition's file.
    pub definition: Option<PathBuf>,
    /// Where events come from; `None` to look at each event.
    pub event_source: Option<Trigger>,
    /// What of an event is the input.
    pub input: Input,
    /// What an execution is answered with.
    pub response: Response,
    /// How an ended execution becomes an HTTP response.
    pub mapping: ResponseMapping,
    /// What a failed execution does to an invocation without an HTTP response.
    pub on_failure: OnFailure,
    /// What an execution may use.
    pub limits: Limits,
    /// How long before the function's timeout an execution ends.
    pub margin: Duration,
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

/// What a failed execution does to an invocation that is not answered over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The invocation fails too, so that Lambda's retries, destinations and dead-letter queues apply.
    #[default]
    Fail,
    /// The invocation succeeds and answers `{"status": "FAILED", "error": …, "cause": …}`.
    Report,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            definition: None,
            event_source: None,
            input: Input::default(),
            response: Response::default(),
            mapping: ResponseMapping::default(),
            on_failure: OnFailure::default(),
            limits: Limits::express(),
            margin: Duration::from_millis(500),
        }
    }
}

impl Config {
    /// What the environment of this process says.
    ///
    /// # Errors
    /// Names every variable that is wrong or, since such a one would have no effect, unknown.
    pub fn from_env() -> Result<Config, ConfigError> {
        Config::from_vars(std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            // A text that is no Unicode has no meaning for any variable, and the replacement shows what is wrong with it.
            Some((name, value.to_string_lossy().into_owned()))
        }))
    }

    /// What these variables say; those whose name does not begin with `ASL_` are left alone.
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
        let mut config = Config::default();
        let mut vars: Vec<_> =
            vars.into_iter().filter(|(name, value)| name.starts_with("ASL_") && !value.is_empty()).collect();
        vars.sort();
        let problem =
            |(name, value): (String, String)| Some(format!("{name}: {}", config.set(&name, &value).err()?));
        let problems: Vec<String> = vars.into_iter().filter_map(problem).collect();
        if problems.is_empty() { Ok(config) } else { Err(ConfigError { problems }) }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "ASL_DEFINITION" => self.definition = Some(value.into()),
            "ASL_EVENT_SOURCE" => self.event_source = event_source(value)?,
            "ASL_INPUT" => self.input = Input::parse(value)?,
            "ASL_RESPONSE" => {
                self.response =
                    choice(value, [("output", Response::Output), ("envelope", Response::Envelope)])?;
            }
            "ASL_STATUS_MAP" => self.mapping = ResponseMapping::parse(value)?,
            "ASL_ON_FAILURE" => {
                self.on_failure = choice(value, [("fail", OnFailure::Fail), ("report", OnFailure::Report)])?;
            }
            "ASL_LIMITS" => {
                self.limits =
                    choice(value, [("express", Limits::express()), ("unlimited", Limits::unlimited())])?;
            }
            "ASL_DEADLINE_MARGIN_MS" => {
                let millis = value.parse().map_err(|_| format!("expected milliseconds, found `{value}`"))?;
                self.margin = Duration::from_millis(millis);
            }
            _ => return Err("not a variable of this version of asl-lambda".to_owned()),
        }
        Ok(())
    }
}

fn event_source(value: &str) -> Result<Option<Trigger>, String> {
    if value == "auto" {
        return Ok(None);
    }
    let unknown = || {
        let names: Vec<_> = Trigger::ALL.iter().map(|trigger| format!("`{}`", trigger.name())).collect();
        format!("expected `auto` or one of {}, found `{value}`", names.join(", "))
    };
    Trigger::from_name(value).map(Some).ok_or_else(unknown)
}

fn choice<T>(value: &str, [first, second]: [(&str, T); 2]) -> Result<T, String> {
    match value {
        _ if value == first.0 => Ok(first.1),
        _ if value == second.0 => Ok(second.1),
        _ => Err(format!("expected `{}` or `{}`, found `{value}`", first.0, second.0)),
    }
}

/// Environment variables that are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
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
    fn every_variable_is_read() {
        let config = read(&[
            ("ASL_DEFINITION", "w.asl.json"),
            ("ASL_EVENT_SOURCE", "event-bridge"),
            ("ASL_INPUT", "$.detail"),
            ("ASL_RESPONSE", "envelope"),
            ("ASL_STATUS_MAP", r#"{"OutOfStock": 409}"#),
            ("ASL_ON_FAILURE", "report"),
            ("ASL_LIMITS", "unlimited"),
            ("ASL_DEADLINE_MARGIN_MS", "0"),
        ]);
        let config = config.unwrap();
        assert_eq!(config.definition, Some("w.asl.json".into()));
        assert_eq!(config.event_source, Some(Trigger::EventBridge));
        assert!(matches!(config.input, Input::Path(_)));
        assert_eq!((config.response, config.on_failure), (Response::Envelope, OnFailure::Report));
        assert_eq!((config.limits, config.margin), (Limits::unlimited(), Duration::ZERO));
        assert_eq!(config.mapping.status_for(Some("OutOfStock")), 409);
    }

    #[test]
    fn every_bad_variable_is_named() {
        check(
            &[
                ("ASL_STATUS_MAP", r#"{"A": 99, "B": "409", "C": 404}"#),
                ("ASL_BATCH", "item"),
                ("ASL_RESPONSE", "all"),
                ("ASL_ON_FAILURE", "x"),
                ("ASL_DEADLINE_MARGIN_MS", "-1"),
                ("ASL_INPUT", "$.["),
                ("ASL_LIMITS", "express"),
            ],
            &[
                "ASL_BATCH: not a variable of this version of asl-lambda",
                "ASL_DEADLINE_MARGIN_MS: expected milliseconds, found `-1`",
                "ASL_INPUT: Invalid path '$.['",
                "ASL_ON_FAILURE: expected `fail` or `report`, found `x`",
                "ASL_RESPONSE: expected `output` or `envelope`, found `all`",
                "ASL_STATUS_MAP: expected an HTTP status from 200 to 599 for `A`, found 99; \
                 expected an HTTP status from 200 to 599 for `B`, found \"409\"",
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
        assert!(error.starts_with("ASL_EVENT_SOURCE: expected `auto` or one of `"), "{error}");
        assert!(error.ends_with("`event-bridge`, `direct`, found `apigw`"), "{error}");
    }
}
