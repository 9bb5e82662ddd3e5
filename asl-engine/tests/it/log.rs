//! Records as Step Functions logs them.

use std::sync::{Arc, Mutex};

use asl_engine::{Clock, Execution, Failure, Identity, LogLevel, LogObserver, Registry, task_fn};
use asl_model::MachineArn;
use asl_value::{Timestamp, Value, json};

use crate::{engine, program};

/// The records of an execution.
async fn records(definition: &str, input: Value, level: LogLevel, with_data: bool) -> Vec<Value> {
    let records = Arc::new(Mutex::new(Vec::new()));
    let identity = Identity::new(MachineArn::new("us-east-1", "111111111111", "sm").express("run", "id"));
    let sink = Arc::clone(&records);
    let log = LogObserver::new(level, &identity, move |_, record| sink.lock().unwrap().push(record.into()))
        .with_execution_data(with_data);
    let broken = task_fn(|_: Value| async { Err::<Value, _>(Failure::new("Broken", "why")) });
    let start = Timestamp::from_epoch_millis(1_719_424_582_123);
    let engine = engine(Registry::new().function("broken", broken))
        .clock(Clock::virtual_time().starting_at(start))
        .build();
    let execution = Execution::new(input).with_identity(identity).with_observer(Arc::new(log));
    engine.run(&program(definition), execution).await;
    std::mem::take(&mut records.lock().unwrap())
}

#[track_caller]
fn check(level: LogLevel, definition: &str, types: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let records = runtime.block_on(records(definition, json!([1]), level, false));
    let found: Vec<_> = records.iter().map(|record| record["type"].as_str().unwrap()).collect();
    assert_eq!(found, types);
}

const PASS: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;
const FAIL: &str = r#"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}"#;
/// A Wait state that has no time to wait for.
const WAIT: &str =
    r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$.no", "End": true}}}"#;
const LATE: &str = r#"{"StartAt": "W", "TimeoutSeconds": 1,
    "States": {"W": {"Type": "Wait", "Seconds": 2, "End": true}}}"#;
const MAP: &str = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
    "StartAt": "T", "States": {"T": {
        "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:broken", "End": true}}}}}}"#;
const EVALUATION: &str = r#"{"StartAt": "P", "QueryLanguage": "JSONata",
    "States": {"P": {"Type": "Pass", "Output": "{% $no %}", "End": true}}}"#;

#[test]
fn a_level_admits_what_the_table_of_aws_says() {
    use LogLevel::{All, Error, Fatal, Off};
    check(All, PASS, &["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]);
    check(Off, FAIL, &[]);
    for level in [Error, Fatal] {
        check(level, PASS, &[]);
        // Recorded: a Wait state that fails is silent at ERROR.
        check(level, WAIT, &["ExecutionFailed"]);
        check(level, LATE, &["ExecutionTimedOut"]);
    }
    // Recorded.
    check(Error, FAIL, &["FailStateEntered", "ExecutionFailed"]);
    check(Fatal, FAIL, &["ExecutionFailed"]);
    let failed = [
        "LambdaFunctionFailed",
        "MapIterationFailed",
        "TaskStateAborted",
        "MapStateFailed",
        "ExecutionFailed",
    ];
    check(Error, MAP, &failed);
    check(Fatal, MAP, &["ExecutionFailed"]);
    if cfg!(feature = "jsonata") {
        check(Error, EVALUATION, &["EvaluationFailed", "ExecutionFailed"]);
    }
}

#[tokio::test]
async fn records_are_those_of_step_functions() {
    let arn = "arn:aws:states:us-east-1:111111111111:express:sm:run:id";
    let record = |id: &str, kind: &str, previous: &str, details: Value| {
        json!({"id": id, "type": kind, "details": details, "previous_event_id": previous,
               "event_timestamp": "1719424582123", "execution_arn": arn, "redrive_count": "0"})
    };
    let entered = json!({"name": "F", "input": "{\"n\":1}", "inputDetails": {"truncated": false}});
    let failed = || json!({"error": "E", "cause": "c"});
    let with_data = records(FAIL, json!({"n": 1}), LogLevel::Error, true).await;
    let expect =
        [record("2", "FailStateEntered", "0", entered), record("3", "ExecutionFailed", "2", failed())];
    assert_eq!(with_data, expect);
    // The order of the members is part of it.
    assert_eq!(with_data[1].to_json(), expect[1].to_json());
    let without = records(FAIL, json!({"n": 1}), LogLevel::Error, false).await;
    assert_eq!(without[0], record("2", "FailStateEntered", "0", json!({"name": "F"})));
    let succeeded = records(PASS, json!({"n": 1}), LogLevel::All, false).await.pop();
    assert_eq!(succeeded, Some(record("4", "ExecutionSucceeded", "3", json!({}))));
    let map = records(MAP, json!([7]), LogLevel::All, false).await;
    let details =
        |kind: &str| map.iter().find(|record| record["type"] == json!(kind)).unwrap()["details"].clone();
    assert_eq!(details("MapStateStarted"), json!({"length": "1"}));
    assert_eq!(details("MapIterationStarted"), json!({"name": "M", "index": "0"}));
    let resource = "arn:aws:lambda:us-east-1:123456789012:function:broken";
    assert_eq!(details("LambdaFunctionScheduled"), json!({"resource": resource}));
    assert_eq!(details("LambdaFunctionStarted"), json!({}));
}

#[tokio::test]
async fn long_payloads_are_cut() {
    const MOST: usize = 248 * 1024;
    // As a text in a text, a quote is escaped twice: `\\\"`.
    for (input, shown) in [
        ("x".repeat(MOST - 4), MOST - 2),
        ("x".repeat(MOST), MOST - 2),
        ("\"".repeat(MOST / 4), MOST / 2 - 1),
        ("ü".repeat(MOST / 2), MOST - 2),
    ] {
        let entered = records(FAIL, json!(input.clone()), LogLevel::Error, true).await;
        let details = &entered[0]["details"];
        let text = details["input"].as_str().unwrap();
        let whole = json!(input).to_json();
        assert!(whole.starts_with(text) && text.len().abs_diff(shown) <= 1, "{} {shown}", text.len());
        assert!(details["input"].encoded_len() <= MOST + 2, "{}", details["input"].encoded_len());
        assert_eq!(details["inputDetails"], json!({"truncated": text.len() < whole.len()}));
    }
}

#[tokio::test]
async fn variables_are_data_too() {
    let assign = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "Assign": {"v": 1}, "End": true}}}"#;
    let shown = records(assign, json!({}), LogLevel::All, true).await;
    assert_eq!(shown[2]["details"]["assignedVariables"], json!({"v": "1"}));
    assert_eq!(shown[2]["details"]["assignedVariablesDetails"], json!({"truncated": false}));
    let hidden = records(assign, json!({}), LogLevel::All, false).await;
    assert_eq!(hidden[2]["details"], json!({"name": "P"}));
}
