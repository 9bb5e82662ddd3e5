//! Builds the [`Description`] of an execution.

use asl_engine::{Description, RedriveStatus};

use crate::app::App;
use crate::execution::{Ended, Execution};
use crate::redrivable::obstacle;

/// Describes an execution in its current state. Locks the store, so the caller must not hold the lock.
pub(crate) fn describe<'a>(app: &App, execution: &'a Execution, ended: Option<&'a Ended>) -> Description<'a> {
    let obstacle = obstacle(&app.store(), execution);
    let (count, date) = execution.redriven();
    let map_run = execution.child_of.as_ref().map(|child| child.map_run.arn().as_str());
    bare(execution, ended)
        .started_as(execution.target.version_arn.as_deref(), execution.target.alias_arn.as_deref())
        .with_map_run(map_run)
        .with_redrive(count, date, obstacle.map_or(RedriveStatus::Redrivable, RedriveStatus::NotRedrivable))
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
