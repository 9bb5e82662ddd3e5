//! [`StateWork`]: how much the expressions of one state have computed.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{EvalError, Host};

/// Counts the steps of the expressions of one state, all together, and asks the host from time to time whether it still needs
/// their results.
///
/// A step is a small piece of work: a value that a path visits, a condition of a filter, a rule of a Choice, a few dozen bytes
/// of a text. Steps depend on the expressions and their data alone, so an execution that is repeated ends at the same one.
/// What takes long in a definition of a stranger is not one expression but their number, so a state has one `StateWork` for all of
/// them, in [`Env::work`](crate::Env::work).
///
/// ```
/// use asl_query::{FixedHost, Spent, StateWork};
///
/// let work = StateWork::new();
/// assert_eq!(work.spend(StateWork::MOST_STEPS, &FixedHost), Ok(()));
/// assert_eq!(work.spend(1, &FixedHost), Err(Spent::Exceeded));
/// ```
///
/// Only JSONPath counts: an expression of JSONata has a time of its own, which AWS documents.
#[derive(Debug)]
pub struct StateWork {
    /// Steps so far.
    steps: AtomicU64,
    /// Beyond this step, the host is asked or the work ends.
    check_at: AtomicU64,
    /// The last step that is allowed.
    most: AtomicU64,
}

/// Why no more work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Spent {
    /// The state takes more than [`StateWork::MOST_STEPS`].
    Exceeded,
    /// The host needs no result any more, see [`Host::must_stop`].
    Interrupted,
}

/// How many steps pass between two questions to the host.
const BETWEEN_QUESTIONS: u64 = 4_096;

impl StateWork {
    /// The most steps of one state: about as long as the second that AWS gives an expression of JSONata.
    ///
    /// UNRECORDED: AWS's limit on the work of a state that uses JSONPath; payloads of 256 KiB bound it there.
    pub const MOST_STEPS: u64 = 30_000_000;

    /// The work of a state that begins.
    pub fn new() -> StateWork {
        let number = |value| AtomicU64::new(value);
        StateWork {
            steps: number(0),
            check_at: number(BETWEEN_QUESTIONS),
            most: number(StateWork::MOST_STEPS),
        }
    }

    /// Counts steps. It costs one addition and one comparison, unless it asks the host.
    ///
    /// # Errors
    /// There is nothing more to be done.
    #[inline]
    pub fn spend(&self, steps: u64, host: &dyn Host) -> Result<(), Spent> {
        // A state computes in one task, so nothing changes the number between the load and the store.
        let steps = self.steps.load(Ordering::Relaxed).saturating_add(steps);
        self.steps.store(steps, Ordering::Relaxed);
        if steps <= self.check_at.load(Ordering::Relaxed) { Ok(()) } else { self.check(steps, host) }
    }

    /// Allows as many steps again: for the next item of a Map, whose input is computed on its own.
    pub fn renew(&self) {
        let most = self.steps.load(Ordering::Relaxed).saturating_add(StateWork::MOST_STEPS);
        self.most.store(most, Ordering::Relaxed);
    }

    #[cold]
    fn check(&self, steps: u64, host: &dyn Host) -> Result<(), Spent> {
        let most = self.most.load(Ordering::Relaxed);
        if steps > most {
            return Err(Spent::Exceeded);
        }
        if host.must_stop() {
            return Err(Spent::Interrupted);
        }
        self.check_at.store(steps.saturating_add(BETWEEN_QUESTIONS).min(most), Ordering::Relaxed);
        Ok(())
    }
}

impl Default for StateWork {
    fn default() -> StateWork {
        StateWork::new()
    }
}

impl Spent {
    /// What the author of the machine reads. An interruption is not reported: the execution has ended.
    ///
    /// UNRECORDED: AWS's text for a state that computes too much.
    pub fn message(self) -> String {
        match self {
            Spent::Exceeded => format!(
                "The paths, rules and intrinsic functions of the state take more than {} steps.",
                StateWork::MOST_STEPS
            ),
            Spent::Interrupted => "The evaluation was interrupted.".to_owned(),
        }
    }
}

/// `States.Runtime`, as all that is wrong with a path or an intrinsic function.
impl From<Spent> for EvalError {
    #[cold]
    fn from(spent: Spent) -> EvalError {
        EvalError::runtime(spent.message())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use asl_value::Timestamp;

    use super::*;

    /// Ends the work at a question.
    struct Asked(AtomicU32, u32);

    impl Host for Asked {
        fn now(&self) -> Timestamp {
            Timestamp::EPOCH
        }
        fn random_u64(&self) -> u64 {
            0
        }
        fn must_stop(&self) -> bool {
            self.0.fetch_add(1, Ordering::Relaxed) + 1 >= self.1
        }
    }

    fn patient() -> Asked {
        Asked(AtomicU32::new(0), u32::MAX)
    }

    #[test]
    fn small_and_large_pieces_end_at_the_same_step() {
        for piece in [1, 7, 4_096, 1_000_003, StateWork::MOST_STEPS, u64::MAX] {
            let (work, host) = (StateWork::new(), patient());
            let mut spent = 0_u64;
            while work.spend(piece, &host).is_ok() {
                spent += piece;
            }
            assert!(
                spent <= StateWork::MOST_STEPS && spent.saturating_add(piece) > StateWork::MOST_STEPS,
                "{piece}"
            );
            assert_eq!(work.spend(0, &host), Err(Spent::Exceeded), "{piece}: once over, always over");
        }
    }

    #[test]
    fn the_host_is_asked_however_small_the_pieces_are() {
        for piece in [1, 100, 10_000] {
            let (work, host) = (StateWork::new(), Asked(AtomicU32::new(0), 3));
            let mut spent = 0;
            let ended = loop {
                match work.spend(piece, &host) {
                    Ok(()) => spent += piece,
                    Err(ended) => break ended,
                }
            };
            assert_eq!(ended, Spent::Interrupted);
            assert!(spent <= 3 * (BETWEEN_QUESTIONS + piece), "{piece}: {spent}");
        }
    }

    #[test]
    fn a_renewed_work_still_asks() {
        let (work, host) = (StateWork::new(), Asked(AtomicU32::new(0), 5));
        let items = std::iter::repeat_with(|| {
            work.renew();
            work.spend(1_000, &host)
        });
        assert_eq!(items.take_while(Result::is_ok).count(), 24);
        work.renew();
        assert_eq!(work.spend(StateWork::MOST_STEPS + 1, &patient()), Err(Spent::Exceeded));
    }
}
