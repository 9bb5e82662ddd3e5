//! Events about executions, as EventBridge gets them.

use std::sync::{Arc, Mutex};

use asl_local::{Config, EventSink};
use asl_value::{Value, json};

use crate::client::{Client, text};

#[derive(Default)]
struct Entries(Mutex<Vec<Value>>);

impl EventSink for Entries {
    fn put(&self, entry: Value) {
        self.0.lock().unwrap().push(entry);
    }
}

/// The events of an execution of a machine with this state. The execution is redriven if it fails.
async fn told(kind: &str, state: Value) -> (String, Vec<Value>) {
    let entries = Arc::new(Entries::default());
    let client = Client::of(Config { events: Some(entries.clone()), ..Config::default() }).await;
    let machine = client.machine(kind, crate::client::one_state(state)).await;
    let arn = client.start(&machine, r#"{"n": 1}"#).await;
    if kind == "STANDARD" && text(&client.ended(&arn).await, "status") == "FAILED" {
        client.ok("RedriveExecution", json!({"executionArn": arn.as_str()})).await;
        client.ended(&arn).await;
    }
    // The last event follows the end.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let entries = entries.0.lock().unwrap().clone();
    (arn, entries)
}

fn detail(entry: &Value) -> Value {
    Value::parse(entry["Detail"].as_str().expect("a text")).expect("JSON")
}

/// The changed members of the details, by event.
#[track_caller]
fn check(entries: &[Value], expected: &[Value]) {
    const NAMES: [&str; 8] = [
        "status",
        "output",
        "outputDetails",
        "error",
        "cause",
        "redriveCount",
        "redriveStatus",
        "redriveStatusReason",
    ];
    let found: Vec<Value> =
        entries.iter().map(|entry| NAMES.iter().map(|name| detail(entry)[*name].clone()).collect()).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_change_of_status_is_told() {
    let running = json!([
        "RUNNING",
        null,
        null,
        null,
        null,
        0,
        "NOT_REDRIVABLE",
        "Execution is RUNNING and cannot be redriven"
    ]);
    let (arn, entries) = told("STANDARD", json!({"Type": "Pass", "End": true})).await;
    let done = "Execution is SUCCEEDED and cannot be redriven";
    check(
        &entries,
        &[
            running.clone(),
            json!(["SUCCEEDED", "{\"n\": 1}", {"included": true}, null, null, 0, "NOT_REDRIVABLE", done]),
        ],
    );
    let ended = entries.last().expect("an entry");
    assert_eq!(ended["Source"], json!("aws.states"));
    assert_eq!(ended["DetailType"], json!("Step Functions Execution Status Change"));
    assert_eq!(ended["Resources"], json!([arn.as_str()]));
    let detail = detail(ended);
    assert_eq!(detail["executionArn"], json!(arn.as_str()));
    assert_eq!(detail["input"], json!("{\"n\": 1}"));
    assert_eq!(detail["inputDetails"], json!({"included": true}));
    assert!(detail["startDate"].as_i64().is_some_and(|millis| millis > 1_000_000_000_000), "{detail}");
    assert!(detail["stopDate"].as_i64() >= detail["startDate"].as_i64(), "{detail}");
    for name in ["stateMachineVersionArn", "stateMachineAliasArn", "redriveDate"] {
        assert_eq!(detail.get(name), Some(&Value::Null), "{name}");
    }

    let (_, entries) = told("STANDARD", json!({"Type": "Fail", "Error": "E", "Cause": "c"})).await;
    let failed = |count: u32| json!(["FAILED", null, null, "E", "c", count, "REDRIVABLE", null]);
    let again = json!([
        "RUNNING",
        null,
        null,
        null,
        null,
        1,
        "NOT_REDRIVABLE",
        "Execution is RUNNING and cannot be redriven"
    ]);
    check(&entries, &[running, failed(0), again, failed(1)]);
}

#[tokio::test]
async fn of_express_executions_nothing_is_told() {
    let (_, entries) = told("EXPRESS", json!({"Type": "Pass", "End": true})).await;
    assert_eq!(entries, Vec::<Value>::new());
}
