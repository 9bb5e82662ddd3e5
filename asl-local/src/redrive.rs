//! RedriveExecution: an execution that did not succeed continues where it stopped.

use std::sync::Arc;

use asl_engine::Checkpoint;
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
use crate::store::Store;

/// UNRECORDED: the message of ExecutionNotRedrivable; here it is the `redriveStatusReason` of DescribeExecution.
fn not_redrivable(obstacle: &str) -> ApiError {
    ApiError::new("ExecutionNotRedrivable", obstacle)
}

/// An execution to be redriven, as it was found.
struct Found {
    execution: Arc<Execution>,
    has_ended: bool,
    /// How often it had been redriven.
    count: u32,
    /// How often any execution had been.
    reopened: u64,
}

impl Found {
    fn new(app: &App, arn: &str) -> Result<Found, ApiError> {
        let reopened = app.store().reopened();
        let execution = lookup::execution(app, arn)?;
        // Under the lock, so that the record of its end has been sent if it has ended.
        let _store = app.store();
        let (has_ended, (count, _)) = (execution.ended().is_some(), execution.redriven());
        Ok(Found { execution, has_ended, count, reopened })
    }

    /// Whether nobody has redriven it since, perhaps as another copy of what the archive has.
    fn is_current(&self, store: &Store) -> bool {
        store.is_current(&self.execution, self.reopened) && self.execution.redriven().0 == self.count
    }
}

/// Redrives the execution with this ARN and returns the date. A request with a known client token returns the date of that
/// redrive.
pub(crate) async fn redrive(app: &Arc<App>, arn: &str, token: Option<&str>) -> Result<Timestamp, ApiError> {
    loop {
        let found = Found::new(app, arn)?;
        let pin = pin(app, &found).await?;
        let checkpoint = restore_checkpoint(app, &found).await?;
        if let Some(date) = redrive_found(app, &found, token, (pin, checkpoint))? {
            return Ok(date);
        }
    }
}

/// Redrives an execution, unless somebody was faster.
fn redrive_found(
    app: &Arc<App>,
    found: &Found,
    token: Option<&str>,
    (pin, restored): (Option<Pin>, Option<Checkpoint>),
) -> Result<Option<Timestamp>, ApiError> {
    let (now, execution) = (now(), &found.execution);
    let mut store = app.store();
    if !found.is_current(&store) {
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
    let checkpoint = {
        let mut redrives = execution.redrives();
        redrives.checkpoint = redrives.checkpoint.take().or(restored);
        redrives.begin(token, date)
    };
    let Some(checkpoint) = checkpoint else { return Err(not_redrivable(NO_CHECKPOINT)) };
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
async fn pin(app: &Arc<App>, found: &Found) -> Result<Option<Pin>, ApiError> {
    let execution = &found.execution;
    let (Some(archive), true) = (&app.archive, execution.is_durable) else { return Ok(None) };
    // After this, its end is on disk, unless it was removed.
    app.persisted().await?;
    let pin = archive.pin(execution.number);
    let kept = archive.stopped(&execution.arn).map_err(|problem| ApiError::unreadable(&problem))?;
    let is_gone = found.has_ended && kept.is_none_or(|(number, _)| number != execution.number);
    let mut store = app.store();
    // One that somebody has redriven is not gone: it has no end.
    if is_gone && found.is_current(&store) {
        store.forget_ended(execution);
        return Err(ApiError::no_execution(&execution.arn));
    }
    Ok(Some(pin))
}

/// Makes the checkpoint of an execution that has left the memory from the journals of its runs.
async fn restore_checkpoint(app: &Arc<App>, found: &Found) -> Result<Option<Checkpoint>, ApiError> {
    let execution = &found.execution;
    let is_missing = {
        let redrives = execution.redrives();
        found.has_ended && redrives.checkpoint.is_none() && redrives.is_journalled
    };
    let Some(archive) = app.archive.as_ref().filter(|_| is_missing) else { return Ok(None) };
    let journals = archive.journals(execution.number).map_err(|problem| ApiError::unreadable(&problem))?;
    let shared = (Arc::clone(app), Arc::clone(execution));
    let checkpoint =
        app.compute(async move { resume::checkpoint(&shared.0, &shared.1, &journals).await }).await?;
    match checkpoint {
        Ok(checkpoint) => Ok(Some(checkpoint)),
        Err(problem) => {
            tracing::warn!(arn = execution.arn, problem, "an execution cannot be redriven");
            Ok(None)
        }
    }
}
