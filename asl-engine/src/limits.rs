//! [`Limits`]: the quotas of an execution.

use std::time::Duration;

use asl_value::Value;

/// What one execution may use: the numbers of AWS's quota page, and those that protect the process.
///
/// Use [`Limits::standard`] or [`Limits::express`] to behave as AWS does, [`Limits::unlimited`] where only the process
/// must be protected. To change one limit, use struct update syntax, so that new fields do not break the code. `None`
/// means unlimited.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
///
/// ```
/// use asl_engine::Limits;
/// let limits = Limits { events: None, ..Limits::standard() };
/// assert_eq!(limits.payload_bytes, Some(262_144));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the UTF-8 text of any input, result or output: 256 KiB. More is `States.DataLimitExceeded`.
    pub payload_bytes: Option<usize>,
    /// Events of a history: 25,000, of which the last one reports that the execution failed. An iteration of a Map with
    /// one task has seven events, so a Map of 10,000 items needs a larger limit, or none.
    pub events: Option<u64>,
    /// How long an execution may take: a year, or five minutes for EXPRESS. After that it ends as `TIMED_OUT`.
    pub duration: Option<Duration>,
    /// Bytes of one variable, and of all variables that one `Assign` sets: 256 KiB.
    pub assign_bytes: Option<usize>,
    /// Bytes of all variables that a state can read: 10 MiB.
    pub variables_bytes: Option<usize>,
    /// Characters of the name of an error: 256. The rest is cut off.
    pub error_chars: Option<usize>,
    /// Characters of a cause: 32,768. The rest is cut off.
    pub cause_chars: Option<usize>,
    /// Iterations of an inline Map that run at the same time: 40, even if its `MaxConcurrency` is larger.
    pub map_concurrency: usize,
    /// Child executions of a distributed Map that run at the same time: 10,000, even if its `MaxConcurrency` is larger.
    pub map_run_concurrency: usize,
    /// Bytes of an inflated file that an `ItemReader` reads: 10 GB. A part of them is in memory at a time.
    pub reader_bytes: u64,
    /// Bytes that an execution may hold in memory, its branches, iterations and child executions included: 128 MiB, by
    /// estimate. Beyond it `States.DataLimitExceeded`. Maps run fewer strands at a time before they come near it.
    pub memory_bytes: Option<u64>,
    /// Branches, iterations and child executions of one execution that run at the same time, nested ones included:
    /// 10,000. At the limit, each Map runs one at a time.
    pub strands: usize,
}

const PAYLOAD_BYTES: usize = 262_144;

impl Limits {
    /// The limits of a STANDARD machine.
    pub fn standard() -> Limits {
        Limits {
            payload_bytes: Some(PAYLOAD_BYTES),
            events: Some(25_000),
            duration: Some(Duration::from_secs(365 * 86_400)),
            assign_bytes: Some(PAYLOAD_BYTES),
            variables_bytes: Some(10 * 1024 * 1024),
            error_chars: Some(256),
            cause_chars: Some(32_768),
            map_concurrency: 40,
            map_run_concurrency: 10_000,
            reader_bytes: 10_000_000_000,
            memory_bytes: Some(128 << 20),
            strands: 10_000,
        }
    }

    /// The limits of an EXPRESS machine: five minutes, and any number of events.
    pub fn express() -> Limits {
        Limits { events: None, duration: Some(Duration::from_secs(300)), ..Limits::standard() }
    }

    /// No quotas of AWS, for machines that do not run there. What remains is the concurrency of Maps and the size of
    /// the files they read.
    pub fn unlimited() -> Limits {
        Limits {
            payload_bytes: None,
            events: None,
            duration: None,
            assign_bytes: None,
            variables_bytes: None,
            error_chars: None,
            cause_chars: None,
            memory_bytes: None,
            ..Limits::standard()
        }
    }

    /// Whether a payload is within the limit. The cost depends on what changed since the last call: containers remember
    /// their length.
    pub fn admits(&self, payload: &Value) -> bool {
        self.payload_bytes.is_none_or(|limit| payload.encoded_len() <= limit)
    }
}

/// The limits of a STANDARD machine.
impl Default for Limits {
    fn default() -> Self {
        Limits::standard()
    }
}
