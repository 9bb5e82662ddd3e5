//! Links behind every gateway.

use asl_value::json;

use super::*;

#[track_caller]
fn check(event: &str, expect: Option<(&str, CallbackSays)>) {
    let read = read(&Value::parse(event).unwrap(), "/approve");
    let found = read.map(|read| read.unwrap().unwrap());
    assert_eq!(found, expect.map(|(id, says)| Callback { id: id.into(), says }));
}

#[test]
fn links_behind_every_gateway() {
    let yes = || Some(("a+b=", CallbackSays::Success(r#"{"approved":true}"#.into())));
    let http_api = |path: &str, stage: &str, query: &str| {
        format!(
            r#"{{"rawPath": "{path}", "requestContext": {{"stage": "{stage}", "http": {{"method": "POST"}}}},
                "queryStringParameters": {query}}}"#
        )
    };
    let query = r#"{"token": "a+b=", "output": "{\"approved\":true}"}"#;
    check(&http_api("/approve", "$default", query), yes());
    check(&http_api("/prod/approve", "prod", query), yes());
    check(&http_api("/approve", "approve", query), yes());
    check(&http_api("/orders", "$default", query), None);
    check(&http_api("/approve/again", "$default", query), None);
    check(
        &http_api("/approve", "$default", r#"{"token": "a b="}"#),
        Some(("a+b=", CallbackSays::Success("{}".into()))),
    );
    check(
        &http_api("/approve", "$default", r#"{"token": "a", "output": "yes"}"#),
        Some(("a", CallbackSays::Success(r#""yes""#.into()))),
    );
    check(
        &http_api("/approve", "$default", r#"{"token": "a", "error": "Declined", "output": "1"}"#),
        Some(("a", failure(Some("Declined".into()), None))),
    );
    check(
        r#"{"path": "/approve", "httpMethod": "POST", "requestContext": {"stage": "prod"}, "multiValueQueryStringParameters":
            {"token": ["a+b="], "output": ["{\"approved\":true}"]}, "queryStringParameters": null}"#,
        yes(),
    );
    check(
        r#"{"path": "/approve", "httpMethod": "POST", "requestContext": {"elb": {}}, "queryStringParameters":
            {"token": "a%2Bb%3D", "output": "%7B%22approved%22:true%7D"}}"#,
        yes(),
    );
    check(
        r#"{"version": "2.0", "path": "/approve", "method": "POST", "requestContext": {"serviceArn": "arn"},
            "queryStringParameters": {"token": ["a+b="], "output": ["{\"approved\":true}"]}}"#,
        yes(),
    );
}

fn request(method: &str, query: Value, accept: &str) -> Value {
    json!({"rawPath": "/approve", "headers": {"Accept": accept}, "queryStringParameters": query,
        "requestContext": {"http": {"method": method}}})
}

/// The status, the type and the body of the response to a request that answers nothing.
#[track_caller]
fn shown(event: &Value) -> (u16, String, String) {
    let response = match read(event, "/approve").unwrap() {
        Err(response) => response,
        Ok(callback) => response(callback.map(|_| ()), event),
    };
    let header = |name: &str| response.headers.get(name).map(|values| values.as_slice()[0].to_string());
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(header("referrer-policy").as_deref(), Some("no-referrer"));
    let body = match response.body {
        Body::Text(text) => text.to_string(),
        Body::None => String::new(),
        Body::Base64(_) => panic!("the page is text"),
    };
    (response.status, header("content-type").unwrap_or_default(), body)
}

/// Programs that check mails follow links with `GET`.
#[test]
fn a_page_asks_before_it_answers() {
    let token = json!({"token": "a+b=", "output": "<b>yes & \"no\"</b>"});
    let (status, kind, page) = shown(&request("GET", token.clone(), "*/*"));
    assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
    assert!(page.contains("<form method=\"post\">"), "{page}");
    assert!(
        page.contains("&lt;b&gt;yes &amp; \\&quot;no\\&quot;&lt;/b&gt;") && !page.contains("<b>"),
        "{page}"
    );
    assert!(!page.contains("a+b="), "the token is in the address only: {page}");
    let (status, kind, page) = shown(&request("HEAD", token, "*/*"));
    assert_eq!((status, kind.as_str(), page.as_str()), (200, "text/html; charset=utf-8", ""));
    let declined = json!({"token": "a", "error": "Declined", "cause": "too many"});
    assert!(shown(&request("GET", declined, "*/*")).2.contains("<pre>Declined: too many</pre>"));
    let long = json!({"token": "a", "output": ("é".repeat(5_000))});
    assert!(shown(&request("GET", long, "*/*")).2.contains("é…</pre>"));
    assert!(!shown(&request("GET", json!({"token": "a"}), "*/*")).2.contains("<pre>"));
}

#[test]
fn what_answers_nothing() {
    let (status, ..) = shown(&request("PUT", json!({"token": "a"}), "*/*"));
    assert_eq!(status, 405);
    let long = "a".repeat(1_025);
    for token in ["", "a<b", long.as_str()] {
        for method in ["GET", "POST"] {
            let (status, kind, message) = shown(&request(method, json!({"token": token}), "*/*"));
            assert_eq!((status, kind.as_str()), (400, "text/plain; charset=utf-8"), "{token}: {message}");
        }
    }
    let (_, kind, message) = shown(&request("POST", json!({"token": ""}), "application/json"));
    assert_eq!(kind, "application/json");
    assert_eq!(message, r#"{"message":"expected the token of a task, up to 1,024 characters of base64"}"#);
}

#[test]
fn what_has_gone_wrong() {
    let event = request("POST", json!({"token": "a"}), "*/*");
    for (why, status) in [
        (Why::TaskTimedOut, 410),
        (Why::Refused, 500),
        (Why::ServiceUnavailable, 503),
        (Why::InvalidToken, 400),
    ] {
        let undelivered = Undelivered { why, message: "AccessDenied: …".to_owned() };
        assert_eq!(response(Err(undelivered), &event).status, status, "{why:?}");
    }
}
