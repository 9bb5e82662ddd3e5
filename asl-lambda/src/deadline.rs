//! What time it is, and when an execution has to end.

use std::time::{Duration, SystemTime};

use asl_value::Timestamp;

/// A deadline that has passed longer ago than this was never meant: `cargo lambda watch` sends one of 1970.
const STALE: Duration = Duration::from_secs(3600);

/// The deadline that Lambda gives an invocation, in milliseconds since 1970; `None` for one that cannot be meant.
pub(crate) fn of_invocation(deadline_ms: u64) -> Option<Timestamp> {
    known(deadline_ms, now())
}

pub(crate) fn now() -> Timestamp {
    SystemTime::now().into()
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
