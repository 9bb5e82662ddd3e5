//! [`Budget`]: the memory that one execution holds, its branches, iterations and children included.
//!
//! What is counted is an estimate: the text of values, and a fixed size for what carries them. Values that are shared count
//! wherever they are held, so the estimate is high rather than low. The root's own payload is not counted: the limit on
//! payloads bounds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use asl_model::error_name;

use crate::{Failure, Limits};

/// What a branch, an iteration or a child execution takes besides its payload: its future, mostly.
pub(crate) const STRAND_BYTES: u64 = 16 << 10;

/// What one value takes in memory besides its text.
pub(crate) const VALUE_BYTES: u64 = 48;

/// The count of one execution and of all in it.
#[derive(Debug)]
pub(crate) struct Budget {
    most_bytes: Option<u64>,
    most_strands: usize,
    bytes: AtomicU64,
    /// Those of `bytes` that strands hold: they are free again when the strands end.
    strand_bytes: AtomicU64,
    strands: AtomicUsize,
}

/// A part of the budget, free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    budget: Arc<Budget>,
    bytes: u64,
    strands: usize,
}

/// There is no room for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exceeded(u64);

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Arc<Budget> {
        Arc::new(Budget {
            most_bytes: limits.memory_bytes,
            most_strands: limits.strands,
            bytes: AtomicU64::new(0),
            strand_bytes: AtomicU64::new(0),
            strands: AtomicUsize::new(0),
        })
    }

    /// Nothing yet.
    pub(crate) fn hold(self: &Arc<Budget>) -> Held {
        Held { budget: Arc::clone(self), bytes: 0, strands: 0 }
    }

    /// The part of a strand that begins, or of a child execution.
    pub(crate) fn hold_strand(self: &Arc<Budget>) -> Held {
        self.strands.fetch_add(1, Ordering::Relaxed);
        Held { budget: Arc::clone(self), bytes: 0, strands: 1 }
    }

    /// Whether one more strand may begin beside those that run. A Map without any may begin one regardless, so that it
    /// makes progress.
    ///
    /// Strands may begin with half of what items and results leave: their payloads grow, and their results need room.
    pub(crate) fn has_room(&self) -> bool {
        self.strands.load(Ordering::Relaxed) < self.most_strands
            && self.most_bytes.is_none_or(|most| {
                let of_strands = self.strand_bytes.load(Ordering::Relaxed);
                let others = self.bytes.load(Ordering::Relaxed).saturating_sub(of_strands);
                of_strands < most.saturating_sub(others) / 2
            })
    }

    /// What is left, if there is a limit.
    pub(crate) fn left(&self) -> Option<u64> {
        let bytes = self.bytes.load(Ordering::Relaxed);
        self.most_bytes.map(|most| most.saturating_sub(bytes))
    }
}

impl Held {
    /// Holds `bytes`, instead of what it held before.
    pub(crate) fn set(&mut self, bytes: u64) -> Result<(), Exceeded> {
        let before = std::mem::replace(&mut self.bytes, bytes);
        if bytes <= before {
            self.release(before - bytes);
            return Ok(());
        }
        let more = bytes - before;
        if self.is_strand() {
            self.budget.strand_bytes.fetch_add(more, Ordering::Relaxed);
        }
        let sum = self.budget.bytes.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        match self.budget.most_bytes {
            Some(most) if sum > most => Err(Exceeded(most)),
            _ => Ok(()),
        }
    }

    fn release(&self, bytes: u64) {
        self.budget.bytes.fetch_sub(bytes, Ordering::Relaxed);
        if self.is_strand() {
            self.budget.strand_bytes.fetch_sub(bytes, Ordering::Relaxed);
        }
    }

    fn is_strand(&self) -> bool {
        self.strands > 0
    }

    /// Another part of the same budget.
    pub(crate) fn beside(&self) -> Held {
        self.budget.hold()
    }

    /// What is left of the budget: all there is without a limit.
    pub(crate) fn left(&self) -> u64 {
        self.budget.left().unwrap_or(u64::MAX)
    }

    /// Holds this many more bytes.
    pub(crate) fn add(&mut self, bytes: u64) -> Result<(), Exceeded> {
        self.set(self.bytes.saturating_add(bytes))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.release(self.bytes);
        self.budget.strands.fetch_sub(self.strands, Ordering::Relaxed);
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
        // Items and results, then a strand beside them.
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
