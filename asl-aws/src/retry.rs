//! Which calls are retried, and when: the standard mode of AWS's SDKs.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use asl_engine::Entropy;

/// Attempts in total.
pub(crate) const MAX_ATTEMPTS: u16 = 3;
const LONGEST_DELAY: Duration = Duration::from_secs(20);
const TOKENS: u32 = 500;
const COST: u32 = 5;

/// Error codes of throttling, and of requests that may be repeated.
static CODES: &[&str] = &[
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestTimeout",
    "RequestTimeoutException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Whether the call is worth retrying.
pub(crate) fn is_transient(status: u16, code: &str) -> bool {
    matches!(status, 429 | 500 | 502 | 503 | 504) || CODES.contains(&code)
}

/// How long to wait after this many attempts: a random part of a second, doubled with each further attempt.
pub(crate) fn delay(attempts: u32, entropy: &dyn Entropy) -> Duration {
    longest_delay(attempts).mul_f64(entropy.unit())
}

fn longest_delay(attempts: u32) -> Duration {
    Duration::from_secs(1u64 << attempts.saturating_sub(1).min(5)).min(LONGEST_DELAY)
}

/// Keeps retries from tripling the load on a failing service: each retry withdraws from the budget, each success pays in.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Budget(AtomicU32::new(TOKENS))
    }
}

impl Budget {
    /// Whether one more retry is allowed.
    pub(crate) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(COST)).is_ok()
    }

    pub(crate) fn give_back(&self) {
        let more = |left: u32| (left < TOKENS).then(|| left + 1);
        // A full budget stays as it is.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

#[cfg(test)]
mod tests {
    use asl_engine::SeededEntropy;

    use super::*;

    #[test]
    fn delays_double_up_to_an_end() {
        let seconds = [1, 2, 3, 6, 40].map(|attempts| longest_delay(attempts).as_secs());
        assert_eq!(seconds, [1, 2, 4, 20, 20]);
        assert!(delay(2, &SeededEntropy::new(1)) < Duration::from_secs(2));
    }

    #[test]
    fn a_budget_ends() {
        let budget = Budget::default();
        assert_eq!((0..200).filter(|_| budget.take()).count(), 100);
        (0..5).for_each(|_| budget.give_back());
        assert!(budget.take() && !budget.take());
    }

    #[test]
    fn throttling_and_trouble_are_transient() {
        assert!(
            is_transient(400, "ThrottlingException") && is_transient(503, "") && is_transient(429, "Any")
        );
        assert!(
            !is_transient(400, "ValidationException")
                && !is_transient(404, "NoSuchKey")
                && !is_transient(501, "")
        );
    }
}
