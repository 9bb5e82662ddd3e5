//! Child executions of distributed Maps that did not succeed, and why.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{ChildExecution, Event, EventKind, HistoryRecorder, MapRun, Observer, Outcome};
use asl_value::{Array, Object, Text, Value, json};

use super::causes::Causes;
use crate::render::path::{MOST_CHILDREN, PathPrinter, brief, one_line};
use crate::render::plain;

/// How many failed children are kept. The others are only counted.
const MOST: usize = 100;

/// How many characters of a child's input are shown to identify its item.
const INPUT_CHARS: usize = 100;

/// Collects children as they fail.
pub(super) struct FailedChildren {
    path: Option<Arc<PathPrinter>>,
    records_events: bool,
    failures: Mutex<Failures>,
}

#[derive(Default)]
struct Failures {
    children: Vec<Child>,
    /// How many children did not succeed.
    count: u64,
    causes: Causes,
}

/// A child that did not succeed.
struct Child {
    execution_arn: Text,
    map_run_arn: Text,
    outcome: Outcome,
    /// The last state that the child entered.
    state: Option<Text>,
    input: String,
    events: Option<Value>,
}

impl FailedChildren {
    pub(super) fn new(path: Option<Arc<PathPrinter>>, records_events: bool) -> FailedChildren {
        FailedChildren { path, records_events, failures: Mutex::default() }
    }

    /// Makes an observer for a child.
    pub(super) fn listen(children: &Arc<FailedChildren>, child: &ChildExecution<'_>) -> Arc<dyn Observer> {
        Arc::new(Listener {
            children: Arc::clone(children),
            map_run: Arc::clone(child.map_run),
            execution_arn: child.identity.execution_arn.clone(),
            input: child.input.clone(),
            state: Mutex::default(),
            history: children.records_events.then(HistoryRecorder::new),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Members for the JSON of the outcome. Empty if all children succeeded:
    ///
    /// ```json
    /// {"failedChildren": [{"executionArn": "…", "mapRunArn": "…", "status": "FAILED", "state": "Price", "error": "Busy",
    ///   "cause": "try later", "input": "{\"id\":1}"}], "failedChildrenCount": 1, "failedChildrenCauses": [{"state": "Price",
    ///   "error": "Busy", "cause": "try later", "count": 1, "inputs": ["{\"id\":1}"]}]}
    /// ```
    pub(super) fn to_json(&self) -> Object {
        let failures = self.lock();
        let mut members = Object::new();
        if failures.count > 0 {
            let children: Array = failures.children.iter().map(Child::to_json).collect();
            members.insert("failedChildren", children.into());
            members.insert("failedChildrenCount", failures.count.into());
            members.insert("failedChildrenCauses", failures.causes.to_json());
        }
        members
    }

    /// Why children failed, the most frequent reason first; empty if the path has shown each of them.
    pub(super) fn causes(&self) -> Vec<String> {
        let failures = self.lock();
        if failures.count > MOST_CHILDREN { failures.causes.lines() } else { Vec::new() }
    }

    /// The failed children with their histories, and why they failed.
    pub(super) fn histories(&self) -> Option<(Value, Value)> {
        let failures = self.lock();
        let with_events = |child: &Child| {
            let mut members = child.to_json();
            if let (Value::Object(members), Some(events)) = (&mut members, &child.events) {
                members.insert("events", events.clone());
            }
            members
        };
        let children = || failures.children.iter().map(with_events).collect();
        (failures.count > 0).then(|| (children(), failures.causes.to_json()))
    }
}

impl Child {
    fn to_json(&self) -> Value {
        let failure = self.outcome.failure();
        let text = |text: Option<&Text>| text.map_or(Value::Null, Value::from);
        json!({
            "executionArn": (&self.execution_arn),
            "mapRunArn": (&self.map_run_arn),
            "status": self.outcome.status(),
            "state": text(self.state.as_ref()),
            "error": text(failure.and_then(|failure| failure.error.as_ref())),
            "cause": text(failure.and_then(|failure| failure.cause.as_ref())),
            "input": self.input.as_str()
        })
    }
}

/// Observes one child.
struct Listener {
    children: Arc<FailedChildren>,
    map_run: Arc<MapRun>,
    execution_arn: Text,
    input: Value,
    state: Mutex<Option<Text>>,
    history: Option<HistoryRecorder>,
}

impl Listener {
    fn state(&self) -> MutexGuard<'_, Option<Text>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(&self, event: &Event, outcome: Outcome) {
        let Some(failure) = outcome.failure() else { return };
        let state = self.state().clone();
        let input = one_line(&self.input.to_json(), INPUT_CHARS);
        if let Some(path) = &self.children.path {
            path.child(&self.map_run, event.timestamp, || {
                let place = state.as_ref().map(|state| format!(" in `{}`", plain(state))).unwrap_or_default();
                let why = Some(brief(failure)).filter(|_| failure.error.is_some() || failure.cause.is_some());
                let why = why.map(|why| format!(": {why}")).unwrap_or_default();
                format!("{}{place}{why} (input {input})", outcome.status())
            });
        }
        let mut failures = self.children.lock();
        failures.count += 1;
        failures.causes.add(state.as_ref(), failure, &input);
        if failures.children.len() < MOST {
            let events = self.history.as_ref().map(HistoryRecorder::to_json);
            let (execution_arn, map_run_arn) = (self.execution_arn.clone(), self.map_run.arn().clone());
            failures.children.push(Child { execution_arn, map_run_arn, outcome, state, input, events });
        }
    }
}

impl Observer for Listener {
    fn on_event(&self, event: Event) {
        if let EventKind::StateEntered { name, .. } = &event.kind {
            *self.state() = Some(name.clone());
        }
        if let Some(history) = &self.history {
            history.on_event(event.clone());
        }
        // Children that were aborted because of others are not reported.
        if let Some(outcome @ (Outcome::Failed(_) | Outcome::TimedOut(_))) = event.kind.outcome() {
            self.ended(&event, outcome);
        }
    }

    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        if let Some(path) = &self.children.path {
            path.map_run(map_run);
        }
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        Some(FailedChildren::listen(&self.children, child))
    }
}
