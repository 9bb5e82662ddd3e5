//! Which action is legal when, and what it makes of an operation.

use std::time::Duration;

use asl_value::{Text, Timestamp};

use crate::update::whole_seconds;
use crate::{Change, Operation, OperationDetails, OperationStatus, Update};

use OperationStatus::{Failed, Pending, Ready, Started, Succeeded};

/// The statuses in which each action is legal; the flag says whether it may also begin an operation.
///
/// Source: the validators of AWS's local runner, and measured with it.
fn legal(change: &Change) -> (bool, &'static [OperationStatus]) {
    match change {
        Change::StepStart => (true, &[Ready]),
        Change::StepSucceed { .. } | Change::StepFail { .. } | Change::StepRetry { .. } => {
            (true, &[Started, Ready])
        }
        Change::WaitStart { .. }
        | Change::CallbackStart { .. }
        | Change::ChainedInvokeStart { .. }
        | Change::ContextStart => (true, &[]),
        Change::WaitCancel
        | Change::ContextSucceed { .. }
        | Change::ContextFail { .. }
        | Change::ExecutionSucceed { .. }
        | Change::ExecutionFail { .. } => (false, &[Started]),
    }
}

/// The operation after an update.
///
/// # Errors
/// Why the update is refused.
pub(super) fn applied(
    known: Option<&Operation>,
    update: &Update,
    now: Timestamp,
) -> Result<Operation, String> {
    let (kind, action) = update.change.names();
    let (may_begin, statuses) = legal(&update.change);
    let is_legal = known.map_or(may_begin, |known| statuses.contains(&known.status));
    if let Some(known) = known {
        let is_same = known.details.kind() == kind
            && [&known.parent, &known.name, &known.sub_type]
                == [&update.parent, &update.name, &update.sub_type];
        let is_execution = matches!(known.details, OperationDetails::Execution { .. });
        if !is_same && !is_execution {
            return Err(format!("operation {}: type, sub-type, name and parent must not change", known.id));
        }
    }
    if !is_legal {
        let status = known.map_or("not begun", |known| known.status.name());
        return Err(format!("{} {}: {action} is not legal, it is {status}", kind.name(), update.id));
    }
    let begun = || Operation {
        id: update.id.clone(),
        parent: update.parent.clone(),
        name: update.name.clone(),
        sub_type: update.sub_type.clone(),
        status: Started,
        started: now,
        ended: None,
        details: OperationDetails::Wait { until: None },
    };
    let mut operation = known.cloned().unwrap_or_else(begun);
    change(&mut operation, &update.change, now);
    if operation.status.is_final() {
        operation.ended = Some(now);
    }
    Ok(operation)
}

fn change(operation: &mut Operation, change: &Change, now: Timestamp) {
    let seconds = |time: Duration| now.plus(Duration::from_secs(whole_seconds(time)));
    let attempts = match &operation.details {
        OperationDetails::Step { attempt, .. } => *attempt,
        _ => 0,
    };
    let step = |attempt, next_attempt, result: Option<&Text>, error| OperationDetails::Step {
        attempt,
        next_attempt,
        result: result.cloned(),
        error,
    };
    let (status, details) = match change {
        Change::StepStart => match &operation.details {
            OperationDetails::Step { result, .. } => (Started, step(attempts, None, result.as_ref(), None)),
            _ => (Started, step(attempts, None, None, None)),
        },
        Change::StepSucceed { payload } => (Succeeded, step(attempts + 1, None, Some(payload), None)),
        Change::StepFail { error } => (Failed, step(attempts + 1, None, None, Some(error.clone()))),
        Change::StepRetry { delay, payload } => {
            (Pending, step(attempts + 1, Some(seconds(*delay)), Some(payload), None))
        }
        Change::WaitStart { time } => (Started, OperationDetails::Wait { until: Some(seconds(*time)) }),
        Change::WaitCancel => (OperationStatus::Cancelled, operation.details.clone()),
        // The service adds the id.
        Change::CallbackStart { .. } => {
            (Started, OperationDetails::Callback { callback_id: Text::default(), result: None, error: None })
        }
        Change::ChainedInvokeStart { .. } => {
            (Started, OperationDetails::ChainedInvoke { result: None, error: None })
        }
        Change::ContextStart => {
            (Started, OperationDetails::Context { result: None, error: None, replay_children: false })
        }
        Change::ContextSucceed { payload, replay_children } => {
            let (result, replay_children) = (Some(payload.clone()), *replay_children);
            (Succeeded, OperationDetails::Context { result, error: None, replay_children })
        }
        Change::ContextFail { error } => {
            let error = Some(error.clone());
            (Failed, OperationDetails::Context { result: None, error, replay_children: false })
        }
        Change::ExecutionSucceed { .. } => (Succeeded, operation.details.clone()),
        Change::ExecutionFail { .. } => (Failed, operation.details.clone()),
    };
    (operation.status, operation.details) = (status, details);
}
