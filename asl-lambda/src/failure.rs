//! Failures, as callers and logs read them.

use asl_engine::Failure;
use asl_value::{Object, Value};

/// The error type of an output that its recipient does not accept.
pub(crate) const INVALID_RESPONSE: &str = "InvalidResponse";

/// `{"error": "OutOfStock", "cause": "no mug left"}`, without the members that the failure does not have.
pub(crate) fn problem(failure: &Failure) -> Object {
    let error = failure.error.iter().map(|error| ("error", Value::from(error)));
    error.chain(failure.cause.iter().map(|cause| ("cause", Value::from(cause)))).collect()
}
