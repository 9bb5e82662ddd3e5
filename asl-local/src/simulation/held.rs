//! [`Held`]: the reference model of a task token.

/// A token that a worker has, and what was sent with it.
#[derive(Default)]
pub(super) struct Held {
    pub(super) token: String,
    /// The ARN of the execution.
    pub(super) execution: String,
    /// Which redrive, state and attempt it is of.
    pub(super) place: (i64, String, i64),
    /// Whether the task may end while the worker has it.
    pub(super) has_timeout: bool,
    /// The numbers of answers that were sent, whether or not they were acknowledged.
    pub(super) sent: Vec<i64>,
    /// Whether an answer was refused: the task has ended.
    pub(super) is_over: bool,
    /// The one that was acknowledged.
    pub(super) accepted: Option<i64>,
}

impl Held {
    /// An answer was acknowledged.
    pub(super) fn accept(&mut self, answer: i64) -> Result<(), String> {
        match self.accepted.replace(answer) {
            Some(earlier) => Err(format!("answers {earlier} and {answer} of {:?} are accepted", self.place)),
            None => Ok(()),
        }
    }

    /// Whether this is what its task may have ended with.
    pub(super) fn may_have(&self, answer: i64) -> bool {
        self.sent.contains(&answer) && self.accepted.is_none_or(|accepted| accepted == answer)
    }
}
