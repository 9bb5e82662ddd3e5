//! [`History`]: the events of an execution, as `GetExecutionHistory` returns them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_engine::{Event, EventKind, EventView, Observer};
use asl_value::{Timestamp, Value};

use crate::footprint;

/// The number of events recorded for an execution without an event limit (EXPRESS).
const MOST_EVENTS: usize = 100_000;

/// Records the events of an execution.
pub(crate) struct History {
    /// Whether all events are recorded, or only the last one.
    keeps_all: bool,
    recorded: Mutex<Recorded>,
}

#[derive(Default)]
struct Recorded {
    /// The events that were read from a data folder, which come before the others.
    kept: Vec<Value>,
    events: Vec<Event>,
    /// The size of all payloads as JSON text. A payload that consecutive events share counts once.
    bytes: usize,
    /// What all events take in memory, by an estimate.
    memory: usize,
}

impl History {
    pub(crate) fn new(keeps_all: bool) -> History {
        History { keeps_all, recorded: Mutex::default() }
    }

    /// A history that begins with these events, as they were shown with their data.
    pub(crate) fn kept(kept: Vec<Value>) -> History {
        History { keeps_all: true, recorded: Mutex::new(Recorded::of(kept)) }
    }

    /// A history with the first events of this one, of which it keeps as many as this one does.
    pub(crate) fn first(&self, events: u64) -> History {
        let all = self.lock();
        let kept: Vec<Value> = all.kept.iter().take_while(|shown| id_of(shown) <= events).cloned().collect();
        let mut recorded = Recorded::of(kept);
        for event in all.events.iter().take_while(|event| event.id <= events) {
            recorded.add(event.clone());
        }
        History { keeps_all: self.keeps_all, recorded: Mutex::new(recorded) }
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        let recorded = self.lock();
        recorded.kept.len() + recorded.events.len()
    }

    /// The size of the payloads as JSON text.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Whether the first event is there, which shares the input of the execution.
    pub(crate) fn has_input(&self) -> bool {
        let recorded = self.lock();
        self.keeps_all && recorded.kept.is_empty() && !recorded.events.is_empty()
    }

    /// The memory that the events take, by an estimate.
    pub(crate) fn memory(&self) -> usize {
        self.lock().memory
    }

    /// The time of the last event by the execution's clock, which may be ahead of the server's.
    pub(crate) fn last_time(&self) -> Option<Timestamp> {
        let recorded = self.lock();
        let recorded_time =
            || Some((recorded.kept.last()?.get("timestamp")?.as_f64()? * 1000.0).round() as i64);
        let last = recorded.events.last().map(|event| event.timestamp);
        last.or_else(|| recorded_time().map(Timestamp::from_epoch_millis))
    }

    /// The next events after the one with this number, at most `most`.
    #[cfg(feature = "page")]
    pub(crate) fn after(&self, id: u64, most: usize) -> Vec<Known> {
        let recorded = self.lock();
        let kept = recorded.kept.iter().skip_while(|shown| id_of(shown) <= id).cloned().map(Known::Kept);
        let from = recorded.events.partition_point(|event| event.id <= id);
        let events = recorded.events.iter().skip(from).cloned().map(Known::Event);
        kept.chain(events).take(most).collect()
    }

    /// The events so far.
    pub(crate) fn events(&self) -> Vec<Known> {
        let recorded = self.lock();
        let kept = recorded.kept.iter().cloned().map(Known::Kept);
        kept.chain(recorded.events.iter().cloned().map(Known::Event)).collect()
    }
}

/// An event of a history.
pub(crate) enum Known {
    Event(Event),
    /// As it was shown with its data.
    Kept(Value),
}

impl Known {
    pub(crate) fn id(&self) -> u64 {
        match self {
            Known::Event(event) => event.id,
            Known::Kept(shown) => id_of(shown),
        }
    }
}

fn id_of(shown: &Value) -> u64 {
    shown.get("id").and_then(Value::as_i64).map(i64::unsigned_abs).unwrap_or_default()
}

impl Recorded {
    /// Events that were read from a data folder.
    fn of(kept: Vec<Value>) -> Recorded {
        let bytes = kept.iter().map(Value::encoded_len).sum();
        let memory = kept.iter().map(footprint::of_value).fold(0, usize::saturating_add);
        Recorded { kept, bytes, memory, ..Recorded::default() }
    }

    fn add(&mut self, event: Event) {
        if self.events.len() < MOST_EVENTS {
            self.bytes = self.bytes.saturating_add(self.bytes_of(&event));
            self.memory = self.memory.saturating_add(footprint::of_event(&event, self.events.last()));
            self.events.push(event);
        }
    }

    /// How many bytes an event adds to the history.
    fn bytes_of(&self, event: &Event) -> usize {
        let payload = footprint::new_payload(event, self.events.last());
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
        recorded.add(event);
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
    pub(crate) fn event(&self, event: &Known) -> Value {
        match event {
            Known::Event(event) => self.show(event),
            Known::Kept(shown) if self.include_data => shown.clone(),
            Known::Kept(shown) => without_data(shown),
        }
    }

    fn show(&self, event: &Event) -> Value {
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

/// An event without input and output, as [`EventView::with_execution_data`] shows it.
fn without_data(shown: &Value) -> Value {
    let Value::Object(members) = shown else { return shown.clone() };
    let members = members.iter().map(|(name, value)| match value {
        Value::Object(details) => {
            let shown = details.iter().filter(|(name, _)| !DATA.contains(&name.as_str()));
            let shown = shown.map(|(name, value)| (name.clone(), value.clone()));
            (name.clone(), Value::Object(shown.collect()))
        }
        other => (name.clone(), other.clone()),
    });
    Value::Object(members.collect())
}

/// The members of an event's details that have its data.
const DATA: [&str; 4] = ["input", "inputDetails", "output", "outputDetails"];
