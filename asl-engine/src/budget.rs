//! [`Budget`]: the memory that one execution holds, including its branches, iterations and children.
//!
//! What is counted is an estimate, [`Value::memory_bytes`](asl_value::Value::memory_bytes), and a fixed size for what
//! carries values. Values that are shared count wherever they are held, so the estimate is high rather than low. The
//! root's own payload is not counted: the limit on payloads bounds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use asl_model::error_name;

use crate::{Failure, Limits};

/// What a branch, an iteration or a child execution takes besides its payload: its future, mostly.
pub(crate) const STRAND_BYTES: u64 = 16 << 10;

/// The memory of one execution and of everything in it.
#[derive(Debug)]
pub(crate) struct Budget {
    most_bytes: Option<u64>,
    most_strands: usize,
    /// Held by strands, and free again when they end.
    strand_bytes: Count,
    /// Held by items, results and files.
    other_bytes: Count,
    strands: Count,
}

/// A count that all strands of an execution change.
///
/// They run in one task, so nothing changes it between the load and the store, and no locked instruction is needed.
#[derive(Debug, Default)]
struct Count(AtomicU64);

impl Count {
    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, more: u64) {
        self.0.store(self.get().saturating_add(more), Ordering::Relaxed);
    }

    fn subtract(&self, less: u64) {
        self.0.store(self.get().saturating_sub(less), Ordering::Relaxed);
    }
}

/// A part of the budget. Dropping it frees the part.
#[derive(Debug)]
pub(crate) struct Held {
    budget: Arc<Budget>,
    bytes: u64,
    holder: Holder,
}

/// What holds memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// A branch, an iteration or a child execution.
    Strand,
    /// Items, results or a file.
    Data,
}

/// The limit is exceeded: it is this many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exceeded(u64);

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Arc<Budget> {
        Arc::new(Budget {
            most_bytes: limits.memory_bytes,
            most_strands: limits.strands,
            strand_bytes: Count::default(),
            other_bytes: Count::default(),
            strands: Count::default(),
        })
    }

    /// A part for items, results or a file. It holds nothing yet.
    pub(crate) fn hold(self: &Arc<Budget>) -> Held {
        Held { budget: Arc::clone(self), bytes: 0, holder: Holder::Data }
    }

    /// A part for a strand or a child execution that begins.
    pub(crate) fn hold_strand(self: &Arc<Budget>) -> Held {
        self.strands.add(1);
        Held { budget: Arc::clone(self), bytes: 0, holder: Holder::Strand }
    }

    /// Whether one more strand may begin alongside those that run. A Map without any may begin one regardless, so that
    /// it makes progress.
    ///
    /// Strands may begin with half of what items and results leave: their payloads grow, and their results need room.
    pub(crate) fn has_room(&self) -> bool {
        self.strands.get() < self.most_strands as u64
            && self
                .most_bytes
                .is_none_or(|most| self.strand_bytes.get() < most.saturating_sub(self.other_bytes.get()) / 2)
    }

    fn bytes(&self) -> u64 {
        self.strand_bytes.get().saturating_add(self.other_bytes.get())
    }

    /// How many bytes are left, if there is a limit.
    pub(crate) fn left(&self) -> Option<u64> {
        self.most_bytes.map(|most| most.saturating_sub(self.bytes()))
    }
}

impl Held {
    /// Changes what it holds to `bytes`.
    pub(crate) fn set(&mut self, bytes: u64) -> Result<(), Exceeded> {
        let before = std::mem::replace(&mut self.bytes, bytes);
        if bytes <= before {
            self.count().subtract(before - bytes);
            return Ok(());
        }
        self.count().add(bytes - before);
        match self.budget.most_bytes {
            Some(most) if self.budget.bytes() > most => Err(Exceeded(most)),
            _ => Ok(()),
        }
    }

    fn count(&self) -> &Count {
        match self.holder {
            Holder::Strand => &self.budget.strand_bytes,
            Holder::Data => &self.budget.other_bytes,
        }
    }

    /// Changes what it holds by that of one thing, from `before` to `after`. Fails, too, if too much is held already.
    pub(crate) fn replace(&mut self, before: u64, after: u64) -> Result<(), Exceeded> {
        self.set(self.bytes.saturating_sub(before).saturating_add(after))?;
        match self.budget.most_bytes {
            Some(most) if self.budget.bytes() > most => Err(Exceeded(most)),
            _ => Ok(()),
        }
    }

    /// Returns another part of the same budget, for data.
    pub(crate) fn another(&self) -> Held {
        self.budget.hold()
    }

    /// How many bytes are left of the budget; `u64::MAX` without a limit.
    pub(crate) fn left(&self) -> u64 {
        self.budget.left().unwrap_or(u64::MAX)
    }

    /// Holds `bytes` more.
    pub(crate) fn add(&mut self, bytes: u64) -> Result<(), Exceeded> {
        self.set(self.bytes.saturating_add(bytes))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.count().subtract(self.bytes);
        if self.holder == Holder::Strand {
            self.budget.strands.subtract(1);
        }
    }
}

impl From<Exceeded> for Failure {
    fn from(Exceeded(most): Exceeded) -> Failure {
        // DEVIATION: AWS has memory enough for what its other limits allow.
        let cause = format!("The execution holds more than {most} bytes in memory, the limit of its host.");
        Failure::new(error_name::DATA_LIMIT_EXCEEDED, cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(memory_bytes: u64, strands: usize) -> Arc<Budget> {
        Budget::new(&Limits { memory_bytes: Some(memory_bytes), strands, ..Limits::standard() })
    }

    #[test]
    fn what_is_held_is_free_again() {
        let budget = budget(100, 10);
        let (mut a, mut b) = (budget.hold(), budget.hold());
        for (bytes, left) in [(60, 40), (100, 0), (10, 90), (0, 100), (50, 50)] {
            assert_eq!(a.set(bytes), Ok(()), "{bytes}");
            assert_eq!(budget.left(), Some(left), "{bytes}");
        }
        assert_eq!(b.add(50), Ok(()));
        assert_eq!(b.add(1), Err(Exceeded(100)));
        drop(a);
        assert_eq!(budget.left(), Some(49));
        assert_eq!(b.add(u64::MAX), Err(Exceeded(100)));
        drop(b);
        assert_eq!(budget.left(), Some(100));
    }

    #[test]
    fn strands_begin_while_there_is_room() {
        let budget = budget(100, 2);
        assert!(budget.has_room());
        let strands = [budget.hold_strand(), budget.hold_strand()];
        assert!(!budget.has_room());
        drop(strands);
        let mut strand = budget.hold_strand();
        // Items and results, then a strand alongside them.
        let mut others = budget.hold();
        for (items, bytes, expected) in
            [(0, 49, true), (0, 50, false), (60, 19, true), (60, 20, false), (100, 0, false), (98, 0, true)]
        {
            assert_eq!((strand.set(bytes), others.set(items)), (Ok(()), Ok(())));
            assert_eq!(budget.has_room(), expected, "{items} {bytes}");
        }
        drop(strand);
        assert_eq!(budget.left(), Some(2));
    }

    #[test]
    fn the_failure_names_the_limit() {
        let failure = Failure::from(Exceeded(1000));
        assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
        let cause = failure.cause.as_deref();
        assert_eq!(cause, Some("The execution holds more than 1000 bytes in memory, the limit of its host."));
    }
}
