//! [`Batch`]: the updates of one call.

use std::collections::VecDeque;

use asl_value::Text;

use crate::limits::{BATCH_BYTES, BATCH_UPDATES};
use crate::operation_id::hashed;
use crate::{Change, DurableError, DurableErrorKind, Update};

/// The updates of one call.
pub(super) struct Batch {
    pub(super) updates: Vec<Update>,
    /// Makes the call safe to repeat.
    pub(super) client_token: Text,
}

impl Batch {
    fn new(token: &str, updates: Vec<Update>) -> Batch {
        // A checkpoint token is for one call, so its hash names that call, in a later process, too.
        Batch { updates, client_token: hashed(&[token]) }
    }

    /// A call that only asks for changes.
    pub(super) fn empty(token: &str) -> Batch {
        Batch::new(token, Vec::new())
    }

    pub(super) fn ends_execution(&self) -> bool {
        self.updates.last().is_some_and(is_end)
    }

    /// Whether the service accepts `update` in the same batch. One operation may occur twice, if it is a step or
    /// a context that begins and ends.
    fn admits(&self, update: &Update) -> bool {
        let mut same = self.updates.iter().filter(|other| other.id == update.id);
        match (same.next(), same.next()) {
            (None, _) => !self.ends_execution(),
            (Some(first), None) => {
                matches!(first.change, Change::StepStart | Change::ContextStart) && !self.ends_execution()
            }
            (Some(_), Some(_)) => false,
        }
    }
}

fn is_end(update: &Update) -> bool {
    matches!(update.change, Change::ExecutionSucceed { .. } | Change::ExecutionFail { .. })
}

/// Updates that wait to be sent.
#[derive(Default)]
pub(super) struct Queue(VecDeque<Update>);

impl Queue {
    pub(super) fn push(&mut self, update: Update) {
        self.0.push_back(update);
    }

    /// Takes the updates of one call, in order.
    pub(super) fn take(&mut self, token: &str) -> Result<Option<Batch>, DurableError> {
        let mut batch = Batch::empty(token);
        let mut bytes = 0;
        while let Some(update) = self.0.front() {
            let size = update.to_value().encoded_len();
            let is_alone = batch.updates.is_empty();
            if is_alone && size > BATCH_BYTES && !is_end(update) {
                let name = update.name.as_ref().unwrap_or(&update.id);
                let message = format!(
                    "an update of `{name}` has {size} bytes, more than the {BATCH_BYTES} of a checkpoint"
                );
                return Err(DurableError::new(DurableErrorKind::TooLarge, message));
            }
            let is_full = batch.updates.len() >= BATCH_UPDATES || bytes + size > BATCH_BYTES;
            if !is_alone && (is_full || !batch.admits(update)) {
                break;
            }
            bytes += size;
            batch.updates.extend(self.0.pop_front());
        }
        Ok((!batch.updates.is_empty()).then_some(batch))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The number of updates in each call.
    #[track_caller]
    fn check(updates: impl IntoIterator<Item = Update>, expect: &[usize]) {
        let mut queue = Queue::default();
        updates.into_iter().for_each(|update| queue.push(update));
        let batches = std::iter::from_fn(|| queue.take("token").unwrap());
        assert_eq!(batches.map(|batch| batch.updates.len()).collect::<Vec<_>>(), expect);
    }

    fn step(id: impl Into<Text>, bytes: usize) -> Update {
        Update::new(id, Change::StepSucceed { payload: "x".repeat(bytes).into() })
    }

    #[test]
    fn batches_keep_to_the_limits() {
        check((0..501).map(|n| step(n.to_string(), 1)), &[250, 250, 1]);
        check([step("a", 400_000), step("b", 300_000), step("c", 300_000)], &[2, 1]);
        let frame = step("a", 0).to_value().encoded_len();
        check([step("a", BATCH_BYTES - frame)], &[1]);
        let mut queue = Queue::default();
        queue.push(step("a", BATCH_BYTES - frame + 1));
        assert_eq!(queue.take("token").err().unwrap().kind(), DurableErrorKind::TooLarge);
    }

    #[test]
    fn one_operation_occurs_twice_only_if_it_begins_and_ends() {
        let start = || Update::new("a", Change::StepStart);
        let retry = || {
            let (delay, payload) = (Duration::from_secs(1), Text::default());
            Update::new("a", Change::StepRetry { delay, payload })
        };
        check([start(), step("a", 1)], &[2]);
        check([retry(), step("a", 1)], &[1, 1]);
        check([start(), retry(), start()], &[2, 1]);
        let end = || Update::new("e", Change::ExecutionSucceed { payload: "1".into() });
        check([step("b", 1), end()], &[2]);
        check([end(), step("b", 1)], &[1, 1]);
    }
}
