//! [`LogSink`] and [`EventSink`]: where log records and changes of status go.

use asl_value::Value;
use async_trait::async_trait;

/// Takes the log records of executions, as Step Functions writes them to CloudWatch Logs.
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
    /// A record (see [`LogObserver`](asl_engine::LogObserver)) for a log group: `/aws/vendedlogs/states/orders`. Called from
    /// inside the execution: it must not block for long.
    fn record(&self, group: &str, record: Value);

    /// Whether records can go to this log group; CreateStateMachine and UpdateStateMachine refuse one that is not there.
    async fn has_group(&self, _group: &str) -> bool {
        true
    }

    /// Brings away what has been recorded. Called when the server ends, which waits for five seconds.
    async fn flush(&self) {}
}

/// Takes the events about executions that Step Functions sends to EventBridge.
#[async_trait]
pub trait EventSink: Send + Sync {
    /// An entry for EventBridge's PutEvents, with `Time` in seconds since 1970: `{"Source": "aws.states", "DetailType":
    /// "Step Functions Execution Status Change", "Time": 1457956800.5, "Resources": ["arn:…"], "Detail": "{…}"}`. It must
    /// not block.
    fn put(&self, entry: Value);

    /// Brings away what has been put. Called when the server ends, which waits for five seconds.
    async fn flush(&self) {}
}
