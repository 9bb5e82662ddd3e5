//! Builds the [`Description`] of an execution.

use asl_engine::Description;

use crate::app::App;
use crate::execution::{Ended, Execution};
use crate::redrivable::status;

/// Describes an execution in its current state. Locks the store, so the caller must not hold the lock.
pub(crate) fn describe<'a>(app: &App, execution: &'a Execution, ended: Option<&'a Ended>) -> Description<'a> {
    let store = app.store();
    let status = status(&store, execution);
    let map_run = execution.child_of.as_ref().map(|child| child.map_run.arn().as_str());
    let is_pending = map_run
        .and_then(|arn| store.map_run(arn))
        .is_some_and(|map_run| map_run.is_pending_redrive(&execution.arn));
    drop(store);
    let (count, date) = execution.redriven();
    let description = bare(execution, ended);
    // UNRECORDED: what else an execution shows that is PENDING_REDRIVE; here what it showed before.
    let description = if is_pending { description.pending_redrive() } else { description };
    description
        .started_as(execution.target.version_arn.as_deref(), execution.target.alias_arn.as_deref())
        .with_map_run(map_run)
        .with_redrive(count, date, status)
}

/// The part of the description that StartSyncExecution returns.
pub(crate) fn bare<'a>(execution: &'a Execution, ended: Option<&'a Ended>) -> Description<'a> {
    let Execution { arn, target, name, started, input, .. } = execution;
    let description = Description::new(arn, &target.machine_arn, name, *started, &input.value)
        // UNRECORDED: whether an EXPRESS execution that timed out shows its error; here it does not.
        .without_timeout()
        .with_input_text(&input.text)
        .with_trace_header(execution.trace_header.as_deref());
    match ended {
        Some(ended) => description.ended(ended.stopped, &ended.outcome),
        None => description,
    }
}
