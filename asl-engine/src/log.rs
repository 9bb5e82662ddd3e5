//! [`LogObserver`]: events as Step Functions logs them.

use std::fmt;

use asl_value::{Object, Text, Value};

use crate::event::{Event, EventKind, StateType};
use crate::history::{EventView, Payloads};
use crate::identity::Identity;
use crate::observer::{Interest, Observer};

/// The longest input or output in a record, in escaped bytes: 248 KiB. A longer one is cut.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>
const MOST_PAYLOAD_BYTES: usize = 248 * 1024;

/// Which events are logged: the `level` of a `loggingConfiguration`.
///
/// ```
/// use asl_engine::{EventKind, LogLevel};
/// assert_eq!(LogLevel::from_name("ERROR"), Some(LogLevel::Error));
/// assert!(LogLevel::Error.admits(&EventKind::MapStateFailed));
/// assert!(!LogLevel::Fatal.admits(&EventKind::MapStateFailed));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LogLevel {
    /// `OFF`: none.
    #[default]
    Off,
    /// `FATAL`: events of an execution that ends without success.
    Fatal,
    /// `ERROR`: also everything that fails, times out or is aborted before.
    Error,
    /// `ALL`
    All,
}

impl LogLevel {
    /// All levels, from no events to every event.
    pub const ALL: [LogLevel; 4] = [LogLevel::Off, LogLevel::Fatal, LogLevel::Error, LogLevel::All];

    /// AWS's word: `OFF`, `FATAL`, `ERROR`, `ALL`.
    pub fn name(self) -> &'static str {
        match self {
            LogLevel::Off => "OFF",
            LogLevel::Fatal => "FATAL",
            LogLevel::Error => "ERROR",
            LogLevel::All => "ALL",
        }
    }

    /// The level of this name.
    pub fn from_name(name: &str) -> Option<LogLevel> {
        LogLevel::ALL.into_iter().find(|level| level.name() == name)
    }

    /// Whether an event is logged at this level.
    pub fn admits(self, kind: &EventKind) -> bool {
        self >= kind.log_level()
    }
}

impl EventKind {
    /// The lowest level at which the event is logged: never [`LogLevel::Off`].
    ///
    /// UNRECORDED: at which level `EvaluationFailed` and the events of activities are logged, which AWS's table leaves
    /// out; here at the level of their kind.
    pub fn log_level(&self) -> LogLevel {
        match self {
            EventKind::ExecutionFailed(_)
            | EventKind::ExecutionTimedOut(_)
            | EventKind::ExecutionAborted(_) => LogLevel::Fatal,
            EventKind::StateEntered { state: StateType::Fail, .. }
            | EventKind::TaskFailed { .. }
            | EventKind::TaskTimedOut { .. }
            | EventKind::TaskStateAborted
            | EventKind::WaitStateAborted
            | EventKind::MapIterationFailed { .. }
            | EventKind::MapIterationAborted { .. }
            | EventKind::MapStateFailed
            | EventKind::MapStateAborted
            | EventKind::MapRunFailed(_)
            | EventKind::ParallelStateFailed
            | EventKind::ParallelStateAborted
            | EventKind::EvaluationFailed(_) => LogLevel::Error,
            _ => LogLevel::All,
        }
    }
}

/// Turns the events of one execution into the records that Step Functions writes to CloudWatch Logs, and passes them to
/// a sink. Events below the level are not rendered, and hidden data is not serialised.
///
/// ```json
/// {"id": "4", "type": "ExecutionSucceeded",
///  "details": {"output": "{\"n\":1}", "outputDetails": {"truncated": false}}, "previous_event_id": "3",
///  "event_timestamp": "1719424582123", "execution_arn": "arn:aws:states:…:express:…", "redrive_count": "0"}
/// ```
///
/// All numbers are texts; `event_timestamp` is in milliseconds since 1970.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use asl_engine::{load, Engine, Execution, Identity, LogLevel, LogObserver};
/// use asl_model::{MachineArn, Source};
/// use asl_value::json;
///
/// let source = Source::json(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "OutOfStock"}}}"#);
/// let program = load(&source).expect("a valid definition").program;
/// let records = Arc::new(Mutex::new(Vec::new()));
/// let identity = Identity::new(MachineArn::new("eu-west-1", "123456789012", "orders").express("run-1", "id-1"));
/// let log = LogObserver::new(LogLevel::Fatal, &identity, {
///     let records = Arc::clone(&records);
///     move |_, record| records.lock().unwrap().push(record)
/// });
/// let execution = Execution::new(json!({})).with_identity(identity).with_observer(Arc::new(log));
/// let engine = Engine::builder().build();
/// futures_util::FutureExt::now_or_never(engine.run(&program, execution)).expect("nothing here waits");
/// let records = records.lock().unwrap();
/// assert_eq!(records.len(), 1);
/// assert_eq!(records[0].get("details"), Some(&json!({"error": "OutOfStock"})));
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html>
pub struct LogObserver {
    level: LogLevel,
    payloads: Payloads,
    execution_arn: Text,
    redrive_count: u32,
    sink: Box<Sink>,
}

type Sink = dyn Fn(&Event, Object) + Send + Sync;

impl LogObserver {
    /// A log of this level, without the data of the execution. The sink receives each event with its record, and must
    /// not block.
    pub fn new(
        level: LogLevel,
        identity: &Identity,
        sink: impl Fn(&Event, Object) + Send + Sync + 'static,
    ) -> LogObserver {
        LogObserver {
            level,
            payloads: Payloads::Hidden,
            execution_arn: identity.execution_arn.clone(),
            redrive_count: identity.redrive_count.unwrap_or_default(),
            sink: Box::new(sink),
        }
    }

    /// Shows inputs, outputs, parameters and variables, as `includeExecutionData` does: up to 248 KiB of each.
    #[must_use]
    pub fn with_execution_data(self, included: bool) -> LogObserver {
        let payloads = if included { Payloads::UpTo(MOST_PAYLOAD_BYTES) } else { Payloads::Hidden };
        LogObserver { payloads, ..self }
    }

    fn record(&self, event: &Event) -> Object {
        // UNRECORDED: the `details` of an event that has none.
        let details = event
            .kind
            .details_with(EventView::of(self.payloads))
            .map(|(_, details)| details)
            .unwrap_or_default();
        Object::from_distinct(vec![
            ("id".into(), event.id.to_string().into()),
            ("type".into(), event.kind.name().into()),
            ("details".into(), details.into_iter().map(in_text).collect::<Object>().into()),
            ("previous_event_id".into(), event.previous_id.to_string().into()),
            ("event_timestamp".into(), event.timestamp.epoch_millis().to_string().into()),
            ("execution_arn".into(), self.execution_arn.clone().into()),
            ("redrive_count".into(), self.redrive_count.to_string().into()),
        ])
    }
}

impl Observer for LogObserver {
    fn interest(&self) -> Interest {
        if self.level == LogLevel::Off { Interest::None } else { Interest::Full }
    }

    fn on_event(&self, event: Event) {
        if self.level.admits(&event.kind) {
            (self.sink)(&event, self.record(&event));
        }
    }
}

impl fmt::Debug for LogObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogObserver")
            .field("level", &self.level)
            .field("payloads", &self.payloads)
            .field("execution_arn", &self.execution_arn)
            .finish_non_exhaustive()
    }
}

/// Recorded: numbers are texts here.
fn in_text((name, value): (Text, Value)) -> (Text, Value) {
    match value {
        Value::Number(number) => (name, number.to_string().into()),
        other => (name, other),
    }
}
