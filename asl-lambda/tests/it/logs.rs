//! What an invocation writes.

use std::sync::{Arc, Mutex};

use asl_lambda::{Invocation, handle};
use asl_value::{Value, json};

use crate::machine::{adapter, echo, fail};
use crate::runtime_api::FUNCTION_ARN;

fn lines(definition: &Value, vars: &[(&str, &str)], event: Value) -> Vec<Value> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let invocation = Invocation::new("r-1")
        .with_function_arn(FUNCTION_ARN)
        .with_trace_header("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
        .with_log(Arc::new(move |line: &Value| sink.lock().unwrap().push(line.clone())));
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let _ = runtime.block_on(handle(&adapter(definition, vars), event, invocation));
    std::mem::take(&mut lines.lock().unwrap())
}

#[track_caller]
fn check(definition: Value, vars: &[(&str, &str)], types: &[&str]) {
    let lines = lines(&definition, vars, json!({"Error": "E", "Cause": "c"}));
    let found: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(found, types, "{vars:?}");
}

#[test]
fn the_level_says_what_is_logged() {
    check(echo(), &[], &[]);
    check(fail(), &[], &["FailStateEntered", "ExecutionFailed"]);
    check(fail(), &[("ASL_LOG_LEVEL", "FATAL")], &["ExecutionFailed"]);
    check(fail(), &[("ASL_LOG_LEVEL", "OFF")], &[]);
    let all = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"];
    check(echo(), &[("ASL_LOG_LEVEL", "ALL")], &all);
    // Lambda's own level leaves out more.
    check(echo(), &[("ASL_LOG_LEVEL", "ALL"), ("AWS_LAMBDA_LOG_LEVEL", "WARN")], &[]);
    check(echo(), &[("ASL_LOG_LEVEL", "ALL"), ("AWS_LAMBDA_LOG_LEVEL", "INFO")], &all);
    check(fail(), &[("AWS_LAMBDA_LOG_LEVEL", "FATAL")], &["ExecutionFailed"]);
}

#[test]
fn a_record_tells_its_request_and_trace() {
    let input = || json!({"Error": "E", "Cause": "c"});
    let mut line = lines(&fail(), &[], input()).remove(1).as_object().unwrap().clone();
    let time = line.remove("event_timestamp").unwrap();
    assert!(time.as_str().unwrap().parse::<i64>().unwrap() > 1_700_000_000_000);
    let expect = json!({
        "id": "3", "type": "ExecutionFailed", "details": {"error": "E", "cause": "c"}, "previous_event_id": "2",
        "execution_arn": "arn:aws:states:eu-west-1:123456789012:express:orders:r-1:r-1", "redrive_count": "0",
        "requestId": "r-1", "xrayTraceId": "1-5759e988-bd862e3fe1be46a994272793"
    });
    assert_eq!(Value::Object(line), expect);
    let json_format = [("AWS_LAMBDA_LOG_FORMAT", "JSON"), ("ASL_LOG_EXECUTION_DATA", "true")];
    let line = lines(&fail(), &json_format, input()).remove(0);
    let first: Vec<&str> = line.as_object().unwrap().keys().take(3).map(|name| name.as_str()).collect();
    assert_eq!(first, ["timestamp", "level", "id"]);
    assert_eq!(line["level"], json!("ERROR"));
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
    assert_eq!(line["details"]["input"], json!(input().to_json()));
}

#[test]
fn what_starts_no_execution_is_told() {
    let event = json!({"detail-type": "a", "source": "b", "detail": {}});
    let lines = lines(&echo(), &[("ASL_INPUT", "$.no"), ("AWS_LAMBDA_LOG_FORMAT", "JSON")], event);
    assert_eq!(lines.len(), 1);
    let found = (&lines[0]["level"], &lines[0]["error"], &lines[0]["requestId"]);
    assert_eq!(found, (&json!("ERROR"), &json!("States.Runtime"), &json!("r-1")));
}

#[test]
fn metrics_are_those_of_step_functions() {
    let record = |body: &str| json!({"messageId": body, "body": body, "eventSource": "aws:sqs"});
    let records: Value = (0..150).map(|n| record(if n == 7 { "bad" } else { "good" })).collect();
    let picky = json!({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Default": "W", "Choices": [{"Variable": "$", "StringEquals": "bad", "Next": "F"}]},
        "F": {"Type": "Fail", "Error": "E"},
        "W": {"Type": "Wait", "Seconds": 2, "End": true}
    }});
    let vars = [("ASL_METRICS_NAMESPACE", "Orders"), ("ASL_INPUT", "body"), ("ASL_LOG_LEVEL", "OFF")];
    let lines = lines(&picky, &vars, json!({"Records": records}));
    let counts = |line: &Value, name: &str| line[name].as_i64().unwrap();
    assert_eq!(lines.iter().map(|line| counts(line, "ExecutionsStarted")).collect::<Vec<_>>(), [100, 50]);
    assert_eq!(lines.iter().map(|line| counts(line, "ExecutionsFailed")).sum::<i64>(), 1);
    assert_eq!(lines.iter().map(|line| counts(line, "ExecutionsSucceeded")).sum::<i64>(), 149);
    let line = &lines[1];
    assert_eq!(line["ExecutionTime"].as_array().unwrap().len(), 50);
    assert_eq!(line["ExecutionTime"][0], json!(2000));
    assert_eq!(line["StateMachineArn"], json!("arn:aws:states:eu-west-1:123456789012:stateMachine:orders"));
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(
        (&directive["Namespace"], &directive["Dimensions"]),
        (&json!("Orders"), &json!([["StateMachineArn"]]))
    );
    let names: Vec<&str> =
        directive["Metrics"].as_array().unwrap().iter().map(|it| it["Name"].as_str().unwrap()).collect();
    assert!(names.iter().all(|name| line.get(name).is_some()) && names.len() == 6, "{names:?}");
}
