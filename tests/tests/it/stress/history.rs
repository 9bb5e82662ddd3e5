//! Properties of every history.

use std::collections::BTreeMap;

use asl_engine::{Event, EventKind, Report};

/// Panics with the position unless the events are a valid history of an execution with this report.
#[track_caller]
pub(super) fn check(events: &[Event], report: &Report, place: &str) {
    let print = || {
        let lines = events.iter().map(|event| {
            let details = event.kind.details().map_or_else(String::new, |(_, details)| details.to_string());
            format!("{}<-{} {} {details}\n", event.id, event.previous_id, event.kind.name())
        });
        format!("{place}\n{}", lines.collect::<String>())
    };
    let complaint = numbers(events, report).and_then(|()| ends(events, report)).and_then(|()| chains(events));
    if let Err(complaint) = complaint {
        panic!("{}\n{complaint}", print());
    }
}

fn numbers(events: &[Event], report: &Report) -> Result<(), String> {
    let mut before = None;
    for (id, event) in (1..).zip(events) {
        if event.id != id || event.previous_id >= id {
            return Err(format!("event {id} is {}<-{}", event.id, event.previous_id));
        }
        if before.is_some_and(|before| event.timestamp < before) {
            return Err(format!("event {id} is earlier than the one before"));
        }
        before = Some(event.timestamp);
    }
    match report.events == events.len() as u64 {
        true => Ok(()),
        false => Err(format!("{} events are reported", report.events)),
    }
}

fn ends(events: &[Event], report: &Report) -> Result<(), String> {
    let of_execution: Vec<(u64, &str)> = events
        .iter()
        .map(|event| (event.id, event.kind.name()))
        .filter(|(_, name)| name.starts_with("Execution"))
        .collect();
    let end = match report.outcome.status() {
        "SUCCEEDED" => "ExecutionSucceeded",
        "FAILED" => "ExecutionFailed",
        "TIMED_OUT" => "ExecutionTimedOut",
        _ => "ExecutionAborted",
    };
    match of_execution[..] == [(1, "ExecutionStarted"), (events.len() as u64, end)] {
        true => Ok(()),
        false => Err(format!("{of_execution:?}")),
    }
}

/// Each event follows one that may lead to it, and everything that ends has started.
fn chains(events: &[Event]) -> Result<(), String> {
    let mut states: BTreeMap<String, i64> = BTreeMap::new();
    let mut iterations: BTreeMap<String, i64> = BTreeMap::new();
    for event in events {
        let name = event.kind.name();
        let previous = event.previous_id.checked_sub(1).and_then(|place| events.get(place as usize));
        let leads = previous.map_or("", |event| event.kind.name());
        if let Some((_, allowed)) = FOLLOWS.iter().find(|(follower, _)| *follower == name)
            && !allowed.contains(&leads)
        {
            return Err(format!("event {}: {name} follows `{leads}`", event.id));
        }
        let (open, key, change) = match &event.kind {
            EventKind::StateEntered { name, .. } => (&mut states, name.to_string(), 1),
            EventKind::StateExited { name, .. } => {
                if !ancestors(events, event).any(
                    |kind| matches!(kind, EventKind::StateEntered { name: entered, .. } if entered == name),
                ) {
                    return Err(format!("event {}: `{name}` is left where it was not entered", event.id));
                }
                (&mut states, name.to_string(), -1)
            }
            EventKind::MapIterationStarted { name, index } => {
                (&mut iterations, format!("{name}[{index}]"), 1)
            }
            EventKind::MapIterationSucceeded { name, index }
            | EventKind::MapIterationFailed { name, index }
            | EventKind::MapIterationAborted { name, index } => {
                (&mut iterations, format!("{name}[{index}]"), -1)
            }
            _ => continue,
        };
        let count = open.entry(key.clone()).or_default();
        *count += change;
        if *count < 0 {
            return Err(format!("event {}: `{key}` ends more often than it begins", event.id));
        }
    }
    Ok(())
}

/// The events from one back to the first of its strand.
fn ancestors<'e>(events: &'e [Event], event: &'e Event) -> impl Iterator<Item = &'e EventKind> {
    let mut at = event.previous_id;
    std::iter::from_fn(move || {
        let event = events.get(at.checked_sub(1)? as usize)?;
        at = event.previous_id;
        Some(&event.kind)
    })
}

/// The events that an event may follow, if it may not follow all.
const FOLLOWS: [(&str, &[&str]); 29] = [
    ("ActivityScheduled", &["TaskStateEntered", "ActivityFailed", "ActivityTimedOut"]),
    ("ActivityStarted", &["ActivityScheduled"]),
    ("ActivitySucceeded", &["ActivityStarted"]),
    ("ActivityFailed", &["ActivityStarted"]),
    ("ActivityTimedOut", &["ActivityStarted"]),
    ("LambdaFunctionScheduled", &["TaskStateEntered", "LambdaFunctionFailed", "LambdaFunctionTimedOut"]),
    ("LambdaFunctionStarted", &["LambdaFunctionScheduled"]),
    ("LambdaFunctionSucceeded", &["LambdaFunctionStarted"]),
    ("LambdaFunctionFailed", &["LambdaFunctionStarted"]),
    ("LambdaFunctionTimedOut", &["LambdaFunctionStarted"]),
    ("TaskScheduled", &["TaskStateEntered", "TaskFailed", "TaskTimedOut"]),
    ("TaskStarted", &["TaskScheduled"]),
    ("TaskSubmitted", &["TaskStarted"]),
    ("TaskSucceeded", &["TaskStarted", "TaskSubmitted"]),
    ("TaskFailed", &["TaskStarted", "TaskSubmitted"]),
    ("TaskTimedOut", &["TaskStarted", "TaskSubmitted"]),
    ("PassStateExited", &["PassStateEntered"]),
    ("ChoiceStateExited", &["ChoiceStateEntered"]),
    ("WaitStateExited", &["WaitStateEntered"]),
    ("SucceedStateExited", &["SucceedStateEntered"]),
    ("MapStateSucceeded", &["MapIterationSucceeded", "MapStateStarted"]),
    ("MapStateExited", &["MapIterationSucceeded", "MapStateStarted", "MapStateFailed"]),
    ("ExecutionStarted", &[""]),
    ("ExecutionAborted", &[""]),
    ("ExecutionTimedOut", &[""]),
    ("ExecutionSucceeded", EXITED),
    ("MapIterationSucceeded", EXITED),
    ("ParallelStateSucceeded", EXITED),
    ("ParallelStateExited", &EXITED_OR_FAILED),
];

/// The last is what a caught failure of a Parallel adds.
const EXITED_OR_FAILED: [&str; 8] = [
    "PassStateExited",
    "TaskStateExited",
    "ChoiceStateExited",
    "WaitStateExited",
    "SucceedStateExited",
    "ParallelStateExited",
    "MapStateExited",
    "ParallelStateFailed",
];

const EXITED: &[&str] = EXITED_OR_FAILED.split_at(7).0;
