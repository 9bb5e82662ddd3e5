//! Events that exceed the limits, and answers that Lambda does not accept.

use std::sync::{Arc, Mutex};

use asl_lambda::{Invocation, handle};
use asl_value::{Value, json};

use crate::machine::{adapter, echo};

/// The answer, or the type and message of the error, and the lines of the log.
fn answer(
    definition: &Value,
    vars: &[(&str, &str)],
    event: Value,
) -> (Result<Value, (String, String)>, Vec<Value>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let log = move |line: &Value| sink.lock().unwrap().push(line.clone());
    let invocation = Invocation::new("r-1").with_log(Arc::new(log));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let answer = runtime.block_on(handle(&adapter(definition, vars), event, invocation));
    let answer = answer.map_err(|error| (error.error_type().to_owned(), error.error_message().to_owned()));
    (answer, std::mem::take(&mut lines.lock().unwrap()))
}

/// A machine whose output is twice its input.
fn twice() -> Value {
    json!({"StartAt": "Twice", "States": {"Twice": {"Type": "Pass", "Parameters": {"a.$": "$.x", "b.$": "$.x"}, "End": true}}})
}

const UNLIMITED: (&str, &str) = ("ASL_LIMITS", "unlimited");
/// The largest answer that Lambda accepts.
const MOST_BYTES: usize = 6_291_556;

fn of_bytes(bytes: usize) -> Value {
    json!("y".repeat(bytes - 2))
}

fn rest_api(body: &Value) -> Value {
    json!({"resource": "/", "httpMethod": "POST", "requestContext": {}, "headers": {}, "body": body.to_json()})
}

/// Checks that an answer that is too large is reported in the answer, the log and the metrics.
#[track_caller]
fn check_too_large(vars: &[(&str, &str)], event: Value, bytes: usize) -> Result<Value, (String, String)> {
    let all = [
        vars,
        &[
            UNLIMITED,
            ("ASL_LOG_LEVEL", "ALL"),
            ("ASL_METRICS_NAMESPACE", "Orders"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ],
    ];
    let (answer, log) = answer(&twice(), &all.concat(), event);
    let types: Vec<&str> = log.iter().filter_map(|line| line.get("type")?.as_str()).collect();
    assert_eq!(types, ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionFailed"]);
    let failed = &log[3];
    assert_eq!((&failed["level"], &failed["requestId"]), (&json!("FATAL"), &json!("r-1")));
    let cause =
        format!("the answer of the function has {bytes} bytes, but Lambda accepts at most {MOST_BYTES}");
    assert_eq!(failed["details"], json!({"error": "States.DataLimitExceeded", "cause": cause}));
    let metrics = &log[4];
    let counts = [&metrics["ExecutionsSucceeded"], &metrics["ExecutionsFailed"]];
    assert_eq!((counts, log.len()), ([&json!(0), &json!(1)], 5));
    answer
}

#[test]
fn an_answer_that_lambda_does_not_take_is_a_failed_execution() {
    let large = json!({"x": of_bytes(4_000_002)});
    // `{"a":…,"b":…}`
    let bytes = 11 + 2 * 4_000_002;
    let (error, _) = check_too_large(&[], large.clone(), bytes).unwrap_err();
    assert_eq!(error, "States.DataLimitExceeded");
    let reported = check_too_large(&[("ASL_ON_FAILURE", "report")], large.clone(), bytes).unwrap();
    assert_eq!(reported["error"], json!("States.DataLimitExceeded"));
    // The eight quotes of the body are escaped.
    let response = r#"{"statusCode":200,"headers":{"content-type":"application/json"},"body":"","isBase64Encoded":false}"#;
    let response = check_too_large(&[], rest_api(&large), bytes + 8 + response.len()).unwrap();
    assert_eq!(response["statusCode"], json!(500));
    let body = Value::parse(response["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["error"], json!("States.DataLimitExceeded"));
    let event =
        json!({"detail-type": "OrderPlaced", "source": "shop", "detail": {}, "x": of_bytes(4_000_002)});
    check_too_large(&[], event, bytes).unwrap_err();
}

#[test]
fn an_answer_that_lambda_takes_is_sent() {
    let vars = [UNLIMITED];
    let (most, _) = answer(&echo(), &vars, of_bytes(MOST_BYTES));
    assert_eq!(most.map(|output| output.encoded_len()), Ok(MOST_BYTES));
    let (more, _) = answer(&echo(), &vars, of_bytes(MOST_BYTES + 1));
    assert_eq!(more.unwrap_err().0, "States.DataLimitExceeded");
    // The output for a message is not sent.
    let record = |id: &str| json!({"eventSource": "aws:sqs", "messageId": id, "x": of_bytes(4_000_000)});
    let (batch, _) = answer(&twice(), &vars, json!({"Records": [record("1")]}));
    assert_eq!(batch, Ok(json!({"batchItemFailures": []})));
    let (batch, _) =
        answer(&echo(), &[UNLIMITED, ("ASL_BATCH", "array")], json!({"Records": [record("1"), record("2")]}));
    assert_eq!(batch, Ok(json!({"batchItemFailures": []})));
    // A stream may be larger.
    let url = json!({
        "version": "2.0", "requestContext": {"domainName": "a.lambda-url.eu-west-1.on.aws", "http": {}},
        "body": of_bytes(MOST_BYTES).to_json()
    });
    let (streamed, _) = answer(&echo(), &[UNLIMITED, ("ASL_INVOKE_MODE", "response-stream")], url.clone());
    assert_eq!(streamed.unwrap()["statusCode"], json!(200));
    let (buffered, _) = answer(&echo(), &vars, url);
    assert_eq!(buffered.unwrap()["statusCode"], json!(500));
}

/// Each output could be sent alone, but not all of them together.
#[test]
fn outputs_that_are_too_large_together_fail_the_invocation() {
    let record = || json!({"EventSource": "aws:sns", "Sns": {"Message": of_bytes(4_000_000)}});
    let (error, log) = answer(&echo(), &[UNLIMITED], json!({"Records": [record(), record()]}));
    assert_eq!(error.unwrap_err().0, "States.DataLimitExceeded");
    let found = (&log[0]["error"], &log[0]["requestId"], log.len());
    assert_eq!(found, (&json!("States.DataLimitExceeded"), &json!("r-1"), 1));
}

#[test]
fn an_event_that_exceeds_the_limits_is_the_fault_of_its_sender() {
    let status = |definition: &Value, vars: &[(&str, &str)], body: &Value| {
        let (response, log) = answer(definition, vars, rest_api(body));
        let response = response.unwrap();
        let body = Value::parse(response["body"].as_str().unwrap()).unwrap();
        (response["statusCode"].as_i64().unwrap(), body.get("error").cloned().unwrap_or_default(), log.len())
    };
    let error = json!("States.DataLimitExceeded");
    // The log reports that it came near the limit; beyond it, the failure and the limit.
    assert_eq!(status(&echo(), &[], &of_bytes(262_144)), (200, Value::Null, 1));
    assert_eq!(status(&echo(), &[], &of_bytes(262_145)), (413, error.clone(), 2));
    let mapped = [("ASL_STATUS_MAP", r#"{"States.DataLimitExceeded": 507}"#)];
    assert_eq!(status(&echo(), &mapped, &of_bytes(262_145)), (507, error.clone(), 2));
    assert_eq!(status(&echo(), &[UNLIMITED], &of_bytes(262_145)), (200, Value::Null, 0));
    let envelope = [("ASL_RESPONSE", "envelope")];
    assert_eq!(status(&echo(), &envelope, &of_bytes(262_145)), (413, error.clone(), 2));
    // The sender is not to blame for what the states make of its event.
    assert_eq!(status(&twice(), &[], &json!({"x": of_bytes(200_000)})).0, 500);
}

#[test]
fn a_cause_of_any_length_can_be_sent() {
    let fail = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "CausePath": "$"}}});
    let (error, _) = answer(&fail, &[UNLIMITED], of_bytes(MOST_BYTES));
    assert_eq!(error.unwrap_err().1.len(), 32_768);
}
