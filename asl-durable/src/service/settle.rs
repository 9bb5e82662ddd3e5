//! Ends what is due, and what is refused.

use asl_value::{Text, Timestamp};

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

/// Ends the invocations that have not begun of functions that are refused.
pub(super) fn refuse(execution: &mut Execution, now: Timestamp, functions: &[String]) {
    let asked = std::mem::take(&mut execution.invocations).into_iter();
    let is_refused = |(_, function, _): &(Text, Text, Text)| functions.iter().any(|name| *function == **name);
    let (refused, others): (Vec<_>, Vec<_>) = asked.partition(is_refused);
    execution.invocations = others;
    for (id, function, _) in refused {
        execution.end_operation(&id, OperationStatus::Failed, now, |details| {
            if let OperationDetails::ChainedInvoke { error, .. } = details {
                let message = format!("the function `{function}` is refused");
                *error = Some(ErrorObject::new("AccessDeniedException", message));
            }
        });
    }
}
