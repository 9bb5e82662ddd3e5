//! [`run_once`]: one invocation on a developer's machine.

use std::fmt;
use std::sync::Arc;

use asl_engine::{Event, EventKind, HistoryRecorder};
use asl_value::Value;

use crate::handle::reply;
use crate::reply::Reply;
use crate::trigger::Trigger;
use crate::{Adapter, Invocation, InvocationError};
use way::Way;

pub(crate) mod command;
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
    has_data: bool,
}

/// Handles an event just as Lambda's would be handled, one execution after the other.
///
/// ```
/// use asl_engine::{Engine, load};
/// use asl_lambda::{Adapter, Config, Invocation, local::run_once};
/// use asl_model::Source;
/// use asl_value::json;
///
/// let source = Source::json(r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#);
/// let adapter = Adapter::new(load(&source).program.unwrap(), Engine::builder().build(), Config::default()).unwrap();
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// let run = runtime.block_on(run_once(&adapter, json!({"n": 1}), Invocation::new("local")));
/// assert!(run.succeeded());
/// assert!(run.with_data().to_string().contains("took {\"n\":1}"));
/// ```
pub async fn run_once(adapter: &Adapter, event: impl Into<Value>, invocation: Invocation) -> LocalRun {
    let event = event.into();
    let trigger = adapter.trigger(&event);
    let history = Arc::new(HistoryRecorder::new());
    let invocation = invocation.with_observer(history.clone()).one_after_the_other();
    let response = reply(adapter, trigger, event, invocation).await.map(Reply::into_document);
    LocalRun { trigger, events: history.events(), response, has_data: false }
}

impl LocalRun {
    /// Displayed with what each state took and gave.
    #[must_use]
    pub fn with_data(self) -> LocalRun {
        LocalRun { has_data: true, ..self }
    }

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
            write!(f, "{}", Way::of(events, self.has_data))?;
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

/// There is no event to handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalError(String);

impl fmt::Display for LocalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
