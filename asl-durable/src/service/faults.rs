//! [`Faults`]: how badly the service behaves.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::operation_id::hashed;

/// How badly the service behaves. The default: it does not.
///
/// ```
/// use asl_durable::{Emulator, Fault, Faults};
/// let faults = Faults { page_size: Some(1), ..Faults::default() }.at(3, Fault::KilledAfterwards);
/// let service = Emulator::default().with_faults(faults);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// What happens at which checkpoint, counted from 1 over all invocations.
    pub at: BTreeMap<u64, Fault>,
    /// How many operations a page has at most.
    pub page_size: Option<usize>,
    /// The invocations, counted from 1, whose event is delivered twice at the same time.
    pub delivered_twice: Vec<u64>,
    /// Makes timers up to a second late, each by a time that depends on this number: what is due together ends in any
    /// order.
    pub late: Option<u64>,
    /// The functions whose invocation fails at once: the answer to the checkpoint that begins it says so.
    pub refused_functions: Vec<String>,
}

/// What happens at a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It is applied, and the process ends before it gets the answer.
    KilledAfterwards,
    /// It is refused, as if another invocation had taken over.
    StaleToken,
    /// The execution has been stopped: it is not applied, and its answer has no token.
    NoToken,
    /// It is not applied, and not answered: 429, or a server error.
    Unavailable,
    /// It is applied, and the answer is lost on the way.
    AnswerLost,
}

impl Faults {
    /// The same faults, and one more at a checkpoint, counted from 1.
    #[must_use]
    pub fn at(mut self, checkpoint: u64, fault: Fault) -> Faults {
        self.at.insert(checkpoint, fault);
        self
    }

    /// How late the timer of an operation is.
    pub(super) fn lateness(&self, id: &str) -> Duration {
        let Some(seed) = self.late else { return Duration::ZERO };
        let hash = hashed(&[id, &seed.to_string()]);
        let millis =
            hash.get(..4).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default();
        Duration::from_millis(millis % 1_000)
    }
}
