//! [`Host`]: where expressions get time and random numbers, and their limits.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use asl_value::Timestamp;

/// The source of time and random numbers for expressions, and of the limits on one evaluation.
///
/// Languages have no clock and no randomness of their own: with a host that repeats itself, a run repeats. Only
/// [`now`](Host::now) and [`random_u64`](Host::random_u64) are required; the limits are off by default. Evaluations ask
/// often, so answers should be cheap, and from any thread, so a host needs interior mutability to count.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use asl_query::Host;
/// use asl_value::Timestamp;
///
/// /// Counts instead of drawing, and refuses values that take more than a mebibyte.
/// struct Counting(AtomicU64);
///
/// impl Host for Counting {
///     fn now(&self) -> Timestamp {
///         Timestamp::EPOCH
///     }
///     fn random_u64(&self) -> u64 {
///         self.0.fetch_add(1, Ordering::Relaxed)
///     }
///     fn memory_bytes(&self) -> Option<u64> {
///         Some(1 << 20)
///     }
/// }
///
/// let host = Counting(AtomicU64::new(7));
/// assert_eq!((host.random_u64(), host.random_u64()), (7, 8));
/// ```
pub trait Host: Send + Sync {
    /// The current time: `$now()`, `$millis()`.
    fn now(&self) -> Timestamp;
    /// 64 random bits: `States.UUID`, `States.MathRandom`, `$random()`, `$uuid()`.
    fn random_u64(&self) -> u64;
    /// How long the caller can still compute. An evaluation that takes longer fails in the same way as one that exceeds the
    /// language's own limit. `None` leaves the language's limit alone.
    fn time_left(&self) -> Option<Duration> {
        None
    }
    /// Whether the caller does again what it has computed before, as a replay does. A language then allows an evaluation
    /// more time than its own limit, so that it comes to the same result on a machine that is busier.
    fn is_repeating(&self) -> bool {
        false
    }
    /// The memory, in bytes, that a value may take which an evaluation or a template builds on the way to its result, as
    /// [`Value::memory_bytes`](asl_value::Value::memory_bytes) estimates it. A larger one fails with `States.DataLimitExceeded`; `None` for no limit.
    fn memory_bytes(&self) -> Option<u64> {
        None
    }
    /// Whether the caller no longer needs the result, since its time is over or it was cancelled. What computes for long
    /// asks from time to time, and fails if so: the caller does not report that failure.
    fn must_stop(&self) -> bool {
        false
    }
    /// A flag that ends a running evaluation once another thread sets it.
    fn stop_flag(&self) -> Option<Arc<AtomicBool>> {
        None
    }
}

/// A host for tests and examples: the time is always the start of 1970, and every random number is zero.
#[derive(Debug, Clone, Copy, Default)]
pub struct FixedHost;

impl Host for FixedHost {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }
    fn random_u64(&self) -> u64 {
        0
    }
}
