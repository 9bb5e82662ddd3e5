//! What the history of an execution that has ended must have: its beginning, its end, and the answers that tasks got.

use asl_value::Value;

use super::functions::{answer, number, text};
use super::held::Held;

/// Checks the events of an execution against its description, what functions answered, and what was sent with tokens.
pub(super) fn check(seed: u64, held: &[Held], described: &Value, events: &[Value]) -> Result<(), String> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Err("no events".to_owned());
    };
    if text(first, "type") != "ExecutionStarted"
        || first["executionStartedEventDetails"]["input"] != described["input"]
    {
        return Err(format!("it begins with {first}"));
    }
    check_end(described, last)?;
    let redriven = of_type(events, "ExecutionRedriven").count() as i64;
    // A child of a Map Run that did not begin before has none.
    if redriven != number(described, "redriveCount") {
        return Err(format!("it was redriven {redriven} times"));
    }
    let times: Vec<f64> = events.iter().filter_map(|event| event["timestamp"].as_f64()).collect();
    if !times.is_sorted() {
        return Err("time goes back".to_owned());
    }
    for event in events {
        check_task(seed, held, events, event)
            .map_err(|problem| format!("event {}: {problem}", event["id"]))?;
    }
    Ok(())
}

fn of_type<'e>(events: &'e [Value], kind: &'e str) -> impl Iterator<Item = &'e Value> {
    events.iter().filter(move |event| text(event, "type") == kind)
}

fn check_end(described: &Value, last: &Value) -> Result<(), String> {
    let (kind, details) = match text(described, "status") {
        "SUCCEEDED" => ("ExecutionSucceeded", &last["executionSucceededEventDetails"]),
        "FAILED" => ("ExecutionFailed", &last["executionFailedEventDetails"]),
        "ABORTED" => ("ExecutionAborted", &last["executionAbortedEventDetails"]),
        other => return Err(format!("it is {other}")),
    };
    let is_same = ["output", "error", "cause"].iter().all(|name| details[*name] == described[*name]);
    if text(last, "type") == kind && is_same && last["timestamp"] == described["stopDate"] {
        return Ok(());
    }
    Err(format!("it ends with {last}"))
}

/// The end of a task is what its function or its worker answered.
fn check_task(seed: u64, held: &[Held], events: &[Value], event: &Value) -> Result<(), String> {
    let result = match text(event, "type") {
        "TaskSucceeded" => Ok(text(&event["taskSucceededEventDetails"], "output")),
        "TaskFailed" => Err(&event["taskFailedEventDetails"]),
        "ActivitySucceeded" => Ok(text(&event["activitySucceededEventDetails"], "output")),
        "ActivityFailed" => Err(&event["activityFailedEventDetails"]),
        _ => return Ok(()),
    };
    let scheduled = scheduled(events, event).ok_or("it was not scheduled")?;
    let Some(payload) = payload(scheduled) else { return Ok(()) };
    let result = result.map(|output| Value::parse(output).unwrap_or_default());
    let is_activity = text(scheduled, "type") == "ActivityScheduled";
    if is_activity || payload.get("token").is_some() {
        let number = match result {
            Ok(output) => number(&output, "n"),
            Err(details) => text(details, "cause").parse().unwrap_or_default(),
        };
        return check_answer(held, &payload, number);
    }
    let found = match result {
        Ok(output) => Ok(number(&output["Payload"], "n")),
        Err(details) => Err(text(details, "error").to_owned()),
    };
    let expected = answer(seed, &payload)
        .map_err(|failure| failure.error.as_ref().map(ToString::to_string).unwrap_or_default());
    if found == expected {
        Ok(())
    } else {
        Err(format!("the function answered {expected:?}, and {found:?} is told"))
    }
}

fn check_answer(held: &[Held], payload: &Value, number: i64) -> Result<(), String> {
    let Some(known) = held.iter().find(|held| held.sent.contains(&number)) else {
        return Err(format!("nobody has sent the answer {number}"));
    };
    let place = place(payload);
    if known.execution != text(payload, "execution") || known.place != place || !known.may_have(number) {
        return Err(format!("{place:?} has the answer {number} of {:?}, {:?}", known.place, known.accepted));
    }
    Ok(())
}

fn place(payload: &Value) -> (i64, String, i64) {
    (number(payload, "redrive"), text(payload, "state").to_owned(), number(payload, "attempt"))
}

/// The event with which the task of an event was scheduled.
fn scheduled<'e>(events: &'e [Value], event: &'e Value) -> Option<&'e Value> {
    let mut event = event;
    while !["TaskScheduled", "ActivityScheduled"].contains(&text(event, "type")) {
        let before = number(event, "previousEventId");
        event = events.get(usize::try_from(before - 1).ok()?)?;
    }
    Some(event)
}

/// What was sent to a function or to a worker.
fn payload(scheduled: &Value) -> Option<Value> {
    let is_activity = text(scheduled, "type") == "ActivityScheduled";
    if is_activity {
        return Value::parse(text(&scheduled["activityScheduledEventDetails"], "input")).ok();
    }
    let parameters = Value::parse(text(&scheduled["taskScheduledEventDetails"], "parameters")).ok()?;
    parameters.get("Payload").cloned()
}

/// Whether an answer that was accepted is in the history of its execution, or something else has ended the execution or the
/// task.
pub(super) fn has_answer(held: &Held, events: &[Value], number: i64) -> bool {
    let told = |details: &Value| {
        let output = Value::parse(text(details, "output")).unwrap_or_default();
        super::functions::number(&output, "n") == number || text(details, "cause") == number.to_string()
    };
    let names = ["taskSucceeded", "taskFailed", "activitySucceeded", "activityFailed"];
    let is_told = events
        .iter()
        .any(|event| names.iter().any(|name| told(&event[format!("{name}EventDetails").as_str()])));
    is_told || held.has_timeout
}
