//! `emr-serverless:*`

use asl_engine::Failure;
use asl_value::Value;

use super::sdk1::with_metadata;
use super::task::{OptimisedTask, members};

pub(super) async fn call(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let answer = task.send(task.action, task.arguments().clone()).await?;
    let mut members = members(&answer.output);
    if matches!(task.action, "startApplication" | "stopApplication" | "deleteApplication")
        && let Some(id) = task.arguments().get("ApplicationId")
    {
        // The API itself returns nothing.
        members.insert("ApplicationId", id.clone());
    }
    Ok(with_metadata(members, &answer))
}
