//! [`InvalidBody`]: a body that cannot be read.

use std::fmt;

/// Why a body cannot be read: the event declares it as JSON, base64 or gzip, and it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBody(pub(crate) String);

impl InvalidBody {
    /// The name that `StartExecution` has for this error.
    pub const ERROR: &'static str = "InvalidExecutionInput";
}

/// The text of `StartExecution`.
impl fmt::Display for InvalidBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invalid State Machine Execution Input: '{}'", self.0)
    }
}

impl std::error::Error for InvalidBody {}
