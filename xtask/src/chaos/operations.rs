//! The operations of the API that change something: each must have been acknowledged.

use std::sync::PoisonError;

use super::client::Acknowledged;
use super::problems::Problems;

const OPERATIONS: [&str; 21] = [
    "CreateActivity",
    "DeleteActivity",
    "GetActivityTask",
    "SendTaskSuccess",
    "SendTaskFailure",
    "SendTaskHeartbeat",
    "CreateStateMachine",
    "UpdateStateMachine",
    "DeleteStateMachine",
    "PublishStateMachineVersion",
    "DeleteStateMachineVersion",
    "CreateStateMachineAlias",
    "UpdateStateMachineAlias",
    "DeleteStateMachineAlias",
    "TagResource",
    "UntagResource",
    "StartExecution",
    "StartSyncExecution",
    "StopExecution",
    "RedriveExecution",
    "UpdateMapRun",
];

/// Prints how often each operation was acknowledged. One that never was has not been tested.
pub(super) fn check(acknowledged: &Acknowledged, problems: &Problems) {
    let acknowledged = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
    let counts = OPERATIONS.map(|name| (name, acknowledged.get(name).copied().unwrap_or_default()));
    println!("acknowledged: {}", counts.map(|(name, count)| format!("{name} {count}")).join(", "));
    for (name, _) in counts.iter().filter(|(_, count)| *count == 0) {
        problems.add("operation", "was never acknowledged", || (*name).to_owned());
    }
}
