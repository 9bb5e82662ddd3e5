//! The time that the API answers with; executions have their engine's.

use std::time::SystemTime;

use asl_value::Timestamp;
use tokio::time::Instant;

/// Now, in whole milliseconds, as AWS's answers have it.
pub(crate) fn now() -> Timestamp {
    Timestamp::from(SystemTime::now()).to_millis()
}

/// Now, to measure how long something takes.
pub(crate) fn instant() -> Instant {
    Instant::now()
}
