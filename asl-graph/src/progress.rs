//! [`Progress`]: what an execution did, state by state, read from its history.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use asl_value::{Object, Text, Timestamp, Value};

/// How often each state of an execution ran, for how long, and how that ended.
///
/// ```
/// use asl_graph::{Progress, Status};
/// use asl_value::json;
/// let history = json!({"events": [
///     {"id": 1, "previousEventId": 0, "timestamp": 1.0, "type": "ExecutionStarted"},
///     {"id": 2, "previousEventId": 0, "timestamp": 1.5, "type": "PassStateEntered",
///         "stateEnteredEventDetails": {"name": "Greet"}},
///     {"id": 3, "previousEventId": 2, "timestamp": 2.0, "type": "PassStateExited",
///         "stateExitedEventDetails": {"name": "Greet"}}]});
/// let progress = Progress::of_history(&history);
/// let greet = progress.of("Greet").unwrap();
/// assert_eq!((greet.status, greet.visits, greet.summary().as_str()), (Status::Succeeded, 1, "0.50 s"));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Progress(pub(crate) BTreeMap<Text, StateProgress>);

/// What one state did in an execution, in all of its visits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StateProgress {
    /// How its visits ended; of several, the worst.
    pub status: Status,
    /// How often it was entered.
    pub visits: u64,
    /// How often its work was repeated after a failure.
    pub retries: u64,
    /// The time from entry to exit, of all visits that were left.
    pub time: Duration,
    /// What is shown instead of figures: how many parts of the state tests have reached.
    pub note: Option<String>,
}

/// How a state ended, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It was left without an error.
    Succeeded,
    /// It was left by a catcher.
    Caught,
    /// It did not end, since another branch failed or the execution was stopped.
    Aborted,
    /// It has not ended yet.
    Running,
    /// It failed, and the execution or the branch with it.
    Failed,
}

impl Status {
    /// `succeeded`, `caught`, `aborted`, `running`, `failed`
    pub fn name(self) -> &'static str {
        match self {
            Status::Succeeded => "succeeded",
            Status::Caught => "caught",
            Status::Aborted => "aborted",
            Status::Running => "running",
            Status::Failed => "failed",
        }
    }
}

impl StateProgress {
    /// A state without visits.
    pub(crate) fn new(status: Status) -> StateProgress {
        StateProgress { status, visits: 0, retries: 0, time: Duration::ZERO, note: None }
    }

    /// Visits, retries and time in a line: `3× · 1 retry · 1.20 s`. Empty for a single visit without time or retry.
    pub fn summary(&self) -> String {
        if let Some(note) = &self.note {
            return note.clone();
        }
        let mut parts = Vec::new();
        if self.visits > 1 {
            parts.push(format!("{}×", self.visits));
        }
        match self.retries {
            0 => {}
            1 => parts.push("1 retry".to_owned()),
            retries => parts.push(format!("{retries} retries")),
        }
        if !self.time.is_zero() {
            parts.push(time(self.time));
        }
        parts.join(" · ")
    }
}

/// `35 ms`, `1.20 s`, `3 min`, `2 h`, `9 d`
fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 if time.as_millis() < 100 => format!("{} ms", time.as_millis()),
        0..60 => format!("{:.2} s", time.as_secs_f64()),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// The parts of an event that matter here.
struct Event<'a> {
    kind: &'a str,
    previous: u64,
    time: Option<Timestamp>,
    /// Of a state that is entered or left.
    name: Option<&'a Text>,
}

/// One visit of a state.
struct Visit<'a> {
    name: &'a Text,
    status: Status,
    /// How often its work was begun.
    attempts: u64,
    time: Duration,
}

impl Progress {
    /// The progress that a history shows: the answer of `GetExecutionHistory`, or its list of events. Anything else in
    /// the document is passed over.
    pub fn of_history(history: &Value) -> Progress {
        let list = match history {
            Value::Object(answer) => answer.get("events"),
            other => Some(other),
        };
        let Some(Value::Array(list)) = list else { return Progress::default() };
        let events: BTreeMap<u64, Event<'_>> =
            list.iter().filter_map(|event| Event::read(event.as_object()?)).collect();
        let mut visits: HashMap<u64, Visit<'_>> = HashMap::new();
        let mut end = None;
        for (id, event) in &events {
            match event.kind {
                kind if kind.ends_with("StateEntered") => {
                    let Some(name) = event.name else { continue };
                    let visit = Visit { name, status: Status::Running, attempts: 0, time: Duration::ZERO };
                    visits.insert(*id, visit);
                }
                kind if kind.ends_with("StateExited") => leave(&events, &mut visits, event),
                "ExecutionSucceeded" | "ExecutionFailed" | "ExecutionAborted" | "ExecutionTimedOut" => {
                    end = Some(event);
                }
                // The execution continues after its end.
                "ExecutionRedriven" => end = None,
                kind => {
                    let Some(entry) = entry_of_attempt(kind) else { continue };
                    let visit = way_back(&events, event.previous).find(|(_, event)| event.kind == entry);
                    if let Some(visit) = visit.and_then(|(id, _)| visits.get_mut(&id)) {
                        visit.attempts += 1;
                    }
                }
            }
        }
        if let Some(end) = end {
            finish(&events, &mut visits, end);
        }
        Progress::sum(visits.into_values())
    }

    fn sum<'a>(visits: impl Iterator<Item = Visit<'a>>) -> Progress {
        let mut states: BTreeMap<Text, StateProgress> = BTreeMap::new();
        for visit in visits {
            let none = StateProgress::new(visit.status);
            let state = states.entry(visit.name.clone()).or_insert(none);
            state.status = state.status.max(visit.status);
            state.visits += 1;
            state.retries += visit.attempts.saturating_sub(1);
            state.time = state.time.saturating_add(visit.time);
        }
        Progress(states)
    }

    /// What the state did; `None` if it was not entered.
    pub fn of(&self, state: &str) -> Option<&StateProgress> {
        self.0.get(state)
    }

    /// The states that were entered, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &StateProgress)> {
        self.0.iter()
    }
}

impl<'a> Event<'a> {
    fn read(event: &'a Object) -> Option<(u64, Event<'a>)> {
        let number = |name: &str| event.get(name)?.as_number()?.as_u64();
        let details = event.get("stateEnteredEventDetails").or_else(|| event.get("stateExitedEventDetails"));
        let name = match details.and_then(Value::as_object).and_then(|details| details.get("name")) {
            Some(Value::String(name)) => Some(name),
            _ => None,
        };
        let time = event.get("timestamp").and_then(instant);
        let kind = event.get("type")?.as_str()?;
        Some((number("id")?, Event { kind, previous: number("previousEventId").unwrap_or(0), time, name }))
    }

    fn is_failure(&self) -> bool {
        self.kind.ends_with("Failed") || self.kind.ends_with("TimedOut")
    }
}

/// A time as the API writes it, in seconds, or as aws-cli prints it.
fn instant(time: &Value) -> Option<Timestamp> {
    match time {
        Value::Number(seconds) => {
            Some(Timestamp::EPOCH.plus(Duration::try_from_secs_f64(seconds.as_f64()).ok()?))
        }
        Value::String(text) => Timestamp::parse(text),
        _ => None,
    }
}

/// The event that enters the state, if `kind` begins the state's work: the second one of a visit is a retry.
fn entry_of_attempt(kind: &str) -> Option<&'static str> {
    match kind {
        "ParallelStateStarted" => Some("ParallelStateEntered"),
        "MapStateStarted" => Some("MapStateEntered"),
        kind => kind.ends_with("Scheduled").then_some("TaskStateEntered"),
    }
}

/// The chain of previous events, starting with the event `from` itself. Ids only fall along it, so it ends.
fn way_back<'e, 'a>(
    events: &'e BTreeMap<u64, Event<'a>>,
    from: u64,
) -> impl Iterator<Item = (u64, &'e Event<'a>)> {
    let mut at = from;
    std::iter::from_fn(move || {
        let id = at;
        let event = events.get(&id)?;
        at = if event.previous < id { event.previous } else { 0 };
        Some((id, event))
    })
}

/// A state is left: by a catcher, if what it left after is a failure.
fn leave<'a>(events: &BTreeMap<u64, Event<'a>>, visits: &mut HashMap<u64, Visit<'a>>, exit: &Event<'a>) {
    let was_caught = events.get(&exit.previous).is_some_and(Event::is_failure);
    let entry = way_back(events, exit.previous).find(|(id, event)| {
        event.name == exit.name && visits.get(id).is_some_and(|visit| visit.status == Status::Running)
    });
    let Some((id, entered)) = entry else { return };
    let Some(visit) = visits.get_mut(&id) else { return };
    visit.status = if was_caught { Status::Caught } else { Status::Succeeded };
    if let (Some(from), Some(to)) = (entered.time, exit.time) {
        visit.time = to.since(from);
    }
}

/// The execution ended: what was not left failed, if it is on the way to the failure, or was aborted.
fn finish<'a>(events: &BTreeMap<u64, Event<'a>>, visits: &mut HashMap<u64, Visit<'a>>, end: &Event<'a>) {
    if end.kind == "ExecutionFailed" {
        for (id, _) in way_back(events, end.previous) {
            if let Some(visit) = visits.get_mut(&id).filter(|visit| visit.status == Status::Running) {
                visit.status = Status::Failed;
            }
        }
    }
    for visit in visits.values_mut().filter(|visit| visit.status == Status::Running) {
        visit.status = Status::Aborted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (millis, expected) in [
            (35, "35 ms"),
            (1_200, "1.20 s"),
            (185_000, "3 min 5 s"),
            (7_260_000, "2 h 1 min"),
            (90_000_000, "1 d 1 h"),
        ] {
            assert_eq!(time(Duration::from_millis(millis)), expected);
        }
    }
}
