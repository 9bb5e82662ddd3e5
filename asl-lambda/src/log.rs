//! [`Log`]: the log of an invocation.

use std::sync::Arc;

use asl_engine::{Event, Failure, Identity, LogLevel, LogObserver, NearLimit};
use asl_value::{Object, Text, Timestamp, Value};

use crate::checkpoints;
use crate::config::LogSettings;
use crate::failure::problem;
use crate::severity::Severity;
use crate::{Config, Invocation, LineSink, deadline};

/// Writes the lines of an invocation to its sink, each with the id of the request.
///
/// ```json
/// {"id": "4", "type": "ExecutionFailed", "details": {…}, "previous_event_id": "3", "event_timestamp": "1719424582123",
///  "execution_arn": "…", "redrive_count": "0", "requestId": "8476a536-…", "xrayTraceId": "1-5759e988-…"}
/// ```
///
/// If the log format of the function is JSON, each line starts with `timestamp` and `level`, by which Lambda filters.
#[derive(Clone)]
pub(crate) struct Log(Option<Arc<Writer>>);

struct Writer {
    sink: LineSink,
    request_id: Text,
    trace_header: Option<Text>,
    settings: LogSettings,
}

impl Log {
    pub(crate) fn of(invocation: &Invocation, request_id: &Text, config: &Config) -> Log {
        let writer = |sink: &LineSink| Writer {
            sink: Arc::clone(sink),
            request_id: request_id.clone(),
            trace_header: invocation.trace_header.clone(),
            settings: config.log.clone(),
        };
        Log(invocation.log.as_ref().map(writer).map(Arc::new))
    }

    /// An observer that writes the records of an execution.
    pub(crate) fn observer(&self, identity: &Identity) -> Option<LogObserver> {
        let writer = self.0.as_ref().filter(|writer| writer.settings.level != LogLevel::Off)?;
        let sink = {
            let writer = Arc::clone(writer);
            move |event: &Event, record| {
                let severity = Severity::of_level(event.kind.log_level());
                writer.write(severity, event.timestamp, record);
            }
        };
        let log = LogObserver::new(writer.settings.level, identity, sink);
        Some(log.with_execution_data(writer.settings.execution_data))
    }

    /// Writes why no execution was started.
    pub(crate) fn problem(&self, failure: &Failure) {
        if let Some(writer) = self.0.as_ref().filter(|writer| writer.settings.level != LogLevel::Off) {
            writer.write(Severity::Error, deadline::now(), problem(failure));
        }
    }

    /// Writes which event goes on with an execution that has run out of time.
    pub(crate) fn kept(&self, identity: &Identity, place: &Text) {
        if let Some(writer) = self.0.as_ref().filter(|writer| writer.settings.level != LogLevel::Off) {
            let members = vec![
                ("type".into(), "ExecutionKept".into()),
                ("continue".into(), checkpoints::event(place)),
                ("execution_arn".into(), identity.execution_arn.clone().into()),
            ];
            writer.write(Severity::Error, deadline::now(), Object::from_distinct(members));
        }
    }

    /// Writes each limit that an execution came near, unless only the end of executions is logged.
    pub(crate) fn near_limits(&self, identity: &Identity, limits: &[NearLimit]) {
        let quiet = [LogLevel::Off, LogLevel::Fatal];
        let writer = self.0.as_ref().filter(|writer| !quiet.contains(&writer.settings.level));
        let Some(writer) = writer.filter(|_| !limits.is_empty()) else { return };
        for near in limits {
            let members = vec![
                ("type".into(), "ExecutionNearLimit".into()),
                ("message".into(), near.to_string().into()),
                ("limit".into(), near.limit.name().into()),
                ("state".into(), near.state.clone().into()),
                ("used".into(), near.used.into()),
                ("allowed".into(), near.allowed.into()),
                ("execution_arn".into(), identity.execution_arn.clone().into()),
            ];
            writer.write(Severity::Warn, deadline::now(), Object::from_distinct(members));
        }
    }

    /// Writes a line unchanged.
    pub(crate) fn write(&self, line: &Value) {
        if let Some(writer) = &self.0 {
            (writer.sink)(line);
        }
    }
}

impl Writer {
    fn write(&self, severity: Severity, time: Timestamp, members: Object) {
        if self.settings.threshold.is_some_and(|threshold| severity < threshold) {
            return;
        }
        let mut line: Vec<(Text, Value)> = Vec::with_capacity(members.len() + 4);
        if self.settings.is_json {
            line.push(("timestamp".into(), time.to_string().into()));
            line.push(("level".into(), severity.name().into()));
        }
        line.extend(members);
        line.push(("requestId".into(), self.request_id.clone().into()));
        if let Some(trace_id) = self.trace_header.as_deref().and_then(root) {
            line.push(("xrayTraceId".into(), trace_id.into()));
        }
        (self.sink)(&Value::Object(Object::from_distinct(line)));
    }
}

/// The id of the trace in an `X-Amzn-Trace-Id` header: `Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1`.
fn root(header: &str) -> Option<Text> {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root=")).map(Text::from)
}
