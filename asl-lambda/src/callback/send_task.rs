//! `SendTaskSuccess`, `SendTaskFailure` and `SendTaskHeartbeat`, for senders who call Step Functions.
//!
//! A client of Step Functions whose endpoint is the URL of the function sends
//!
//! ```text
//! POST / HTTP/1.1
//! x-amz-target: AWSStepFunctions.SendTaskSuccess
//!
//! {"taskToken": "…", "output": "{\"approved\": true}"}
//! ```
//!
//! and one who invokes the function the same as an event: `{"SendTaskSuccess": {"taskToken": "…", "output": "…"}}`.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html>

use asl_durable::CallbackSays;
use asl_value::{Object, Text, Value, json};

use super::message::{Callback, Undelivered, Why, failure, id};
use crate::http::{HttpResponse, Values};
use crate::trigger::Trigger;
use crate::trigger::request::header;

const ACTIONS: [&str; 3] = ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"];

/// The callback of a request to Step Functions.
pub(super) fn of_request(event: &Value) -> Option<Result<Callback, Undelivered>> {
    let target = header(event, "x-amz-target")?;
    let action = target.strip_prefix("AWSStepFunctions.").filter(|action| ACTIONS.contains(action))?;
    Some(match Trigger::HttpApi.body(event) {
        Ok(body) => read(action, &body),
        Err(_) => Err(invalid("expected a body of JSON")),
    })
}

/// The callback of an event.
pub(super) fn of_event(event: &Value) -> Option<Result<Callback, Undelivered>> {
    let members = event.as_object().filter(|members| members.len() == 1)?;
    let (action, request) = members.iter().next().filter(|(action, _)| ACTIONS.contains(&action.as_str()))?;
    Some(read(action, request))
}

fn read(action: &str, request: &Value) -> Result<Callback, Undelivered> {
    let text = |name: &str| request.get(name).and_then(Value::as_text).cloned();
    let id = id(&text("taskToken").unwrap_or_default())?;
    let says = match action {
        "SendTaskSuccess" => CallbackSays::Success(output(text("output"))?),
        "SendTaskFailure" => failure(text("error"), text("cause")),
        _ => CallbackSays::Alive,
    };
    Ok(Callback { id, says })
}

fn output(output: Option<Text>) -> Result<Text, Undelivered> {
    let output = output.ok_or_else(|| invalid("expected a text `output`"))?;
    match Value::parse(&output) {
        Ok(_) => Ok(output),
        Err(error) => Err(invalid(&format!("`output` is not JSON: {error}"))),
    }
}

fn invalid(message: &str) -> Undelivered {
    Undelivered { why: Why::InvalidOutput, message: message.to_owned() }
}

/// What a client of Step Functions reads.
pub(super) fn response(delivered: Result<(), Undelivered>) -> HttpResponse {
    let mut response = match delivered {
        Ok(()) => HttpResponse::json(200, &Object::new().into()),
        Err(Undelivered { why, message }) => {
            let status = match why {
                Why::ServiceUnavailable => 503,
                Why::Refused => 500,
                Why::InvalidToken | Why::InvalidOutput | Why::TaskTimedOut => 400,
            };
            HttpResponse::json(status, &json!({"__type": (why.name()), "message": message}))
        }
    };
    response.headers.put("content-type", Values::One("application/x-amz-json-1.0".into()));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(event: &str, expect: Option<Result<CallbackSays, Why>>) {
        let read = of_event(&Value::parse(event).unwrap());
        let expect = expect.map(|says| says.map(|says| Callback { id: "a+b=".into(), says }));
        assert_eq!(read.map(|read| read.map_err(|error| error.why)), expect);
    }

    #[test]
    fn events() {
        check(
            r#"{"SendTaskSuccess": {"taskToken": "a+b=", "output": "[1]"}}"#,
            Some(Ok(CallbackSays::Success("[1]".into()))),
        );
        check(
            r#"{"SendTaskFailure": {"taskToken": "a+b=", "cause": "no"}}"#,
            Some(Ok(failure(None, Some("no".into())))),
        );
        check(r#"{"SendTaskHeartbeat": {"taskToken": "a+b="}}"#, Some(Ok(CallbackSays::Alive)));
        check(r#"{"SendTaskHeartbeat": {"taskToken": "a+b="}, "n": 1}"#, None);
        check(r#"{"SendTask": {"taskToken": "a+b="}}"#, None);
        check(r#"["SendTaskHeartbeat"]"#, None);
        check(r#"{"SendTaskHeartbeat": 1}"#, Some(Err(Why::InvalidToken)));
        check(r#"{"SendTaskSuccess": {"taskToken": "a+b=", "output": {}}}"#, Some(Err(Why::InvalidOutput)));
        check(r#"{"SendTaskSuccess": {"taskToken": "a+b=", "output": "{"}}"#, Some(Err(Why::InvalidOutput)));
    }
}
