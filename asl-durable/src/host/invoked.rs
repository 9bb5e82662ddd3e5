//! How executions ended that this one has invoked: children of distributed Maps, and the next execution.

use asl_engine::{ChildEnd, Failure, Outcome};
use asl_value::Value;

use crate::{Operation, OperationStatus};

/// How the execution of a CHAINED_INVOKE ended: as it says itself, else as the service reports it. `unknown` is the failure of
/// one that says nothing at all.
pub(super) fn end(operation: &Operation, unknown: impl FnOnce() -> Failure) -> ChildEnd {
    let (result, error) = operation.details.end();
    let said = result.or(error.and_then(|error| error.data.as_ref()));
    let said = said.and_then(|text| Value::parse(text).ok()).as_ref().and_then(ChildEnd::read);
    said.unwrap_or_else(|| {
        let failure = error.map(|error| Failure::from_parts(error.error_type.clone(), error.message.clone()));
        let failure = failure.unwrap_or_else(unknown);
        let outcome = match operation.status {
            OperationStatus::TimedOut => Outcome::TimedOut(failure),
            OperationStatus::Stopped => Outcome::Aborted(failure),
            _ => Outcome::Failed(failure),
        };
        ChildEnd { outcome, started: Some(operation.started), stopped: operation.ended, checkpoint: None }
    })
}
