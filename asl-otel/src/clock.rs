//! The clock of the tracer. Spans have the times of their events; this one only bounds how long sending takes.

use std::time::SystemTime;

use asl_value::Timestamp;
use tokio::time::Instant;

/// An instant that deadlines are counted from.
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// The time of day.
pub(crate) fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}
