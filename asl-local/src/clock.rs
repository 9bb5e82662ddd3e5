//! The wall clock of the API. Executions use the clock of their engine.

use std::time::SystemTime;

use asl_value::Timestamp;
use tokio::time::Instant;

/// The current time in whole milliseconds, as in AWS's responses.
pub(crate) fn now() -> Timestamp {
    Timestamp::from(SystemTime::now()).to_millis()
}

/// The current instant, for measuring durations.
pub(crate) fn instant() -> Instant {
    Instant::now()
}
