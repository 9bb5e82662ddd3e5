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
        self.details_with(Payloads::Whole)
    }

    pub(crate) fn details_with(&self, payloads: Payloads) -> Option<(Text, Object)> {
        let payload = |name, value| payloads.member(name, value);
        let (member, details) = match self {
            EventKind::ExecutionStarted { input, role_arn } => {
                ("executionStarted", [payload("input", input), vec![("roleArn", role_arn.into())]].concat())
            }
            EventKind::ExecutionRedriven { redrive_count } => {
                ("executionRedriven", vec![("redriveCount", (*redrive_count).into())])
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
                details.extend(assigned_variables.iter().flat_map(|variables| payloads.variables(variables)));
                ("stateExited", details)
            }
            EventKind::TaskScheduled(scheduled) => return Some(scheduled.details(payloads)),
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
            EventKind::TaskTimedOut { task, failure, .. } => (
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
            EventKind::MapRunStarted { map_run_arn } => {
                ("mapRunStarted", vec![("mapRunArn", map_run_arn.into())])
            }
            EventKind::MapRunFailed(failure) => ("mapRunFailed", error(failure)),
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
            | EventKind::MapRunSucceeded
            | EventKind::ParallelStateStarted
            | EventKind::ParallelStateSucceeded
            | EventKind::ParallelStateFailed
            | EventKind::ParallelStateAborted => return None,
        };
        Some(named(member, details))
    }
}

impl Scheduled {
    fn details(&self, payloads: Payloads) -> (Text, Object) {
        let Scheduled { task, region, parameters, timeout, heartbeat, role_arn } = self;
        let mut details = match task.as_ref() {
            TaskKind::Lambda { resource } | TaskKind::Activity { resource } => {
                [vec![("resource", resource.into())], payloads.member("input", parameters)].concat()
            }
            TaskKind::Service { .. } => {
                let parameters = payloads.text(parameters).map(|(text, _)| ("parameters", text.into()));
                service(task).into_iter().chain([("region", region.into())]).chain(parameters).collect()
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

/// How much an event shows of the data of its execution, each payload a JSON text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Payloads {
    Whole,
    /// No more of each than so many bytes, counted as inside another JSON text.
    UpTo(usize),
    Hidden,
}

type Details = Vec<(&'static str, Value)>;

impl Payloads {
    /// The members `name` and `nameDetails`.
    fn member(self, name: &'static str, value: &Value) -> Details {
        let details = if name == "input" { "inputDetails" } else { "outputDetails" };
        self.text(value).map_or_else(Vec::new, |(text, truncated)| {
            vec![(name, text.into()), (details, json!({"truncated": truncated}))]
        })
    }

    fn variables(self, variables: &Object) -> Details {
        let mut any_truncated = false;
        let mut texts = Object::new();
        for (name, value) in variables {
            let Some((text, truncated)) = self.text(value) else { return Vec::new() };
            any_truncated |= truncated;
            texts.insert(name.clone(), text.into());
        }
        vec![
            ("assignedVariables", texts.into()),
            ("assignedVariablesDetails", json!({"truncated": any_truncated})),
        ]
    }

    /// A payload as it is shown, and whether that is not all of it.
    fn text(self, value: &Value) -> Option<(String, bool)> {
        let most_bytes = match self {
            Payloads::Whole => usize::MAX,
            Payloads::UpTo(most_bytes) => most_bytes,
            Payloads::Hidden => return None,
        };
        let mut text = value.to_json();
        let end = end_within(&text, most_bytes);
        let truncated = end < text.len();
        text.truncate(end);
        Some((text, truncated))
    }
}

/// Where a JSON text has to end for its first part to take no more than so many bytes in another JSON text.
fn end_within(text: &str, most_bytes: usize) -> usize {
    if text.len() <= most_bytes / 2 {
        return text.len();
    }
    let mut left = most_bytes;
    for (at, c) in text.char_indices() {
        // What else is escaped does not stand in a JSON text.
        let bytes = if matches!(c, '"' | '\\') { 2 } else { c.len_utf8() };
        match left.checked_sub(bytes) {
            Some(rest) => left = rest,
            None => return at,
        }
    }
    text.len()
}

fn named(member: &str, details: Details) -> (Text, Object) {
    (format!("{member}EventDetails").into(), details.into_iter().collect())
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
