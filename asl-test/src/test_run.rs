//! [`TestRun`]: what an execution did.

use std::time::Duration;

use asl_coverage::Hits;
use asl_engine::{Event, HistoryRecorder, Observer, Outcome, Report};
use asl_value::{Object, Text, Value};

use crate::recorder::Seen;

/// What an execution of a test did. Made by [`Machine::run`](crate::Machine::run).
#[derive(Debug, Clone)]
pub struct TestRun {
    pub(crate) outcome: Outcome,
    pub(crate) duration: Duration,
    pub(crate) path: Vec<Text>,
    pub(crate) calls: Vec<(Text, Value)>,
    pub(crate) variables: Object,
    pub(crate) hits: Hits,
    pub(crate) events: Vec<Event>,
    /// Calls that no mock has answered.
    pub(crate) unanswered: Vec<String>,
}

impl TestRun {
    pub(crate) fn new(report: Report, seen: Seen, unanswered: Vec<String>) -> TestRun {
        let Seen { path, calls, variables, hits, events } = seen;
        let duration = report.stopped.since(report.started);
        TestRun { outcome: report.outcome, duration, path, calls, variables, hits, events, unanswered }
    }

    /// How it ended.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The states that it entered, in order, without those of branches and iterations.
    pub fn path(&self) -> &[Text] {
        &self.path
    }

    /// How often it entered a state, also in branches, iterations and children of distributed Maps.
    pub fn visits(&self, state: &str) -> u64 {
        self.hits.entries(state)
    }

    /// The arguments of each call of the task of a state, retries included.
    pub fn calls(&self, state: &str) -> Vec<&Value> {
        self.calls.iter().filter(|(name, _)| name == state).map(|(_, arguments)| arguments).collect()
    }

    /// The variables at its end, without those of branches and iterations.
    pub fn variables(&self) -> &Object {
        &self.variables
    }

    /// How long it took, in virtual time.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Its events.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Its history, as `aws stepfunctions get-execution-history` prints it: `{"events": […]}`.
    pub fn history(&self) -> Value {
        let mut document = Object::new();
        document.insert("events", history(&self.events));
        document.into()
    }
}

/// Events as GetExecutionHistory returns them.
pub(crate) fn history(events: &[Event]) -> Value {
    let history = HistoryRecorder::new();
    events.iter().for_each(|event| history.on_event(event.clone()));
    history.to_json()
}
