//! The clocks of calls: that of a run, which is paused, and the real one.

use std::time::Instant;

/// The real time, for measuring how long a call takes.
pub(super) fn real() -> Instant {
    Instant::now()
}

/// The time of the run in whose runtime it is called.
pub(super) fn of_run() -> tokio::time::Instant {
    tokio::time::Instant::now()
}
