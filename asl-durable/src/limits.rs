//! What the service and its SDKs allow, each with its source.

use std::time::Duration;

/// The longest time of one WAIT, and the longest delay of one retry: 366 days.
///
/// Source: the API's model, `WaitSeconds` and `NextAttemptDelaySeconds`.
pub const LONGEST_WAIT: Duration = Duration::from_secs(31_622_400);

/// The longest timeout of a callback.
///
/// Source: the API's model, `TimeoutSeconds`.
pub const LONGEST_CALLBACK: Duration = Duration::from_secs(99_999_999);

/// The operations that one execution may have. It cannot be raised.
///
/// UNRECORDED: whether the retries of a step count. They do here, because they are billed.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const OPERATIONS: u64 = 3_000;

/// The data that one execution may store, in bytes. It cannot be raised. Source: as [`OPERATIONS`].
///
/// UNRECORDED: whether a megabyte is 1,000,000 or 1,048,576 bytes. The smaller one is assumed.
pub const STORED_BYTES: u64 = 100_000_000;

/// The bytes of one payload or error: 1 MB.
///
/// UNRECORDED: AWS's service still answered with 262,144 bytes for a STEP in April 2026, when its model already said 1 MB.
pub const PAYLOAD_BYTES: usize = 1_000_000;

/// The bytes of the result in the answer of a function. A larger one is written as an update of the execution first.
pub const RESULT_BYTES: usize = 6 * 1024 * 1024 - 50;

/// The updates in one checkpoint. Source: AWS's SDKs.
pub const BATCH_UPDATES: usize = 250;

/// The bytes of the updates in one checkpoint. Source: AWS's SDKs.
pub const BATCH_BYTES: usize = 750 * 1024;

/// The characters of an operation's name.
pub const NAME_CHARACTERS: usize = 256;
