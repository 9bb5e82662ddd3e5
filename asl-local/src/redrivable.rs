//! Whether an execution can be redriven.

use std::time::Duration;

use asl_engine::Outcome;
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
    let Some(ended) = execution.ended() else { return Some("Execution is RUNNING and cannot be redriven") };
    let is_deleting =
        store.machine(&execution.target.machine_arn).map_or(true, |machine| machine.is_deleting);
    match ended.outcome {
        Outcome::Succeeded(_) => Some("Execution is SUCCEEDED and cannot be redriven"),
        _ if execution.target.kind == ExecutionType::Express => {
            Some("Execution is EXPRESS and cannot be redriven")
        }
        _ if is_deleting => Some("State machine is in DELETING status"),
        _ if execution.history.len() > MOST_EVENTS => Some("Execution history event limit exceeded"),
        _ if now().since(ended.stopped) > PERIOD => Some("Execution redrivable period exceeded"),
        _ if !execution.redrives().can_begin() => Some(NO_CHECKPOINT),
        _ => None,
    }
}
