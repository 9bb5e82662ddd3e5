//! [`TaskRefusal`]: why a task is refused before it runs.

use std::fmt;

/// Why a [`TaskHandler`](crate::TaskHandler) refuses a task before it runs, or a [`ResultSchema`](crate::ResultSchema) a
/// mocked result.
///
/// ```
/// use asl_engine::TaskRefusal;
/// let refusal = TaskRefusal::new("the service `sqs` has no action `sendMesage`");
/// assert_eq!(refusal.to_string(), refusal.message());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRefusal(String);

impl TaskRefusal {
    /// A refusal with this message.
    pub fn new(message: impl Into<String>) -> TaskRefusal {
        TaskRefusal(message.into())
    }

    /// The message, which becomes the cause of the failure.
    pub fn message(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TaskRefusal {}
