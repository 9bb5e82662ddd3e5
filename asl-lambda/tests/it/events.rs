//! Events of every source, each a row of `tests/data/events.jsonl`: its trigger, the inputs of its executions, and the
//! answer. `UPDATE_EXPECT=1` updates the rows.

use std::sync::Arc;

use asl_engine::{EventKind, HistoryRecorder};
use asl_lambda::{Adapter, Invocation, Trigger, handle};
use asl_value::{Object, Text, Value, json};

use crate::fixtures::{fixture, fixtures};
use crate::machine::{adapter, echo};

const ROWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/events.jsonl");

/// A row.
///
/// - `name`: a file in `events/`, or, if the row contains the `event`, the trigger and a description.
/// - `input`, `body`: the inputs of the executions, by default and with `ASL_INPUT=body`.
/// - `answer`, `failed`: the answer of a machine whose output is its input, and of one that fails.
///
/// `{"event": "/Records/0"}` refers to that part of the event.
struct Row {
    name: String,
    event: Value,
    is_own: bool,
}

impl Row {
    fn read(line: &str) -> Row {
        let row = Value::parse(line).unwrap();
        let name = row["name"].as_str().unwrap().to_owned();
        let own = row.get("event").cloned();
        Row { is_own: own.is_some(), event: own.unwrap_or_else(|| fixture(&name)), name }
    }

    fn of_fixture(name: &str) -> Row {
        Row { name: name.to_owned(), event: fixture(name), is_own: false }
    }

    fn line(&self, machines: &Machines) -> String {
        let (inputs, answer) = run(&machines.echo, &self.event);
        let (bodies, _) = run(&machines.echo_bodies, &self.event);
        let (_, failed) = run(&machines.fail, &self.event);
        let mut row = Object::new();
        row.insert("name", self.name.as_str().into());
        row.insert("trigger", Trigger::detect(&self.event).name().into());
        for (name, value) in [("input", inputs), ("body", bodies), ("answer", answer)] {
            row.insert(name, within(&self.event, &value));
        }
        row.insert("failed", failed);
        if self.is_own {
            row.insert("event", self.event.clone());
        }
        Value::Object(row).to_json()
    }
}

struct Machines {
    echo: Adapter,
    echo_bodies: Adapter,
    fail: Adapter,
}

/// The inputs of the executions for an event, and the answer.
fn run(adapter: &Adapter, event: &Value) -> (Value, Value) {
    let history = Arc::new(HistoryRecorder::new());
    let invocation = Invocation::new("r-1").with_observer(history.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut answer = runtime.block_on(handle(adapter, event.clone(), invocation)).unwrap_or_else(
        |error| json!({"errorType": error.error_type(), "errorMessage": error.error_message()}),
    );
    // The times in the answer of StartSyncExecution.
    if let Value::Object(members) = &mut answer
        && members.contains_key("startDate")
    {
        members.insert("startDate", 0.into());
        members.insert("stopDate", 0.into());
    }
    let inputs = history.events().into_iter().filter_map(|event| match event.kind {
        EventKind::ExecutionStarted { input, .. } => Some(input),
        _ => None,
    });
    (inputs.collect(), answer)
}

/// Replaces parts of the event in a value by references.
fn within(event: &Value, value: &Value) -> Value {
    match value {
        Value::Array(items) if !items.is_empty() => {
            referred(event, value).unwrap_or_else(|| items.iter().map(|item| within(event, item)).collect())
        }
        Value::Object(members) if !members.is_empty() => referred(event, value).unwrap_or_else(|| {
            let member = |(name, value): (&Text, &Value)| (name.clone(), within(event, value));
            Value::Object(members.iter().map(member).collect())
        }),
        other => other.clone(),
    }
}

fn referred(event: &Value, value: &Value) -> Option<Value> {
    place_of(event, value, 3).map(|place| json!({"event": place}))
}

/// The JSON Pointer of a value in a document, searched to this depth.
fn place_of(document: &Value, value: &Value, levels: u32) -> Option<String> {
    if document == value {
        return Some(String::new());
    }
    let inside = |name: &str, member: &Value| {
        Some(format!(
            "/{}{}",
            name.replace('~', "~0").replace('/', "~1"),
            place_of(member, value, levels - 1)?
        ))
    };
    match document {
        _ if levels == 0 => None,
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| inside(&index.to_string(), item))
        }
        Value::Object(members) => members.iter().find_map(|(name, member)| inside(name, member)),
        _ => None,
    }
}

#[test]
fn every_event_goes_in_and_out_as_its_row_says() {
    let text = std::fs::read_to_string(ROWS).unwrap();
    let mut rows: Vec<Row> = text.lines().map(Row::read).collect();
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    for name in fixtures() {
        if !rows.iter().any(|row| row.name == name) {
            assert!(update, "`{name}` has no row");
            rows.push(Row::of_fixture(&name));
        }
    }
    let fail = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "OutOfStock", "Cause": "no mug left"}}});
    let machines = Machines {
        echo: adapter(&echo(), &[]),
        echo_bodies: adapter(&echo(), &[("ASL_INPUT", "body")]),
        fail: adapter(&fail, &[]),
    };
    let found: Vec<String> = rows.iter().map(|row| row.line(&machines)).collect();
    if update {
        std::fs::write(ROWS, found.join("\n") + "\n").unwrap();
    }
    for (found, line) in found.iter().zip(text.lines()) {
        // Compared as values, because the spelling of numbers does not matter here.
        let is_same = Value::parse(found).unwrap() == Value::parse(line).unwrap();
        assert!(update || is_same, "a row differs\n  found: {found}\n    row: {line}");
    }
    let names: std::collections::HashSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "a name twice");
    for row in rows.iter().filter(|row| row.is_own) {
        let trigger = row.name.split(',').next().unwrap();
        assert_eq!(Trigger::detect(&row.event).name(), trigger, "{}", row.name);
    }
    for trigger in Trigger::ALL {
        let own = rows.iter().filter(|row| row.is_own && row.name.starts_with(trigger.name())).count();
        assert!(own >= 2, "{trigger:?} has {own} events");
    }
    // Neither list may shrink without being noticed.
    let own = rows.iter().filter(|row| row.is_own).count();
    assert_eq!((own, rows.len() - own), (OWN, fixtures().len()));
}

/// The number of rows that contain their event.
const OWN: usize = 171;

/// A forced trigger answers any event; an HTTP trigger answers with a response.
#[test]
fn every_event_can_be_forced_on_every_trigger() {
    let text = std::fs::read_to_string(ROWS).unwrap();
    let events: Vec<Value> = text.lines().map(|line| Row::read(line).event).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for trigger in Trigger::ALL {
        for input in ["body", "event"] {
            let vars = [
                ("ASL_EVENT_SOURCE", trigger.name()),
                ("ASL_INPUT", input),
                ("ASL_CORS_ORIGINS", "http://a.example"),
            ];
            let adapter = adapter(&echo(), &vars);
            for event in &events {
                let answer = runtime.block_on(handle(&adapter, event.clone(), Invocation::new("r-1")));
                let status = answer.as_ref().ok().and_then(|answer| answer.get("statusCode")?.as_i64());
                assert!(!trigger.is_http() || status.is_some(), "{trigger:?}: {event}: {answer:?}");
            }
        }
    }
}
