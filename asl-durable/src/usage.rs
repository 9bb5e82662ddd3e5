//! [`Usage`]: what an execution has used of its quotas.

use std::fmt;

use crate::limits::{OPERATIONS, STORED_BYTES};

/// What an execution has used of the quotas that nobody can raise.
///
/// ```
/// use asl_durable::Usage;
/// let usage = Usage { operations: 2_400, stored_bytes: 90_000_000 };
/// assert_eq!(usage.share(), 0.9);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Operations and retries, of 3,000. The execution itself counts, too.
    pub operations: u64,
    /// Bytes of payloads and errors, of 100 MB. Those of replaced ones count only while this process knows them.
    pub stored_bytes: u64,
}

impl Usage {
    pub(crate) fn is_over_operations(&self) -> bool {
        self.operations > OPERATIONS
    }

    /// The part of the nearer quota that is used, from 0 to 1.
    pub fn share(&self) -> f64 {
        (self.operations as f64 / OPERATIONS as f64).max(self.stored_bytes as f64 / STORED_BYTES as f64)
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Usage { operations, stored_bytes } = self;
        write!(
            f,
            "a durable execution may have {OPERATIONS} operations and {STORED_BYTES} bytes of data, this one has \
             {operations} and {stored_bytes}"
        )
    }
}
