//! [`Changes`]: what changes in the lists of open pages.

use std::sync::Arc;

#[cfg(feature = "page")]
use tokio::sync::broadcast;

use crate::execution::Execution;

/// A machine or an execution that is not as it was.
#[derive(Clone)]
#[cfg_attr(not(feature = "page"), expect(dead_code, reason = "without the page nobody asks"))]
pub(crate) enum Change {
    /// The machine of this ARN was created, updated or deleted.
    Machine(String),
    /// It has started or ended, or was redriven.
    Execution(Arc<Execution>),
}

#[cfg(feature = "page")]
impl Change {
    pub(crate) fn arn(&self) -> &str {
        match self {
            Change::Machine(arn) => arn,
            Change::Execution(execution) => &execution.arn,
        }
    }
}

/// The changes, as they happen. Costs next to nothing while nobody has subscribed.
#[cfg(feature = "page")]
pub(crate) struct Changes(broadcast::Sender<Change>);

#[cfg(not(feature = "page"))]
#[derive(Default)]
pub(crate) struct Changes {}

/// How many changes are kept for a subscriber that is slower than they are.
#[cfg(feature = "page")]
const KEPT: usize = 256;

#[cfg(feature = "page")]
impl Default for Changes {
    fn default() -> Changes {
        Changes(broadcast::Sender::new(KEPT))
    }
}

impl Changes {
    /// Reports a change.
    #[cfg(feature = "page")]
    pub(crate) fn report(&self, change: impl FnOnce() -> Change) {
        if self.0.receiver_count() > 0 {
            // Fails if nobody is left.
            let _ = self.0.send(change());
        }
    }

    #[cfg(not(feature = "page"))]
    pub(crate) fn report(&self, _: impl FnOnce() -> Change) {}

    #[cfg(feature = "page")]
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }
}
