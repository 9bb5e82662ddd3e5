//! [`AwsWorkers`]: invocations on AWS.

use asl_aws::{CallOptions, Caller, Names, ServiceError};
use asl_engine::Failure;
use asl_value::{Value, json};
use async_trait::async_trait;

use crate::{WorkerApi, WorkerError};

/// Invokes functions by [`Caller`].
#[derive(Debug, Clone)]
pub(crate) struct AwsWorkers(pub(crate) Caller);

#[async_trait]
impl WorkerApi for AwsWorkers {
    async fn invoke(
        &self,
        function: &str,
        payload: &str,
        trace_header: Option<&str>,
    ) -> Result<String, WorkerError> {
        let params = json!({"FunctionName": function, "Payload": payload});
        // A repeated request would run the children again while they run.
        let options =
            CallOptions { names: Names::Model, trace_header, attempts: Some(1), ..CallOptions::default() };
        let answer = self.0.call("lambda", "invoke", params, &options).await;
        let output = answer.map_err(|error| classified(&error))?.output;
        let text = |name: &str| output.get(name).and_then(Value::as_str).map(str::to_owned);
        let payload = text("Payload").unwrap_or_default();
        match text("FunctionError") {
            Some(_) => Err(WorkerError::Crashed(raised(&payload))),
            None => Ok(payload),
        }
    }
}

/// Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors>
fn classified(error: &ServiceError) -> WorkerError {
    let code = if error.code().is_empty() { "no response" } else { error.code() };
    let text = format!("{code}: {}", error.message());
    match error.status() {
        None if error.may_have_arrived() => WorkerError::Lost(text),
        None if error.is_transient() => WorkerError::Unavailable(text),
        Some(429) => WorkerError::Throttled(text),
        Some(500..) => WorkerError::Unavailable(text),
        _ => WorkerError::Refused(Failure::new(format!("Lambda.{code}"), error.message())),
    }
}

/// The error of a function: `{"errorType": "Runtime.ExitError", "errorMessage": "…"}`.
fn raised(payload: &str) -> Failure {
    let error = Value::parse(payload).unwrap_or_default();
    let text = |name: &str| error.get(name).and_then(Value::as_str);
    Failure::new(text("errorType").unwrap_or("Lambda.Unknown"), text("errorMessage").unwrap_or(payload))
}
