//! [`Claim`]: what a task has only in a journalled execution.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use asl_value::{MAX_DEPTH, Value};
use sha2::{Digest, Sha256};

use super::Resumed;
use crate::journal::ticket::Ticket;
use crate::journal::turn::Learned;

/// What a task has only in a journalled execution.
pub(super) struct Claim {
    pub(super) ticket: Ticket,
    /// Made on first use.
    key: OnceLock<String>,
    calls: Mutex<Calls>,
}

/// What is known of this call of the handler, and of an earlier one.
#[derive(Default)]
struct Calls {
    /// Whether the submission is on its way to a turn.
    has_reported_submission: bool,
    /// What was submitted, until the handler is called. Only in an execution that is resumed.
    submitted: Option<Value>,
    resumed: Option<Resumed>,
}

impl Claim {
    pub(super) fn new(ticket: Ticket) -> Claim {
        Claim { ticket, key: OnceLock::new(), calls: Mutex::default() }
    }

    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn resumed(&self) -> Option<Resumed> {
        self.calls().resumed.clone()
    }

    pub(super) fn has_reported_submission(&self) -> bool {
        self.calls().has_reported_submission
    }

    /// The handler of an execution that is resumed is about to be called.
    pub(super) fn begin_live(&self, is_started: bool) {
        let mut calls = self.calls();
        let submitted = calls.submitted.take();
        calls.resumed = Some(Resumed { is_started, submitted });
    }

    /// The handler reports a submission.
    pub(super) fn report_submission(&self, output: Value) {
        self.calls().has_reported_submission = true;
        // What is nested too deep cannot be written.
        let output = if output.depth() > MAX_DEPTH { "…".into() } else { output };
        self.ticket.report(Learned::Submitted(output), None);
    }

    /// The turn of a submission has come.
    pub(super) fn submitted(&self, output: &Value) {
        if self.ticket.is_resumed() {
            self.calls().submitted = Some(output.clone());
        }
    }

    /// See [`Task::idempotency_key`](super::Task::idempotency_key).
    pub(super) fn idempotency_key(&self, execution_arn: &str) -> &str {
        self.key.get_or_init(|| {
            let mut hash = Sha256::new_with_prefix(execution_arn.as_bytes());
            hash.update([0]);
            hash.update(self.ticket.effect().as_text().as_bytes());
            let hash: [u8; 32] = hash.finalize().into();
            let half = |at: usize| {
                let bytes = hash.get(at..at + 8).and_then(|bytes| bytes.first_chunk());
                bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
            };
            asl_query::sfn::uuid([half(0), half(8)])
        })
    }
}
