//! [`InvalidBody`]: a body that cannot be read.

use std::fmt;

/// A body that is not what it says to be: JSON, base64, gzip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBody(pub(crate) String);

impl InvalidBody {
    /// The name of `StartExecution`'s error for it.
    pub const ERROR: &'static str = "InvalidExecutionInput";
}

/// In the words of `StartExecution`.
impl fmt::Display for InvalidBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invalid State Machine Execution Input: '{}'", self.0)
    }
}

impl std::error::Error for InvalidBody {}
