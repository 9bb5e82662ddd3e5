//! [`recorded`]: what an execution of the past used, by its history.

use asl_value::{Timestamp, Value};

use super::{Counted, Used};

/// Counts the events of a history. `None` without events.
pub(crate) fn recorded(history: &Value) -> Option<Counted> {
    let events = history.get("events").unwrap_or(history).as_array()?;
    let (first, last) = (time(events.first()?)?, time(events.last()?)?);
    let count = |is_it: &dyn Fn(&str) -> bool| {
        events.iter().filter_map(|event| event.get("type")?.as_str()).filter(|name| is_it(name)).count()
            as f64
    };
    let entered = count(&|name| name.ends_with("StateEntered"));
    let scheduled = count(&|name| name.ends_with("Scheduled"));
    // A state that is retried is entered once, and its task is scheduled again.
    let tasks = count(&|name| name == "TaskStateEntered");
    let retries = (scheduled - tasks).max(0.0);
    let waits = count(&|name| name == "WaitStateEntered");
    let functions = scheduled_functions(events.iter());
    let submitted = count(&|name| name == "TaskSubmitted");
    let waiting_seconds = waiting(events.iter());
    let seconds = last.since(first).as_secs_f64();
    let used = Used {
        transitions: entered + retries,
        tasks: scheduled,
        functions,
        operations: scheduled + waits + submitted,
        elsewhere: 0.0,
        pauses: waits + submitted,
        function_seconds: 0.0,
        working_seconds: (seconds - waiting_seconds).max(0.0),
        waiting_seconds: waiting_seconds.min(seconds),
    };
    let not_express = (submitted > 0.0).then(|| "a task waits for a job or a token".to_owned());
    let assumptions = vec![
        "every run is like the recorded one".to_owned(),
        "the times of Wait states that overlap count each".to_owned(),
        "the time of its functions is not known from a history".to_owned(),
    ];
    Some(Counted { used, assumptions, not_express, ..Counted::default() })
}

fn scheduled_functions<'e>(events: impl Iterator<Item = &'e Value>) -> f64 {
    let is_function = |event: &&Value| match event.get("type").and_then(Value::as_str) {
        Some("LambdaFunctionScheduled") => true,
        Some("TaskScheduled") => {
            let details = event.get("taskScheduledEventDetails");
            details.and_then(|details| details.get("resourceType")).and_then(Value::as_str) == Some("lambda")
        }
        _ => false,
    };
    events.filter(is_function).count() as f64
}

/// Seconds in Wait states.
fn waiting<'e>(events: impl Iterator<Item = &'e Value>) -> f64 {
    let mut open: Vec<(Option<&str>, Timestamp)> = Vec::new();
    let mut seconds = 0.0;
    for event in events {
        let name = |details: &str| {
            event.get(details).and_then(|details| details.get("name")).and_then(Value::as_str)
        };
        let Some(at) = time(event) else { continue };
        match event.get("type").and_then(Value::as_str) {
            Some("WaitStateEntered") => open.push((name("stateEnteredEventDetails"), at)),
            Some("WaitStateExited") => {
                let exited = name("stateExitedEventDetails");
                if let Some(place) = open.iter().position(|(entered, _)| *entered == exited) {
                    seconds += at.since(open.swap_remove(place).1).as_secs_f64();
                }
            }
            _ => {}
        }
    }
    seconds
}

/// As aws-cli or as the API writes it.
fn time(event: &Value) -> Option<Timestamp> {
    match event.get("timestamp")? {
        Value::String(text) => Timestamp::parse(text),
        seconds => Some(Timestamp::from_epoch_millis((seconds.as_f64()? * 1e3).round() as i64)),
    }
}
