//! `states:startExecution`: starts executions on this server.

use std::sync::Arc;

use asl_engine::{Failure, SdkResponse, StartExecution, Task};
use asl_model::Pattern;
use asl_value::Value;

use crate::admission::Start;
use crate::app::App;
use crate::describe::describe;
use crate::error::ApiError;
use crate::execution::{Ended, Execution};
use crate::runner::start;
use crate::token::token;

pub(super) async fn start_execution(
    app: &Arc<App>,
    task: &Task<'_>,
    pattern: Pattern,
) -> Result<Value, Failure> {
    let StartExecution { machine_arn, name, input, .. } = StartExecution::of(&task.arguments);
    let request = Start { machine: machine_arn, name, input: input.as_deref(), ..Start::default() };
    // Wait before the execution starts, because it may return the token immediately.
    let waiting = (pattern != Pattern::RequestResponse).then(|| app.tokens.wait(token(task)));
    let child = start(app, &request).await.map_err(|error| refused(app, &error))?;
    let started = StartExecution::started(&child.arn, child.started, &app.ids.uuid());
    let Some(mut waiting) = waiting else { return Ok(started) };
    task.submitted(started);
    if pattern == Pattern::WaitForTaskToken {
        return waiting.end(task).await;
    }
    // UNRECORDED: `.sync` and `.sync:2` of an Express child. AWS documents them for Standard children only; here they wait
    // for Express children, too.
    let mut child = StoppedWithParent(Some(child));
    let Some(running) = child.0.as_ref() else { return Ok(Value::Null) };
    tokio::select! {
        biased;
        // Recorded: the token of a job's task ends it early.
        result = waiting.end(task) => result,
        ended = running.end() => {
            let result = result(app, running, &ended, pattern);
            child.0 = None;
            result
        }
    }
}

/// Stops an execution when the task that waits for it is dropped.
struct StoppedWithParent(Option<Arc<Execution>>);

impl Drop for StoppedWithParent {
    fn drop(&mut self) {
        if let Some(child) = &self.0 {
            child.stop(None, None);
        }
    }
}

fn result(app: &App, child: &Execution, ended: &Ended, pattern: Pattern) -> Result<Value, Failure> {
    describe(app, child, Some(ended)).task_result(pattern)
}

/// The failure of a task whose request was rejected.
fn refused(app: &App, error: &ApiError) -> Failure {
    let id = app.ids.uuid();
    StartExecution::refused(error.name(), error.message(), SdkResponse::new(error.http_status(), &id))
}
