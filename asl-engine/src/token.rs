//! [`TaskToken`]: the name by which the outside world completes a waiting task.

use asl_value::Text;

use crate::Entropy;

/// The token of one attempt of a task: `$$.Task.Token`. It is opaque, and a retry gets a new one.
///
/// The engine only makes it. A task handler that completes tasks by token keeps the list of those it waits for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TaskToken(Text);

impl TaskToken {
    /// A token from its text.
    pub fn new(token: impl Into<Text>) -> TaskToken {
        TaskToken(token.into())
    }

    /// 64 random hexadecimal digits.
    pub(crate) fn random(entropy: &dyn Entropy) -> TaskToken {
        TaskToken((0..4).map(|_| format!("{:016x}", entropy.next_u64())).collect::<String>().into())
    }

    /// The text of the token.
    pub fn as_text(&self) -> &Text {
        &self.0
    }
}

/// Hides the token, since anyone who has it can complete the task.
impl std::fmt::Debug for TaskToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TaskToken(..)")
    }
}

impl std::fmt::Display for TaskToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
