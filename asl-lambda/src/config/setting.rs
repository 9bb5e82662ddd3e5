//! The environment variables by name.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use asl_engine::{Limits, LogLevel};
use asl_model::ExpressPatterns;
use asl_value::{Text, Value};

use super::{BatchMode, Cause, Config, InvokeMode, MapFunction, OnFailure, Response};
use crate::checkpoints::Checkpoints;
use crate::cors::Cors;
use crate::http::ResponseMapping;
use crate::input::Input;
use crate::setting_error::SettingError;
use crate::trigger::Trigger;

/// Of 3,000 operations. Fewer would not be worth it, and some are needed to hand over.
const CONTINUE_AT: RangeInclusive<usize> = 100..=2_900;

/// An account has 1,000 concurrent invocations, unless it asks for more.
const MAP_WORKERS: RangeInclusive<usize> = 1..=10_000;

/// As many as a Map Run has at a time.
const MAP_BATCH: RangeInclusive<usize> = 1..=10_000;

/// Parses the value of a variable and stores it.
type Setting = fn(&mut Config, &str) -> Result<(), SettingError>;

/// All variables, in the order of the table in the README.
const SETTINGS: &[(&str, Setting)] = &[
    ("ASL_DEFINITION", |config, value| {
        config.definition = Some(value.into());
        Ok(())
    }),
    ("ASL_MAIN", |config, value| {
        config.main = Some(value.to_owned());
        Ok(())
    }),
    ("ASL_EVENT_SOURCE", |config, value| {
        config.event_source = event_source(value)?;
        Ok(())
    }),
    ("ASL_INPUT", |config, value| {
        config.input = Input::parse(value)?;
        Ok(())
    }),
    ("ASL_BATCH", |config, value| {
        config.batch = choice(value, &[("item", BatchMode::Item), ("array", BatchMode::Array)])?;
        Ok(())
    }),
    ("ASL_RESPONSE", |config, value| {
        config.response = choice(value, &[("output", Response::Output), ("envelope", Response::Envelope)])?;
        Ok(())
    }),
    ("ASL_STATUS_MAP", |config, value| {
        config.mapping = ResponseMapping::parse(value)?;
        Ok(())
    }),
    ("ASL_HTTP_CAUSE", |config, value| {
        config.cause = choice(value, &[("shown", Cause::Shown), ("hidden", Cause::Hidden)])?;
        Ok(())
    }),
    ("ASL_CORS_ORIGINS", |config, value| {
        config.cors = Some(Cors::parse(value)?);
        Ok(())
    }),
    ("ASL_INVOKE_MODE", |config, value| {
        let modes = [("buffered", InvokeMode::Buffered), ("response-stream", InvokeMode::ResponseStream)];
        config.invoke_mode = choice(value, &modes)?;
        Ok(())
    }),
    ("ASL_ON_FAILURE", |config, value| {
        config.on_failure = choice(value, &[("fail", OnFailure::Fail), ("report", OnFailure::Report)])?;
        Ok(())
    }),
    ("ASL_LIMITS", |config, value| {
        config.limits = choice(value, &[("express", Limits::express()), ("unlimited", Limits::unlimited())])?;
        Ok(())
    }),
    ("ASL_EXPRESS_PATTERNS", |config, value| {
        let patterns = [("aws", ExpressPatterns::Aws), ("all", ExpressPatterns::All)];
        config.express_patterns = choice(value, &patterns)?;
        Ok(())
    }),
    ("ASL_MAP_FUNCTION", |config, value| {
        config.map.function = Some(match value {
            "self" => MapFunction::Own,
            name => MapFunction::Named(name.into()),
        });
        Ok(())
    }),
    ("ASL_MAP_WORKERS", |config, value| {
        config.map.workers = number(value, MAP_WORKERS, "invocations")?;
        Ok(())
    }),
    ("ASL_MAP_BATCH", |config, value| {
        config.map.batch = number(value, MAP_BATCH, "child executions")?;
        Ok(())
    }),
    ("ASL_MAP_WORKER", |config, value| {
        config.map.is_worker = choice(value, &[("true", true), ("false", false)])?;
        Ok(())
    }),
    ("ASL_MAP_CHECKPOINTS", |config, value| {
        config.map.checkpoints = Some(Checkpoints::parse(value)?);
        Ok(())
    }),
    ("ASL_CALLBACK_PATH", |config, value| {
        config.callback_path = Some(callback_path(value)?);
        Ok(())
    }),
    ("ASL_DURABLE_CONTINUE_AT", |config, value| {
        needs_durable()?;
        config.durable_continue_at = Some(number(value, CONTINUE_AT, "operations")? as u64);
        Ok(())
    }),
    ("ASL_DURABLE_FUNCTIONS", |config, value| {
        needs_durable()?;
        config.durable_functions = texts(value)?;
        Ok(())
    }),
    ("ASL_LOG_LEVEL", |config, value| {
        config.log.level = choice(value, &LogLevel::ALL.map(|level| (level.name(), level)))?;
        Ok(())
    }),
    ("ASL_LOG_EXECUTION_DATA", |config, value| {
        config.log.execution_data = choice(value, &[("true", true), ("false", false)])?;
        Ok(())
    }),
    ("ASL_METRICS_NAMESPACE", |config, value| {
        if value.len() > 255 || value.starts_with("AWS/") {
            return Err(SettingError::new("expected up to 255 characters that do not begin with `AWS/`"));
        }
        config.metrics_namespace = Some(value.into());
        Ok(())
    }),
    ("ASL_DEADLINE_MARGIN_MS", |config, value| {
        let millis = value
            .parse()
            .map_err(|_| SettingError::new(format!("expected milliseconds, found `{value}`")))?;
        config.margin = Duration::from_millis(millis);
        Ok(())
    }),
];

pub(super) fn set(config: &mut Config, name: &str, value: &str) -> Result<(), SettingError> {
    match SETTINGS.iter().find(|(known, _)| *known == name) {
        Some((_, set)) => set(config, value),
        None => Err(SettingError::new("not a variable of this version of asl-lambda")),
    }
}

fn number(value: &str, range: RangeInclusive<usize>, unit: &str) -> Result<usize, SettingError> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        let (least, most) = range.into_inner();
        SettingError::new(format!("expected {least} to {most} {unit}, found `{value}`"))
    })
}

/// A JSON object of strings.
fn texts(value: &str) -> Result<BTreeMap<Text, Text>, SettingError> {
    let table = Value::parse(value).map_err(|error| SettingError::new(format!("expected JSON: {error}")))?;
    let Value::Object(table) = table else {
        return Err(SettingError::new(format!("expected an object, found {}", table.type_name())));
    };
    let text = |(name, value): (&Text, &Value)| match value.as_text() {
        Some(text) => Ok((name.clone(), text.clone())),
        None => Err(SettingError::new(format!("expected a string for `{name}`, found {value}"))),
    };
    table.iter().map(text).collect()
}

fn event_source(value: &str) -> Result<Option<Trigger>, SettingError> {
    if value == "auto" {
        return Ok(None);
    }
    let triggers = Trigger::ALL.iter().map(|trigger| (trigger.name(), Some(*trigger)));
    choice(value, &[("auto", None)].into_iter().chain(triggers).collect::<Vec<_>>())
}

/// Refuses a setting that would have no effect.
fn needs_durable() -> Result<(), SettingError> {
    match cfg!(feature = "durable") {
        true => Ok(()),
        false => Err(SettingError::new("this function is built without the feature `durable`")),
    }
}

fn callback_path(value: &str) -> Result<String, SettingError> {
    needs_durable()?;
    match value.starts_with('/') && !value.contains(['?', '#', ' ']) {
        true => Ok(value.to_owned()),
        false => Err(SettingError::new(format!("expected a path that begins with `/`, found `{value}`"))),
    }
}

fn choice<T: Clone>(value: &str, choices: &[(&str, T)]) -> Result<T, SettingError> {
    if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == value) {
        return Ok(choice.clone());
    }
    let names: Vec<String> = choices.iter().map(|(name, _)| format!("`{name}`")).collect();
    let names = match names.as_slice() {
        [first, second] => format!("{first} or {second}"),
        names => format!("one of {}", names.join(", ")),
    };
    Err(SettingError::new(format!("expected {names}, found `{value}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People read the table in the README.
    #[test]
    fn every_variable_is_in_the_readme_and_no_other() {
        let readme = include_str!("../../README.md");
        let rows = readme.lines().filter_map(|line| line.strip_prefix("| `ASL_")?.split_once('`'));
        let documented: Vec<String> = rows.map(|(name, _)| format!("ASL_{name}")).collect();
        let mut known: Vec<&str> = SETTINGS.iter().map(|(name, _)| *name).collect();
        known.splice(2..2, ["ASL_SUBSTITUTE_<Name>", "ASL_SUBSTITUTIONS"]);
        assert_eq!(documented, known);
        for trigger in Trigger::ALL {
            assert!(readme.contains(&format!("`{}`", trigger.name())), "{trigger:?}");
        }
    }
}
