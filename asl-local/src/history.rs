//! [`History`]: the events of one execution, as `GetExecutionHistory` shows them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_engine::{Event, EventKind, EventView, Observer};
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

const STARTED: &str = "executionStartedEventDetails";

impl View<'_> {
    /// One event.
    pub(crate) fn event(&self, event: &Event) -> Value {
        let view = EventView::default()
            .with_execution_data(self.include_data)
            .with_input_text(self.input, self.input_text);
        let mut json = event.to_json_with(view);
        if let (Value::Object(members), EventKind::ExecutionStarted { .. }) = (&mut json, &event.kind)
            && let Some(Value::Object(mut details)) = members.remove(STARTED)
        {
            let started_by = self.started_by.into_iter();
            details.extend(started_by.filter_map(|(name, arn)| Some((name, Value::from(arn?)))));
            members.insert(STARTED, details.into());
        }
        json
    }
}
