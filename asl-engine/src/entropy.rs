//! [`Entropy`]: where random numbers come from.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A source of random numbers for jitter, `States.UUID`, `States.MathRandom` and task tokens.
///
/// [`SystemEntropy`] is the default. [`SeededEntropy`] makes a run repeatable. It must not be used where task tokens
/// are handed out, as they could be guessed.
pub trait Entropy: Send + Sync {
    /// Returns 64 random bits.
    fn next_u64(&self) -> u64;

    /// Returns a random UUID of version 4.
    ///
    /// ```
    /// use asl_engine::{Entropy, SeededEntropy};
    /// assert_eq!(&SeededEntropy::new(1).uuid()[14..15], "4");
    /// ```
    fn uuid(&self) -> String {
        asl_query::sfn::uuid([self.next_u64(), self.next_u64()])
    }

    /// A random number in `[0, 1)`.
    fn unit(&self) -> f64 {
        asl_query::sfn::unit(self.next_u64())
    }

    /// Seeds the source again from `fresh` random bits. It is called after the process was restored from a snapshot,
    /// from which other processes may be restored, too. A source that is meant to repeat ignores it.
    fn reseed(&self, fresh: u64) {
        let _ = fresh;
    }
}

impl<E: Entropy + ?Sized> Entropy for Arc<E> {
    fn next_u64(&self) -> u64 {
        self.as_ref().next_u64()
    }

    fn uuid(&self) -> String {
        self.as_ref().uuid()
    }

    fn reseed(&self, fresh: u64) {
        self.as_ref().reseed(fresh);
    }
}

/// The random numbers of the operating system, which cannot be predicted from earlier ones.
///
/// A few are drawn at a time, as each draw is a call of the system. [`reseed`](Entropy::reseed) discards those that are
/// left.
///
/// A counter, hashed with keys that were drawn when the process started, is mixed in. It distinguishes processes that
/// were restored from one snapshot, and is used alone on a system without random numbers.
#[derive(Debug)]
pub struct SystemEntropy {
    keys: RandomState,
    count: AtomicU64,
    salt: AtomicU64,
    drawn: Mutex<Drawn>,
}

/// Random numbers of the operating system that nobody has got yet.
#[derive(Default)]
struct Drawn {
    numbers: [u64; DRAWN_TOGETHER],
    left: usize,
}

const DRAWN_TOGETHER: usize = 32;

/// Shows no number: task tokens are made of them.
impl fmt::Debug for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drawn").field("left", &self.left).finish_non_exhaustive()
    }
}

impl Drawn {
    /// The next number, which is then forgotten. `None` on a system without random numbers.
    fn next(&mut self) -> Option<u64> {
        if self.left == 0 {
            let mut bytes = [0; 8 * DRAWN_TOGETHER];
            getrandom::getrandom(&mut bytes).ok()?;
            let (words, _) = bytes.as_chunks::<8>();
            self.numbers.iter_mut().zip(words).for_each(|(number, word)| *number = u64::from_ne_bytes(*word));
            self.left = DRAWN_TOGETHER;
        }
        self.left -= 1;
        self.numbers.get_mut(self.left).map(std::mem::take)
    }
}

impl SystemEntropy {
    /// A new source, seeded from the operating system.
    pub fn new() -> SystemEntropy {
        let [count, salt] = [0, 0].map(AtomicU64::new);
        SystemEntropy { keys: RandomState::new(), count, salt, drawn: Mutex::default() }
    }

    fn drawn(&self) -> MutexGuard<'_, Drawn> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counted(&self) -> u64 {
        self.keys.hash_one((self.salt.load(Ordering::Relaxed), self.count.fetch_add(1, Ordering::Relaxed)))
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        SystemEntropy::new()
    }
}

impl Entropy for SystemEntropy {
    fn next_u64(&self) -> u64 {
        let drawn = self.drawn().next();
        drawn.unwrap_or_default() ^ self.counted()
    }

    fn reseed(&self, fresh: u64) {
        self.salt.store(fresh, Ordering::Relaxed);
        *self.drawn() = Drawn::default();
    }
}

/// Returns the same numbers for the same seed, so that a run can be repeated.
///
/// ```
/// use asl_engine::{Entropy, SeededEntropy};
/// assert_eq!(SeededEntropy::new(7).next_u64(), SeededEntropy::new(7).next_u64());
/// ```
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// A source with this seed.
    pub fn new(seed: u64) -> SeededEntropy {
        SeededEntropy(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    /// SplitMix64, whose state is a counter: safe to share without a lock.
    fn next_u64(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_returned_twice() {
        let source = SystemEntropy::new();
        let numbers: std::collections::HashSet<u64> =
            (0..5000).map(|_| source.drawn().next().unwrap()).collect();
        assert_eq!(numbers.len(), 5000);
        // What was returned is not kept.
        let drawn = source.drawn();
        assert_eq!(drawn.numbers.iter().filter(|number| **number != 0).count(), drawn.left);
    }

    /// Copies of one process have the same keys and the same count.
    #[test]
    fn copies_differ_once_they_are_reseeded() {
        let keys = RandomState::new();
        let copy = || SystemEntropy { keys: keys.clone(), count: AtomicU64::new(7), ..SystemEntropy::new() };
        assert_ne!(copy().next_u64(), copy().next_u64());
        assert_eq!(copy().counted(), copy().counted());
        let drawn = |fresh| {
            let copy = copy();
            copy.reseed(fresh);
            copy.counted()
        };
        assert_ne!(drawn(1), drawn(2));
        // Those that were drawn before the process was copied.
        let source = copy();
        source.next_u64();
        assert_eq!(source.drawn().left, DRAWN_TOGETHER - 1);
        source.reseed(1);
        let drawn = source.drawn();
        assert_eq!((drawn.left, drawn.numbers), (0, [0; DRAWN_TOGETHER]));
        let seeded = SeededEntropy::new(7);
        seeded.reseed(1);
        assert_eq!(seeded.next_u64(), SeededEntropy::new(7).next_u64());
    }
}
