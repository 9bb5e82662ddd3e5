//! [`run_once`]: one invocation on a developer's machine.

use std::fmt;
use std::sync::Arc;

use asl_engine::{Event, EventKind, HistoryRecorder};
use asl_value::Value;

use crate::handle::reply;
use crate::reply::Reply;
use crate::trigger::Trigger;
use crate::{Adapter, Invocation, InvocationError};
use steps::Steps;

pub(crate) mod command;
mod steps;

/// The result of [`run_once`]. `Display` shows it to people: the states of each execution with their times, then the
/// response.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LocalRun {
    /// The trigger of the event.
    pub trigger: Trigger,
    /// The events of all executions, one execution after another; empty if none was started.
    pub events: Vec<Event>,
    /// The answer of the function.
    pub response: Result<Value, InvocationError>,
    has_data: bool,
}

/// Handles one event as a function in Lambda would, and records the events of its executions. The executions of a batch
/// run one after another.
///
/// Use it to try an event on a developer's machine, or to test which states an event leads through. Outside Lambda,
/// [`main`](crate::main) does this for the event on its command line. The `observer` of `invocation` is replaced.
///
/// ```
/// use asl_engine::{Engine, load};
/// use asl_lambda::{Adapter, Config, Invocation, local::run_once};
/// use asl_model::Source;
/// use asl_value::json;
///
/// let source = Source::json(r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#);
/// let adapter = Adapter::new(load(&source).unwrap().program, Engine::builder().build(), Config::default()).unwrap();
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
    /// Makes `Display` also show the input and output of each state.
    #[must_use]
    pub fn with_data(self) -> LocalRun {
        LocalRun { has_data: true, ..self }
    }

    /// Whether at least one execution was started and all of them succeeded.
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
            write!(f, "{}", Steps::of(events, self.has_data))?;
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

/// Why the event cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalError(String);

impl fmt::Display for LocalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
