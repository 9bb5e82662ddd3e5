//! Activity tasks: a task waits in the queue for a worker, then for the worker's result.

use asl_engine::{Failure, Task};
use asl_model::{Resource, error_name};
use asl_value::Value;

use crate::activity::WaitingTask;
use crate::app::App;
use crate::token::token;

pub(super) async fn call(app: &App, recorded: Option<u64>, task: &Task<'_>) -> Result<Value, Failure> {
    let arn = task.resource.as_str();
    let token = token(task);
    let mut waiting = app.tokens.wait(token, recorded);
    if waiting.has_begun() || task.resumed().is_some_and(|earlier| earlier.is_started) {
        // A worker has it since an earlier process.
        return waiting.end(task).await;
    }
    let added = WaitingTask { token: token.to_owned(), input: task.arguments.to_json() };
    let is_open = |task: &WaitingTask| app.tokens.is_open(&task.token);
    if app.store().add_task(arn, added, is_open).is_err() {
        // `check` has passed, so the activity was deleted since, or another state of the execution is mocked.
        return Err(Failure::new(error_name::RUNTIME, unknown(task.resource)));
    }
    waiting.end(task).await
}

/// Recorded.
pub(super) fn unknown(resource: &Resource) -> String {
    format!("The activity {resource} does not exist.")
}
