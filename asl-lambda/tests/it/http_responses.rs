//! Outputs that are responses, in every form, behind every gateway.

use std::sync::{Arc, Mutex};

use asl_lambda::{Invocation, Trigger, handle};
use asl_value::{Object, Value, json};

use crate::machine::{adapter, echo};

/// A request of each gateway, and the members that its response may have.
const GATEWAYS: [(&str, &str, &[&str]); 8] = [
    ("http-api", HTTP_API, V2),
    ("function-url", FUNCTION_URL, V2),
    (
        "rest-api",
        r#"{"resource": "/o", "path": "/o", "httpMethod": "POST", "requestContext": {"stage": "p"}}"#,
        V1,
    ),
    (
        "websocket",
        r#"{"requestContext": {"connectionId": "c", "eventType": "MESSAGE", "routeKey": "o"}}"#,
        V1,
    ),
    (
        "alb",
        r#"{"requestContext": {"elb": {"targetGroupArn": "arn"}}, "httpMethod": "POST", "path": "/o", "headers": {}}"#,
        &["statusCode", "statusDescription", "headers", "body", "isBase64Encoded"],
    ),
    (
        "alb",
        r#"{"requestContext": {"elb": {"targetGroupArn": "arn"}}, "httpMethod": "POST", "multiValueHeaders": {}}"#,
        &["statusCode", "statusDescription", "multiValueHeaders", "body", "isBase64Encoded"],
    ),
    (
        "vpc-lattice",
        r#"{"raw_path": "/o", "method": "POST", "headers": {}, "query_string_parameters": {}, "is_base64_encoded": false}"#,
        &["statusCode", "headers", "body", "isBase64Encoded"],
    ),
    (
        "vpc-lattice",
        r#"{"version": "2.0", "path": "/o", "method": "POST", "headers": {}, "requestContext": {"serviceArn": "arn"}}"#,
        &["statusCode", "headers", "body", "isBase64Encoded"],
    ),
];

const HTTP_API: &str =
    r#"{"version": "2.0", "rawPath": "/o", "requestContext": {"http": {"method": "POST"}}}"#;
const FUNCTION_URL: &str = r#"{"version": "2.0", "requestContext": {"domainName": "a.lambda-url.eu-west-1.on.aws", "http": {"method": "POST"}}}"#;
const V2: &[&str] = &["statusCode", "headers", "body", "isBase64Encoded", "cookies"];
const V1: &[&str] = &["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];

/// A request with these headers, in the form that its gateway has for them, and this body.
fn event(request: &str, headers: &Value, body: &str) -> Value {
    let mut event = Value::parse(request).unwrap().as_object().unwrap().clone();
    event.insert("body", body.into());
    let is_second_lattice = event.contains_key("version") && event.contains_key("method");
    let has_lists = event.contains_key("multiValueHeaders");
    let member = if has_lists { "multiValueHeaders" } else { "headers" };
    for (name, value) in headers.as_object().unwrap().iter() {
        let is_list = has_lists || is_second_lattice;
        let value = if is_list { json!([value.clone()]) } else { value.clone() };
        let mut headers = event.get(member).and_then(Value::as_object).cloned().unwrap_or_default();
        headers.insert(name.clone(), value);
        event.insert(member, headers.into());
    }
    event.into()
}

/// The response to a request with this body, and the lines of the log.
fn answer(request: &str, vars: &[(&str, &str)], headers: &Value, body: &Value) -> (Value, Vec<Value>) {
    answer_to(event(request, headers, &body.to_json()), vars)
}

fn answer_to(event: Value, vars: &[(&str, &str)]) -> (Value, Vec<Value>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let log = move |line: &Value| sink.lock().unwrap().push(line.clone());
    let invocation = Invocation::new("r-1").with_log(Arc::new(log));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let response = runtime.block_on(handle(&adapter(&echo(), vars), event, invocation)).unwrap();
    (response, std::mem::take(&mut lines.lock().unwrap()))
}

/// The headers that the client sees, with names in lower case and several values joined, and the cookies.
#[track_caller]
fn seen(response: &Value) -> (Value, Value) {
    let mut headers: Vec<(String, Vec<String>)> = Vec::new();
    let mut add = |name: &str, value: &Value| {
        let value =
            value.as_str().unwrap_or_else(|| panic!("a header that is no text: {response}")).to_owned();
        let name = name.to_ascii_lowercase();
        match headers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => headers.push((name, vec![value])),
        }
    };
    let members = |name: &str| response.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, value) in members("headers").iter() {
        add(name, value);
    }
    for (name, values) in members("multiValueHeaders").iter() {
        values.as_array().unwrap().iter().for_each(|value| add(name, value));
    }
    for value in
        response.get("cookies").and_then(Value::as_array).into_iter().flat_map(|cookies| cookies.iter())
    {
        add("set-cookie", value);
    }
    let mut cookies = Value::Array(asl_value::Array::new());
    let mut others = Object::new();
    for (name, values) in headers {
        match name.as_str() {
            "set-cookie" => cookies = values.into_iter().map(Value::from).collect(),
            _ => drop(others.insert(name, values.join(", ").into())),
        }
    }
    (others.into(), cookies)
}

/// Checks that each gateway gets only what it supports, and that the clients of all gateways see the same.
#[track_caller]
fn check(output: Value, status: i64, headers: Value, cookies: Value) {
    for (name, request, members) in GATEWAYS {
        assert_eq!(Trigger::detect(&Value::parse(request).unwrap()).name(), name);
        let (response, log) = answer(request, &[], &json!({}), &output);
        assert_eq!(response["statusCode"], json!(status), "{name}: {response}");
        assert_eq!(seen(&response), (headers.clone(), cookies.clone()), "{name}: {response}");
        let unknown = response.as_object().unwrap().keys().find(|known| !members.contains(&known.as_str()));
        assert_eq!(unknown, None, "{name}: {response}");
        assert_eq!(log, [] as [Value; 0], "{name}");
    }
}

#[test]
fn headers_in_every_form_fit_every_gateway() {
    let none = || json!([]);
    check(json!({"statusCode": 204}), 204, json!({}), none());
    check(
        json!({"statusCode": 204, "headers": null, "multiValueHeaders": null, "cookies": null}),
        204,
        json!({}),
        none(),
    );
    check(
        json!({"statusCode": 200, "headers": {}, "multiValueHeaders": {}, "cookies": []}),
        200,
        json!({}),
        none(),
    );
    check(json!({"statusCode": 201, "headers": {"Location": "/1"}}), 201, json!({"location": "/1"}), none());
    // Numbers and booleans become strings, and null is not a header.
    check(
        json!({"statusCode": 200, "headers": {"x-count": 2, "x-rate": 0.5, "x-last": true, "x-none": null}}),
        200,
        json!({"x-count": "2", "x-rate": "0.5", "x-last": "true"}),
        none(),
    );
    check(
        json!({"statusCode": 200, "multiValueHeaders": {"x-one": ["1"], "x-two": [1, false], "x-none": []}}),
        200,
        json!({"x-one": "1", "x-two": "1, false"}),
        none(),
    );
    // A value that both have is sent once.
    check(
        json!({"statusCode": 200, "headers": {"Vary": "b", "x-a": "1"}, "multiValueHeaders": {"vary": ["a", "b"], "X-A": ["2"]}}),
        200,
        json!({"vary": "a, b", "x-a": "2, 1"}),
        none(),
    );
    check(
        json!({"statusCode": 200, "headers": {"X-A": "1", "x-a": "2"}}),
        200,
        json!({"x-a": "1, 2"}),
        none(),
    );
}

#[test]
fn cookies_in_every_form_fit_every_gateway() {
    check(json!({"statusCode": 200, "cookies": ["a=1", "b=2"]}), 200, json!({}), json!(["a=1", "b=2"]));
    check(json!({"statusCode": 200, "headers": {"Set-Cookie": "a=1"}}), 200, json!({}), json!(["a=1"]));
    // Before lists were supported, cookies were sent like this.
    check(
        json!({"statusCode": 200, "headers": {"Set-Cookie": "a=1", "set-cookie": "b=2"}}),
        200,
        json!({}),
        json!(["a=1", "b=2"]),
    );
    check(
        json!({"statusCode": 200, "multiValueHeaders": {"SET-COOKIE": ["a=1", "b=2"]}}),
        200,
        json!({}),
        json!(["a=1", "b=2"]),
    );
    check(
        json!({
            "statusCode": 302, "headers": {"location": "/", "set-cookie": "b=2"},
            "multiValueHeaders": {"Set-Cookie": ["a=1"], "vary": ["x", "y"]}, "cookies": ["c=3", "a=1"]
        }),
        302,
        json!({"location": "/", "vary": "x, y"}),
        json!(["a=1", "b=2", "c=3"]),
    );
}

#[test]
fn a_response_has_no_other_members() {
    let output = json!({"statusCode": 201, "body": "x", "orderId": 7, "statusDescription": "201 Made"});
    check(output, 201, json!({}), json!([]));
}

#[test]
fn a_status_may_be_a_text() {
    check(json!({"statusCode": "404", "body": "no such order"}), 404, json!({}), json!([]));
    check(json!({"statusCode": 404.0}), 404, json!({}), json!([]));
    for status in [100, 199, 226, 599] {
        check(json!({"statusCode": status.to_string()}), status, json!({}), json!([]));
    }
}

#[track_caller]
fn check_body(output: Value, body: Option<&str>, is_base64: bool, content_type: Option<&str>) {
    let headers = content_type.map_or(json!({}), |content_type| json!({"content-type": content_type}));
    check(output.clone(), 200, headers, json!([]));
    for (name, request, _) in GATEWAYS {
        let (response, _) = answer(request, &[], &json!({}), &output);
        assert_eq!(response.get("body").and_then(Value::as_str), body, "{name}");
        assert_eq!(response["isBase64Encoded"], json!(is_base64), "{name}");
    }
}

#[test]
fn a_body_in_every_form_fits_every_gateway() {
    let json_type = Some("application/json");
    check_body(json!({"statusCode": 200}), None, false, None);
    check_body(json!({"statusCode": 200, "body": null, "isBase64Encoded": null}), None, false, None);
    check_body(json!({"statusCode": 200, "body": ""}), Some(""), false, None);
    check_body(
        json!({"statusCode": 200, "body": "made", "isBase64Encoded": "false"}),
        Some("made"),
        false,
        None,
    );
    check_body(json!({"statusCode": 200, "body": {"a": [1]}}), Some(r#"{"a":[1]}"#), false, json_type);
    check_body(json!({"statusCode": 200, "body": 7, "headers": {}}), Some("7"), false, json_type);
    check_body(
        json!({"statusCode": 200, "body": [], "multiValueHeaders": {"Content-Type": ["application/hal+json"]}}),
        Some("[]"),
        false,
        Some("application/hal+json"),
    );
    check_body(json!({"statusCode": 200, "body": "//79", "isBase64Encoded": true}), Some("//79"), true, None);
    check_body(
        json!({"statusCode": 200, "body": "//79", "isBase64Encoded": "true"}),
        Some("//79"),
        true,
        None,
    );
    // The padding is optional.
    check_body(json!({"statusCode": 200, "body": "YQ", "isBase64Encoded": true}), Some("YQ"), true, None);
}

/// Checks that every gateway gets a 502, and that the log names the field.
#[track_caller]
fn check_malformed(output: Value, problem: &str) {
    let cause = format!("the output is not an HTTP response: {problem}");
    for (name, request, _) in GATEWAYS {
        let (response, log) = answer(request, &[], &json!({}), &output);
        let body = json!({"error": "InvalidResponse", "cause": cause.as_str()});
        assert_eq!(
            (&response["statusCode"], &response["body"]),
            (&json!(502), &json!(body.to_json())),
            "{name}"
        );
        assert_eq!(
            log,
            [json!({"error": "InvalidResponse", "cause": cause.as_str(), "requestId": "r-1"})],
            "{name}"
        );
    }
}

#[test]
fn what_is_no_response_is_answered_as_malformed() {
    for (status, found) in [
        (json!(99999), "99999"),
        (json!(-1), "-1"),
        (json!(0), "0"),
        (json!(99), "99"),
        (json!(600), "600"),
        (json!(200.5), "200.5"),
        (json!("SHIPPED"), "\"SHIPPED\""),
        (json!("20"), "\"20\""),
        (json!("+200"), "\"+200\""),
        (json!(" 200"), "\" 200\""),
        (json!("200.0"), "\"200.0\""),
        (json!(""), "\"\""),
        (json!(true), "true"),
        (Value::Null, "null"),
        (json!([200]), "array"),
        (json!({"code": 200}), "object"),
    ] {
        let problem = format!("`statusCode`: expected a status from 100 to 599, found {found}");
        check_malformed(json!({"statusCode": status, "body": "secret"}), &problem);
    }
    let with = |name: &str, value: Value| {
        Value::Object([("statusCode", json!(200)), (name, value)].into_iter().collect())
    };
    for (name, value, problem) in [
        ("headers", json!([]), "`headers`: expected an object, found array"),
        ("headers", json!("x"), "`headers`: expected an object, found \"x\""),
        (
            "headers",
            json!({"x-a": ["1"]}),
            "`headers.x-a`: expected a text, a number or a boolean, found array",
        ),
        (
            "headers",
            json!({"x-a": {}}),
            "`headers.x-a`: expected a text, a number or a boolean, found object",
        ),
        ("headers", json!({"x a": "1"}), "`headers.x a`: not the name of a header"),
        ("headers", json!({"": "1"}), "`headers.`: not the name of a header"),
        ("headers", json!({"x-a": "1\r\nx-b: 2"}), "`headers.x-a`: a header has no control characters"),
        ("multiValueHeaders", json!(1), "`multiValueHeaders`: expected an object, found 1"),
        ("multiValueHeaders", json!({"x-a": "1"}), "`multiValueHeaders.x-a`: expected an array, found \"1\""),
        (
            "multiValueHeaders",
            json!({"x-a": ["1", null]}),
            "`multiValueHeaders.x-a[1]`: expected a text, a number or a boolean, found null",
        ),
        ("cookies", json!("a=1"), "`cookies`: expected an array, found \"a=1\""),
        ("cookies", json!([{}]), "`cookies[0]`: expected a text, a number or a boolean, found object"),
        ("isBase64Encoded", json!("yes"), "`isBase64Encoded`: expected a boolean, found \"yes\""),
        ("isBase64Encoded", json!(1), "`isBase64Encoded`: expected a boolean, found 1"),
        (
            "statusDescription",
            json!({}),
            "`statusDescription`: expected a text, a number or a boolean, found object",
        ),
    ] {
        check_malformed(with(name, value), problem);
    }
    // In a stream, the client of the runtime would lose such a header.
    let output = with("headers", json!({"x-city": "Zürich"}));
    check(output.clone(), 200, json!({"x-city": "Zürich"}), json!([]));
    let (response, log) =
        answer(FUNCTION_URL, &[("ASL_INVOKE_MODE", "response-stream")], &json!({}), &output);
    let cause = "the output is not an HTTP response: `headers.x-city`: a response that is streamed has headers of ASCII characters";
    assert_eq!((&response["statusCode"], &log[0]["cause"]), (&json!(502), &json!(cause)));
    let base64 = |body: Value| json!({"statusCode": 200, "isBase64Encoded": true, "body": body});
    check_malformed(base64(json!("!")), "`body`: not base64: Invalid symbol 33, offset 0.");
    check_malformed(base64(json!({})), "`body`: expected base64, found object");
}

/// Checks the headers that a page of an origin sees, behind every gateway.
#[track_caller]
fn check_cors(origins: &str, origin: Value, output: Value, headers: Value) {
    for (name, request, _) in GATEWAYS {
        let (response, _) = answer(request, &[("ASL_CORS_ORIGINS", origins)], &origin, &output);
        assert_eq!(seen(&response).0, headers, "{name}: {response}");
    }
}

#[test]
fn cors_sends_one_origin_and_says_what_a_response_depends_on() {
    let shop = || json!({"Origin": "https://shop.example"});
    let listed = "http://localhost:3000, https://shop.example";
    let plain = || json!({"statusCode": 200});
    let allow = |origin: &str, vary: &str| json!({"access-control-allow-origin": origin, "vary": vary});
    check_cors(listed, shop(), plain(), allow("https://shop.example", "origin"));
    // The response has `Vary` even for another origin, or none.
    check_cors(listed, json!({"origin": "https://other.example"}), plain(), json!({"vary": "origin"}));
    check_cors(listed, json!({}), plain(), json!({"vary": "origin"}));
    // With `*`, the response does not depend on the origin.
    check_cors("*", shop(), plain(), json!({"access-control-allow-origin": "*"}));
    check_cors("*", json!({}), plain(), json!({"access-control-allow-origin": "*"}));
    // The output allows an origin itself.
    for own in [
        json!({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "https://own.example"}}),
        json!({"statusCode": 200, "headers": {"access-control-allow-origin": "https://own.example"}}),
        json!({"statusCode": 200, "multiValueHeaders": {"ACCESS-CONTROL-ALLOW-ORIGIN": ["https://own.example"]}}),
        json!({"statusCode": 200, "multiValueHeaders": {"Access-Control-Allow-Origin": ["https://own.example", "b"]}}),
        json!({
            "statusCode": 200, "headers": {"access-control-allow-origin": "b"},
            "multiValueHeaders": {"Access-Control-Allow-Origin": ["https://own.example"]}
        }),
    ] {
        check_cors(listed, shop(), own, allow("https://own.example", "origin"));
    }
    for (vary, merged) in [
        (json!({"headers": {"Vary": "Accept-Encoding"}}), "Accept-Encoding, origin"),
        (json!({"multiValueHeaders": {"vary": ["accept", "cookie"]}}), "accept, cookie, origin"),
        (json!({"headers": {"vary": "Origin, accept"}}), "Origin, accept"),
        (json!({"multiValueHeaders": {"vary": ["accept, ORIGIN"]}}), "accept, ORIGIN"),
        (json!({"headers": {"vary": "*"}}), "*"),
        (json!({"headers": {"vary": ""}}), "origin"),
    ] {
        let members = vary.as_object().unwrap().clone().into_iter();
        let output = members.chain([("statusCode".into(), json!(200))]).collect();
        check_cors(listed, shop(), Value::Object(output), allow("https://shop.example", merged));
    }
    // A malformed response, and an output that is not a response.
    let json_type = || json!({"access-control-allow-origin": "https://shop.example", "vary": "origin", "content-type": "application/json"});
    check_cors(listed, shop(), json!({"statusCode": 7}), json_type());
    check_cors(listed, shop(), json!({"a": 1}), json_type());
}

/// Checks the status and the body of the answer to an input that fails, behind every gateway.
#[track_caller]
fn check_failed(vars: &[(&str, &str)], input: Value, status: i64, body: &Value) {
    for (name, request, _) in GATEWAYS {
        let (response, _) = answer(request, vars, &json!({}), &input);
        assert_eq!(response["statusCode"], json!(status), "{name}");
        assert_eq!(Value::parse(response["body"].as_str().unwrap()).unwrap(), *body, "{name}");
    }
}

#[test]
fn a_failure_is_the_same_behind_every_gateway() {
    let malformed = || json!({"statusCode": 7});
    let cause =
        "the output is not an HTTP response: `statusCode`: expected a status from 100 to 599, found 7";
    check_failed(&[], malformed(), 502, &json!({"error": "InvalidResponse", "cause": cause}));
    let hidden = [("ASL_HTTP_CAUSE", "hidden")];
    check_failed(&hidden, malformed(), 502, &json!({"error": "InvalidResponse"}));
    let large = || json!("x".repeat(262_144));
    let cause = "the input of the execution exceeds the maximum number of bytes service limit";
    check_failed(&[], large(), 413, &json!({"error": "States.DataLimitExceeded", "cause": cause}));
    check_failed(&hidden, large(), 413, &json!({"error": "States.DataLimitExceeded"}));
}

/// Headers of the request are found in every form that gateways send.
#[test]
fn the_type_of_a_body_is_known_behind_every_gateway() {
    for (name, request, _) in GATEWAYS {
        for header in ["content-type", "Content-Type", "CONTENT-TYPE"] {
            for (value, status) in [("application/json; charset=utf-8", 400), ("text/plain", 200)] {
                let mut headers = Object::new();
                headers.insert(header, value.into());
                let (response, _) = answer_to(event(request, &headers.into(), "{"), &[]);
                assert_eq!(response["statusCode"], json!(status), "{name}: {header}: {value}");
            }
        }
        let (response, _) = answer_to(event(request, &json!({}), r#"{"a": 1}"#), &[]);
        assert_eq!(response["body"], json!(r#"{"a":1}"#), "{name}");
    }
}

#[test]
fn a_preflight_is_answered_behind_every_gateway() {
    let asked = json!({"Origin": "https://shop.example", "Access-Control-Request-Method": "PUT"});
    let vars = [("ASL_CORS_ORIGINS", "https://shop.example")];
    for (name, request, _) in GATEWAYS.iter().filter(|(name, ..)| *name != "websocket") {
        let (response, _) = answer(&request.replace("POST", "OPTIONS"), &vars, &asked, &json!({}));
        let headers = json!({
            "access-control-allow-origin": "https://shop.example", "access-control-allow-methods": "PUT",
            "access-control-max-age": "3600", "vary": "origin"
        });
        assert_eq!((&response["statusCode"], seen(&response).0), (&json!(204), headers), "{name}");
    }
}
