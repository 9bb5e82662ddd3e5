//! `ecs:runTask`
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html>

use asl_engine::Failure;
use asl_model::{Pattern, ResourceKind};
use asl_value::Value;

use super::sdk1::with_metadata;
use super::task::{OptimisedTask, members};

/// Recorded: the parameters of a job say who started it.
pub(super) fn mark(arguments: &mut Value) {
    if let Value::Object(arguments) = arguments
        && !arguments.contains_key("StartedBy")
    {
        arguments.insert("StartedBy", "AWS Step Functions".into());
    }
}

pub(super) async fn run_task(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let answer = task.send("runTask", task.arguments().clone()).await?;
    let waits = match task.task.resource.kind() {
        ResourceKind::Service { pattern, .. } => pattern != Pattern::RequestResponse,
        _ => false,
    };
    let failures = answer.output.get("Failures").filter(|_| waits);
    if let Some(failures) = failures.filter(|list| list.as_array().is_some_and(|list| !list.is_empty())) {
        // UNRECORDED: the cause of AmazonECS.Unknown.
        return Err(Failure::new("AmazonECS.Unknown", failures.to_json()));
    }
    Ok(with_metadata(members(&answer.output), &answer))
}
