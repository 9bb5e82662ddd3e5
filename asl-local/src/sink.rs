//! [`LogSink`] and [`EventSink`]: the destinations of log records and status changes.

use asl_value::Value;
use async_trait::async_trait;

/// Receives the log records of executions, in the form in which Step Functions writes them to CloudWatch Logs.
///
/// Only executions of machines with a `loggingConfiguration` write records. Add sinks to
/// [`Config::logs`](crate::Config::logs); each receives all records.
///
/// ```
/// use asl_local::LogSink;
/// use asl_value::Value;
/// struct Print;
/// impl LogSink for Print {
///     fn record(&self, group: &str, record: Value) {
///         println!("{group} {record}");
///     }
/// }
/// ```
#[async_trait]
pub trait LogSink: Send + Sync {
    /// Receives a record (see [`LogObserver`](asl_engine::LogObserver)) for a log group such as
    /// `/aws/vendedlogs/states/orders`. Called from within the execution, so it must not block for long.
    fn record(&self, group: &str, record: Value);

    /// Whether the log group exists. CreateStateMachine and UpdateStateMachine reject a log group that does not.
    async fn has_group(&self, _group: &str) -> bool {
        true
    }

    /// Flushes the records received so far. Called when the server shuts down, which waits for at most five seconds.
    async fn flush(&self) {}
}

/// Receives the events about status changes of executions that Step Functions sends to EventBridge.
///
/// Only STANDARD executions emit them. Set [`Config::events`](crate::Config::events) to receive them.
#[async_trait]
pub trait EventSink: Send + Sync {
    /// Receives an entry for EventBridge's PutEvents, with `Time` in seconds since 1970: `{"Source": "aws.states",
    /// "DetailType": "Step Functions Execution Status Change", "Time": 1457956800.5, "Resources": ["arn:…"], "Detail":
    /// "{…}"}`. It must not block.
    fn put(&self, entry: Value);

    /// Flushes the entries received so far. Called when the server shuts down, which waits for at most five seconds.
    async fn flush(&self) {}
}
