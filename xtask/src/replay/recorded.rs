//! Brings a recorded history back into the form in which AWS gave it.
//!
//! The recorder replaced names and times, turned JSON text into objects, and sorted the events of a Parallel. What is lost
//! is made up: the times, the numbers of sorted events, and the names, which are made to fit the definition.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::corpus::Execution;

/// The record of an execution. The references in its definition are replaced with names from the record.
///
/// `input` is what the execution was started with, with references.
pub(super) fn record(definition: &str, input: &str, events: &[Value]) -> Execution {
    let mut text = Value::from(events).to_string();
    if let Some((lost, found)) = dates(input) {
        text = text.replace(&lost, &found);
    }
    let text = named(&text, definition).replace("\"activity_arn\"", &format!("\"{ACTIVITY}\""));
    let events: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
    let mut events: Vec<Value> = events.into_iter().map(|recorded| event(recorded, &text)).collect();
    if events.first().is_some_and(|first| member(first, &["type"]) != "ExecutionStarted") {
        events.reverse();
    }
    number(&mut events);
    inputs(&mut events);
    Execution { definition: resolved(definition, &text), record: json!({"events": events}) }
}

/// When the executions began: the recorder replaced the times.
const STARTED: u64 = 1_700_000_000;
const ACTIVITY: &str = "arn:aws:states:us-east-1:111111111111:activity:recorded";

/// A member of a member; `null` if there is none.
pub(super) fn member<'v>(value: &'v Value, path: &[&str]) -> &'v Value {
    path.iter().fold(value, |value, name| value.get(*name).unwrap_or(&Value::Null))
}

/// The date of an input that is some days after the start: `"<timestamp>"` was `"@@{now.24855}@@.000Z"`.
fn dates(input: &str) -> Option<(String, String)> {
    let (_, after) = input.split_once("@@{now.")?;
    let (days, rest) = after.split_once("}@@")?;
    let ending = rest.split('"').next()?;
    let days = days.parse::<u64>().ok()?;
    Some(("<timestamp>".to_owned(), format!("{}{ending}", date(STARTED + days * 86_400))))
}

/// The date of an instant, in seconds since 1970.
fn date(seconds: u64) -> String {
    let timestamp =
        asl_value::Timestamp::from_epoch_millis(i64::try_from(seconds * 1000).unwrap_or(i64::MAX));
    timestamp.to_string().trim_end_matches('Z').to_owned()
}

/// Puts the inputs of states back into causes that quote them.
fn inputs(events: &mut [Value]) {
    let inputs: Vec<(String, String)> = events
        .iter()
        .filter_map(|event| {
            let entered = member(event, &["stateEnteredEventDetails"]);
            let text = |name: &str| member(entered, &[name]).as_str().map(str::to_owned);
            Some((text("name")?, text("input")?))
        })
        .collect();
    for event in events {
        let Some(details) = event.as_object_mut() else { continue };
        for details in details.values_mut() {
            let Some(cause) = details.get("cause").and_then(Value::as_str) else { continue };
            let state =
                inputs.iter().rev().find(|(state, _)| cause.contains(&format!("the state '{state}'")));
            if let Some((_, input)) = state.filter(|_| cause.contains("'json-input-1'")) {
                let cause = cause.replace("'json-input-1'", &format!("'{input}'"));
                if let Some(details) = details.as_object_mut() {
                    details.insert("cause".to_owned(), cause.into());
                }
            }
        }
    }
}

/// Replaces the recorder's `<region>` and `<uuid:1>` with names that an ARN may have, unless the definition has them, too.
fn named(text: &str, definition: &str) -> String {
    let text = text.replace("<partition>", "aws").replace("<region>", "us-east-1");
    let mut parts = text.split('<');
    let mut named = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-:".contains(c))
        };
        match part
            .split_once('>')
            .filter(|(name, _)| is_name(name) && !definition.contains(&format!("<{name}>")))
        {
            Some((name, rest)) => named += &(name.replace(':', "-") + rest),
            None => named += &format!("<{part}"),
        }
    }
    named
}

/// The event with JSON text for each payload.
fn event(event: Value, record: &str) -> Value {
    let Value::Object(mut event) = event else { return event };
    for (name, details) in &mut event {
        let Value::Object(details) = details else { continue };
        if !name.ends_with("EventDetails") {
            continue;
        }
        for (name, value) in details {
            let is_text = ["input", "output", "parameters", "error", "cause"].contains(&name.as_str());
            if is_text && !value.is_string() {
                *value = json_text(value, record).into();
            }
            if let ("assignedVariables", Value::Object(variables)) = (name.as_str(), value) {
                for value in variables.values_mut().filter(|value| !value.is_string()) {
                    *value = value.to_string().into();
                }
            }
        }
    }
    Value::Object(event)
}

/// The JSON text of an object. A text that occurs elsewhere in the record with spaces has them here, too.
fn json_text(value: &Value, record: &str) -> String {
    let compact = value.to_string();
    let spaced = spaced(&compact);
    let quoted = Value::from(spaced.as_str()).to_string();
    if quoted.len() > 4 && record.contains(&quoted) { spaced } else { compact }
}

/// The form in which Python writes JSON: with spaces behind commas and colons.
fn spaced(compact: &str) -> String {
    let (mut spaced, mut is_quoted, mut is_escaped) = (String::new(), false, false);
    for character in compact.chars() {
        spaced.push(character);
        match character {
            '"' if !is_escaped => is_quoted = !is_quoted,
            ',' | ':' if !is_quoted => spaced.push(' '),
            _ => {}
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    spaced
}

/// Numbers the events again, 20 milliseconds apart. An event that was sorted follows the event in which its state was
/// entered, or, if it enters one, the beginning of its Parallel.
fn number(events: &mut [Value]) {
    let old: Vec<Option<u64>> = events.iter().map(|event| member(event, &["id"]).as_u64()).collect();
    let mut parallel = 0;
    let mut entered: HashMap<String, u64> = HashMap::new();
    for (id, event) in (1u64..).zip(events.iter_mut()) {
        let kind = member(event, &["type"]).as_str().unwrap_or_default().to_owned();
        let details = ["stateEnteredEventDetails", "stateExitedEventDetails"];
        let state = details.iter().find_map(|details| member(event, &[details, "name"]).as_str());
        let state = state.unwrap_or_default().to_owned();
        let (is_sorted, before) =
            (member(event, &["id"]).is_array(), member(event, &["previousEventId"]).as_u64());
        let known = (1u64..id).zip(&old).find(|(_, old)| **old == before).map(|(id, _)| id);
        let previous = match (is_sorted, before, known) {
            (false, None | Some(0), _) => 0,
            (false, _, Some(known)) => known,
            _ if kind.ends_with("StateEntered") => parallel,
            _ => entered.get(&state).copied().unwrap_or(id - 1),
        };
        if kind.ends_with("StateEntered") {
            entered.insert(state, id);
        }
        if kind == "ParallelStateStarted" {
            parallel = id;
        }
        let Some(event) = event.as_object_mut() else { continue };
        event.insert("id".to_owned(), id.into());
        event.insert("previousEventId".to_owned(), previous.into());
        event.insert("timestamp".to_owned(), json!(STARTED as f64 + id as f64 / 50.0));
    }
}

/// The definition, whose references are functions, activities and machines of the record.
fn resolved(definition: &str, record: &str) -> String {
    let mut resolved = definition.to_owned();
    let mut found: Vec<String> = Vec::new();
    while let Some(reference) = reference(&resolved) {
        let kind = match reference.split_once('.') {
            Some((_, "FunctionArn")) => ":function:",
            Some((_, "activityArn")) => ":activity:",
            _ => ":stateMachine:",
        };
        let known = arns(record, kind);
        let arn = known.iter().find(|arn| !found.contains(arn)).or(known.last()).cloned();
        let arn = arn.unwrap_or_else(|| ACTIVITY.to_owned());
        resolved = resolved.replace(&format!("@@{{{reference}}}@@"), &arn);
        found.push(arn);
    }
    resolved
}

/// The next reference in a definition.
fn reference(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("@@{")?;
    Some(rest.split_once("}@@")?.0.to_owned())
}

/// The different ARNs of a kind, in order.
fn arns(record: &str, kind: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (start, _) in record.match_indices("arn:aws:") {
        let (_, rest) = record.split_at(start);
        let arn = rest.split(['"', '\\', '\'']).next().unwrap_or_default();
        if arn.contains(kind) && !found.iter().any(|known| known == arn) {
            found.push(arn.to_owned());
        }
    }
    found
}
