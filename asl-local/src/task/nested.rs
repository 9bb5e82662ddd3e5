//! `states:startExecution`: starts executions on this server.

use std::sync::Arc;

use asl_engine::{Entropy, Failure, SdkResponse, SeededEntropy, StartExecution, Task};
use asl_model::{MachineArn, Pattern};
use asl_value::Value;

use crate::admission::Start;
use crate::app::App;
use crate::arn::QualifiedArn;
use crate::describe::describe;
use crate::error::ApiError;
use crate::execution::{Ended, Execution};
use crate::lookup;
use crate::runner::start;
use crate::token::token;

pub(super) async fn start_execution(
    app: &Arc<App>,
    recorded: Option<u64>,
    task: &Task<'_>,
    pattern: Pattern,
) -> Result<Value, Failure> {
    // Wait before the execution starts, because it may return the token immediately.
    let waiting = (pattern != Pattern::RequestResponse).then(|| app.tokens.wait(token(task), recorded));
    let (child, started) = match started_before(app, task) {
        Some(child) => (child, Value::Null),
        None => {
            let child = start_child(app, task).await.map_err(|error| refused(app, &error))?;
            let started = StartExecution::started(&child.arn, child.started, &app.ids.uuid());
            (child, started)
        }
    };
    let Some(mut waiting) = waiting else { return Ok(started) };
    if !task.is_submitted() {
        task.submitted(started);
    }
    if pattern == Pattern::WaitForTaskToken {
        return waiting.end(task).await;
    }
    // UNRECORDED: `.sync` and `.sync:2` of an Express child. AWS documents them for Standard children only; here they wait
    // for Express children, too.
    let mut child = StoppedWithParent { child: Some(child), task };
    let Some(running) = child.child.as_ref() else { return Ok(Value::Null) };
    tokio::select! {
        biased;
        // Recorded: the token of a job's task ends it early.
        result = waiting.end(task) => result,
        ended = running.end() => {
            let result = result(app, running, &ended, pattern);
            child.child = None;
            result
        }
    }
}

/// The child that an earlier process has started for this task, if that is recorded.
fn started_before(app: &App, task: &Task<'_>) -> Option<Arc<Execution>> {
    let submitted = task.resumed()?.submitted?;
    lookup::execution(app, submitted.get("ExecutionArn")?.as_str()?).ok()
}

async fn start_child(app: &Arc<App>, task: &Task<'_>) -> Result<Arc<Execution>, ApiError> {
    let StartExecution { machine_arn, name, input, .. } = StartExecution::of(&task.arguments);
    let parent = &*task.identity.execution_arn;
    // The same name each time the task is called.
    let own_name = task.token.as_ref().filter(|_| name.is_none()).map(|token| name_of(token.as_text()));
    let name = name.or(own_name.as_deref());
    let request = Start {
        machine: machine_arn,
        name,
        input: input.as_deref(),
        parent: Some(parent),
        ..Start::default()
    };
    let refusal = match start(app, &request).await {
        Err(error) if error.name() == "ExecutionAlreadyExists" && task.resumed().is_some() => error,
        done => return done,
    };
    // An earlier process may have started it, and ended before that was recorded.
    let machine = QualifiedArn::parse(machine_arn).ok().and_then(|arn| MachineArn::parse(arn.machine));
    let arn = name.zip(machine).map(|(name, machine)| machine.execution(name).to_string());
    let known = arn.and_then(|arn| lookup::execution(app, &arn).ok());
    known.filter(|known| known.parent.as_deref() == Some(parent)).ok_or(refusal)
}

/// A UUID that follows from a token, which cannot be guessed from it.
fn name_of(token: &str) -> String {
    let seed =
        token.bytes().fold(0_u64, |seed, byte| (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    SeededEntropy::new(seed).uuid()
}

/// Stops an execution when the task that waits for it is dropped, unless the task's execution may be resumed.
struct StoppedWithParent<'t> {
    child: Option<Arc<Execution>>,
    task: &'t Task<'t>,
}

impl Drop for StoppedWithParent<'_> {
    fn drop(&mut self) {
        if let Some(child) = self.child.as_ref().filter(|_| !self.task.is_suspended()) {
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
