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
    /// Lent to executions that may run on other threads. They change it, too.
    lent_bytes: AtomicU64,
    /// If it is a part of the memory of another execution.
    loan: Option<Loan>,
}

/// Memory of another execution, taken in steps, so that the threads seldom meet.
#[derive(Debug)]
struct Loan {
    lender: Arc<Budget>,
    /// Only the borrower changes it.
    bytes: Count,
}

/// How much is lent or given back at a time.
const STEP_BYTES: u64 = 64 << 10;

impl Loan {
    /// Borrows what is missing of `bytes`, or gives back what is left over. Whether there is enough.
    fn cover(&self, bytes: u64) -> bool {
        let borrowed = self.bytes.get();
        if bytes > borrowed {
            let more = (bytes - borrowed).next_multiple_of(STEP_BYTES);
            self.lender.lent_bytes.fetch_add(more, Ordering::Relaxed);
            self.bytes.add(more);
            return self.lender.fits().is_ok();
        }
        let less = (borrowed - bytes) / STEP_BYTES * STEP_BYTES;
        if less > STEP_BYTES {
            self.give_back(less);
        }
        true
    }

    fn give_back(&self, less: u64) {
        self.lender.lent_bytes.fetch_sub(less, Ordering::Relaxed);
        self.bytes.subtract(less);
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.give_back(self.bytes.get());
    }
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
        Budget::within(limits, None)
    }

    /// The memory of an execution that is also a part of that of another one.
    pub(crate) fn within(limits: &Limits, lender: Option<Arc<Budget>>) -> Arc<Budget> {
        Arc::new(Budget {
            most_bytes: limits.memory_bytes,
            most_strands: limits.strands,
            strand_bytes: Count::default(),
            other_bytes: Count::default(),
            strands: Count::default(),
            lent_bytes: AtomicU64::new(0),
            loan: lender.map(|lender| Loan { lender, bytes: Count::default() }),
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
                .is_none_or(|most| self.begun_bytes() < most.saturating_sub(self.other_bytes.get()) / 2)
    }

    /// What strands and children hold, wherever they run.
    fn begun_bytes(&self) -> u64 {
        self.strand_bytes.get().saturating_add(self.lent_bytes.load(Ordering::Relaxed))
    }

    fn bytes(&self) -> u64 {
        self.begun_bytes().saturating_add(self.other_bytes.get())
    }

    /// Whether what is held is not too much.
    fn fits(&self) -> Result<(), Exceeded> {
        let (bytes, is_covered) =
            (self.bytes(), self.loan.as_ref().is_none_or(|loan| loan.cover(self.bytes())));
        match self.most_bytes {
            Some(most) if bytes > most || !is_covered => Err(Exceeded(most)),
            _ => Ok(()),
        }
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
        self.budget.fits()
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
        self.budget.fits()
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
    fn what_is_lent_counts_for_both() {
        let (most, step) = (10 * STEP_BYTES, STEP_BYTES);
        let lender = budget(most, 10);
        let limits = Limits { memory_bytes: Some(most), ..Limits::standard() };
        let within = |lender: &Arc<Budget>| Budget::within(&limits, Some(Arc::clone(lender)));
        let (first, second) = (within(&lender), within(&lender));
        let (mut a, mut b, mut own) = (first.hold(), second.hold(), lender.hold());
        assert_eq!((a.set(1), lender.left()), (Ok(()), Some(most - step)));
        assert_eq!((b.set(5 * step), lender.left()), (Ok(()), Some(most - 6 * step)));
        assert_eq!((a.set(4 * step), lender.left()), (Ok(()), Some(most - 9 * step)));
        assert_eq!((own.set(2 * step), a.set(4 * step + 1)), (Err(Exceeded(most)), Err(Exceeded(most))));
        assert!(!lender.has_room());
        // What is not needed any more is given back with the next thing that is held, and at the end.
        assert_eq!((own.set(0), b.set(1), b.set(2)), (Ok(()), Ok(()), Ok(())));
        assert_eq!(lender.left(), Some(most - 6 * step));
        // One that is lent something lends, too.
        let third = within(&second);
        assert_eq!((third.hold().set(step), lender.left()), (Ok(()), Some(most - 7 * step)));
        drop((a, b, first, third, second));
        assert_eq!((lender.left(), lender.has_room()), (Some(most), true));
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
