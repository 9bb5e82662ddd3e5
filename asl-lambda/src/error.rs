//! [`InvocationError`]: why an invocation failed.

use std::fmt;

use asl_engine::{Failure, Outcome};
use asl_model::error_name;

/// Why an invocation failed: Lambda's `errorType` and `errorMessage`.
///
/// ```json
/// {"errorType": "OutOfStock", "errorMessage": "no mug left"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvocationError {
    /// The execution's error name.
    pub error_type: String,
    /// The execution's cause.
    pub error_message: String,
}

/// Characters of a cause: as many as AWS keeps of one.
const MOST_CAUSE_CHARS: usize = 32_768;

impl InvocationError {
    pub(crate) fn new(error_type: impl Into<String>, error_message: impl Into<String>) -> InvocationError {
        InvocationError { error_type: error_type.into(), error_message: error_message.into() }
    }

    /// Why there was no execution.
    pub(crate) fn refused(failure: &Failure) -> InvocationError {
        InvocationError::of(&Outcome::Failed(failure.clone()))
    }

    /// Of an execution that has failed. An error type is never missing, for callers tell errors apart by it.
    pub(crate) fn of(outcome: &Outcome) -> InvocationError {
        let unnamed = match outcome {
            Outcome::Aborted(_) => "ExecutionAborted",
            Outcome::TimedOut(_) => error_name::TIMEOUT,
            Outcome::Succeeded(_) | Outcome::Failed(_) => "ExecutionFailed",
        };
        let failure = outcome.failure();
        let error = failure.and_then(|failure| failure.error.as_deref());
        let cause = failure.and_then(|failure| failure.cause.as_deref()).unwrap_or_default();
        // Lambda takes no more of a failure than of an answer.
        let cause: String = cause.chars().take(MOST_CAUSE_CHARS).collect();
        InvocationError::new(error.unwrap_or(unnamed), cause)
    }
}

impl fmt::Display for InvocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error_message.as_str() {
            "" => f.write_str(&self.error_type),
            message => write!(f, "{}: {message}", self.error_type),
        }
    }
}

impl std::error::Error for InvocationError {}

impl From<InvocationError> for lambda_runtime::Diagnostic {
    fn from(error: InvocationError) -> Self {
        lambda_runtime::Diagnostic { error_type: error.error_type, error_message: error.error_message }
    }
}
