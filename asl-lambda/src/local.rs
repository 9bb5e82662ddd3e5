//! [`run_once`]: one invocation on a developer's machine.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use asl_engine::{Event, EventKind, HistoryRecorder};
use asl_value::Value;

use crate::trigger::Trigger;
use crate::{Adapter, Invocation, InvocationError, handle};
use way::Way;

mod way;

/// One invocation and how it went. Displayed for people: the way through the states, then the response.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LocalRun {
    /// What the event looked like.
    pub trigger: Trigger,
    /// The events of each execution, one after the other; none if there was no execution.
    pub events: Vec<Event>,
    /// What the function answered.
    pub response: Result<Value, InvocationError>,
}

/// Handles the event in a file just as Lambda's would be handled.
///
/// # Errors
/// The file cannot be read or is not JSON.
pub async fn run_once(adapter: &Adapter, event: &Path) -> Result<LocalRun, LocalError> {
    let problem = |problem: &dyn fmt::Display| LocalError(format!("`{}`: {problem}", event.display()));
    let bytes = std::fs::read(event).map_err(|error| problem(&error))?;
    let event = Value::parse_slice(&bytes).map_err(|error| problem(&format!("expected JSON: {error}")))?;
    let trigger = adapter.config().event_source.unwrap_or_else(|| Trigger::detect(&event));
    let history = Arc::new(HistoryRecorder::new());
    let invocation = Invocation::new("local").with_observer(history.clone()).one_after_the_other();
    let response = handle(adapter, event, invocation).await;
    Ok(LocalRun { trigger, events: history.events(), response })
}

impl LocalRun {
    /// Whether there was an execution and all of them succeeded.
    pub fn succeeded(&self) -> bool {
        let succeeded = |events: &[Event]| {
            matches!(events.last(), Some(Event { kind: EventKind::ExecutionSucceeded { .. }, .. }))
        };
        !self.events.is_empty() && self.executions().all(succeeded)
    }

    fn executions(&self) -> impl Iterator<Item = &[Event]> {
        self.events.chunk_by(|_, next| !matches!(next.kind, EventKind::ExecutionStarted { .. }))
    }
}

impl fmt::Display for LocalRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "trigger: {}", self.trigger.name())?;
        if self.events.is_empty() {
            writeln!(f, "no execution was started")?;
        }
        for events in self.executions() {
            write!(f, "{}", Way::of(events))?;
            if let [first, .., last] = events {
                let took = last.timestamp.since(first.timestamp);
                writeln!(f, "{} after {} ms", last.kind.name(), took.as_millis())?;
            }
        }
        match &self.response {
            Ok(response) => writeln!(f, "response:\n{}", Value::to_json_pretty(response)),
            Err(error) => writeln!(f, "invocation error:\n{error}"),
        }
    }
}

/// The file of an event is not one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalError(String);

impl fmt::Display for LocalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LocalError {}
