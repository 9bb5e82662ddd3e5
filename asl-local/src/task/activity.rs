//! Activities: the task waits in its queue for a worker, then for the worker's answer.

use asl_engine::{Failure, Task};
use asl_model::{Resource, error_name};
use asl_value::Value;

use crate::activity::WaitingTask;
use crate::app::App;
use crate::token::token;

/// Waiting tasks of an activity from which on those that have ended are looked for.
const MANY: usize = 1024;

pub(super) async fn call(app: &App, task: &Task<'_>) -> Result<Value, Failure> {
    let arn = task.resource.as_str();
    let token = token(task);
    let mut waiting = app.tokens.wait(token);
    let input = task.arguments.to_json();
    {
        let mut store = app.store();
        let Some(activity) = store.activities.get_mut(arn) else {
            // It was deleted only now, or another state of the execution is mocked.
            return Err(Failure::new(error_name::RUNTIME, unknown(task.resource)));
        };
        if activity.waiting.len() >= MANY {
            activity.waiting.retain(|task| app.tokens.is_open(&task.token));
        }
        activity.waiting.push_back(WaitingTask { token: token.to_owned(), input });
        activity.news.notify_one();
    }
    waiting.end(task).await
}

/// Recorded.
pub(super) fn unknown(resource: &Resource) -> String {
    format!("The activity {resource} does not exist.")
}
