//! [`TaskToken`]: the name by which the outside world completes a waiting task.

use asl_value::Text;

use crate::Entropy;

/// The token of one attempt of a task: `$$.Task.Token`. Opaque; a retry gets a new one.
///
/// The engine only makes it. Whoever completes tasks by token (a task handler) keeps the list of those it waits for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TaskToken(Text);

impl TaskToken {
    /// A token that was handed out earlier.
    pub fn new(token: impl Into<Text>) -> TaskToken {
        TaskToken(token.into())
    }

    /// 64 random hexadecimal digits.
    pub(crate) fn random(entropy: &dyn Entropy) -> TaskToken {
        TaskToken((0..4).map(|_| format!("{:016x}", entropy.next_u64())).collect::<String>().into())
    }

    /// The text of it.
    pub fn as_text(&self) -> &Text {
        &self.0
    }
}

/// Says nothing: who knows the token can complete the task.
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
