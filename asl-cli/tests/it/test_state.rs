//! `asl test-state`.

use asl_value::{Value, json};

use crate::support::{asl, machine};

const TASK: &str = r#"{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Ship",
    "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "MaxAttempts": 2}],
    "Catch": [{"ErrorEquals": ["Lost"], "Next": "Call", "ResultPath": "$.error"}]}"#;

#[track_caller]
fn check(definition: &str, args: &[&str], code: i32, expected: Value) {
    let ran = asl(&[&["test-state", "-", "--format", "json"], args].concat(), definition);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), ""), "{ran:?}");
    assert_eq!(ran.json(), expected);
}

#[test]
fn states_are_tested_alone() {
    let pass = r#"{"Type": "Pass", "Parameters": {"n.$": "$x"}, "Next": "Ship"}"#;
    check(
        pass,
        &["--variables", r#"{"x": 7}"#, "--level", "INFO"],
        0,
        json!({"output": r#"{"n":7}"#, "nextState": "Ship", "status": "SUCCEEDED"}),
    );
    let task =
        |args: &[&str], code, expected| check(TASK, &[args, &["--level", "info"]].concat(), code, expected);
    task(
        &["--mock-result", r#"{"StatusCode": 200}"#, "--context", r#"{"State": {"RetryCount": 1}}"#],
        0,
        json!({"output": r#"{"StatusCode":200}"#, "nextState": "Ship", "status": "SUCCEEDED"}),
    );
    task(
        &["--mock-error", r#"{"error": "Lost", "cause": "gone"}"#],
        0,
        json!({"output": r#"{"error":{"Error":"Lost","Cause":"gone"}}"#, "error": "Lost", "cause": "gone",
            "nextState": "Call", "status": "CAUGHT_ERROR"}),
    );
    task(&["--mock-error", "Bad"], 1, json!({"error": "Bad", "status": "FAILED"}));
    task(&["--mock-error", "Busy"], 1, json!({"error": "Busy", "status": "RETRIABLE"}));
    check(
        &machine(r#""Type": "Pass", "Result": 1"#),
        &["--state", "S", "--input", "[2]"],
        0,
        json!({"output": "1", "status": "SUCCEEDED", "inspectionData": {
            "input": "[2]", "result": "1", "afterResultSelector": "1", "afterResultPath": "1"}}),
    );
}

/// What fails before the task needs no mock, whatever the language and the pattern of the task.
#[test]
fn arguments_that_fail_need_no_mock() {
    for (fields, cause) in [
        (
            r#""Parameters": {"n.$": "$.missing"}"#,
            "The JSONPath '$.missing' specified for the field 'n.$' could not be found in the input '{}'",
        ),
        (r#""InputPath": "$.missing""#, "Invalid path '$.missing'"),
        (
            r#""QueryLanguage": "JSONata", "Arguments": {"n": "{% $missing(1) %}"}"#,
            "Attempted to invoke a non-function",
        ),
        (
            r#""QueryLanguage": "JSONata", "Arguments": "{% $states.input.missing %}""#,
            "returned nothing (undefined)",
        ),
    ] {
        let state = format!(
            r#"{{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true, {fields}}}"#
        );
        let ran = asl(&["test-state", "-", "--format", "json", "--level", "INFO"], &state);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""), "{fields}: {ran:?}");
        let found = ran.json();
        assert_eq!(found["status"], "FAILED".into());
        assert!(found["cause"].as_str().is_some_and(|found| found.contains(cause)), "{fields}: {found}");
    }
}

#[test]
fn people_see_the_stages_in_order() {
    let ran = asl(
        &["test-state", "-", "--input", r#"{"id": 7}"#, "--mock-error", "Busy", "--retrier-retry-count", "1"],
        TASK,
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        ran.stderr,
        "input            {\"id\":7}\n\
         afterInputPath   {\"id\":7}\n\
         afterParameters  {\"id\":7}\n\
         RETRIABLE\n  error: Busy\n  retry: by Retry[0], in 4 s\n"
    );
    let ran =
        asl(&["test-state", "-", "--level", "INFO"], r#"{"Type": "Wait", "Seconds": 60, "Next": "Ship"}"#);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("{}\n", "SUCCEEDED\n  next: Ship\n"));
}

#[test]
fn what_cannot_be_tested() {
    let refused = |definition: &str, args: &[&str], code: i32, message: &str| {
        let ran = asl(&[&["test-state", "-"], args].concat(), definition);
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.stdout.is_empty() && ran.stderr.contains(message), "{ran:?}");
    };
    let whole = machine(r#""Type": "Pass""#);
    let unmocked = "the task of state `StateName` needs --mock-result or --mock-error";
    refused(TASK, &[], 64, unmocked);
    let callback =
        r#"{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true}"#;
    refused(callback, &[], 64, unmocked);
    refused(&whole, &[], 64, "<stdin> is a whole machine: name the state with --state");
    refused(&whole, &["--state", "T"], 64, "there is no state `T` in <stdin>");
    refused(
        &whole,
        &["--state", "S", "--mock-result", "1"],
        64,
        "State type 'Pass' is not supported when a mock",
    );
    refused(TASK, &["--mock-result", "1", "--mock-error", "E"], 64, "cannot be used with");
    refused(TASK, &["--mock-result", "{"], 64, "is not JSON");
    refused(
        TASK,
        &["--mock-result", "1", "--variables", "1"],
        64,
        "expected an object at --variables, found number",
    );
    refused(r#"{"Type": "Pss"}"#, &[], 2, "should have one of these values");
    refused("{", &[], 2, "error");
}
