//! The log of an execution, if its machine has one.

use std::sync::Arc;

use asl_engine::{Identity, LogLevel, LogObserver};
use asl_value::Value;

use crate::app::App;
use crate::machine::Revision;

/// What writes the log records of an execution; `None` if the server or the machine keeps no log.
pub(crate) fn observer(app: &App, revision: &Revision, identity: &Identity) -> Option<LogObserver> {
    let sink = Arc::clone(app.config.logs.as_ref()?);
    let logging = &revision.logging;
    let level = logging.get("level").and_then(Value::as_str).and_then(LogLevel::from_name)?;
    if level == LogLevel::Off {
        return None;
    }
    let group = group(logging)?.to_owned();
    let data = logging.get("includeExecutionData").and_then(Value::as_bool).unwrap_or_default();
    let log = LogObserver::new(level, identity, move |record| sink.record(&group, record));
    Some(log.with_execution_data(data))
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
