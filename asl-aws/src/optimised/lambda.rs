//! Lambda functions, by their ARN and by `lambda:invoke`.

use asl_engine::{Failure, Task};
use asl_value::{Object, Value, json};

use super::{Service, members, send, with_metadata};
use crate::path::text;
use crate::{Answer, Aws};

/// `arn:aws:lambda:…:function:name`: the input is the event, the result the function's own.
pub(crate) async fn by_arn(aws: &Aws, task: &Task<'_>, service: &Service) -> Result<Value, Failure> {
    let params = json!({"FunctionName": task.resource.as_str(), "Payload": task.arguments.to_json()});
    Ok(payload(&call(aws, task, service, params).await?))
}

/// `arn:aws:states:::lambda:invoke`: the result has the function's as `Payload`.
pub(super) async fn invoke(aws: &Aws, task: &Task<'_>, service: &Service) -> Result<Value, Failure> {
    let mut params = members(&task.arguments);
    // Recorded: a payload that is `null` is none, which the function reads as `{}`.
    let event = params.get("Payload").filter(|payload| !payload.is_null());
    let event = event.map_or_else(|| "{}".to_owned(), Value::to_json);
    params.insert("Payload", event.into());
    let answer = call(aws, task, service, Value::Object(params)).await?;
    let mut output: Object = members(&answer.output);
    output.insert("Payload", payload(&answer));
    if !output.contains_key("ExecutedVersion") {
        output.insert("ExecutedVersion", "$LATEST".into());
    }
    Ok(with_metadata(output, &answer))
}

async fn call(aws: &Aws, task: &Task<'_>, service: &Service, params: Value) -> Result<Answer, Failure> {
    let answer = send(aws, task, service, "invoke", params).await?;
    match answer.output.get("FunctionError") {
        Some(_) => Err(raised(text(&answer.output, "Payload"))),
        None => Ok(answer),
    }
}

/// The function ended with an error: its type, and the whole payload as cause.
///
/// Observed: the sentence about a payload without a type, as Lambda hands back of a function that took too long.
fn raised(payload: &str) -> Failure {
    const UNKNOWN: &str = "The cause could not be determined because Lambda did not return an error type.";
    let error = Value::parse(payload).ok();
    match (error.as_ref().map_or("", |error| text(error, "errorType")), payload) {
        // UNRECORDED: the cause where there is no payload.
        ("", "") => Failure::new("Lambda.Unknown", UNKNOWN),
        ("", payload) => Failure::new("Lambda.Unknown", format!("{UNKNOWN} Returned payload: {payload}")),
        (error, payload) => Failure::new(error, payload),
    }
}

/// The payload, which is JSON unless the function is odd; none is `{}`.
fn payload(answer: &Answer) -> Value {
    match text(&answer.output, "Payload") {
        "" => json!({}),
        payload => Value::parse(payload).unwrap_or_else(|_| payload.into()),
    }
}
