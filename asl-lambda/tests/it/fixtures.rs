//! Events as AWS sends them, and responses as its own types read them.

use asl_lambda::{Invocation, Trigger, handle};
use asl_value::{Value, json};
use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse};
use aws_lambda_events::encodings::Body;

use crate::machine::{adapter, echo, fail};

fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/data/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    Value::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The fixture is this trigger's and carries this.
#[track_caller]
fn check(name: &str, trigger: Trigger, body: Value) {
    let event = fixture(name);
    assert_eq!(Trigger::detect(&event), trigger, "{name}");
    assert_eq!(trigger.body(&event), Ok(body), "{name}");
}

#[test]
fn events_are_told_apart() {
    check("apigw-v2-request-iam", Trigger::HttpApi, json!({"a": 1}));
    check("apigw-v2-request-no-authorizer", Trigger::HttpApi, json!({}));
    check("apigw-sam-http-request", Trigger::HttpApi, json!({}));
    check("apigw-request", Trigger::RestApi, json!({"a": 1}));
    check("apigw-console-test-request", Trigger::RestApi, json!({"a": 1}));
    check("apigw-sam-rest-request", Trigger::RestApi, json!({}));
    check("eventbridge-schedule", Trigger::EventBridge, json!({}));
    check(
        "eventbridge-event-obj",
        Trigger::EventBridge,
        json!({"instance-id": "i-abcd1111", "state": "pending"}),
    );
}

#[test]
fn what_is_no_request_is_no_request() {
    for name in [
        "apigw-v2-custom-authorizer-v2-request",
        "apigw-websocket-request",
        "alb-lambda-target-request-headers-only",
        "sqs-event",
    ] {
        check(name, Trigger::Direct, fixture(name));
    }
    for event in ["null", "1", "\"x\"", "[]", "{}", r#"{"version":"2.0","requestContext":7}"#] {
        let event = Value::parse(event).unwrap();
        assert_eq!(Trigger::detect(&event), Trigger::Direct, "{event}");
    }
}

#[track_caller]
fn answer(definition: &Value, name: &str) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let adapter = adapter(definition, &[]);
    runtime.block_on(handle(&adapter, fixture(name), Invocation::new("r-1"))).unwrap()
}

/// Each of the machines answers the fixture with a response that the type of its gateway takes.
#[track_caller]
fn check_response(definition: &Value, name: &str, status: i64, body: &str) {
    let response = answer(definition, name);
    let (read, content) = match Trigger::detect(&fixture(name)) {
        Trigger::HttpApi => {
            let read: ApiGatewayV2httpResponse = asl_value::from_value(&response).unwrap();
            assert_eq!(read.cookies, Vec::<String>::new());
            ((read.status_code, read.headers, read.is_base64_encoded), read.body)
        }
        _ => {
            let read: ApiGatewayProxyResponse = asl_value::from_value(&response).unwrap();
            ((read.status_code, read.headers, read.is_base64_encoded), read.body)
        }
    };
    assert_eq!((read.0, read.2), (status, false));
    assert_eq!(read.1["content-type"], "application/json");
    assert_eq!(content, Some(Body::Text(body.to_owned())));
}

#[test]
fn responses_are_of_the_gateways_types() {
    for name in ["apigw-v2-request-iam", "apigw-request"] {
        check_response(&echo(), name, 200, r#"{"a":1}"#);
        let cause = answer(&fail(), name)["body"].as_str().unwrap().to_owned();
        assert!(cause.starts_with(r#"{"error":"States.Runtime","#), "{cause}");
        check_response(&fail(), name, 500, &cause);
    }
}
