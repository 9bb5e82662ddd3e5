//! RedriveExecution: an execution that did not succeed continues where it stopped.

use std::sync::Arc;

use asl_value::Timestamp;

use crate::app::App;
use crate::changes::Change;
use crate::clock::now;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::redrivable::{NO_CHECKPOINT, obstacle};
use crate::runner;
use crate::status;

/// UNRECORDED: the message of ExecutionNotRedrivable; here it is the `redriveStatusReason` of DescribeExecution.
fn not_redrivable(obstacle: &str) -> ApiError {
    ApiError::new("ExecutionNotRedrivable", obstacle)
}

/// Redrives an execution and returns the date. A request with a known client token returns the date of that redrive.
pub(crate) fn redrive(
    app: &Arc<App>,
    execution: &Arc<Execution>,
    token: Option<&str>,
) -> Result<Timestamp, ApiError> {
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
