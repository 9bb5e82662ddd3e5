//! Ends what is due.

use asl_value::Timestamp;

use crate::{ErrorObject, OperationDetails, OperationStatus};

use super::execution::Execution;
use super::faults::Faults;

/// Ends what is due until `now`.
pub(super) fn settle(execution: &mut Execution, now: Timestamp, faults: &Faults) {
    for (at, id, error) in execution.timers.expired(now, faults) {
        let is_step = matches!(
            execution.operation(&id).map(|found| &found.details),
            Some(OperationDetails::Step { .. })
        );
        match error {
            None if is_step => execution.end_operation(&id, OperationStatus::Ready, at, |_| ()),
            None => execution.end_operation(&id, OperationStatus::Succeeded, at, |_| ()),
            Some(name) => execution.end_operation(&id, OperationStatus::TimedOut, at, |details| {
                if let OperationDetails::Callback { error, .. } = details {
                    *error = Some(ErrorObject::new(name, "the time of the callback has run out"));
                }
            }),
        }
    }
}
