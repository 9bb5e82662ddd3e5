//! [`History`]: the events of an execution, as `GetExecutionHistory` returns them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_engine::{Event, EventKind, EventView, Observer};
use asl_value::{Timestamp, Value};

/// The number of events recorded for an execution without an event limit (EXPRESS).
const MOST_EVENTS: usize = 25_000;

/// Records the events of an execution.
pub(crate) struct History {
    /// Whether all events are recorded, or only the last one.
    keeps_all: bool,
    recorded: Mutex<Recorded>,
}

#[derive(Default)]
struct Recorded {
    events: Vec<Event>,
    /// The size of all payloads. A payload that consecutive events share counts once.
    bytes: usize,
}

impl History {
    pub(crate) fn new(keeps_all: bool) -> History {
        History { keeps_all, recorded: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().events.len()
    }

    /// The size of the payloads as JSON text.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// The time of the last event by the execution's clock, which may be ahead of the server's.
    pub(crate) fn last_time(&self) -> Option<Timestamp> {
        self.lock().events.last().map(|event| event.timestamp)
    }

    /// The next events after the one with this number, at most `most`.
    #[cfg(feature = "page")]
    pub(crate) fn after(&self, id: u64, most: usize) -> Vec<Event> {
        let recorded = self.lock();
        let from = recorded.events.partition_point(|event| event.id <= id);
        recorded.events.iter().skip(from).take(most).cloned().collect()
    }

    /// The events so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.lock().events.clone()
    }
}

impl Recorded {
    /// How many bytes an event adds to the history.
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
        let mut recorded = self.lock();
        if !self.keeps_all {
            *recorded = Recorded::default();
        }
        if recorded.events.len() < MOST_EVENTS {
            recorded.bytes = recorded.bytes.saturating_add(recorded.bytes_of(&event));
            recorded.events.push(event);
        }
    }
}

/// The facts about an execution that are needed to show its events.
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
    /// Shows an event.
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
