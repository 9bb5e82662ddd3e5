//! [`Settings`]: the members that CreateStateMachine and UpdateStateMachine have in common.

use asl_engine::LogLevel;
use asl_model::MAX_DEFINITION_BYTES;
use asl_value::{Object, Value, json};

use super::encryption;
use crate::error::ApiError;
use crate::wire::Fields;

/// The settings of a machine in a request to create or update it.
pub(super) struct Settings<'a> {
    pub(super) definition: Option<&'a str>,
    pub(super) role_arn: Option<&'a str>,
    pub(super) logging: Option<&'a Object>,
    pub(super) tracing: Option<Value>,
    pub(super) encryption: Option<&'a Object>,
    pub(super) publish: bool,
    pub(super) version_description: Option<&'a str>,
}

impl<'a> Settings<'a> {
    pub(super) fn read(fields: &mut Fields<'a>) -> Settings<'a> {
        fields.structure("loggingConfiguration", |logging| {
            logging.word("level", &LogLevel::ALL.map(LogLevel::name));
            logging.flag("includeExecutionData");
            logging.list("destinations");
        });
        Settings {
            definition: fields.text("definition", 0..=MAX_DEFINITION_BYTES),
            role_arn: fields.text("roleArn", 1..=256),
            logging: fields.object("loggingConfiguration"),
            tracing: tracing(fields),
            encryption: encryption::read(fields),
            publish: fields.flag("publish").unwrap_or_default(),
            version_description: fields.text("versionDescription", 0..=256),
        }
    }

    pub(super) fn check(&self) -> Result<(), ApiError> {
        if self.version_description.is_some() && !self.publish {
            return Err(ApiError::validation("Version description can only be set when publish is true"));
        }
        self.logging.map_or(Ok(()), check_logging)
    }
}

/// The `loggingConfiguration` that DescribeStateMachine shows if none was given.
pub(super) fn no_logging() -> Value {
    json!({"level": "OFF", "includeExecutionData": false})
}

fn tracing(fields: &mut Fields<'_>) -> Option<Value> {
    fields.structure(
        "tracingConfiguration",
        |tracing| json!({"enabled": tracing.flag("enabled").unwrap_or_default()}),
    )
}

pub(super) fn logging(given: &Object) -> Value {
    let mut logging = given.clone();
    for (name, default) in [("level", Value::from("OFF")), ("includeExecutionData", Value::from(false))] {
        if !logging.contains_key(name) {
            logging.insert(name, default);
        }
    }
    logging.into()
}

fn check_logging(logging: &Object) -> Result<(), ApiError> {
    let level = logging.get("level").and_then(Value::as_str).unwrap_or("OFF");
    let destinations = logging.get("destinations").and_then(Value::as_array).map_or(0, |list| list.len());
    if level != "OFF" && destinations != 1 {
        let message = "Invalid Logging Configuration: Must specify exactly one Log Destination.";
        return Err(ApiError::new("InvalidLoggingConfiguration", message));
    }
    Ok(())
}
