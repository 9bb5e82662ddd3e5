//! The logs of executions, if their machine has a `loggingConfiguration`.

use asl_engine::{Identity, LogLevel, LogObserver};
use asl_value::Value;

use crate::app::App;
use crate::error::ApiError;
use crate::machine::Revision;

/// Creates the observer that writes the log records of an execution; `None` if logging is off.
pub(crate) fn observer(app: &App, revision: &Revision, identity: &Identity) -> Option<LogObserver> {
    let sinks = app.config.logs.clone();
    if sinks.is_empty() {
        return None;
    }
    let logging = &revision.logging;
    let level = logging.get("level").and_then(Value::as_str).and_then(LogLevel::from_name)?;
    if level == LogLevel::Off {
        return None;
    }
    let group = group(logging)?.to_owned();
    let data = logging.get("includeExecutionData").and_then(Value::as_bool).unwrap_or_default();
    let log = LogObserver::new(level, identity, move |_, record| {
        let record = Value::Object(record);
        sinks.iter().for_each(|sink| sink.record(&group, record.clone()));
    });
    Some(log.with_execution_data(data))
}

/// Rejects a `loggingConfiguration` whose log group does not exist.
pub(crate) async fn check_group(app: &App, logging: &Value) -> Result<(), ApiError> {
    // UNRECORDED: a log group given with the level OFF. Here it is not checked.
    if logging.get("level").and_then(Value::as_str) == Some("OFF") {
        return Ok(());
    }
    for sink in &app.config.logs {
        let Some(group) = group(logging) else { continue };
        if !sink.has_group(group).await {
            let message = "Invalid Logging Configuration: Log Destination not found.";
            return Err(ApiError::new("InvalidLoggingConfiguration", message));
        }
    }
    Ok(())
}

/// The name of the log group of a `loggingConfiguration`.
fn group(logging: &Value) -> Option<&str> {
    let destination = logging.get("destinations")?.as_array()?.first()?;
    let arn = destination.get("cloudWatchLogsLogGroup")?.get("logGroupArn")?.as_str()?;
    let (_, name) = arn.split_once(":log-group:")?;
    Some(name.strip_suffix(":*").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[test]
    fn groups_are_named_by_arns() {
        for (arn, expected) in [
            (
                "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/a:*",
                Some("/aws/vendedlogs/states/a"),
            ),
            ("arn:aws:logs:us-east-1:123456789012:log-group:a", Some("a")),
            ("a", None),
        ] {
            let logging = json!({"destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]});
            assert_eq!(group(&logging), expected, "{arn}");
        }
        assert_eq!(group(&json!({"destinations": []})), None);
    }
}
