//! Lambda functions, by ARN and by `lambda:invoke`.

use asl_engine::{Failure, Task};
use asl_value::{Object, Value, json};

use super::sdk1::with_metadata;
use super::service::LAMBDA;
use super::task::{OptimisedTask, members};
use crate::path::text;
use crate::{Answer, Caller};

/// `arn:aws:lambda:…:function:name`: the event is the task's input, and the result is the function's own.
pub(crate) async fn call_function(caller: &Caller, task: &Task<'_>) -> Result<Value, Failure> {
    let params = json!({"FunctionName": task.resource.as_str(), "Payload": task.arguments.to_json()});
    let task = OptimisedTask { caller, task, service: &LAMBDA, action: "invoke" };
    Ok(payload(&call(&task, params).await?))
}

/// `arn:aws:states:::lambda:invoke`: the result has the function's own as `Payload`.
pub(super) async fn invoke(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let mut params = members(task.arguments());
    // Recorded: a payload of `null` is absent, which the function reads as `{}`.
    let event = params.get("Payload").filter(|payload| !payload.is_null());
    let event = event.map_or_else(|| "{}".to_owned(), Value::to_json);
    params.insert("Payload", event.into());
    let answer = call(task, Value::Object(params)).await?;
    let mut output: Object = members(&answer.output);
    output.insert("Payload", payload(&answer));
    if !output.contains_key("ExecutedVersion") {
        output.insert("ExecutedVersion", "$LATEST".into());
    }
    Ok(with_metadata(output, &answer))
}

async fn call(task: &OptimisedTask<'_>, params: Value) -> Result<Answer, Failure> {
    let answer = task.send("invoke", params).await?;
    match answer.output.get("FunctionError") {
        Some(_) => Err(raised(text(&answer.output, "Payload"))),
        None => Ok(answer),
    }
}

/// The failure of a function that ended with an error: its type, with the whole payload as the cause.
///
/// Observed: the sentence about a payload without a type, which Lambda returns when a function times out.
fn raised(payload: &str) -> Failure {
    const UNKNOWN: &str = "The cause could not be determined because Lambda did not return an error type.";
    let error = Value::parse(payload).ok();
    match (error.as_ref().map_or("", |error| text(error, "errorType")), payload) {
        // UNRECORDED: the cause of `Lambda.Unknown` without a payload.
        ("", "") => Failure::new("Lambda.Unknown", UNKNOWN),
        ("", payload) => Failure::new("Lambda.Unknown", format!("{UNKNOWN} Returned payload: {payload}")),
        (error, payload) => Failure::new(error, payload),
    }
}

/// The payload, parsed if it is JSON; `{}` if there is none.
fn payload(answer: &Answer) -> Value {
    match text(&answer.output, "Payload") {
        "" => json!({}),
        payload => Value::parse(payload).unwrap_or_else(|_| payload.into()),
    }
}
