//! Reads the events of a history.

use std::sync::Arc;
use std::time::Duration;

use asl_value::{Array, Text, Timestamp, Value};

use super::RecordError;
use super::fields::{Fields, timestamp};
use crate::TaskClock;
use crate::event::{EvaluationFailed, Event, EventKind, Scheduled, StateType, TaskKind};

/// The events of a document, in order, numbered 1, 2, 3, …
pub(super) fn events(document: &Value) -> Result<Vec<Event>, RecordError> {
    let list = list(document)?;
    let mut numbered = Vec::with_capacity(list.len());
    for (index, event) in list.iter().enumerate() {
        numbered.push((number(event, "id", index)?, number(event, "previousEventId", index)?, event));
    }
    // `--reverse-order` begins with the last event.
    numbered.sort_by_key(|(id, ..)| *id);
    let mut tasks = Tasks::default();
    let mut events = Vec::with_capacity(numbered.len());
    for (expected, (id, previous_id, event)) in (1..).zip(numbered) {
        if id != expected {
            return Err(RecordError::incomplete(format!(
                "event {expected} is missing: the history must be complete, with all its pages"
            )));
        }
        if previous_id >= id {
            return Err(RecordError::malformed(format!(
                "event {id} follows event {previous_id}, which comes after it"
            )));
        }
        events.push(tasks.event(event, id, previous_id)?);
    }
    Ok(events)
}

fn list(document: &Value) -> Result<&Array, RecordError> {
    if document.get("nextToken").or_else(|| document.get("NextToken")).is_some_and(|token| !token.is_null()) {
        return Err(RecordError::incomplete(
            "the history has further pages (`nextToken`): export all of them, without `--max-items` and `--no-paginate`",
        ));
    }
    let events = match document {
        Value::Array(_) => Some(document),
        document => document.get("events"),
    };
    match events {
        Some(Value::Array(events)) => Ok(events),
        Some(other) => {
            Err(RecordError::malformed(format!("expected an array at `events`, found {}", other.type_name())))
        }
        None => Err(RecordError::malformed("a history is an object with `events`")),
    }
}

fn number(event: &Value, name: &str, index: usize) -> Result<u64, RecordError> {
    let value = event.get(name);
    let number = value.and_then(Value::as_i64).and_then(|number| u64::try_from(number).ok());
    number.ok_or_else(|| {
        let found = value.map_or("nothing", Value::type_name);
        RecordError::malformed(format!("expected a number at `/events/{index}/{name}`, found {found}"))
    })
}

/// The task of each event, by number: the events of a function do not name it.
#[derive(Default)]
struct Tasks(Vec<Option<Task>>);

#[derive(Clone)]
struct Task {
    kind: Arc<TaskKind>,
    timeout: Option<Duration>,
    heartbeat: Option<Duration>,
    started: Timestamp,
}

impl Tasks {
    fn event(&mut self, event: &Value, id: u64, previous_id: u64) -> Result<Event, RecordError> {
        let Some(name) = event.get("type").and_then(Value::as_text) else {
            return Err(RecordError::malformed(format!("event {id} has no `type`")));
        };
        let timestamp = event.get("timestamp").and_then(timestamp).ok_or_else(|| {
            RecordError::malformed(format!(
                "the `timestamp` of event {id} is neither a number of seconds nor a date"
            ))
        })?;
        let fields = Fields::of(event, id, name)?;
        let previous = usize::try_from(previous_id).ok().and_then(|before| before.checked_sub(1));
        let task = previous.and_then(|before| self.0.get(before)).cloned().flatten();
        let (kind, task) = match of_task(name, &fields, task, timestamp)? {
            Some((kind, task)) => (kind, Some(task)),
            None => (of_state(name, &fields)?, None),
        };
        self.0.push(task);
        Ok(Event { id, previous_id, timestamp, kind })
    }
}

/// The event of a task, and the task. `None` if the event is not one of a task.
fn of_task(
    name: &str,
    fields: &Fields<'_>,
    before: Option<Task>,
    timestamp: Timestamp,
) -> Result<Option<(EventKind, Task)>, RecordError> {
    const FAMILIES: [&str; 3] = ["LambdaFunction", "Activity", "Task"];
    let Some((family, step)) = FAMILIES.iter().find_map(|family| Some((*family, name.strip_prefix(family)?)))
    else {
        return Ok(None);
    };
    if step == "Scheduled" {
        let (kind, task) = scheduled(family, fields, timestamp)?;
        return Ok(Some((kind, task)));
    }
    if step.starts_with("State") {
        return Ok(None);
    }
    let mut task = before.ok_or_else(|| {
        RecordError::malformed(format!("{} does not follow an event of a task", fields.place()))
    })?;
    let kind = Arc::clone(&task.kind);
    let kind = match step {
        "Started" => {
            task.started = timestamp;
            EventKind::TaskStarted { task: kind, worker: fields.optional("workerName")? }
        }
        "Submitted" => EventKind::TaskSubmitted { task: kind, output: fields.payload("output")? },
        "Succeeded" => EventKind::TaskSucceeded { task: kind, output: fields.payload("output")? },
        // The engine has one event for a task that failed, wherever it did.
        "Failed" | "ScheduleFailed" | "StartFailed" | "SubmitFailed" => {
            EventKind::TaskFailed { task: kind, failure: fields.failure()? }
        }
        "TimedOut" => {
            let clock = task.expired(timestamp);
            let failure = fields.failure()?;
            let failure = if clock == TaskClock::Heartbeat { failure.of_heartbeat() } else { failure };
            EventKind::TaskTimedOut { task: kind, failure, clock }
        }
        _ => return Err(unknown(fields)),
    };
    Ok(Some((kind, task)))
}

impl Task {
    /// Which clock expired. AWS reports both as `States.Timeout`.
    fn expired(&self, at: Timestamp) -> TaskClock {
        match (self.timeout, self.heartbeat) {
            (None, Some(_)) => TaskClock::Heartbeat,
            // Half a second is more than AWS's clocks are late, and less than any two of them differ.
            (Some(timeout), Some(_)) if at.since(self.started) + Duration::from_millis(500) < timeout => {
                TaskClock::Heartbeat
            }
            _ => TaskClock::Timeout,
        }
    }
}

fn scheduled(
    family: &str,
    fields: &Fields<'_>,
    timestamp: Timestamp,
) -> Result<(EventKind, Task), RecordError> {
    let resource = fields.text("resource")?;
    let kind = Arc::new(match family {
        "LambdaFunction" => TaskKind::Lambda { resource },
        "Activity" => TaskKind::Activity { resource },
        _ => TaskKind::Service { resource_type: fields.text("resourceType")?, resource },
    });
    let parameters = match *kind {
        TaskKind::Service { .. } => fields.payload("parameters")?,
        TaskKind::Lambda { .. } | TaskKind::Activity { .. } => fields.payload("input")?,
    };
    let seconds = |name: &str| Ok(fields.optional_number(name)?.map(Duration::from_secs));
    let (timeout, heartbeat) = (seconds("timeoutInSeconds")?, seconds("heartbeatInSeconds")?);
    let scheduled = Scheduled {
        task: Arc::clone(&kind),
        region: fields.optional("region")?.unwrap_or_default(),
        parameters,
        timeout,
        heartbeat,
        role_arn: None,
    };
    let task = Task { kind, timeout, heartbeat, started: timestamp };
    Ok((EventKind::TaskScheduled(Box::new(scheduled)), task))
}

fn of_state(name: &str, fields: &Fields<'_>) -> Result<EventKind, RecordError> {
    if let Some(state) = state_type(name, "StateEntered") {
        let (name, input) = (fields.text("name")?, fields.payload("input")?);
        return Ok(EventKind::StateEntered { state, name, input });
    }
    if let Some(state) = state_type(name, "StateExited") {
        let (name, output) = (fields.text("name")?, fields.payload("output")?);
        return Ok(EventKind::StateExited { state, name, output, assigned_variables: fields.variables()? });
    }
    let kind = match of_execution(name, fields)? {
        None => of_strands(name, fields)?,
        kind => kind,
    };
    kind.ok_or_else(|| unknown(fields))
}

fn of_execution(name: &str, fields: &Fields<'_>) -> Result<Option<EventKind>, RecordError> {
    Ok(Some(match name {
        "ExecutionStarted" => EventKind::ExecutionStarted {
            input: fields.payload("input")?,
            role_arn: fields.optional("roleArn")?.unwrap_or_default(),
        },
        "ExecutionRedriven" => EventKind::ExecutionRedriven {
            redrive_count: u32::try_from(fields.index("redriveCount")?).unwrap_or(u32::MAX),
        },
        "ExecutionSucceeded" => EventKind::ExecutionSucceeded { output: fields.payload("output")? },
        "ExecutionFailed" => EventKind::ExecutionFailed(fields.failure()?),
        "ExecutionTimedOut" => EventKind::ExecutionTimedOut(fields.failure()?),
        "ExecutionAborted" => EventKind::ExecutionAborted(fields.failure()?),
        "TaskStateAborted" => EventKind::TaskStateAborted,
        "WaitStateAborted" => EventKind::WaitStateAborted,
        "EvaluationFailed" => EventKind::EvaluationFailed(Box::new(EvaluationFailed {
            failure: fields.failure()?,
            state: fields.text("state")?,
            location: fields.optional("location")?,
        })),
        _ => return Ok(None),
    }))
}

/// The events of Parallel and Map.
fn of_strands(name: &str, fields: &Fields<'_>) -> Result<Option<EventKind>, RecordError> {
    let iteration =
        |kind: fn(Text, usize) -> EventKind| Ok(kind(fields.text("name")?, fields.index("index")?));
    Ok(Some(match name {
        "MapStateStarted" => EventKind::MapStateStarted { length: fields.index("length")? },
        "MapIterationStarted" => iteration(|name, index| EventKind::MapIterationStarted { name, index })?,
        "MapIterationSucceeded" => iteration(|name, index| EventKind::MapIterationSucceeded { name, index })?,
        "MapIterationFailed" => iteration(|name, index| EventKind::MapIterationFailed { name, index })?,
        "MapIterationAborted" => iteration(|name, index| EventKind::MapIterationAborted { name, index })?,
        "MapStateSucceeded" => EventKind::MapStateSucceeded,
        "MapStateFailed" => EventKind::MapStateFailed,
        "MapStateAborted" => EventKind::MapStateAborted,
        "MapRunStarted" => EventKind::MapRunStarted { map_run_arn: fields.text("mapRunArn")? },
        "MapRunRedriven" => EventKind::MapRunRedriven {
            map_run_arn: fields.text("mapRunArn")?,
            redrive_count: u32::try_from(fields.index("redriveCount")?).unwrap_or(u32::MAX),
        },
        "MapRunSucceeded" => EventKind::MapRunSucceeded,
        // The engine has no event of its own for a Map Run that was aborted.
        "MapRunFailed" | "MapRunAborted" => EventKind::MapRunFailed(fields.failure()?),
        "ParallelStateStarted" => EventKind::ParallelStateStarted,
        "ParallelStateSucceeded" => EventKind::ParallelStateSucceeded,
        "ParallelStateFailed" => EventKind::ParallelStateFailed,
        "ParallelStateAborted" => EventKind::ParallelStateAborted,
        _ => return Ok(None),
    }))
}

/// The type of state of `PassStateEntered`.
fn state_type(name: &str, suffix: &str) -> Option<StateType> {
    let state = name.strip_suffix(suffix)?;
    StateType::ALL.into_iter().find(|known| known.name() == state)
}

fn unknown(fields: &Fields<'_>) -> RecordError {
    RecordError::unsupported(format!("{} is of a type that is not known", fields.place()))
}
