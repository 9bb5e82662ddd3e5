//! The operations of the API, one function each.

mod activity;
mod alias;
pub(crate) mod create_state_machine;
mod encryption;
pub(crate) mod execution;
mod history;
mod map_run;
mod replayed;
mod settings;
mod state_machine;
mod tags;
mod task_token;
mod test_state;
#[cfg(all(test, feature = "data-dir"))]
mod tests;
mod update_state_machine;
mod validate;
mod version;

use std::sync::Arc;

use asl_model::ExecutionType;
use asl_value::{Object, Value};
use async_trait::async_trait;

use crate::app::App;
use crate::changes::Change;
use crate::error::ApiError;
use crate::in_process::Operations;
use crate::wire::Fields;

/// Answers a request, whether it came over HTTP or from the same process.
#[async_trait]
impl Operations for App {
    async fn answer(
        self: Arc<App>,
        action: &str,
        mut body: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, ApiError> {
        if let Some(header) = trace_header.filter(|_| action.starts_with("Start")) {
            body.insert("traceHeader", header.into());
        }
        replayed::wait(&self, action, &body).await;
        let answer = match is_change(&self, action) {
            true => change(&self, action, &body).await,
            false => call(&self, action, &mut Fields::new(&body)).await,
        };
        match &answer {
            Ok(answer) => {
                tracing::debug!(action, "answered");
                if matches!(action, "CreateStateMachine" | "UpdateStateMachine" | "DeleteStateMachine") {
                    let arn = answer.get("stateMachineArn").or_else(|| body.get("stateMachineArn"));
                    let arn = arn.and_then(Value::as_str).unwrap_or_default();
                    self.changes.report(|| Change::Machine(arn.to_owned()));
                }
            }
            Err(error) => {
                // The message may quote a task token, with which anyone could end the task.
                let message = if action.starts_with("SendTask") { "" } else { error.message() };
                tracing::info!(action, error = error.name(), message, "refused");
            }
        }
        answer
    }
}

/// Whether the response to an operation must not leave before its change is on disk.
fn is_change(app: &App, action: &str) -> bool {
    let reads = ["Describe", "List", "Validate", "TestState", "GetExecutionHistory"];
    match action {
        "StartSyncExecution" => app.is_durable(ExecutionType::Express),
        _ => !reads.iter().any(|read| action.starts_with(read)),
    }
}

async fn change(app: &Arc<App>, action: &str, body: &Object) -> Result<Value, ApiError> {
    if let Some(problem) =
        app.archive.as_ref().and_then(|archive| archive.progress().borrow().problem.clone())
    {
        return Err(ApiError::not_kept(&problem));
    }
    // An error waits, too: `ExecutionAlreadyExists` may be about an execution that is not on disk yet.
    let answer = call(app, action, &mut Fields::new(body)).await;
    app.persisted().await?;
    answer
}

async fn call(app: &Arc<App>, action: &str, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    match action {
        "CreateActivity" => activity::create(app, fields),
        "DescribeActivity" => activity::describe(app, fields),
        "ListActivities" => activity::list(app, fields),
        "DeleteActivity" => activity::delete(app, fields),
        "GetActivityTask" => activity::task(app, fields).await,
        "SendTaskSuccess" => task_token::success(app, fields).await,
        "SendTaskFailure" => task_token::failure(app, fields).await,
        "SendTaskHeartbeat" => task_token::heartbeat(app, fields).await,
        "CreateStateMachine" => create_state_machine::create(app, fields).await,
        "DescribeStateMachine" => state_machine::describe(app, fields),
        "ListStateMachines" => state_machine::list(app, fields),
        "UpdateStateMachine" => update_state_machine::update(app, fields).await,
        "DeleteStateMachine" => state_machine::delete(app, fields),
        "TestState" => test_state::test(app, fields).await,
        "ValidateStateMachineDefinition" => validate::validate(app, fields),
        "PublishStateMachineVersion" => version::publish(app, fields),
        "ListStateMachineVersions" => version::list(app, fields),
        "DeleteStateMachineVersion" => version::delete(app, fields),
        "CreateStateMachineAlias" => alias::create(app, fields),
        "DescribeStateMachineAlias" => alias::describe(app, fields),
        "UpdateStateMachineAlias" => alias::update(app, fields),
        "DeleteStateMachineAlias" => alias::delete(app, fields),
        "ListStateMachineAliases" => alias::list(app, fields),
        "StartExecution" => execution::start(app, fields).await,
        "StartSyncExecution" => execution::start_sync(app, fields).await,
        "DescribeExecution" => execution::describe(app, fields),
        "ListExecutions" => execution::list(app, fields),
        "StopExecution" => execution::stop(app, fields).await,
        "RedriveExecution" => execution::redrive(app, fields).await,
        "DescribeStateMachineForExecution" => execution::describe_machine(app, fields),
        "GetExecutionHistory" => history::get(app, fields),
        "ListMapRuns" => map_run::list(app, fields),
        "DescribeMapRun" => map_run::describe(app, fields),
        "UpdateMapRun" => map_run::update(app, fields),
        "ListTagsForResource" => tags::list(app, fields),
        "TagResource" => tags::tag(app, fields),
        "UntagResource" => tags::untag(app, fields),
        _ => Err(ApiError::new("UnknownOperationException", "")),
    }
}
