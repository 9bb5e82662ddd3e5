//! [`Pace`]: how many invocations may be in flight, and how long what was sent in vain waits.

use std::time::Duration;

use asl_engine::Entropy;

/// How often the worker of one child may crash before the child fails.
pub(super) const MOST_CRASHES: u32 = 5;

/// How often a batch may be refused for now before its children fail. Throttling counts only where nothing else ends the wait.
pub(super) const MOST_REFUSALS: u32 = 12;

/// How many workers with one child may crash in a row, with no answer of any worker between, before the function counts as
/// broken.
const BROKEN_AFTER: u32 = 20;

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(20);

/// How many invocations may be in flight: as many as Lambda lets run. Throttling halves the number; each answer adds one.
#[derive(Debug)]
pub(super) struct Pace {
    most: usize,
    now: usize,
    /// How often it was halved.
    halved: u64,
    crashes_alone: u32,
}

impl Pace {
    pub(super) fn new(most: usize) -> Pace {
        Pace { most, now: most, halved: 0, crashes_alone: 0 }
    }

    pub(super) fn in_flight(&self) -> usize {
        self.now
    }

    /// To be passed to [`throttled`](Pace::throttled).
    pub(super) fn mark(&self) -> u64 {
        self.halved
    }

    /// An invocation was throttled that began at `mark`. Those that began together count once.
    pub(super) fn throttled(&mut self, mark: u64) {
        if mark == self.halved {
            self.halved += 1;
            self.now = (self.now / 2).max(1);
        }
    }

    /// A worker has answered.
    pub(super) fn answered(&mut self) {
        self.crashes_alone = 0;
        self.now = (self.now + 1).min(self.most);
    }

    /// The worker of this many children has crashed. Returns whether no worker can be expected to do better.
    pub(super) fn crashed(&mut self, children: usize) -> bool {
        if children == 1 {
            self.crashes_alone = self.crashes_alone.saturating_add(1);
        }
        self.crashes_alone >= BROKEN_AFTER
    }
}

/// How long to wait after this many failures in a row: about twice as long with each.
pub(super) fn delay(failures: u32, entropy: &dyn Entropy) -> Duration {
    let longest = SHORTEST.saturating_mul(1 << failures.min(10)).min(LONGEST);
    // Half of it is random, so that batches do not come back together.
    longest.mul_f64(0.5 + entropy.unit() / 2.0)
}

#[cfg(test)]
mod tests {
    use asl_engine::SeededEntropy;

    use super::*;

    #[test]
    fn throttling_halves_the_number_once_for_those_that_began_together() {
        let mut pace = Pace::new(50);
        let mark = pace.mark();
        (0..10).for_each(|_| pace.throttled(mark));
        assert_eq!(pace.in_flight(), 25);
        let mark = pace.mark();
        pace.throttled(mark);
        assert_eq!(pace.in_flight(), 12);
        (0..100).for_each(|_| pace.answered());
        assert_eq!(pace.in_flight(), 50);
        (0..100).for_each(|_| pace.throttled(pace.mark()));
        assert_eq!(pace.in_flight(), 1);
    }

    #[test]
    fn a_function_is_broken_if_it_never_answers() {
        let mut pace = Pace::new(50);
        assert!(!(0..1000).any(|_| pace.crashed(2)));
        assert_eq!((0..30).filter(|_| pace.crashed(1)).count(), 11);
        pace.answered();
        assert!(!pace.crashed(1));
    }

    #[test]
    fn delays_grow_up_to_an_end() {
        let entropy = SeededEntropy::new(1);
        for (failures, millis) in [(0, 100), (1, 200), (5, 3200), (40, 20_000)] {
            let delay = delay(failures, &entropy).as_millis();
            assert!((millis / 2..=millis).contains(&delay), "{failures}: {delay}");
        }
    }
}
