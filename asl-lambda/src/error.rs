//! [`InvocationError`]: why an invocation failed.

use std::fmt;

use asl_engine::{Failure, Outcome};
use asl_model::error_name;

/// Why an invocation failed: Lambda's `errorType` and `errorMessage`.
///
/// The error of [`handle`](fn@crate::handle) for triggers other than HTTP, with
/// [`OnFailure::Fail`](crate::OnFailure::Fail). A state machine that calls the function sees the same error name and
/// cause that the execution here failed with:
///
/// ```json
/// {"errorType": "OutOfStock", "errorMessage": "no mug left"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvocationError {
    error_type: String,
    error_message: String,
}

/// The length of a cause in characters, as limited by AWS.
const MOST_CAUSE_CHARS: usize = 32_768;

/// The error type of a failure without an error name.
const FAILED: &str = "ExecutionFailed";

impl InvocationError {
    pub(crate) fn new(error_type: impl Into<String>, error_message: impl Into<String>) -> InvocationError {
        InvocationError { error_type: error_type.into(), error_message: error_message.into() }
    }

    /// The error name; if the failure has none, `ExecutionFailed`, `ExecutionAborted` or `States.Timeout`.
    pub fn error_type(&self) -> &str {
        &self.error_type
    }

    /// The cause, cut to 32,768 characters; empty if the failure has none.
    pub fn error_message(&self) -> &str {
        &self.error_message
    }

    /// Converts the failure of something other than an execution.
    pub(crate) fn refused(failure: &Failure) -> InvocationError {
        InvocationError::named(failure, FAILED)
    }

    /// Converts the end of an execution that did not succeed.
    pub(crate) fn of(outcome: &Outcome) -> InvocationError {
        let unnamed = match outcome {
            Outcome::Aborted(_) => "ExecutionAborted",
            Outcome::TimedOut(_) => error_name::TIMEOUT,
            Outcome::Succeeded(_) | Outcome::Failed(_) => FAILED,
        };
        InvocationError::named(outcome.failure().unwrap_or(&Failure::default()), unnamed)
    }

    /// The error type is never missing, because callers distinguish errors by it.
    fn named(failure: &Failure, unnamed: &str) -> InvocationError {
        // Lambda limits the length of an error as it limits that of an answer.
        let cause =
            failure.cause.iter().flat_map(|cause| cause.chars()).take(MOST_CAUSE_CHARS).collect::<String>();
        InvocationError::new(failure.error.as_deref().unwrap_or(unnamed), cause)
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
