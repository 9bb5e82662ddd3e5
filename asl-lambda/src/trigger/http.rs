//! What the events of all HTTP triggers have in common.

use asl_engine::{Failure, Outcome};
use asl_value::{Object, Value, json};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::InvalidBody;
use crate::ResponseMapping;
use crate::response::problem;

/// A member of the request's context that is not null.
pub(super) fn request_context<'a>(event: &'a Value, name: &str) -> Option<&'a Value> {
    event.get("requestContext")?.get(name).filter(|value| !value.is_null())
}

/// An authorizer's event has all of a request and these. The emulator sends them as null with every request.
pub(super) fn is_authorizer(event: &Value) -> bool {
    let has = |name| event.get(name).is_some_and(|value| !value.is_null());
    has("type") && (has("methodArn") || has("routeArn"))
}

/// The body of a request: decoded, parsed if it is JSON, otherwise a string; `{}` if there is none.
pub(super) fn body(event: &Value) -> Result<Value, InvalidBody> {
    let body = match event.get("body") {
        None | Some(Value::Null) => return Ok(Value::Object(Object::new())),
        Some(Value::String(text)) if text.is_empty() => return Ok(Value::Object(Object::new())),
        Some(Value::String(text)) => text,
        // No gateway sends this, but people who write events by hand do.
        Some(parsed) => return Ok(parsed.clone()),
    };
    let decoded = match event.get("isBase64Encoded").and_then(Value::as_bool) {
        Some(true) => {
            let bytes = BASE64_STANDARD.decode(body.as_bytes());
            let bytes = bytes.map_err(|error| InvalidBody(format!("the body is not base64: {error}")))?;
            match String::from_utf8(bytes) {
                Ok(text) => text.into(),
                // JSON has no bytes: a picture stays base64.
                Err(_) => return Ok(Value::String(body.clone())),
            }
        }
        _ => body.clone(),
    };
    match Value::parse(&decoded) {
        Ok(parsed) => Ok(parsed),
        Err(error) if is_json(event) => Err(InvalidBody(error.to_string())),
        Err(_) => Ok(Value::String(decoded)),
    }
}

/// Whether the request says that its body is JSON: `application/json`, `application/problem+json; charset=utf-8`.
fn is_json(event: &Value) -> bool {
    let headers = event.get("headers").and_then(Value::as_object);
    let mut headers = headers.into_iter().flat_map(Object::iter);
    let content_type = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    content_type.and_then(|(_, value)| value.as_str()).is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    })
}

/// The response to an execution, before its trigger completes it.
pub(crate) fn response(outcome: &Outcome, mapping: &ResponseMapping) -> Object {
    match outcome {
        Outcome::Succeeded(output) => own_response(output).unwrap_or_else(|| json_response(200, output)),
        Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure) => {
            failure_response(mapping.status_for(failure.error.as_deref()), failure)
        }
    }
}

/// The response to a request that cannot be an input.
pub(crate) fn refusal(error: &InvalidBody) -> Object {
    failure_response(400, &Failure::new(InvalidBody::ERROR, error.to_string()))
}

fn failure_response(status: u16, failure: &Failure) -> Object {
    json_response(status, &Value::Object(problem(failure)))
}

/// A response with a JSON body.
pub(crate) fn json_response(status: u16, body: &Value) -> Object {
    Object::from_distinct(vec![
        ("statusCode".into(), u32::from(status).into()),
        ("headers".into(), json!({"content-type": "application/json"})),
        ("body".into(), body.to_json().into()),
        ("isBase64Encoded".into(), false.into()),
    ])
}

/// The output, if it is a response itself. A body that is no text becomes JSON, for a gateway refuses anything else.
fn own_response(output: &Value) -> Option<Object> {
    let response = output.as_object()?;
    let status = response.get("statusCode")?.as_i64()?;
    if !(100..600).contains(&status) {
        return None;
    }
    let mut response = response.clone();
    let body = response.get("body").filter(|body| !body.is_null() && body.as_str().is_none());
    if let Some(body) = body.map(Value::to_json) {
        response.insert("body", body.into());
        if !response.contains_key("headers") {
            response.insert("headers", json!({"content-type": "application/json"}));
        }
    }
    Some(response)
}
