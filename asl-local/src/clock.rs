//! The wall clock of the API. Executions use the clock of their engine.

#[cfg(not(test))]
use std::time::SystemTime;

#[cfg(not(test))]
use asl_value::Timestamp;
use tokio::time::Instant;

/// The current time in whole milliseconds, as in AWS's responses.
#[cfg(not(test))]
pub(crate) fn now() -> Timestamp {
    Timestamp::from(SystemTime::now()).to_millis()
}

#[cfg(test)]
pub(crate) use simulated::now;

/// The current instant, for measuring durations.
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// A wall clock that a simulation sets for its thread.
#[cfg(test)]
pub(crate) mod simulated {
    use std::cell::Cell;
    use std::time::SystemTime;

    use asl_value::Timestamp;
    use tokio::time::Instant;

    thread_local! {
        static SHOWN: Cell<Option<(Instant, Timestamp)>> = const { Cell::new(None) };
    }

    /// On this thread, the clock shows `now` at this moment, and continues with tokio's clock.
    #[cfg_attr(not(feature = "data-dir"), allow(dead_code, reason = "only a data folder is simulated"))]
    pub(crate) fn show(now: Timestamp) {
        SHOWN.set(Some((Instant::now(), now)));
    }

    pub(crate) fn now() -> Timestamp {
        let shown = SHOWN.get().map(|(instant, shown)| shown.plus(instant.elapsed()));
        shown.unwrap_or_else(|| SystemTime::now().into()).to_millis()
    }
}
