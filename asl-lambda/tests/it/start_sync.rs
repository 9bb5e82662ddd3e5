//! Requests to StartSyncExecution.

use asl_lambda::Trigger;
use asl_value::{Object, Value, json};

use crate::handle::{answer, check, invocation};
use crate::machine::{echo, fail};

const ARN: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793";

/// An object with the members of both.
fn with(one: &Value, other: &Value) -> Value {
    let [one, other] = [one, other].map(|members| members.as_object().unwrap().clone());
    Value::Object(one.into_iter().chain(other).collect())
}

/// Checks the answer, for a recognised and a forced trigger, without times and common members.
#[track_caller]
fn check_answer(definition: &Value, event: Value, expect: Value) {
    assert_eq!(Trigger::detect(&event), Trigger::StartSync, "{event}");
    for vars in [&[][..], &[("ASL_EVENT_SOURCE", "start-sync"), ("ASL_ON_FAILURE", "fail")]] {
        let envelope = answer(definition, vars, event.clone(), invocation()).unwrap();
        let mut members: Object = envelope.as_object().unwrap().clone();
        assert_eq!(members.remove("stateMachineArn"), Some(json!(ARN)), "{event}");
        let name = members.get("name").unwrap().as_str().unwrap();
        let arn = format!("arn:aws:states:eu-west-1:123456789012:express:orders:{name}:r-1");
        assert_eq!(members.remove("executionArn"), Some(json!(arn)), "{event}");
        assert!(members.remove("startDate").is_some() && members.remove("stopDate").is_some(), "{event}");
        assert_eq!(Value::from(members), expect, "{event}");
    }
}

#[test]
fn a_request_is_answered_as_the_api_does() {
    let details = |included: bool| json!({"inputDetails": {"included": included}, "outputDetails": {"included": included}});
    let succeeded = |name: &str, data: &str| {
        with(&json!({"name": name, "status": "SUCCEEDED", "input": data, "output": data}), &details(true))
    };
    let named = with(&succeeded("order-1", "{\"n\":1}"), &json!({"traceHeader": TRACE}));
    let event = json!({"input": "{\"n\": 1}", "name": "order-1", "traceHeader": TRACE});
    check_answer(&echo(), event.clone(), named.clone());
    check_answer(&echo(), with(&event, &json!({"includedData": "ALL_DATA", "stateMachineArn": ARN})), named);
    check_answer(&echo(), json!({"stateMachineArn": ARN, "input": "[1]"}), succeeded("r-1", "[1]"));
    check_answer(&echo(), json!({"input": "1", "includedData": "ALL_DATA"}), succeeded("r-1", "1"));
    // The input may be missing.
    check_answer(&echo(), json!({"stateMachineArn": ARN}), succeeded("r-1", "{}"));
    check_answer(&echo(), json!({"stateMachineArn": ARN, "name": "a"}), succeeded("a", "{}"));
    let failure = json!({"Error": "E", "Cause": "c"});
    let failed =
        json!({"name": "r-1", "status": "FAILED", "error": "E", "cause": "c", "input": failure.to_json()});
    let event = json!({"stateMachineArn": ARN, "input": failure.to_json()});
    check_answer(&fail(), event.clone(), with(&failed, &details(true)));
    // Without input and output.
    let metadata = json!({"includedData": "METADATA_ONLY"});
    let bare = with(&json!({"name": "r-1", "status": "SUCCEEDED"}), &details(false));
    check_answer(&echo(), with(&json!({"stateMachineArn": ARN}), &metadata), bare);
    let bare = with(&json!({"name": "r-1", "status": "FAILED", "error": "E", "cause": "c"}), &details(false));
    check_answer(&fail(), with(&event, &metadata), bare);
}

#[test]
fn what_only_looks_like_a_request_is_not_one() {
    for event in [
        json!({"input": "{}"}),
        json!({"name": "ann"}),
        json!({"name": "ann", "traceHeader": "t"}),
        json!({"includedData": "ALL_DATA"}),
        json!({"stateMachineArn": "a machine"}),
        json!({"input": {}, "name": "a"}),
        json!({"input": "{}", "name": "a", "n": 1}),
        json!({"stateMachineArn": ARN, "input": {"a": 1}}),
        json!({"stateMachineArn": ARN, "name": null}),
    ] {
        check(echo(), &[], event.clone(), Ok(event));
    }
}

/// Checks the error of an event when the trigger is forced.
#[track_caller]
fn check_refused(event: Value, error: &'static str, message: &'static str) {
    check(echo(), &[("ASL_EVENT_SOURCE", "start-sync")], event, Err((error, message)));
}

#[test]
fn a_wrong_request_is_refused_as_the_api_does() {
    let text = "Invalid State Machine Execution Input: 'expected value at line 1 column 1'";
    check_refused(json!({"input": "x", "name": "a"}), "InvalidExecutionInput", text);
    check_refused(json!({"input": "{}", "name": "a:b"}), "InvalidName", "Invalid Name: 'a:b'");
    let mistyped = "SerializationException";
    check_refused(json!({"input": {"a": 1}}), mistyped, "expected String at 'input', found object");
    check_refused(json!({"input": "{}", "name": 7}), mistyped, "expected String at 'name', found number");
    check_refused(json!({"traceHeader": []}), mistyped, "expected String at 'traceHeader', found array");
    check_refused(
        json!({"includedData": true}),
        mistyped,
        "expected String at 'includedData', found boolean",
    );
    check_refused(json!("{}"), mistyped, "expected a request, found string");
    check_refused(
        json!({"includedData": "SOME"}),
        "ValidationException",
        "1 validation error detected: Value 'SOME' at 'includedData' failed to satisfy constraint: \
         Member must satisfy enum value set: [ALL_DATA, METADATA_ONLY]",
    );
    let long = json!({"input": "1", "traceHeader": "x".repeat(257)});
    let (error, _) = answer(&echo(), &[], long, invocation()).unwrap_err();
    assert_eq!(error, "ValidationException");
    // The API ignores unknown members, and null counts as missing.
    for event in [json!({}), json!({"input": null, "more": 1})] {
        let envelope = answer(&echo(), &[("ASL_EVENT_SOURCE", "start-sync")], event, invocation()).unwrap();
        assert_eq!((&envelope["status"], &envelope["input"]), (&json!("SUCCEEDED"), &json!("{}")));
    }
}
