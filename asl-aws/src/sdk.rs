//! `arn:aws:states:::aws-sdk:SERVICE:ACTION`: any operation of any service.

use asl_engine::{Failure, Task};
use asl_value::Value;

use crate::error::role_refused;
use crate::{Aws, CallOptions, Caller};

/// Refuses arguments that the operation does not take.
pub(crate) fn check(caller: &Caller, service: &str, action: &str, arguments: &Value) -> Result<(), String> {
    caller.check(service, action, arguments, &CallOptions::default())
}

/// Calls it; the result is the operation's output and no more.
pub(crate) async fn call(aws: &Aws, service: &str, action: &str, task: &Task<'_>) -> Result<Value, Failure> {
    let options = CallOptions::of(task);
    let answer = match aws.own(service) {
        Some(own) => aws.caller().call_own(own, service, action, &task.arguments, &options).await,
        None => aws.caller().call(service, action, task.arguments.clone(), &options).await,
    };
    answer
        .map(|answer| answer.output)
        .map_err(|error| role_refused(&error, task).unwrap_or_else(|| error.failure()))
}
