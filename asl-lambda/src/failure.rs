//! Failures as callers and logs read them.

use asl_engine::Failure;
use asl_value::{Object, Value};

/// The error of an output that its reader does not take.
pub(crate) const INVALID_RESPONSE: &str = "InvalidResponse";

/// `{"error": "OutOfStock", "cause": "no mug left"}`, without what the failure does not have.
pub(crate) fn problem(failure: &Failure) -> Object {
    let error = failure.error.iter().map(|error| ("error", Value::from(error)));
    error.chain(failure.cause.iter().map(|cause| ("cause", Value::from(cause)))).collect()
}
