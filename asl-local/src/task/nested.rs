//! `states:startExecution`: executions of this very server.

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
    // Before the execution starts, for it may hand the token back at once.
    let waiting = (pattern != Pattern::RequestResponse).then(|| app.tokens.wait(token(task)));
    let child = start(app, &request).await.map_err(|error| refused(app, &error))?;
    let started = StartExecution::started(&child.arn, child.started, &app.ids.uuid());
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
            let result = result(app, running, &ended, pattern);
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

fn result(app: &App, child: &Execution, ended: &Ended, pattern: Pattern) -> Result<Value, Failure> {
    describe(app, child, Some(ended)).task_result(pattern)
}

/// The error of the call.
fn refused(app: &App, error: &ApiError) -> Failure {
    let id = app.ids.uuid();
    StartExecution::refused(error.name(), error.message(), SdkResponse::new(error.http_status(), &id))
}
