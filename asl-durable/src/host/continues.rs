//! [`Continues`]: when an execution continues in a next one.

use asl_value::Value;

use crate::Usage;
use crate::limits::OPERATIONS;

/// When an execution continues in a next one, see [`DurableRun::continues`](crate::DurableRun::continues).
#[derive(Debug, Clone, PartialEq)]
pub struct Continues {
    /// From how many operations on, of 3,000. It also does so from the same share of the bytes on.
    pub at: u64,
    /// What the host needs to find the program again.
    pub host: Value,
}

impl Continues {
    pub(super) fn is_due(&self, usage: Usage) -> bool {
        usage.share() >= self.at as f64 / OPERATIONS as f64
    }
}
