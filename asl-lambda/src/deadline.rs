//! The current time, and the deadline of an invocation.

use std::time::{Duration, SystemTime};

use asl_value::Timestamp;
use tokio::time::Instant;

/// A deadline that passed longer ago than this is not a real one: `cargo lambda watch` sends a date of 1970.
const STALE: Duration = Duration::from_secs(3600);

/// The deadline of an invocation, which Lambda sends in milliseconds since 1970; `None` if it is not a real one.
pub(crate) fn of_invocation(deadline_ms: u64) -> Option<Timestamp> {
    known(deadline_ms, now())
}

pub(crate) fn now() -> Timestamp {
    SystemTime::now().into()
}

/// The current time of what is waited for, which tests may skip.
pub(crate) fn instant() -> Instant {
    Instant::now()
}

fn known(deadline_ms: u64, now: Timestamp) -> Option<Timestamp> {
    let deadline = Timestamp::from_epoch_millis(i64::try_from(deadline_ms).unwrap_or(i64::MAX));
    (now.since(deadline) <= STALE).then_some(deadline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(deadline_ms: u64, expect: Option<u64>) {
        let now = Timestamp::from_epoch_millis(1_800_000_000_000);
        let expect = expect.map(|millis| Timestamp::from_epoch_millis(millis as i64));
        assert_eq!(known(deadline_ms, now), expect);
    }

    #[test]
    fn a_stale_deadline_is_unknown() {
        check(1_800_000_030_000, Some(1_800_000_030_000));
        check(1_800_000_000_000 - 3_600_000, Some(1_800_000_000_000 - 3_600_000));
        check(1_800_000_000_000 - 3_600_001, None);
        check(600_000, None);
        check(0, None);
        check(u64::MAX, Some(i64::MAX as u64));
    }
}
