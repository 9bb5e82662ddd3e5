//! `arn:aws:states:::aws-sdk:SERVICE:ACTION`: any operation of any service.

use asl_engine::{Failure, Task};
use asl_model::Resource;
use asl_value::Value;

use crate::{CallOptions, Caller, InProcess, Known, known};

/// Refuses an integration that does not exist, and arguments that its operation does not take.
///
/// UNRECORDED: AWS's text about an action that it lists as unsupported; here that about an unknown one.
pub(crate) fn check(
    caller: &Caller,
    resource: &Resource,
    service: &str,
    action: &str,
    arguments: &Value,
) -> Result<(), String> {
    match known(service, action) {
        Known::Removed => {
            Err(format!("{} AWS has removed its integration with `{service}`.", unrecognized(resource)))
        }
        Known::UnknownService | Known::UnknownAction | Known::Unsupported => Err(unrecognized(resource)),
        Known::Yes => {
            caller.check(service, action, arguments, &CallOptions::default()).map_err(|error| error.message)
        }
    }
}

/// Calls the operation, at `own` if this process is the service. The result is the operation's output.
pub(crate) async fn call(
    caller: &Caller,
    own: Option<&dyn InProcess>,
    service: &str,
    action: &str,
    task: &Task<'_>,
) -> Result<Value, Failure> {
    let options = CallOptions::of(task);
    let answer = match own {
        Some(own) => caller.call_own(own, service, action, &task.arguments, &options).await,
        None => caller.call(service, action, task.arguments.clone(), &options).await,
    };
    answer
        .map(|answer| answer.output)
        .map_err(|error| error.role_refused(task).unwrap_or_else(|| error.failure()))
}

/// AWS's text for a resource that does not exist; AWS refuses a definition with one.
pub(crate) fn unrecognized(resource: &Resource) -> String {
    format!(
        "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the resource is not \
         available in this region."
    )
}
