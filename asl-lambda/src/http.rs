//! HTTP: from a request to an execution to a response.

use std::sync::Arc;

use asl_engine::{Failure, Outcome};
use asl_value::{Object, Text, Value, json};

use crate::config::Response;
use crate::input::Part;
use crate::response::{ResponseMapping, problem};
use crate::session::{Refused, Session, Start};
use crate::trigger::Trigger;

/// Answers a request. Whatever happens, somebody waits for a response.
pub(crate) async fn answer(
    session: &Arc<Session>,
    trigger: Trigger,
    event: Value,
    complete: fn(Object, &Value) -> Value,
) -> Value {
    let config = session.config();
    let preflight = config.cors.as_ref().and_then(|cors| cors.preflight(&event));
    if let Some(response) = preflight {
        return complete(response, &event);
    }
    let mut response = match session.execute(trigger, Part::Event(event.clone()), Start::default()).await {
        Ok(ended) => match config.response {
            Response::Output => response(&ended.report.outcome, &config.mapping),
            Response::Envelope => json_response(200, &ended.envelope()),
        },
        Err(Refused::Body(failure)) => failure_response(400, &failure),
        Err(Refused::Expression(failure)) => mapped(&failure, &config.mapping),
    };
    if let Some(cors) = &config.cors {
        cors.allow(&mut response, &event);
    }
    complete(response, &event)
}

/// A header of a request, by its name in any case.
pub(crate) fn header<'v>(event: &'v Value, name: &str) -> Option<&'v Text> {
    let find = |member: &str| {
        let headers = event.get(member)?.as_object()?;
        headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let one = || find("headers")?.as_text();
    // All that a load balancer with multi-value headers sends.
    one().or_else(|| find("multiValueHeaders")?.at(0)?.as_text())
}

/// The response to an execution, before its trigger completes it.
fn response(outcome: &Outcome, mapping: &ResponseMapping) -> Object {
    match outcome {
        Outcome::Succeeded(output) => own_response(output).unwrap_or_else(|| json_response(200, output)),
        Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure) => {
            mapped(failure, mapping)
        }
    }
}

fn mapped(failure: &Failure, mapping: &ResponseMapping) -> Object {
    failure_response(mapping.status_for(failure.error.as_deref()), failure)
}

fn failure_response(status: u16, failure: &Failure) -> Object {
    json_response(status, &Value::Object(problem(failure)))
}

/// A response with a JSON body.
fn json_response(status: u16, body: &Value) -> Object {
    Object::from_distinct(vec![
        ("statusCode".into(), u32::from(status).into()),
        ("headers".into(), json!({"content-type": "application/json"})),
        ("body".into(), body.to_json().into()),
        ("isBase64Encoded".into(), false.into()),
    ])
}

/// The output, if it is a response itself. A body that is no text becomes JSON and so does the value of a header, for a
/// gateway refuses anything else.
fn own_response(output: &Value) -> Option<Object> {
    let response = output.as_object()?;
    let status = response.get("statusCode")?.as_i64()?;
    if !(100..600).contains(&status) {
        return None;
    }
    let mut response = response.clone();
    if let Some(headers) = response.get("headers").and_then(Value::as_object)
        && headers.values().any(|value| value.as_str().is_none())
    {
        let texts: Object = headers.iter().map(|(name, value)| (name.clone(), in_text(value))).collect();
        response.insert("headers", texts.into());
    }
    let body = response.get("body").filter(|body| !body.is_null() && body.as_str().is_none());
    if let Some(body) = body.map(Value::to_json) {
        response.insert("body", body.into());
        if !response.contains_key("headers") {
            response.insert("headers", json!({"content-type": "application/json"}));
        }
    }
    Some(response)
}

fn in_text(value: &Value) -> Value {
    match value {
        Value::String(_) => value.clone(),
        other => other.to_json().into(),
    }
}
