//! Whether an execution can be redriven.

use std::time::Duration;

use asl_engine::{Outcome, RedriveStatus};
use asl_model::ExecutionType;

use crate::clock::now;
use crate::execution::Execution;
use crate::store::Store;

/// The period after its end in which an execution can be redriven.
pub(crate) const PERIOD: Duration = Duration::from_secs(14 * 86_400);

/// The most events that leave room for the two events of a redrive.
const MOST_EVENTS: usize = 24_998;

/// A reason that AWS does not have: the run panicked.
pub(crate) const NO_CHECKPOINT: &str = "Execution has left no checkpoint";

/// The reason why an execution cannot be redriven now; `None` if it can.
///
/// The first two texts are recorded. Those about the machine, the history and the period are documented.
/// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html>
pub(crate) fn obstacle(store: &Store, execution: &Execution) -> Option<&'static str> {
    match status(store, execution) {
        RedriveStatus::Redrivable => None,
        RedriveStatus::NotRedrivable(reason) => Some(reason),
        // UNRECORDED: the message of ExecutionNotRedrivable about the child of a Map Run.
        RedriveStatus::RedrivableByMapRun => Some(BY_MAP_RUN),
    }
}

const BY_MAP_RUN: &str = "Execution is a child of a Map Run and can only be redriven by it";

/// Whether an execution can be redriven now, by RedriveExecution or by its Map Run.
pub(crate) fn status(store: &Store, execution: &Execution) -> RedriveStatus<'static> {
    use RedriveStatus::{NotRedrivable, Redrivable, RedrivableByMapRun};
    let Some(ended) = execution.ended() else {
        return NotRedrivable("Execution is RUNNING and cannot be redriven");
    };
    let (is_child, is_express) =
        (execution.child_of.is_some(), execution.target.kind == ExecutionType::Express);
    let machine_arn = match execution.target.machine_arn.rsplit_once('/') {
        // A child has that of its parent, with a label.
        Some((machine_arn, _)) if is_child => machine_arn,
        _ => &execution.target.machine_arn,
    };
    let is_deleting = || store.machine(machine_arn).map_or(true, |machine| machine.is_deleting);
    match ended.outcome {
        Outcome::Succeeded(_) => RedriveStatus::SUCCEEDED,
        // Documented: an EXPRESS child is started anew, always.
        _ if is_express && is_child => RedrivableByMapRun,
        _ if is_express => NotRedrivable("Execution is EXPRESS and cannot be redriven"),
        _ if is_deleting() => NotRedrivable("State machine is in DELETING status"),
        _ if execution.history.len() > MOST_EVENTS => RedriveStatus::HISTORY_FULL,
        _ if now().since(ended.stopped) > PERIOD => NotRedrivable("Execution redrivable period exceeded"),
        _ if is_child => RedrivableByMapRun,
        _ if !execution.redrives().can_begin() => NotRedrivable(NO_CHECKPOINT),
        _ => Redrivable,
    }
}
