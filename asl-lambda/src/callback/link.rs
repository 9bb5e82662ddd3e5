//! A link that a person follows: `GET /approve?token=…&output={"approved":true}`, or `&error=Declined&cause=…`.
//!
//! Without `output`, the result is `{}`; one that is not JSON is a string. `POST` does the same.

use asl_value::{Text, Value};

use super::message::{Callback, Says, Undelivered, Why, failure, id};
use crate::http::{Body, HttpResponse, Values};
use crate::trigger::request::method;

/// The callback of a request to `path`. `None` for any other request, an error for one that answers nothing.
pub(super) fn read(event: &Value, at: &str) -> Option<Result<Result<Callback, Undelivered>, HttpResponse>> {
    if path(event)? != at {
        return None;
    }
    // A preview of the link must not answer.
    if !matches!(method(event), Some("GET" | "POST")) {
        let mut response = text(405, "expected GET or POST");
        response.headers.put("allow", Values::One("GET, POST".into()));
        return Some(Err(response));
    }
    Some(Ok(callback(event)))
}

fn callback(event: &Value) -> Result<Callback, Undelivered> {
    let id = id(&query(event, "token").unwrap_or_default())?;
    let (error, cause) = (query(event, "error"), query(event, "cause"));
    let says = match error.is_some() || cause.is_some() {
        true => failure(error, cause),
        false => Says::Success(query(event, "output").map_or_else(|| "{}".into(), |output| json(&output))),
    };
    Ok(Callback { id, says })
}

fn json(output: &Text) -> Text {
    match Value::parse(output) {
        Ok(_) => output.clone(),
        Err(_) => Value::from(output).to_json().into(),
    }
}

/// The path of a request, without the stage of an API.
fn path(event: &Value) -> Option<&str> {
    // VPC Lattice has the third name in version 1 of its events.
    let path = ["rawPath", "path", "raw_path"].into_iter().find_map(|name| event.get(name)?.as_str())?;
    let stage = event.get("requestContext").and_then(|context| context.get("stage")).and_then(Value::as_str);
    let rest = stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage));
    let path = rest.filter(|rest| rest.starts_with('/')).unwrap_or(path);
    path.split('?').next()
}

/// A parameter of the query. A load balancer leaves it encoded.
///
/// UNRECORDED: whether VPC Lattice decodes it. Here it is taken to do so.
fn query(event: &Value, name: &str) -> Option<Text> {
    let members =
        ["queryStringParameters", "multiValueQueryStringParameters", "query_string_parameters"].into_iter();
    let value = members.filter_map(|member| event.get(member)?.get(name)).find(|value| !value.is_null())?;
    let text = value.as_text().or_else(|| value.at(0)?.as_text())?;
    let is_encoded = event.get("requestContext").is_some_and(|context| context.get("elb").is_some());
    if is_encoded { decoded(text) } else { Some(text.clone()) }
}

/// Decodes percent-encoding: `a%2Bb+c` is `a+b c`. `None` if it is not text.
fn decoded(text: &str) -> Option<Text> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(if first == b'+' { b' ' } else { first });
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok().map(Text::from)
}

/// What the person reads.
pub(super) fn response(delivered: Result<(), Undelivered>) -> HttpResponse {
    let Err(Undelivered { why, message }) = delivered else {
        return text(200, "Thank you. Your answer has been passed on.");
    };
    match why {
        Why::TaskTimedOut => text(410, "This has been answered before, or its time is over."),
        Why::ServiceUnavailable => text(503, "Your answer could not be passed on. Please try again."),
        Why::InvalidToken | Why::InvalidOutput => text(400, message),
    }
}

fn text(status: u16, text: impl Into<Text>) -> HttpResponse {
    let mut response = HttpResponse::new(status, Body::Text(text.into()));
    response.headers.put("content-type", Values::One("text/plain; charset=utf-8".into()));
    // What a cache answers does not reach the execution.
    response.headers.put("cache-control", Values::One("no-store".into()));
    response
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[track_caller]
    fn check(event: &str, expect: Option<(&str, Says)>) {
        let read = read(&Value::parse(event).unwrap(), "/approve");
        let found = read.map(|read| read.unwrap().unwrap());
        assert_eq!(found, expect.map(|(id, says)| Callback { id: id.into(), says }));
    }

    #[test]
    fn links_behind_every_gateway() {
        let yes = || Some(("a+b=", Says::Success(r#"{"approved":true}"#.into())));
        let http_api = |path: &str, stage: &str, query: &str| {
            format!(
                r#"{{"rawPath": "{path}", "requestContext": {{"stage": "{stage}", "http": {{"method": "GET"}}}},
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
            Some(("a+b=", Says::Success("{}".into()))),
        );
        check(
            &http_api("/approve", "$default", r#"{"token": "a", "output": "yes"}"#),
            Some(("a", Says::Success(r#""yes""#.into()))),
        );
        check(
            &http_api("/approve", "$default", r#"{"token": "a", "error": "Declined", "output": "1"}"#),
            Some(("a", failure(Some("Declined".into()), None))),
        );
        check(
            r#"{"path": "/approve", "httpMethod": "GET", "requestContext": {"stage": "prod"}, "multiValueQueryStringParameters":
                {"token": ["a+b="], "output": ["{\"approved\":true}"]}, "queryStringParameters": null}"#,
            yes(),
        );
        check(
            r#"{"path": "/approve", "httpMethod": "POST", "requestContext": {"elb": {}}, "queryStringParameters":
                {"token": "a%2Bb%3D", "output": "%7B%22approved%22:true%7D"}}"#,
            yes(),
        );
        check(
            r#"{"version": "2.0", "path": "/approve", "method": "GET", "requestContext": {"serviceArn": "arn"},
                "queryStringParameters": {"token": ["a+b="], "output": ["{\"approved\":true}"]}}"#,
            yes(),
        );
    }

    #[test]
    fn what_answers_nothing() {
        let event = |method: &str, token: &str| {
            json!({"rawPath": "/approve", "requestContext": {"http": {"method": method}},
                "queryStringParameters": {"token": token}})
        };
        let preview = read(&event("HEAD", "a"), "/approve").unwrap().unwrap_err();
        assert_eq!(preview.status, 405);
        let long = "a".repeat(1_025);
        for token in ["", "a<b", long.as_str()] {
            let callback = read(&event("GET", token), "/approve").unwrap().unwrap();
            assert_eq!(response(callback.map(|_| ())).status, 400, "{token}");
        }
    }
}
