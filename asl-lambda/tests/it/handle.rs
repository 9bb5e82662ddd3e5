//! The answers of the handler.

use asl_lambda::{Adapter, Config, InitError, Invocation, InvocationError, handle};
use asl_value::{Timestamp, Value, json};

use crate::machine::{adapter, echo, fail, task, wait};
use crate::runtime_api::FUNCTION_ARN;

/// A response, or the type and message of an error.
pub(crate) type Answer = Result<Value, (&'static str, &'static str)>;

#[track_caller]
pub(crate) fn check(definition: Value, vars: &[(&str, &str)], event: Value, expect: Answer) {
    check_invocation(definition, vars, event, invocation(), expect);
}

#[track_caller]
pub(crate) fn check_invocation(
    definition: Value,
    vars: &[(&str, &str)],
    event: Value,
    invocation: Invocation,
    expect: Answer,
) {
    let answer = answer(&definition, vars, event, invocation);
    let expect = expect.map_err(|(error_type, message)| (error_type.to_owned(), message.to_owned()));
    assert_eq!(answer, expect);
}

#[track_caller]
pub(crate) fn answer(
    definition: &Value,
    vars: &[(&str, &str)],
    event: Value,
    invocation: Invocation,
) -> Result<Value, (String, String)> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let answer = runtime.block_on(handle(&adapter(definition, vars), event, invocation));
    answer.map_err(|error| (error.error_type().to_owned(), error.error_message().to_owned()))
}

pub(crate) fn invocation() -> Invocation {
    Invocation::new("r-1").with_function_arn(FUNCTION_ARN)
}

pub(crate) fn http_api(headers: Value, body: Value) -> Value {
    json!({
        "version": "2.0", "routeKey": "POST /orders", "rawPath": "/orders", "rawQueryString": "", "headers": headers,
        "requestContext": {"http": {"method": "POST", "path": "/orders"}}, "body": body, "isBase64Encoded": false
    })
}

/// After an error, Lambda would invoke the function again and again. The log of the execution is not an input.
#[test]
fn a_durable_execution_of_a_function_that_continues_none_fails() {
    let event = json!({
        "DurableExecutionArn": "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/o/e",
        "CheckpointToken": "t-1", "InitialExecutionState": {"Operations": []}
    });
    let cause = match cfg!(feature = "durable") {
        true => "this function cannot call the API of durable executions",
        false => "this function is built without the feature `durable`, which continues durable executions",
    };
    let error = json!({"ErrorType": "States.Runtime", "ErrorMessage": cause});
    check(echo(), &[], event, Ok(json!({"Status": "FAILED", "Error": error})));
    let other = json!({"DurableExecutionArn": "arn"});
    check(echo(), &[], other.clone(), Ok(other));
}

fn rest_api(body: Value) -> Value {
    json!({
        "resource": "/orders", "path": "/orders", "httpMethod": "POST", "headers": null,
        "requestContext": {"httpMethod": "POST", "identity": {}}, "body": body, "isBase64Encoded": false
    })
}

fn event_bridge(detail: Value) -> Value {
    json!({"version": "0", "detail-type": "OrderPlaced", "source": "shop", "detail": detail})
}

/// A response of an HTTP API with a JSON body.
pub(crate) fn http_json(status: i64, body: &str) -> Value {
    json!({
        "statusCode": status, "headers": {"content-type": "application/json"}, "body": body, "isBase64Encoded": false,
        "cookies": []
    })
}

fn rest_json(status: i64, body: &str) -> Value {
    json!({
        "statusCode": status, "headers": {"content-type": "application/json"}, "body": body, "isBase64Encoded": false
    })
}

#[test]
fn a_body_becomes_the_input() {
    let json_type = || json!({"Content-Type": "application/json; charset=utf-8"});
    let text_type = || json!({"content-type": "text/plain"});
    for (headers, body, input) in [
        (json_type(), json!(r#"{"a": 1}"#), r#"{"a":1}"#),
        (Value::Null, json!("[1, 2]"), "[1,2]"),
        (text_type(), json!("hello"), r#""hello""#),
        (text_type(), json!("42"), "42"),
        (json_type(), json!("\"text\""), r#""text""#),
        (json_type(), json!(""), "{}"),
        (json_type(), Value::Null, "{}"),
        (Value::Null, json!({"by": "hand"}), r#"{"by":"hand"}"#),
        (Value::Null, json!("{\"a\":"), r#""{\"a\":""#),
    ] {
        check(echo(), &[], http_api(headers, body), Ok(http_json(200, input)));
    }
    let mut without = http_api(json!({}), Value::Null).as_object().unwrap().clone();
    without.take("body");
    check(echo(), &[], without.into(), Ok(http_json(200, "{}")));
}

#[test]
fn a_base64_body_is_decoded() {
    let event = |body: &str| {
        let mut event = http_api(json!({}), json!(body)).as_object().unwrap().clone();
        event.insert("isBase64Encoded", json!(true));
        Value::from(event)
    };
    check(echo(), &[], event("eyJhIjogMX0="), Ok(http_json(200, r#"{"a":1}"#)));
    check(echo(), &[], event("aGVsbG8="), Ok(http_json(200, r#""hello""#)));
    // Binary data stays base64.
    check(echo(), &[], event("//79"), Ok(http_json(200, r#""//79""#)));
    let refused = r#"{"error":"InvalidExecutionInput","cause":"Invalid State Machine Execution Input: 'the body is not base64: Invalid symbol 33, offset 0.'"}"#;
    check(echo(), &[], event("!"), Ok(http_json(400, refused)));
}

#[test]
fn a_body_that_is_not_the_json_it_says_is_refused() {
    let cause = r#"{"error":"InvalidExecutionInput","cause":"Invalid State Machine Execution Input: 'EOF while parsing a value at line 1 column 5'"}"#;
    for content_type in ["application/json", "application/problem+json;charset=utf-8", "Application/JSON"] {
        let event = http_api(json!({"Content-TYPE": content_type}), json!("{\"a\":"));
        check(echo(), &[], event, Ok(http_json(400, cause)));
    }
    // Such a text must not overflow the stack either.
    let deep = "[".repeat(100_000);
    let event = http_api(json!({}), json!(deep.clone()));
    check(echo(), &[], event, Ok(http_json(200, &json!(deep).to_json())));
}

#[test]
fn both_gateways_get_their_own_response() {
    check(echo(), &[], http_api(json!({}), json!("1")), Ok(http_json(200, "1")));
    check(echo(), &[], rest_api(json!("1")), Ok(rest_json(200, "1")));
    // `cargo lambda watch` sends these with every request.
    let mut event = http_api(json!({}), json!("1")).as_object().unwrap().clone();
    for (name, value) in [("httpMethod", json!("GET")), ("resource", Value::Null), ("type", Value::Null)] {
        event.insert(name, value);
    }
    check(echo(), &[], event.into(), Ok(http_json(200, "1")));
}

#[test]
fn an_output_that_is_a_response_is_the_response() {
    for (output, response) in [
        (
            r#"{"statusCode":201,"headers":{"location":"/orders/1"},"body":"made"}"#,
            r#"{"statusCode":201,"headers":{"location":"/orders/1"},"body":"made","isBase64Encoded":false,"cookies":[]}"#,
        ),
        (
            r#"{"statusCode":422,"body":{"why":"x"},"cookies":["a=1"],"orderId":7}"#,
            r#"{"statusCode":422,"body":"{\"why\":\"x\"}","headers":{"content-type":"application/json"},
                "isBase64Encoded":false,"cookies":["a=1"]}"#,
        ),
    ] {
        let response = Value::parse(response).unwrap();
        check(echo(), &[], http_api(json!({}), json!(output)), Ok(response));
    }
    for output in [r#"["statusCode"]"#, r#"{"status":200}"#, r#""statusCode""#] {
        check(echo(), &[], http_api(json!({}), json!(output)), Ok(http_json(200, output)));
    }
}

#[test]
fn a_failure_is_answered_with_its_status() {
    let failing = |error: &str| http_api(json!({}), json!(json!({"Error": error, "Cause": "why"}).to_json()));
    let vars = [("ASL_STATUS_MAP", r#"{"OutOfStock": 409, "States.Timeout": 503}"#)];
    let body = |error: &str| format!(r#"{{"error":"{error}","cause":"why"}}"#);
    check(fail(), &[], failing("OutOfStock"), Ok(http_json(500, &body("OutOfStock"))));
    check(fail(), &vars, failing("OutOfStock"), Ok(http_json(409, &body("OutOfStock"))));
    check(fail(), &vars, failing("Other"), Ok(http_json(500, &body("Other"))));
    check(fail(), &[], failing("States.Timeout"), Ok(http_json(504, &body("States.Timeout"))));
    check(fail(), &vars, failing("States.Timeout"), Ok(http_json(503, &body("States.Timeout"))));
    let rest = rest_api(json!(r#"{"Error": "OutOfStock", "Cause": "why"}"#));
    check(fail(), &vars, rest, Ok(rest_json(409, &body("OutOfStock"))));
    let silent = json!({"StartAt": "Fail", "States": {"Fail": {"Type": "Fail"}}});
    check(silent, &[], http_api(json!({}), Value::Null), Ok(http_json(500, "{}")));
}

#[test]
fn a_cause_can_be_hidden_from_callers_over_http() {
    let hidden = [("ASL_HTTP_CAUSE", "hidden"), ("ASL_STATUS_MAP", r#"{"OutOfStock": 409}"#)];
    let failure = || json!({"Error": "OutOfStock", "Cause": "shelf 7 of warehouse 3"});
    let event = || http_api(json!({}), json!(failure().to_json()));
    check(fail(), &hidden, event(), Ok(http_json(409, r#"{"error":"OutOfStock"}"#)));
    check(
        fail(),
        &hidden,
        rest_api(json!(failure().to_json())),
        Ok(rest_json(409, r#"{"error":"OutOfStock"}"#)),
    );
    // A caller that may invoke the function directly is trusted.
    check(fail(), &hidden, failure(), Err(("OutOfStock", "shelf 7 of warehouse 3")));
    let json_type = json!({"content-type": "application/json"});
    let refused = http_json(400, r#"{"error":"InvalidExecutionInput"}"#);
    check(echo(), &hidden, http_api(json_type, json!("{")), Ok(refused));
    let malformed = http_api(json!({}), json!(r#"{"statusCode": 7}"#));
    check(echo(), &hidden, malformed, Ok(http_json(502, r#"{"error":"InvalidResponse"}"#)));
    let envelope = [("ASL_HTTP_CAUSE", "hidden"), ("ASL_RESPONSE", "envelope"), ("ASL_INPUT", "$.body")];
    let response = answer(&fail(), &envelope, http_api(json!({}), failure()), invocation()).unwrap();
    let body = Value::parse(response["body"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["status"], &body["error"], body.get("cause")),
        (&json!("FAILED"), &json!("OutOfStock"), None)
    );
}

#[test]
fn without_http_a_failure_fails_the_invocation() {
    let failure = || json!({"Error": "OutOfStock", "Cause": "no mug left"});
    check(fail(), &[], failure(), Err(("OutOfStock", "no mug left")));
    let silent = || json!({"StartAt": "Fail", "States": {"Fail": {"Type": "Fail"}}});
    check(silent(), &[], event_bridge(json!({})), Err(("ExecutionFailed", "")));
    let report = [("ASL_ON_FAILURE", "report")];
    let reported = json!({"status": "FAILED", "error": "OutOfStock", "cause": "no mug left"});
    check(fail(), &report, failure(), Ok(reported));
    check(silent(), &report, event_bridge(json!({})), Ok(json!({"status": "FAILED"})));
}

#[test]
fn the_input_can_be_chosen() {
    let event = event_bridge(json!({"id": 7}));
    check(echo(), &[], event.clone(), Ok(event.clone()));
    check(echo(), &[("ASL_INPUT", "body")], event.clone(), Ok(json!({"id": 7})));
    check(echo(), &[("ASL_INPUT", "event")], event.clone(), Ok(event.clone()));
    check(echo(), &[("ASL_INPUT", "$.detail.id")], event.clone(), Ok(json!(7)));
    check(echo(), &[("ASL_INPUT", "$")], event.clone(), Ok(event.clone()));
    check(echo(), &[("ASL_INPUT", "body")], json!({"id": 7}), Ok(json!({"id": 7})));
    let request = http_api(json!({}), json!("[1]"));
    check(echo(), &[("ASL_INPUT", "event")], request.clone(), Ok(http_json(200, &request.to_json())));
    check(echo(), &[("ASL_INPUT", "$.rawPath")], request, Ok(http_json(200, r#""/orders""#)));
}

#[test]
fn a_path_that_selects_nothing_is_a_failed_execution() {
    let vars = [("ASL_INPUT", "$.no")];
    let (error, cause) = answer(&echo(), &vars, event_bridge(json!({})), invocation()).unwrap_err();
    assert_eq!(error, "States.Runtime");
    assert!(cause.contains("Invalid path '$.no'"), "{cause}");
    let response = answer(&echo(), &vars, http_api(json!({}), Value::Null), invocation()).unwrap();
    assert_eq!(response["statusCode"], json!(500));
    assert!(
        response["body"].as_str().unwrap().starts_with(r#"{"error":"States.Runtime","cause":""#),
        "{response}"
    );
}

#[test]
fn the_trigger_can_be_set() {
    let event = http_api(json!({}), json!("1"));
    check(echo(), &[("ASL_EVENT_SOURCE", "direct")], event.clone(), Ok(event.clone()));
    check(echo(), &[("ASL_EVENT_SOURCE", "auto")], event.clone(), Ok(http_json(200, "1")));
    check(echo(), &[("ASL_EVENT_SOURCE", "rest-api")], event, Ok(rest_json(200, "1")));
    check(echo(), &[("ASL_EVENT_SOURCE", "http-api")], json!({"n": 1}), Ok(http_json(200, "{}")));
}

#[test]
fn an_envelope_is_what_start_sync_execution_answers() {
    let vars = [("ASL_RESPONSE", "envelope")];
    let envelope = |response: Value| {
        let mut envelope = response.as_object().unwrap().clone();
        let [start, stop] =
            ["startDate", "stopDate"].map(|name| envelope.remove(name).unwrap().as_f64().unwrap());
        assert!(start > 1.7e9 && stop >= start, "{start} {stop}");
        Value::from(envelope)
    };
    let names = json!({
        "executionArn": "arn:aws:states:eu-west-1:123456789012:express:orders:r-1:r-1",
        "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:orders",
        "name": "r-1"
    });
    let with_names = |more: Value| -> Value {
        let members = names.as_object().unwrap().clone().into_iter().chain(more.as_object().unwrap().clone());
        Value::Object(members.collect())
    };
    let succeeded = with_names(json!({
        "status": "SUCCEEDED", "input": "{\"n\":1}", "inputDetails": {"included": true},
        "output": "{\"n\":1}", "outputDetails": {"included": true}
    }));
    let response = answer(&echo(), &vars, json!({"n": 1}), invocation()).unwrap();
    assert_eq!(envelope(response), succeeded);
    let response = answer(&echo(), &vars, http_api(json!({}), json!("{\"n\": 1}")), invocation()).unwrap();
    assert_eq!(response["statusCode"], json!(200));
    assert_eq!(envelope(Value::parse(response["body"].as_str().unwrap()).unwrap()), succeeded);

    let failed = json!({"Error": "E", "Cause": "c"});
    let response = answer(&fail(), &vars, failed.clone(), invocation()).unwrap();
    let expect = with_names(json!({
        "status": "FAILED", "error": "E", "cause": "c", "input": failed.to_json(), "inputDetails": {"included": true},
        "outputDetails": {"included": true}
    }));
    assert_eq!(envelope(response), expect);
    // Nobody reads the answer of an asynchronous invocation.
    let body = [("ASL_RESPONSE", "envelope"), ("ASL_INPUT", "body")];
    let event = event_bridge(failed);
    check(fail(), &body, event.clone(), Err(("E", "c")));
    let reported = [("ASL_RESPONSE", "envelope"), ("ASL_INPUT", "body"), ("ASL_ON_FAILURE", "report")];
    assert_eq!(envelope(answer(&fail(), &reported, event, invocation()).unwrap()), expect);
}

#[test]
fn an_execution_ends_before_the_deadline() {
    let near = || invocation().with_deadline(Timestamp::EPOCH.plus(std::time::Duration::from_secs(1)));
    let late = "the deadline of the execution passed in state `Rest`";
    check_invocation(wait(), &[], json!({"seconds": 60}), near(), Err(("States.Timeout", late)));
    let body = format!(r#"{{"error":"States.Timeout","cause":"{late}"}}"#);
    let event = http_api(json!({}), json!(r#"{"seconds": 60}"#));
    check_invocation(wait(), &[], event.clone(), near(), Ok(http_json(504, &body)));
    let vars = [("ASL_STATUS_MAP", r#"{"States.Timeout": 408}"#)];
    check_invocation(wait(), &vars, event, near(), Ok(http_json(408, &body)));
}

#[test]
fn limits_are_those_of_an_express_execution_or_none() {
    check(wait(), &[], json!({"seconds": 299}), Ok(json!({"seconds": 299})));
    check(wait(), &[], json!({"seconds": 301}), Err(("States.Timeout", "")));
    let unlimited = [("ASL_LIMITS", "unlimited")];
    check(wait(), &unlimited, json!({"seconds": 301}), Ok(json!({"seconds": 301})));
    let large = json!("x".repeat(300_000));
    let (error, _) = answer(&echo(), &[], large.clone(), invocation()).unwrap_err();
    assert_eq!(error, "States.DataLimitExceeded");
    check(echo(), &unlimited, large, Ok(json!("x".repeat(300_000))));
}

#[test]
fn the_expression_for_the_input_has_the_limits_of_the_function() {
    let event = http_api(json!({}), json!("x".repeat(300_000)));
    let fails = ("ASL_INPUT", "{% $error($states.input.body) %}");
    let response = answer(&echo(), &[fails], event, invocation()).unwrap();
    let body = Value::parse(response["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["cause"].as_str().unwrap().chars().count(), 32_768);
}

#[test]
fn executions_end_with_the_process() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let adapter = adapter(&wait(), &[]);
    let answer = runtime.block_on(async {
        let other = adapter.clone();
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            other.shut_down();
        });
        handle(&adapter, json!({"seconds": 60}), invocation()).await
    });
    assert_eq!(answer.unwrap_err().to_string(), "ExecutionAborted: the function is being shut down");
}

#[test]
fn tasks_hear_of_the_trace() {
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let traced = || invocation().with_trace_header(trace);
    check(task("trace"), &[], json!({}), Ok(Value::Null));
    check_invocation(task("trace"), &[], json!({}), traced(), Ok(json!(trace)));
    // The caller of StartSyncExecution may send another trace header.
    let event = json!({"input": "{}", "traceHeader": "Root=1-67891233-abcdef012345678912345678"});
    let answer = answer(&task("trace"), &[], event, traced()).unwrap();
    assert_eq!(answer["output"], json!(r#""Root=1-67891233-abcdef012345678912345678""#));
}

#[test]
fn a_panicking_task_is_a_failed_execution() {
    check(
        task("panic"),
        &[],
        json!({"panic": "boom"}),
        Err(("States.TaskFailed", "the task in state `Work` panicked: boom")),
    );
}

#[test]
fn the_context_object_has_the_names_of_the_function() {
    let machine = json!({
        "StartAt": "Names",
        "States": {"Names": {
            "Type": "Pass",
            "Parameters": {"machine.$": "$$.StateMachine.Name", "execution.$": "$$.Execution.Id"},
            "End": true
        }}
    });
    let names = json!({
        "machine": "orders",
        "execution": "arn:aws:states:eu-west-1:123456789012:express:orders:r-1:r-1"
    });
    check(machine, &[], json!({}), Ok(names));
}

#[test]
fn an_invocation_may_move_between_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Adapter>();
    check::<Config>();
    check::<InitError>();
    check::<Invocation>();
    check::<InvocationError>();
    fn check_future(_: impl Future + Send) {}
    check_future(handle(&adapter(&echo(), &[]), json!(1), invocation()));
}
