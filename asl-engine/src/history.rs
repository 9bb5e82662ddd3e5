//! [`HistoryRecorder`]: events as `GetExecutionHistory` shows them.

use std::sync::{Mutex, PoisonError};

use asl_value::{Object, Text, Value, json};

use crate::Failure;
use crate::event::{EvaluationFailed, Event, EventKind, Observer, Scheduled, TaskKind};

/// Keeps every event of an execution.
///
/// ```
/// use asl_engine::HistoryRecorder;
/// let recorder = HistoryRecorder::new();
/// assert_eq!(recorder.to_json().to_string(), "[]");
/// ```
#[derive(Debug, Default)]
pub struct HistoryRecorder(Mutex<Vec<Event>>);

impl HistoryRecorder {
    /// A recorder that has heard nothing.
    pub fn new() -> HistoryRecorder {
        HistoryRecorder::default()
    }

    /// The events so far.
    pub fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The events so far as the `events` of a `GetExecutionHistory` response.
    pub fn to_json(&self) -> Value {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(Event::to_json).collect()
    }
}

impl Observer for HistoryRecorder {
    fn on_event(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}

impl Event {
    /// The event as `GetExecutionHistory` shows it.
    ///
    /// ```json
    /// {"timestamp": 1457956800.5, "type": "PassStateEntered", "id": 2, "previousEventId": 0,
    ///  "stateEnteredEventDetails": {"name": "Hello", "input": "{}", "inputDetails": {"truncated": false}}}
    /// ```
    pub fn to_json(&self) -> Value {
        let mut event = Object::from_distinct(vec![
            ("timestamp".into(), self.timestamp.epoch_seconds().into()),
            ("type".into(), self.kind.name().into()),
            ("id".into(), self.id.into()),
            ("previousEventId".into(), self.previous_id.into()),
        ]);
        if let Some((member, details)) = self.kind.details() {
            event.insert(member, Value::Object(details));
        }
        Value::Object(event)
    }
}

impl EventKind {
    /// The name of the details member and what it holds; `None` for the types that have none.
    pub fn details(&self) -> Option<(Text, Object)> {
        let (member, details) = match self {
            EventKind::ExecutionStarted { input, role_arn } => {
                ("executionStarted", [payload("input", input), vec![("roleArn", role_arn.into())]].concat())
            }
            EventKind::ExecutionSucceeded { output } => ("executionSucceeded", payload("output", output)),
            EventKind::ExecutionFailed(failure) => ("executionFailed", error(failure)),
            EventKind::ExecutionTimedOut(failure) => ("executionTimedOut", error(failure)),
            EventKind::ExecutionAborted(failure) => ("executionAborted", error(failure)),
            EventKind::StateEntered { name, input, .. } => {
                ("stateEntered", [vec![("name", name.into())], payload("input", input)].concat())
            }
            EventKind::StateExited { name, output, assigned_variables, .. } => {
                let mut details = [vec![("name", name.into())], payload("output", output)].concat();
                if let Some(variables) = assigned_variables {
                    let texts: Object = variables
                        .iter()
                        .map(|(name, value)| (name.clone(), value.to_json().into()))
                        .collect();
                    details.push(("assignedVariables", texts.into()));
                    details.push(("assignedVariablesDetails", json!({"truncated": false})));
                }
                ("stateExited", details)
            }
            EventKind::TaskScheduled(scheduled) => return Some(scheduled.details()),
            EventKind::TaskStarted { task, worker } => match task.as_ref() {
                // Recorded: the event of a function's start has no details.
                TaskKind::Lambda { .. } => return None,
                TaskKind::Activity { .. } => {
                    ("activityStarted", worker.iter().map(|worker| ("workerName", worker.into())).collect())
                }
                TaskKind::Service { .. } => ("taskStarted", service(task)),
            },
            EventKind::TaskSubmitted { task, output } => {
                ("taskSubmitted", [service(task), payload("output", output)].concat())
            }
            EventKind::TaskSucceeded { task, output } => (
                task.member(["lambdaFunctionSucceeded", "activitySucceeded", "taskSucceeded"]),
                [service(task), payload("output", output)].concat(),
            ),
            EventKind::TaskFailed { task, failure } => (
                task.member(["lambdaFunctionFailed", "activityFailed", "taskFailed"]),
                [service(task), error(failure)].concat(),
            ),
            EventKind::TaskTimedOut { task, failure } => (
                task.member(["lambdaFunctionTimedOut", "activityTimedOut", "taskTimedOut"]),
                [service(task), error(failure)].concat(),
            ),
            EventKind::MapStateStarted { length } => ("mapStateStarted", vec![("length", (*length).into())]),
            EventKind::MapIterationStarted { name, index } => {
                ("mapIterationStarted", iteration(name, *index))
            }
            EventKind::MapIterationSucceeded { name, index } => {
                ("mapIterationSucceeded", iteration(name, *index))
            }
            EventKind::MapIterationFailed { name, index } => ("mapIterationFailed", iteration(name, *index)),
            EventKind::MapIterationAborted { name, index } => {
                ("mapIterationAborted", iteration(name, *index))
            }
            EventKind::EvaluationFailed(failed) => {
                let EvaluationFailed { failure, state, location } = failed.as_ref();
                let location = location.iter().map(|location| ("location", location.into()));
                let details = error(failure).into_iter().chain(location).chain([("state", state.into())]);
                ("evaluationFailed", details.collect())
            }
            EventKind::TaskStateAborted
            | EventKind::WaitStateAborted
            | EventKind::MapStateSucceeded
            | EventKind::MapStateFailed
            | EventKind::MapStateAborted
            | EventKind::ParallelStateStarted
            | EventKind::ParallelStateSucceeded
            | EventKind::ParallelStateFailed
            | EventKind::ParallelStateAborted => return None,
        };
        Some(named(member, details))
    }
}

impl Scheduled {
    fn details(&self) -> (Text, Object) {
        let Scheduled { task, region, parameters, timeout, heartbeat, role_arn } = self;
        let mut details = match task.as_ref() {
            TaskKind::Lambda { resource } | TaskKind::Activity { resource } => {
                [vec![("resource", resource.into())], payload("input", parameters)].concat()
            }
            TaskKind::Service { .. } => {
                let parameters = [("region", region.into()), ("parameters", parameters.to_json().into())];
                [service(task), parameters.to_vec()].concat()
            }
        };
        if let Some(timeout) = timeout {
            details.push(("timeoutInSeconds", timeout.as_secs().into()));
        }
        // Recorded: a function's event does not tell its heartbeat.
        if let (Some(heartbeat), TaskKind::Activity { .. } | TaskKind::Service { .. }) =
            (heartbeat, task.as_ref())
        {
            details.push(("heartbeatInSeconds", heartbeat.as_secs().into()));
        }
        if let Some(role_arn) = role_arn {
            details.push(("taskCredentials", json!({"roleArn": role_arn})));
        }
        named(task.member(["lambdaFunctionScheduled", "activityScheduled", "taskScheduled"]), details)
    }
}

impl TaskKind {
    fn member(&self, [lambda, activity, service]: [&'static str; 3]) -> &'static str {
        match self {
            TaskKind::Lambda { .. } => lambda,
            TaskKind::Activity { .. } => activity,
            TaskKind::Service { .. } => service,
        }
    }
}

type Details = Vec<(&'static str, Value)>;

fn named(member: &str, details: Details) -> (Text, Object) {
    (format!("{member}EventDetails").into(), details.into_iter().collect())
}

/// A payload is shown as JSON text.
fn payload(name: &'static str, value: &Value) -> Details {
    let details = if name == "input" { "inputDetails" } else { "outputDetails" };
    vec![(name, value.to_json().into()), (details, json!({"truncated": false}))]
}

fn error(failure: &Failure) -> Details {
    let error = failure.error.iter().map(|error| ("error", error.into()));
    error.chain(failure.cause.iter().map(|cause| ("cause", cause.into()))).collect()
}

fn service(task: &TaskKind) -> Details {
    match task {
        TaskKind::Service { resource_type, resource } => {
            vec![("resourceType", resource_type.into()), ("resource", resource.into())]
        }
        TaskKind::Lambda { .. } | TaskKind::Activity { .. } => Vec::new(),
    }
}

fn iteration(name: &Text, index: usize) -> Details {
    vec![("name", name.into()), ("index", index.into())]
}
