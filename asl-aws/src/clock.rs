//! The time of signatures, of expiring credentials and of deadlines. Tasks use the engine's clock.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// The current time.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// The instant `time` from now, at most a day ahead.
pub(crate) fn after(time: Duration) -> Instant {
    Instant::now() + time.min(Duration::from_secs(86_400))
}

/// How long it is until an instant.
pub(crate) fn until(instant: Instant) -> Duration {
    instant.saturating_duration_since(Instant::now())
}
