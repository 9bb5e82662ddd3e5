//! The answers of triggers, where they differ.

use std::io::Write;

use asl_lambda::Trigger;
use asl_value::{Value, json};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::handle::{Answer, answer, check};
use crate::machine::{echo, fail, pass};

fn alb(more: Value) -> Value {
    let event = json!({
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:…"}}, "httpMethod": "POST",
        "path": "/orders", "queryStringParameters": {}, "isBase64Encoded": false
    });
    let members = event.as_object().unwrap().clone().into_iter().chain(more.as_object().unwrap().clone());
    Value::Object(members.collect())
}

#[test]
fn a_load_balancer_wants_a_description_and_its_kind_of_headers() {
    let output =
        json!({"statusCode": 201, "headers": {"location": "/1", "x-count": 2}, "cookies": ["a=1", "b=2"]});
    let one = alb(json!({"headers": {"host": "example.com"}, "body": output.to_json()}));
    let response = json!({
        "statusCode": 201, "statusDescription": "201 Created",
        "headers": {"location": "/1", "x-count": "2", "set-cookie": "a=1", "Set-cookie": "b=2"},
        "isBase64Encoded": false
    });
    check(echo(), &[], one, Ok(response));
    let many = alb(json!({"multiValueHeaders": {"host": ["example.com"]}, "body": output.to_json()}));
    let response = json!({
        "statusCode": 201, "statusDescription": "201 Created",
        "multiValueHeaders": {"location": ["/1"], "x-count": ["2"], "set-cookie": ["a=1", "b=2"]},
        "isBase64Encoded": false
    });
    check(echo(), &[], many, Ok(response));
    let unusual = alb(json!({"headers": {}, "body": r#"{"statusCode": 299}"#}));
    let response = |description: &str| json!({"statusCode": 299, "statusDescription": description, "headers": {}, "isBase64Encoded": false});
    check(echo(), &[], unusual, Ok(response("299")));
    let own = alb(json!({"headers": {}, "body": r#"{"statusCode": 299, "statusDescription": "299 Fine"}"#}));
    check(echo(), &[], own, Ok(response("299 Fine")));
    // One for each spelling of the name.
    let cookies: Value = (0..600).map(|n| Value::from(format!("c{n}=1"))).collect();
    let many = json!({"statusCode": 200, "cookies": cookies});
    let event = alb(json!({"headers": {}, "body": many.to_json()}));
    let response = answer(&echo(), &[], event, crate::handle::invocation()).unwrap();
    assert_eq!(response["headers"].as_object().unwrap().len(), 512);
    assert_eq!(response["headers"]["SET-COOKIE"], json!("c511=1"));
}

/// A REST API gets single values as they are, and lists where they are needed.
#[test]
fn a_rest_api_gets_lists_and_single_values() {
    let event = |output: Value| json!({"resource": "/", "httpMethod": "GET", "requestContext": {}, "headers": null, "body": output.to_json()});
    let output = json!({
        "statusCode": 200, "headers": {"x-one": "1"}, "multiValueHeaders": {"x-list": ["1"]}, "cookies": ["a=1"]
    });
    let response = json!({
        "statusCode": 200, "headers": {"x-one": "1"}, "multiValueHeaders": {"x-list": ["1"], "set-cookie": ["a=1"]},
        "isBase64Encoded": false
    });
    check(echo(), &[], event(output), Ok(response));
    let bare = json!({"statusCode": 201, "headers": {}, "body": "x", "isBase64Encoded": false});
    check(echo(), &[], event(json!({"statusCode": 201, "body": "x", "orderId": 7})), Ok(bare));
}

#[test]
fn a_function_url_is_known_by_its_host() {
    let context =
        json!({"domainName": "abc.lambda-url.eu-west-1.on.aws", "http": {"method": "GET", "path": "/"}});
    let event = json!({"version": "2.0", "requestContext": context, "headers": {}, "isBase64Encoded": false});
    assert_eq!(Trigger::detect(&event), Trigger::FunctionUrl);
    check(echo(), &[("ASL_EVENT_SOURCE", "function-url")], event, Ok(crate::handle::http_json(200, "{}")));
}

#[test]
fn a_preflight_starts_no_execution() {
    let event = json!({
        "resource": "/", "httpMethod": "OPTIONS", "requestContext": {}, "body": null, "headers": {
            "Origin": "https://shop.example", "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type"
        }
    });
    let allowed = json!({
        "statusCode": 204, "body": "", "isBase64Encoded": false, "headers": {
            "access-control-allow-methods": "PUT", "access-control-allow-headers": "content-type",
            "access-control-max-age": "3600", "access-control-allow-origin": "*"
        }
    });
    check(fail(), &[("ASL_CORS_ORIGINS", "*")], event.clone(), Ok(allowed));
    let refused =
        json!({"statusCode": 204, "body": "", "isBase64Encoded": false, "headers": {"vary": "origin"}});
    check(fail(), &[("ASL_CORS_ORIGINS", "http://a.example")], event, Ok(refused));
}

fn sign_up(response: Value) -> Value {
    json!({
        "version": "1", "triggerSource": "PreSignUp_SignUp", "userPoolId": "p", "userName": "ann",
        "request": {"userAttributes": {"email": "ann@example.com"}}, "response": response
    })
}

#[test]
fn cognito_gets_its_event_back() {
    let event = || sign_up(json!({"autoConfirmUser": false, "autoVerifyEmail": null}));
    check(echo(), &[], event(), Ok(event()));
    let filled = sign_up(json!({"autoConfirmUser": true, "autoVerifyEmail": null}));
    check(pass(&json!({"autoConfirmUser": true})), &[], event(), Ok(filled));
    check(pass(&json!("yes")), &[], event(), Ok(event()));
    let request = json!({"userAttributes": {"email": "ann@example.com"}});
    let seen = json!({"autoConfirmUser": false, "autoVerifyEmail": null, "userAttributes": request["userAttributes"].clone()});
    check(echo(), &[("ASL_INPUT", "body")], event(), Ok(sign_up(seen)));
    let refusal: Answer = Err(("NotWelcome", "we are full"));
    let full = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "NotWelcome", "Cause": "we are full"}}});
    check(full, &[], event(), refusal);
}

#[test]
fn an_input_can_be_an_expression() {
    let event = json!({"detail-type": "OrderPlaced", "source": "shop", "detail": {"items": [1, 2]}});
    if cfg!(feature = "jsonata") {
        let count = "{% {'count': $count($states.input.detail.items)} %}";
        check(echo(), &[("ASL_INPUT", count)], event.clone(), Ok(json!({"count": 2})));
    }
    check(echo(), &[("ASL_INPUT", "$.detail.items[1]")], event, Ok(json!(2)));
}

#[test]
fn log_events_are_unpacked() {
    let event = |data: &str| json!({"awslogs": {"data": data}});
    // echo -n '{"logEvents":[]}' | gzip -n | base64
    let packed = "H4sIAAAAAAAAA6tWyslPdy1LzSspVrKKjq0FAF8YDBUQAAAA";
    let refused = |cause: &'static str| -> Answer { Err(("InvalidExecutionInput", cause)) };
    check(echo(), &[("ASL_INPUT", "event")], event(packed), Ok(event(packed)));
    let text =
        "Invalid State Machine Execution Input: 'the body is not base64: Invalid symbol 33, offset 0.'";
    check(echo(), &[], event("!"), refused(text));
    let text = "Invalid State Machine Execution Input: 'the body is not gzip: invalid gzip header'";
    check(echo(), &[], event("AAAAAAAAAAAAAAAAAAAAAAAA"), refused(text));
}

/// An event with a text that is compressed at the highest level.
fn log_event(text: &str) -> Value {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(text.as_bytes()).unwrap();
    json!({"awslogs": {"data": (BASE64_STANDARD.encode(gzip.finish().unwrap()))}})
}

#[test]
fn log_events_are_unpacked_up_to_a_size() {
    const MOST: usize = 12 << 20;
    let long = "Invalid State Machine Execution Input: 'the body unpacks to more than 12582912 bytes'";
    let many = "Invalid State Machine Execution Input: 'the body unpacks to more than 1000000 values'";
    let text = r#"{"logEvents":[]}"#;
    let padded = |length: usize| text.to_owned() + &" ".repeat(length - text.len());
    for (text, expected) in [
        (padded(MOST), Ok(json!({"logEvents": []}))),
        (padded(MOST + 1), Err(("InvalidExecutionInput", long))),
        (format!("[{}0]", "[0],".repeat(500_000)), Err(("InvalidExecutionInput", many))),
        (format!("[{}0]", "0,".repeat(MOST)), Err(("InvalidExecutionInput", long))),
    ] {
        let event = log_event(&text);
        assert!(event.to_json().len() < 40_000, "a small event");
        check(echo(), &[], event, expected);
    }
}
