//! [`Ids`]: UUIDs, random numbers and sequence numbers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use asl_engine::{Entropy, SystemEntropy};

/// Generates UUIDs, random numbers and sequence numbers.
pub(crate) struct Ids {
    entropy: Arc<dyn Entropy>,
    made: AtomicU64,
}

impl Ids {
    pub(crate) fn new(entropy: Option<Arc<dyn Entropy>>) -> Ids {
        let entropy = entropy.unwrap_or_else(|| Arc::new(SystemEntropy::new()));
        Ids { entropy, made: AtomicU64::new(0) }
    }

    /// Continues after this sequence number.
    #[cfg(feature = "data-dir")]
    pub(crate) fn after(self, last: u64) -> Ids {
        Ids { made: AtomicU64::new(last), ..self }
    }

    /// A random UUID, version 4.
    pub(crate) fn uuid(&self) -> String {
        self.entropy.uuid()
    }

    /// A random number below `bound`.
    pub(crate) fn below(&self, bound: u64) -> u64 {
        self.entropy.next_u64() % bound.max(1)
    }

    /// The next sequence number: 1, 2, 3, …
    pub(crate) fn next(&self) -> u64 {
        self.made.fetch_add(1, Ordering::Relaxed) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_look_like_version_4() {
        let ids = Ids::new(None);
        for _ in 0..100 {
            let uuid = ids.uuid();
            let lengths: Vec<usize> = uuid.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{uuid}");
            assert_eq!(&uuid[14..15], "4");
            assert!("89ab".contains(&uuid[19..20]), "{uuid}");
        }
        assert_ne!(ids.uuid(), ids.uuid());
    }
}
