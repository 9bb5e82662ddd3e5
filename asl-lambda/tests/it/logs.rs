//! The log of an invocation.

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
    // The log level of Lambda filters more.
    check(echo(), &[("ASL_LOG_LEVEL", "ALL"), ("AWS_LAMBDA_LOG_LEVEL", "WARN")], &[]);
    check(echo(), &[("ASL_LOG_LEVEL", "ALL"), ("AWS_LAMBDA_LOG_LEVEL", "INFO")], &all);
    check(fail(), &[("AWS_LAMBDA_LOG_LEVEL", "FATAL")], &["ExecutionFailed"]);
}

#[test]
fn a_limit_that_is_near_is_named_once() {
    let definition = json!({"StartAt": "Grow", "States": {
        "Grow": {"Type": "Pass", "Parameters": {"text.$": "$.text", "more": "1"}, "Next": "Keep"},
        "Keep": {"Type": "Pass", "Result": 1, "End": true}}});
    let event = || json!({"text": "x".repeat(240_000)});
    let line = lines(&definition, &[], event());
    let [line] = line.as_slice() else { panic!("{line:?}") };
    let expect = json!({
        "type": "ExecutionNearLimit",
        "message": "state `Grow`: 240022 of 262144 bytes of a payload (91 %)",
        "limit": "PAYLOAD", "state": "Grow", "used": 240022, "allowed": 262144,
        "execution_arn": "arn:aws:states:eu-west-1:123456789012:express:orders:r-1:r-1",
        "requestId": "r-1", "xrayTraceId": "1-5759e988-bd862e3fe1be46a994272793"
    });
    assert_eq!(line, &expect);
    for vars in [("ASL_LOG_LEVEL", "FATAL"), ("ASL_LIMITS", "unlimited"), ("AWS_LAMBDA_LOG_LEVEL", "ERROR")] {
        assert!(lines(&definition, &[vars], event()).is_empty(), "{vars:?}");
    }
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
    // A line has at most a hundred values.
    let times: Vec<usize> =
        lines.iter().map(|line| line["ExecutionTime"].as_array().unwrap().len()).collect();
    assert_eq!(times, [100, 50]);
    assert!(lines[1].get("ExecutionsStarted").is_none(), "{}", lines[1]);
    let line = &lines[0];
    let found =
        ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed"].map(|name| counts(line, name));
    assert_eq!(found, [150, 149, 1]);
    assert_eq!(line["ExecutionTime"][1], json!(2000));
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

/// The line for a value of a dimension, without the metrics of executions and common members.
#[track_caller]
fn check_tasks(definition: Value, event: Value, expect: &[Value]) {
    let vars = [("ASL_METRICS_NAMESPACE", "Orders"), ("ASL_LOG_LEVEL", "OFF")];
    let mut found: Vec<Value> = Vec::new();
    for line in lines(&definition, &vars, event) {
        let mut line = line.as_object().unwrap().clone();
        let directive = line.remove("_aws").unwrap()["CloudWatchMetrics"][0].clone();
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!(metrics.iter().all(|it| line.contains_key(it["Name"].as_str().unwrap())), "{directive}");
        let zero = |value: &Value| *value == json!(0);
        let line: Value = Value::Object(line.into_iter().filter(|(_, value)| !zero(value)).collect());
        if line.get("StateMachineArn").is_none() {
            found.push(line);
        }
    }
    assert_eq!(found, expect);
}

#[test]
fn tasks_are_counted_by_what_does_them() {
    let task = |resource: &str, parameters: Value, next: Value| {
        let members =
            json!({"Type": "Task", "Resource": resource, "Parameters": parameters, "ResultPath": null});
        let members = members.as_object().unwrap().clone().into_iter();
        Value::Object(members.chain(next.as_object().unwrap().clone()).collect())
    };
    let definition = json!({"StartAt": "Slow", "States": {
        "Slow": task("arn:aws:lambda:us-east-1:123456789012:function:slow", json!({"seconds": 3}), json!({"Next": "Late"})),
        "Late": task("arn:aws:lambda:us-east-1:123456789012:function:slow", json!({"seconds": 9}), json!({
            "TimeoutSeconds": 5, "Next": "Send", "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Send"}]
        })),
        "Send": task("arn:aws:states:::sqs:sendMessage", json!({"MessageBody": "", "QueueUrl": "q"}), json!({
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Work"}], "End": true
        })),
        "Work": task("arn:aws:states:us-east-1:123456789012:activity:pack", json!({}), json!({"End": true}))
    }});
    check_tasks(
        definition,
        json!({}),
        &[
            json!({
                "ActivityArn": "arn:aws:states:us-east-1:123456789012:activity:pack", "ActivityScheduleTime": [2000],
                "ActivityRunTime": [1000], "ActivityTime": [3000], "ActivitiesScheduled": 1, "ActivitiesStarted": 1,
                "ActivitiesSucceeded": 1
            }),
            json!({
                "LambdaFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:slow",
                "LambdaFunctionScheduleTime": [0, 0], "LambdaFunctionRunTime": [3000, 5000],
                "LambdaFunctionTime": [3000, 5000], "LambdaFunctionsScheduled": 2, "LambdaFunctionsStarted": 2,
                "LambdaFunctionsSucceeded": 1, "LambdaFunctionsTimedOut": 1
            }),
            json!({
                "ServiceIntegrationResourceArn": "arn:aws:states:eu-west-1:123456789012:sqs:sendMessage",
                "ServiceIntegrationScheduleTime": [0, 0], "ServiceIntegrationRunTime": [0, 0],
                "ServiceIntegrationTime": [0, 0], "ServiceIntegrationsScheduled": 2, "ServiceIntegrationsStarted": 2,
                "ServiceIntegrationsFailed": 2
            }),
        ],
    );
}

#[test]
fn a_missed_heartbeat_of_an_activity_is_counted_as_one() {
    let task = |resource: &str, next: &str| {
        json!({
            "Type": "Task", "Resource": resource, "Parameters": {"seconds": 9}, "HeartbeatSeconds": 2,
            "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": next}], "End": true
        })
    };
    let definition = json!({"StartAt": "Work", "States": {
        "Work": task("arn:aws:states:us-east-1:123456789012:activity:pack", "Slow"),
        "Slow": task("arn:aws:lambda:us-east-1:123456789012:function:slow", "Done"),
        "Done": {"Type": "Succeed"}
    }});
    check_tasks(
        definition,
        json!({}),
        &[
            json!({
                "ActivityArn": "arn:aws:states:us-east-1:123456789012:activity:pack", "ActivityScheduleTime": [2000],
                "ActivityRunTime": [2000], "ActivityTime": [4000], "ActivitiesScheduled": 1, "ActivitiesStarted": 1,
                "ActivitiesHeartbeatTimedOut": 1
            }),
            json!({
                "LambdaFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:slow",
                "LambdaFunctionScheduleTime": [0], "LambdaFunctionRunTime": [2000], "LambdaFunctionTime": [2000],
                "LambdaFunctionsScheduled": 1, "LambdaFunctionsStarted": 1, "LambdaFunctionsTimedOut": 1
            }),
        ],
    );
}
