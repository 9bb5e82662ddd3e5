//! [`DurableError`]: why the protocol cannot continue.

use std::fmt;

/// Why a durable execution cannot continue in this invocation.
///
/// What the function does follows from the [`kind`](DurableError::kind):
///
/// ```
/// use asl_durable::{DurableError, DurableErrorKind, ErrorObject};
/// let error = DurableError::new(DurableErrorKind::Superseded, "Invalid checkpoint token");
/// assert!(error.is_retried_by_lambda());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurableError(Box<Problem>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    kind: DurableErrorKind,
    message: String,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DurableErrorKind {
    /// Another invocation has taken over: the checkpoint token is not the newest. Let the invocation fail.
    Superseded,
    /// The service did not answer, or had no capacity, after all retries. Let the invocation fail, and Lambda invokes
    /// the function again.
    Unavailable,
    /// The execution was stopped or paused, or is over its quota. Write nothing more and answer
    /// [`DurableAnswer::Pending`](crate::DurableAnswer::Pending).
    Revoked,
    /// The service refused what was written. The execution fails.
    Refused,
    /// There is no such callback that is open: it was answered, its time has run out, or its execution has ended.
    Closed,
    /// What was sent to a callback is not valid: the id, or the result.
    Invalid,
    /// The name of an execution that was to be started is taken by one with another payload.
    Exists,
    /// What was to be written exceeds a limit of the service. The execution fails.
    TooLarge,
    /// The event or a response cannot be read. The execution fails.
    Unreadable,
}

impl DurableError {
    /// An error of this kind with a text for the log.
    pub fn new(kind: DurableErrorKind, message: impl Into<String>) -> DurableError {
        DurableError(Box::new(Problem { kind, message: message.into() }))
    }

    pub(crate) fn unreadable(message: String) -> DurableError {
        DurableError::new(DurableErrorKind::Unreadable, message)
    }

    /// What went wrong.
    pub fn kind(&self) -> DurableErrorKind {
        self.0.kind
    }

    /// A text for the log.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether the invocation should fail, so that Lambda invokes the function again.
    pub fn is_retried_by_lambda(&self) -> bool {
        matches!(self.0.kind, DurableErrorKind::Superseded | DurableErrorKind::Unavailable)
    }
}

impl fmt::Display for DurableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for DurableError {}
