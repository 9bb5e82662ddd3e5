//! RedriveExecution: an execution that did not succeed continues where it stopped.

use std::sync::Arc;

use asl_value::Timestamp;

use crate::app::App;
use crate::archive::Pin;
use crate::changes::Change;
use crate::clock::now;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::lookup;
use crate::redrivable::{NO_CHECKPOINT, obstacle};
use crate::resume;
use crate::runner;
use crate::status;

/// UNRECORDED: the message of ExecutionNotRedrivable; here it is the `redriveStatusReason` of DescribeExecution.
fn not_redrivable(obstacle: &str) -> ApiError {
    ApiError::new("ExecutionNotRedrivable", obstacle)
}

/// Redrives the execution with this ARN and returns the date. A request with a known client token returns the date of that
/// redrive.
pub(crate) async fn redrive(app: &Arc<App>, arn: &str, token: Option<&str>) -> Result<Timestamp, ApiError> {
    loop {
        let reopened = app.store().reopened();
        let execution = lookup::execution(app, arn)?;
        let pin = pin(app, &execution, reopened).await?;
        restore_checkpoint(app, &execution).await?;
        // If not, it was redriven in between, perhaps as another copy of what the archive has.
        if let Some(date) = redrive_current(app, &execution, token, (pin, reopened))? {
            return Ok(date);
        }
    }
}

/// Redrives an execution, if it is what there is of it.
fn redrive_current(
    app: &Arc<App>,
    execution: &Arc<Execution>,
    token: Option<&str>,
    (pin, reopened): (Option<Pin>, u64),
) -> Result<Option<Timestamp>, ApiError> {
    let now = now();
    let mut store = app.store();
    if !store.is_current(execution, reopened) {
        return Ok(None);
    }
    if let Some(date) = token.and_then(|token| execution.redrives().answered(token, now)) {
        return Ok(Some(date));
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
    store.reopen(execution, pin);
    execution.set_ended(None);
    drop(store);
    tracing::info!(arn = execution.arn, "execution redriven");
    app.changes.report(|| Change::Execution(Arc::clone(execution)));
    status::emit(app, execution);
    runner::spawn(app, execution, asl_engine::Execution::redrive(checkpoint));
    Ok(Some(date))
}

/// Keeps what is on disk of an ended execution, whose retention may end now. Fails if that is gone.
async fn pin(app: &Arc<App>, execution: &Arc<Execution>, reopened: u64) -> Result<Option<Pin>, ApiError> {
    let (Some(archive), true) = (&app.archive, execution.is_durable) else { return Ok(None) };
    // After this, its end is on disk, unless it was removed.
    app.persisted().await?;
    let pin = archive.pin(execution.number);
    let kept = archive.stopped(&execution.arn).map_err(|problem| ApiError::unreadable(&problem))?;
    let mut store = app.store();
    let is_gone = kept.is_none_or(|(number, _)| number != execution.number);
    if is_gone && execution.ended().is_some() && store.is_current(execution, reopened) {
        store.forget_ended(execution);
        return Err(ApiError::no_execution(&execution.arn));
    }
    Ok(Some(pin))
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
