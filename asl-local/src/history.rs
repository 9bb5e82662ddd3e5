//! [`History`]: the events of one execution, as `GetExecutionHistory` shows them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_engine::{Event, EventKind, Observer, TaskKind};
use asl_value::{Timestamp, Value};

/// Events that are kept of an execution that has no limit of its own (EXPRESS).
const MOST_EVENTS: usize = 25_000;

/// Keeps the events of an execution.
pub(crate) struct History {
    /// Or the last one only.
    keeps_all: bool,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    events: Vec<Event>,
    /// Of all payloads; one that several events in a row share counts once.
    bytes: usize,
}

impl History {
    pub(crate) fn new(keeps_all: bool) -> History {
        History { keeps_all, kept: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().events.len()
    }

    /// Bytes of the payloads, as text.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// When the last event happened: by the execution's clock, which may be ahead of ours.
    pub(crate) fn last_time(&self) -> Option<Timestamp> {
        self.lock().events.last().map(|event| event.timestamp)
    }

    /// The events so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.lock().events.clone()
    }
}

impl Kept {
    /// The bytes by which one more event makes the history longer.
    fn bytes_of(&self, event: &Event) -> usize {
        let before = self.events.last().and_then(|event| event.kind.payload());
        let payload =
            event.kind.payload().filter(|payload| before.is_none_or(|before| !before.same(payload)));
        let variables = match &event.kind {
            EventKind::StateExited { assigned_variables: Some(variables), .. } => {
                Value::Object(variables.clone()).encoded_len()
            }
            _ => 0,
        };
        payload.map_or(0, Value::encoded_len).saturating_add(variables)
    }
}

impl Observer for History {
    fn on_event(&self, event: Event) {
        let mut kept = self.lock();
        if !self.keeps_all {
            *kept = Kept::default();
        }
        if kept.events.len() < MOST_EVENTS {
            kept.bytes = kept.bytes.saturating_add(kept.bytes_of(&event));
            kept.events.push(event);
        }
    }
}

/// What an event's answer needs to know of its execution.
pub(crate) struct View<'a> {
    pub(crate) input: &'a Value,
    /// The input as it was sent.
    pub(crate) input_text: &'a str,
    /// `stateMachineAliasArn` and `stateMachineVersionArn` of `ExecutionStarted`.
    pub(crate) started_by: [(&'static str, Option<&'a str>); 2],
    pub(crate) include_data: bool,
}

impl View<'_> {
    /// One event.
    pub(crate) fn event(&self, event: &Event) -> Value {
        let json = event.to_json();
        let Value::Object(mut members) = json else { return json };
        let Some((name, mut details)) = event.kind.details() else { return Value::Object(members) };
        if self.include_data {
            if let Some((name, _)) = payload(&event.kind).filter(|(_, payload)| payload.same(self.input)) {
                // Recorded: an input that passes through untouched keeps its spaces.
                details.insert(name, self.input_text.into());
            }
        } else {
            for name in ["input", "inputDetails", "output", "outputDetails"] {
                details.remove(name);
            }
        }
        if matches!(event.kind, EventKind::ExecutionStarted { .. }) {
            for (name, arn) in self.started_by {
                if let Some(arn) = arn {
                    details.insert(name, arn.into());
                }
            }
        }
        members.insert(name, Value::Object(details));
        Value::Object(members)
    }
}

/// The payload that may be the execution's input itself.
fn payload(kind: &EventKind) -> Option<(&'static str, &Value)> {
    match kind {
        EventKind::ExecutionStarted { input, .. } | EventKind::StateEntered { input, .. } => {
            Some(("input", input))
        }
        EventKind::TaskScheduled(scheduled) if !matches!(*scheduled.task, TaskKind::Service { .. }) => {
            Some(("input", &scheduled.parameters))
        }
        EventKind::StateExited { output, .. } | EventKind::ExecutionSucceeded { output } => {
            Some(("output", output))
        }
        _ => None,
    }
}
