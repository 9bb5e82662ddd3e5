//! The bounds that AWS sets.

/// The range of an integer field, including both ends.
pub(crate) struct Bounds {
    pub(crate) min: u64,
    pub(crate) max: u64,
}

/// The size of the largest definition that AWS accepts, in bytes. The API of Step Functions also accepts at most this many
/// characters.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
pub const MAX_DEFINITION_BYTES: usize = 1_048_576;

const SECONDS: u64 = 99_999_999;

/// `TimeoutSeconds` of a definition. Observed: 0 is accepted.
pub(crate) const EXECUTION_TIMEOUT: Bounds = Bounds { min: 0, max: SECONDS };
/// `TimeoutSeconds`, `HeartbeatSeconds` of a Task.
pub(crate) const TASK_SECONDS: Bounds = Bounds { min: 1, max: SECONDS };
/// `Seconds` of a Wait.
pub(crate) const WAIT_SECONDS: Bounds = Bounds { min: 0, max: SECONDS };
/// `IntervalSeconds` of a retrier. Observed: 0 is accepted.
pub(crate) const INTERVAL: Bounds = Bounds { min: 0, max: SECONDS };
/// `MaxAttempts` of a retrier.
pub(crate) const ATTEMPTS: Bounds = Bounds { min: 0, max: SECONDS };
/// `MaxDelaySeconds` of a retrier.
pub(crate) const DELAY: Bounds = Bounds { min: 1, max: 31_622_400 };
/// `MaxConcurrency`, `ToleratedFailureCount` of a Map.
pub(crate) const COUNT: Bounds = Bounds { min: 0, max: u64::MAX };
/// `MaxItems` of a reader.
pub(crate) const MAX_ITEMS: Bounds = Bounds { min: 0, max: 100_000_000 };
/// `MaxItemsPerBatch` of a batcher.
/// UNRECORDED: whether `MaxItemsPerBatch` may be 0.
pub(crate) const BATCH_ITEMS: Bounds = Bounds { min: 0, max: u64::MAX };
/// `MaxInputBytesPerBatch`: bytes.
pub(crate) const BATCH_BYTES: Bounds = Bounds { min: 0, max: 262_144 };

/// The smallest `BackoffRate`.
pub(crate) const BACKOFF_RATE: f64 = 1.0;
/// The largest `ToleratedFailurePercentage`.
pub(crate) const PERCENTAGE: f64 = 100.0;

/// The longest name of a state, in characters.
pub(crate) const STATE_NAME_CHARS: usize = 80;
/// The longest name of a variable, in characters.
pub(crate) const VARIABLE_NAME_CHARS: usize = 80;
/// The longest label of a Map, in characters.
pub(crate) const LABEL_CHARS: usize = 40;
/// The number of nested machines.
/// UNRECORDED: how deep AWS lets machines nest. This number keeps every recursion within a small stack.
pub(crate) const NESTED_MACHINES: usize = 50;

impl Bounds {
    /// AWS's text for a number out of range.
    pub(crate) fn message(&self, number: f64) -> Option<String> {
        if number < self.min as f64 {
            Some(format!("Minimum value is {}", self.min))
        } else if number > self.max as f64 {
            Some(format!("Maximum value is {}", self.max))
        } else {
            None
        }
    }
}
