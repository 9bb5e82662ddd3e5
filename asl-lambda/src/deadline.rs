//! The current time, and the deadline of an invocation.

use std::time::{Duration, SystemTime};

use asl_value::Timestamp;
use tokio::time::Instant;

/// A deadline that passed longer ago than this is not a real one: `cargo lambda watch` sends a date of 1970.
const STALE: Duration = Duration::from_secs(3600);

/// How long an execution may take to be kept, before the timeout of the function.
const LONGEST_TO_KEEP: Duration = Duration::from_secs(10);

/// How long the answers of workers may take whose time is over, before the execution ends.
const LONGEST_TO_ANSWER: Duration = Duration::from_secs(2);

/// When the executions of an invocation end, and when their children do that run in other invocations.
///
/// An execution that is kept ends earlier, and its workers before it: what they have done is then kept, too.
pub(crate) fn of_executions(
    now: Timestamp,
    timeout: Timestamp,
    margin: Duration,
    is_kept: bool,
) -> (Timestamp, Timestamp) {
    if !is_kept {
        let deadline = timeout.minus(margin);
        return (deadline, deadline);
    }
    let deadline = timeout.minus(margin.max(LONGEST_TO_KEEP.min(timeout.since(now) / 4)));
    (deadline, deadline.minus(LONGEST_TO_ANSWER.min(deadline.since(now) / 10)))
}

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
    fn an_execution_that_is_kept_ends_earlier() {
        let at = Timestamp::from_epoch_millis;
        for (seconds, margin, is_kept, deadline, until) in [
            (900, 500, false, 899_500, 899_500),
            (900, 500, true, 890_000, 888_000),
            (900, 20_000, true, 880_000, 878_000),
            (12, 500, true, 9_000, 8_100),
        ] {
            let timeout = at(seconds * 1000);
            let found = of_executions(at(0), timeout, Duration::from_millis(margin), is_kept);
            assert_eq!(found, (at(deadline), at(until)), "{seconds} s, {margin} ms, {is_kept}");
        }
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
