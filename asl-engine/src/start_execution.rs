//! [`StartExecution`]: what a task of `states:startExecution` asks for.

use asl_value::{Timestamp, Value};

use crate::{Failure, SdkResponse};

/// The arguments of a `states:startExecution` task, for a host that runs the other execution itself.
///
/// The host decides where the other execution runs: in this process or on a server. The result of a task that waits for
/// it (`.sync`, `.sync:2`) is [`Description::task_result`](crate::Description::task_result).
///
/// ```
/// use asl_engine::StartExecution;
/// use asl_value::json;
/// let arguments = json!({"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:a", "Input": [1]});
/// assert_eq!(StartExecution::of(&arguments).input.as_deref(), Some("[1]"));
/// assert_eq!(StartExecution::of(&json!({"Input": null})).input, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartExecution<'t> {
    /// `StateMachineArn`; empty if it is missing.
    pub machine_arn: &'t str,
    /// `Name`
    pub name: Option<&'t str>,
    /// `Input` as JSON text: a string is already such a text, any other value is rendered. `None` also for `null`.
    pub input: Option<String>,
}

impl<'t> StartExecution<'t> {
    /// Reads the arguments of the task.
    pub fn of(arguments: &'t Value) -> StartExecution<'t> {
        let text = |name: &str| arguments.get(name).and_then(Value::as_str);
        // UNRECORDED: `Input: null` of `states:startExecution` counts as missing, as recorded for
        // `aws-sdk:sfn:startExecution`.
        let input = arguments.get("Input").filter(|input| !input.is_null()).map(|input| match input {
            Value::String(text) => text.to_string(),
            other => other.to_json(),
        });
        StartExecution { machine_arn: text("StateMachineArn").unwrap_or_default(), name: text("Name"), input }
    }

    /// The result of a task that does not wait for the execution, and the `TaskSubmitted` of one that does.
    ///
    /// ```json
    /// {"ExecutionArn": "…", "SdkHttpMetadata": {…}, "SdkResponseMetadata": {…}, "StartDate": 1457956800500}
    /// ```
    pub fn started(execution_arn: &str, started: Timestamp, request_id: &str) -> Value {
        let metadata = SdkResponse::new(200, request_id).metadata([("x-amzn-RequestId", request_id)]);
        let arn = [("ExecutionArn", Value::from(execution_arn))];
        let date = [("StartDate", Value::from(started.epoch_millis()))];
        Value::Object(arn.into_iter().chain(metadata).chain(date).collect())
    }

    /// The failure of the task if the API refuses to start the execution.
    pub fn refused(error: &str, message: &str, response: SdkResponse<'_>) -> Failure {
        let suffix = if error.ends_with("Exception") { "" } else { "Exception" };
        let cause = response.cause("AWSStepFunctions", error, message);
        Failure::new(format!("StepFunctions.{error}{suffix}"), cause)
    }
}
