//! A link that a person follows: `/approve?token=…&output={"approved":true}`, or `&error=Declined&cause=…`.
//!
//! Without `output`, the result is `{}`; one that is not JSON is a string. `GET` shows a page with a button, since programs that
//! check mails follow links, too. The button sends the `POST`, which answers.

use asl_durable::CallbackSays;
use asl_value::{Text, Value, json};

use super::message::{Callback, Undelivered, Why, failure, id};
use super::page;
use crate::http::{Body, HttpResponse, Values};
use crate::trigger::request::{header, method};

/// The callback of a request to `path`. `None` for any other request, a response to one that answers nothing.
pub(super) fn read(event: &Value, at: &str) -> Option<Result<Result<Callback, Undelivered>, HttpResponse>> {
    if path(event)? != at {
        return None;
    }
    let shown = || match callback(event) {
        Ok(callback) => page::confirmation(&callback.says),
        Err(undelivered) => response(Err(undelivered), event),
    };
    Some(match method(event) {
        Some("POST") => Ok(callback(event)),
        Some("GET") => Err(shown()),
        Some("HEAD") => Err(HttpResponse { body: Body::None, ..shown() }),
        _ => {
            let mut response = said(405, "expected GET or POST", event);
            response.headers.put("allow", Values::One("GET, HEAD, POST".into()));
            Err(response)
        }
    })
}

fn callback(event: &Value) -> Result<Callback, Undelivered> {
    let id = id(&query(event, "token").unwrap_or_default())?;
    let (error, cause) = (query(event, "error"), query(event, "cause"));
    let says = match error.is_some() || cause.is_some() {
        true => failure(error, cause),
        false => {
            CallbackSays::Success(query(event, "output").map_or_else(|| "{}".into(), |output| json(&output)))
        }
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

/// What the person, or the program, reads.
pub(super) fn response(delivered: Result<(), Undelivered>, event: &Value) -> HttpResponse {
    let Err(Undelivered { why, message }) = delivered else {
        return said(200, "Thank you. Your answer has been passed on.", event);
    };
    match why {
        Why::TaskTimedOut => said(410, "This has been answered before, or its time is over.", event),
        Why::ServiceUnavailable => said(503, "Your answer could not be passed on. Please try again.", event),
        Why::Refused => {
            said(500, "Your answer could not be passed on. The log of the function says why.", event)
        }
        Why::InvalidToken | Why::InvalidOutput => said(400, &message, event),
    }
}

/// A sentence: as text, or as `{"message": "…"}` for clients that accept only JSON.
fn said(status: u16, message: &str, event: &Value) -> HttpResponse {
    let accepts = header(event, "accept");
    let mut response = match accepts.is_some_and(|types| types.trim_start().starts_with("application/json")) {
        true => HttpResponse::json(status, &json!({"message": message})),
        false => {
            let mut response = HttpResponse::new(status, Body::Text(message.into()));
            response.headers.put("content-type", Values::One("text/plain; charset=utf-8".into()));
            response
        }
    };
    page::keep_private(&mut response);
    response
}

#[cfg(test)]
mod tests;
