//! The time that signatures are dated with and credentials expire by, and the ends of calls; tasks have their engine's.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Now.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// The instant in so much time; a day is as good as forever.
pub(crate) fn after(time: Duration) -> Instant {
    Instant::now() + time.min(Duration::from_secs(86_400))
}

/// How long it is until then.
pub(crate) fn until(instant: Instant) -> Duration {
    instant.saturating_duration_since(Instant::now())
}
