//! `states:startExecution`: executions of this very server.

use std::sync::Arc;

use asl_engine::{Failure, Task, nested};
use asl_model::Pattern;
use asl_value::Value;

use super::{LocalTasks, token};
use crate::api::execution::described;
use crate::error::ApiError;
use crate::execution::{Ended, Execution, Start, start};

pub(super) async fn start_execution(
    tasks: &LocalTasks,
    task: &Task<'_>,
    pattern: Pattern,
) -> Result<Value, Failure> {
    let nested::Request { machine_arn, name, input } = nested::Request::of(&task.arguments);
    let request = Start { machine: machine_arn, name, input: input.as_deref(), ..Start::default() };
    // Before the execution starts, for it may hand the token back at once.
    let waiting = (pattern != Pattern::RequestResponse).then(|| tasks.app.tokens.wait(token(task)));
    let child = start(&tasks.app, &request).await.map_err(|error| refused(tasks, &error))?;
    let started = nested::started(&child.arn, child.started, tasks.metadata());
    let Some(mut waiting) = waiting else { return Ok(started) };
    task.submitted(started);
    if pattern == Pattern::WaitForTaskToken {
        return waiting.end(task).await;
    }
    // UNRECORDED: `.sync` and `.sync:2` of an Express child, which AWS documents for Standard ones alone; here they wait for
    // it all the same.
    let mut child = StoppedWithParent(Some(child));
    let Some(running) = child.0.as_ref() else { return Ok(Value::Null) };
    tokio::select! {
        biased;
        // Recorded: the token of a job's task ends it early.
        result = waiting.end(task) => result,
        ended = running.end() => {
            let result = result(tasks, running, &ended, pattern);
            child.0 = None;
            result
        }
    }
}

/// An execution is stopped with the task that waits for it.
struct StoppedWithParent(Option<Arc<Execution>>);

impl Drop for StoppedWithParent {
    fn drop(&mut self) {
        if let Some(child) = &self.0 {
            child.stop(None, None);
        }
    }
}

fn result(tasks: &LocalTasks, child: &Execution, ended: &Ended, pattern: Pattern) -> Result<Value, Failure> {
    nested::ended(described(&tasks.app, child, true), &child.input, ended.outcome.output(), pattern)
}

/// The error of the call.
fn refused(tasks: &LocalTasks, error: &ApiError) -> Failure {
    nested::refused(error.name(), error.message(), error.http_status().into(), &tasks.app.ids.uuid())
}
