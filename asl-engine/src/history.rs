//! [`HistoryRecorder`]: events as `GetExecutionHistory` shows them.

use std::sync::{Mutex, PoisonError};

use asl_value::{Object, Text, Value, json};

use crate::Failure;
use crate::event::{EvaluationFailed, Event, EventKind, Scheduled, TaskKind};
use crate::observer::Observer;

/// Keeps every event of an execution, to show them as AWS's `GetExecutionHistory` does.
///
/// ```
/// use asl_engine::HistoryRecorder;
/// let recorder = HistoryRecorder::new();
/// assert_eq!(recorder.to_json().to_string(), "[]");
/// ```
#[derive(Debug, Default)]
pub struct HistoryRecorder(Mutex<Vec<Event>>);

impl HistoryRecorder {
    /// A recorder without events.
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
        self.to_json_with(EventView::default())
    }

    /// The event as a view of it shows it.
    pub fn to_json_with(&self, view: EventView<'_>) -> Value {
        let mut event = Object::from_distinct(vec![
            ("timestamp".into(), self.timestamp.epoch_seconds().into()),
            ("type".into(), self.kind.name().into()),
            ("id".into(), self.id.into()),
            ("previousEventId".into(), self.previous_id.into()),
        ]);
        if let Some((member, details)) = self.kind.details_with(view) {
            event.insert(member, Value::Object(details));
        }
        Value::Object(event)
    }
}

impl EventKind {
    /// The name of the details member and what it holds; `None` for the types that have none.
    pub fn details(&self) -> Option<(Text, Object)> {
        self.details_with(EventView::default())
    }

    pub(crate) fn details_with(&self, view: EventView<'_>) -> Option<(Text, Object)> {
        let payload = |name, value| view.payload(name, value);
        let made = |value| view.made().payload("output", value);
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
                details.extend(assigned_variables.iter().flat_map(|variables| view.variables(variables)));
                ("stateExited", details)
            }
            EventKind::TaskScheduled(scheduled) => return Some(scheduled.details(view)),
            EventKind::TaskStarted { task, worker } => match task.as_ref() {
                // Recorded: the event of a function's start has no details.
                TaskKind::Lambda { .. } => return None,
                TaskKind::Activity { .. } => {
                    ("activityStarted", worker.iter().map(|worker| ("workerName", worker.into())).collect())
                }
                TaskKind::Service { .. } => ("taskStarted", service(task)),
            },
            EventKind::TaskSubmitted { task, output } => {
                ("taskSubmitted", [service(task), made(output)].concat())
            }
            EventKind::TaskSucceeded { task, output } => (
                task.pick(["lambdaFunctionSucceeded", "activitySucceeded", "taskSucceeded"]),
                [service(task), made(output)].concat(),
            ),
            EventKind::TaskFailed { task, failure } => (
                task.pick(["lambdaFunctionFailed", "activityFailed", "taskFailed"]),
                [service(task), error(failure)].concat(),
            ),
            EventKind::TaskTimedOut { task, failure, .. } => (
                task.pick(["lambdaFunctionTimedOut", "activityTimedOut", "taskTimedOut"]),
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
            EventKind::MapRunRedriven { map_run_arn, redrive_count } => (
                "mapRunRedriven",
                vec![("mapRunArn", map_run_arn.into()), ("redriveCount", (*redrive_count).into())],
            ),
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
    fn details(&self, view: EventView<'_>) -> (Text, Object) {
        let Scheduled { task, region, parameters, timeout, heartbeat, role_arn } = self;
        let mut details = match task.as_ref() {
            TaskKind::Lambda { resource } | TaskKind::Activity { resource } => {
                [vec![("resource", resource.into())], view.payload("input", parameters)].concat()
            }
            TaskKind::Service { .. } => {
                let parameters = view.made().text(parameters).map(|(text, _)| ("parameters", text.into()));
                service(task).into_iter().chain([("region", region.into())]).chain(parameters).collect()
            }
        };
        if let Some(timeout) = timeout {
            details.push(("timeoutInSeconds", timeout.as_secs().into()));
        }
        // Recorded: the event of a function does not show its heartbeat.
        if let (Some(heartbeat), TaskKind::Activity { .. } | TaskKind::Service { .. }) =
            (heartbeat, task.as_ref())
        {
            details.push(("heartbeatInSeconds", heartbeat.as_secs().into()));
        }
        if let Some(role_arn) = role_arn {
            details.push(("taskCredentials", json!({"roleArn": role_arn})));
        }
        named(task.pick(["lambdaFunctionScheduled", "activityScheduled", "taskScheduled"]), details)
    }
}

/// How the payloads of an event are shown: whole, as JSON texts, unless the view is changed.
///
/// ```
/// use asl_engine::{Event, EventKind, EventView};
/// use asl_value::{json, Timestamp};
/// let kind = EventKind::ExecutionSucceeded { output: json!({"n": 1}) };
/// let event = Event { id: 4, previous_id: 3, timestamp: Timestamp::EPOCH, kind };
/// let shown = event.to_json_with(EventView::default().with_execution_data(false));
/// assert_eq!(shown["executionSucceededEventDetails"], json!({}));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct EventView<'a> {
    payloads: Payloads,
    /// The input of the execution, and the text in which it was sent.
    input: Option<(&'a Value, &'a str)>,
}

/// How much of each payload is shown.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Payloads {
    #[default]
    Whole,
    /// No input and no output, but the parameters of tasks and the variables: GetExecutionHistory without data.
    WithoutInputAndOutput,
    /// At most this many bytes, counted as inside another JSON text.
    UpTo(usize),
    Hidden,
}

type Details = Vec<(&'static str, Value)>;

impl<'a> EventView<'a> {
    pub(crate) fn of(payloads: Payloads) -> EventView<'static> {
        EventView { payloads, input: None }
    }

    /// With or without input and output, as `includeExecutionData` of GetExecutionHistory asks for them.
    #[must_use]
    pub fn with_execution_data(self, included: bool) -> EventView<'a> {
        let payloads = if included { Payloads::Whole } else { Payloads::WithoutInputAndOutput };
        EventView { payloads, ..self }
    }

    /// Shows the input of the execution as it was sent, wherever it passes through untouched (recorded).
    #[must_use]
    pub fn with_input_text(self, input: &'a Value, text: &'a str) -> EventView<'a> {
        EventView { input: Some((input, text)), ..self }
    }

    /// The view of a payload that a task has made, which is never the original input.
    fn made(self) -> EventView<'a> {
        EventView { input: None, ..self }
    }

    /// The members `name` and `nameDetails`.
    fn payload(self, name: &'static str, value: &Value) -> Details {
        if matches!(self.payloads, Payloads::WithoutInputAndOutput) {
            return Vec::new();
        }
        let details = if name == "input" { "inputDetails" } else { "outputDetails" };
        self.text(value).map_or_else(Vec::new, |(text, truncated)| {
            vec![(name, text.into()), (details, json!({"truncated": truncated}))]
        })
    }

    fn variables(self, variables: &Object) -> Details {
        let mut any_truncated = false;
        let mut texts = Object::new();
        for (name, value) in variables {
            let Some((text, truncated)) = self.made().text(value) else { return Vec::new() };
            any_truncated |= truncated;
            texts.insert(name.clone(), text.into());
        }
        vec![
            ("assignedVariables", texts.into()),
            ("assignedVariablesDetails", json!({"truncated": any_truncated})),
        ]
    }

    /// A payload as it is shown, and whether it is truncated.
    fn text(self, value: &Value) -> Option<(String, bool)> {
        let most_bytes = match self.payloads {
            Payloads::Whole | Payloads::WithoutInputAndOutput => usize::MAX,
            Payloads::UpTo(most_bytes) => most_bytes,
            Payloads::Hidden => return None,
        };
        let untouched = self.input.filter(|(input, _)| value.same(input));
        let mut text = untouched.map_or_else(|| value.to_json(), |(_, text)| text.to_owned());
        let end = end_within(&text, most_bytes);
        let truncated = end < text.len();
        text.truncate(end);
        Some((text, truncated))
    }
}

/// Where to cut a JSON text so that it takes no more than `most_bytes` inside another JSON text.
fn end_within(text: &str, most_bytes: usize) -> usize {
    if text.len() <= most_bytes / 2 {
        return text.len();
    }
    let mut left = most_bytes;
    for (at, c) in text.char_indices() {
        // Other characters that are escaped do not occur in a JSON text.
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
