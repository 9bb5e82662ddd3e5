//! [`Polling`]: asking about a job until it has ended.

use std::time::Duration;

use asl_engine::{Failure, Task};

/// Requests in a row that may fail before the task does.
const MAX_UNANSWERED: u32 = 10;

/// How often a `.sync` task asks for the status of its job. The default: after half a second, then after ever longer
/// waits, up to 20 seconds.
///
/// Shorter waits suit emulators and tests. Against AWS they cost requests, which count towards the service's quota.
///
/// ```
/// use std::time::Duration;
/// use asl_aws::{Aws, Config, Polling};
///
/// let polling = Polling::new(Duration::from_millis(20), Duration::from_millis(200));
/// let aws = Aws::new(Config::new("eu-west-1")).with_polling(polling);
/// # let _ = aws;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Polling {
    first: Duration,
    longest: Duration,
}

impl Polling {
    /// Waits `first` before the first request, then half as long again each time, up to `longest`.
    pub fn new(first: Duration, longest: Duration) -> Polling {
        Polling { first, longest }
    }
}

impl Default for Polling {
    fn default() -> Self {
        Polling::new(Duration::from_millis(500), Duration::from_secs(20))
    }
}

/// A request about a job that failed.
pub(crate) struct Unanswered {
    pub(crate) failure: Failure,
    /// Whether asking again may help.
    pub(crate) is_passing: bool,
}

/// Whether asking again may help after a response with this status.
pub(crate) fn is_passing(status: u16) -> bool {
    status == 429 || status >= 500
}

/// Asks until the job has ended; `ask` returns `None` while it is running.
///
/// # Errors
/// The failure of a request that cannot succeed later, or of one too many.
pub(crate) async fn poll<T, F>(polling: Polling, task: &Task<'_>, ask: impl Fn() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<Option<T>, Unanswered>>,
{
    let mut time = polling.first;
    let mut unanswered = 0;
    loop {
        task.sleep(time).await;
        time = time.mul_f64(1.5).min(polling.longest);
        match ask().await {
            Ok(Some(ended)) => return Ok(ended),
            Ok(None) => unanswered = 0,
            Err(request) if request.is_passing && unanswered < MAX_UNANSWERED => unanswered += 1,
            Err(request) => return Err(request.failure),
        }
    }
}
