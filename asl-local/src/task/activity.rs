//! Activities: the task waits in its queue for a worker, then for the worker's answer.

use asl_engine::{Failure, Task};
use asl_model::error_name;
use asl_value::Value;

use super::{LocalTasks, no_activity, token};
use crate::activity::WaitingTask;

/// Waiting tasks of an activity from which on those that have ended are looked for.
const MANY: usize = 1024;

pub(super) async fn call(tasks: &LocalTasks, task: &Task<'_>) -> Result<Value, Failure> {
    let arn = task.resource.as_str();
    let token = token(task);
    let mut waiting = tasks.app.tokens.wait(token);
    let input = task.arguments.to_json();
    {
        let mut store = tasks.app.store();
        let Some(activity) = store.activities.get_mut(arn) else {
            // It was deleted only now, or another state of the execution is mocked.
            return Err(Failure::new(error_name::RUNTIME, no_activity(task.resource)));
        };
        if activity.waiting.len() >= MANY {
            activity.waiting.retain(|task| tasks.app.tokens.is_open(&task.token));
        }
        activity.waiting.push_back(WaitingTask { token: token.to_owned(), input });
        activity.news.notify_one();
    }
    waiting.end(task).await
}
