//! What distinguishes the triggers from one another in their answers.

use asl_lambda::Trigger;
use asl_value::{Value, json};

use crate::handle::{Answer, check, http_api};
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
        "headers": {"location": "/1", "x-count": "2", "set-cookie": "a=1"}
    });
    check(echo(), &[], one, Ok(response));
    let many = alb(json!({"multiValueHeaders": {"host": ["example.com"]}, "body": output.to_json()}));
    let response = json!({
        "statusCode": 201, "statusDescription": "201 Created",
        "multiValueHeaders": {"location": ["/1"], "x-count": ["2"], "set-cookie": ["a=1", "b=2"]}
    });
    check(echo(), &[], many, Ok(response));
    let unusual = alb(json!({"headers": {}, "body": r#"{"statusCode": 299}"#}));
    check(echo(), &[], unusual, Ok(json!({"statusCode": 299, "statusDescription": "299"})));
}

#[test]
fn cookies_and_many_values_fit_every_gateway() {
    let output = r#"{"statusCode":200,"multiValueHeaders":{"vary":["a","b"],"Set-Cookie":["x=1"]}}"#;
    let response = json!({"statusCode": 200, "headers": {"vary": "a, b"}, "cookies": ["x=1"]});
    check(echo(), &[], http_api(json!({}), json!(output)), Ok(response));
    let web_socket = json!({
        "requestContext": {"connectionId": "L0SM9cOFvHcCIhw=", "eventType": "MESSAGE", "routeKey": "order"},
        "body": r#"{"statusCode":200,"cookies":["x=1"]}"#, "isBase64Encoded": false
    });
    let response = json!({"statusCode": 200, "multiValueHeaders": {"set-cookie": ["x=1"]}});
    check(echo(), &[], web_socket, Ok(response));
}

#[test]
fn a_function_url_is_known_by_its_host() {
    let context =
        json!({"domainName": "abc.lambda-url.eu-west-1.on.aws", "http": {"method": "GET", "path": "/"}});
    let event = json!({"version": "2.0", "requestContext": context, "headers": {}, "isBase64Encoded": false});
    assert_eq!(Trigger::detect(&event), Trigger::FunctionUrl);
    check(echo(), &[("ASL_EVENT_SOURCE", "function-url")], event, Ok(crate::handle::http_json(200, "{}")));
}

/// A preflight, or the headers of a response to a request from this origin.
#[track_caller]
fn check_cors(origins: &str, origin: &str, body: Value, response: Value) {
    let headers = json!({"origin": origin, "content-type": "application/json"});
    check(echo(), &[("ASL_CORS_ORIGINS", origins)], http_api(headers, body), Ok(response));
}

#[test]
fn pages_of_other_origins_are_let_in() {
    let response = |more: Value| {
        let headers = json!({"content-type": "application/json"});
        let headers =
            headers.as_object().unwrap().clone().into_iter().chain(more.as_object().unwrap().clone());
        json!({
            "statusCode": 200, "headers": Value::Object(headers.collect()), "body": "1", "isBase64Encoded": false,
            "cookies": []
        })
    };
    let shop = "https://shop.example";
    let known = json!({"access-control-allow-origin": shop, "vary": "origin"});
    check_cors("http://a.example, https://shop.example", shop, json!("1"), response(known));
    check_cors("*", shop, json!("1"), response(json!({"access-control-allow-origin": "*"})));
    check_cors("http://a.example", shop, json!("1"), response(json!({})));
    let own = json!({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "x"}, "cookies": []});
    check_cors("*", shop, json!(own.to_json()), own);
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
    let refused = json!({"statusCode": 204, "body": "", "isBase64Encoded": false, "headers": {}});
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
