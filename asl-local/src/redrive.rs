//! RedriveExecution: an execution that did not succeed continues where it stopped.

use std::sync::Arc;

use asl_value::Timestamp;

use crate::app::App;
use crate::changes::Change;
use crate::clock::now;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::redrivable::{NO_CHECKPOINT, obstacle};
use crate::resume;
use crate::runner;
use crate::status;

/// UNRECORDED: the message of ExecutionNotRedrivable; here it is the `redriveStatusReason` of DescribeExecution.
fn not_redrivable(obstacle: &str) -> ApiError {
    ApiError::new("ExecutionNotRedrivable", obstacle)
}

/// Redrives an execution and returns the date. A request with a known client token returns the date of that redrive.
pub(crate) async fn redrive(
    app: &Arc<App>,
    execution: &Arc<Execution>,
    token: Option<&str>,
) -> Result<Timestamp, ApiError> {
    restore_checkpoint(app, execution).await?;
    let now = now();
    let mut store = app.store();
    if let Some(date) = token.and_then(|token| execution.redrives().answered(token, now)) {
        return Ok(date);
    }
    if let Some(obstacle) = obstacle(&store, execution) {
        return Err(not_redrivable(obstacle));
    }
    store.check_open(0, &app.config.quotas)?;
    // The clock of the execution may be ahead of the server's.
    let date = execution.ended().map_or(now, |ended| ended.stopped.max(now));
    let Some(checkpoint) = execution.redrives().begin(token, date) else {
        return Err(not_redrivable(NO_CHECKPOINT));
    };
    store.reopen(execution);
    execution.set_ended(None);
    drop(store);
    tracing::info!(arn = execution.arn, "execution redriven");
    app.changes.report(|| Change::Execution(Arc::clone(execution)));
    status::emit(app, execution);
    runner::spawn(app, execution, asl_engine::Execution::redrive(checkpoint));
    Ok(date)
}

/// Makes the checkpoint of an execution that has left the memory from the journals of its runs.
async fn restore_checkpoint(app: &Arc<App>, execution: &Arc<Execution>) -> Result<(), ApiError> {
    let is_missing = {
        let redrives = execution.redrives();
        redrives.checkpoint.is_none() && redrives.is_journalled
    };
    let Some(archive) = app.archive.as_ref().filter(|_| is_missing) else { return Ok(()) };
    let journals = archive.journals(execution.number).map_err(|problem| ApiError::unreadable(&problem))?;
    let shared = (Arc::clone(app), Arc::clone(execution));
    let checkpoint =
        app.compute(async move { resume::checkpoint(&shared.0, &shared.1, &journals).await }).await?;
    match checkpoint {
        Ok(checkpoint) => execution.redrives().checkpoint = Some(checkpoint),
        Err(problem) => tracing::warn!(arn = execution.arn, problem, "an execution cannot be redriven"),
    }
    Ok(())
}
