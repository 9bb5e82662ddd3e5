//! [`Past`]: what is known of the turns that a resumed execution does again.

use std::collections::BinaryHeap;
use std::sync::OnceLock;
use std::time::Duration;

use super::turn::{Learned, News, Turn};
use crate::EffectId;

/// What is known of the turns that a resumed execution does again.
#[derive(Debug)]
pub(super) struct Past {
    /// The tasks that were refused, sorted. `None` if there is no journal to follow.
    refused: Option<Vec<EffectId>>,
    /// The instant at which the last turn was granted, in an execution that goes on after it.
    used_up: OnceLock<Duration>,
}

impl Past {
    pub(super) fn new(turns: Option<&[Turn]>) -> Past {
        let is_refused = |news: &&News| matches!(news.learned, Learned::Refused(_));
        let refused = turns.map(|turns| {
            let all = turns.iter().flat_map(|turn| &turn.news);
            let refused: BinaryHeap<_> = all.filter(is_refused).map(|news| news.of.clone()).collect();
            refused.into_sorted_vec()
        });
        Past { refused, used_up: OnceLock::new() }
    }

    /// Whether there is a journal, whose turns decide what was refused.
    pub(super) fn is_journal(&self) -> bool {
        self.refused.is_some()
    }

    pub(super) fn has_refused(&self, of: &EffectId) -> bool {
        self.refused.as_ref().is_some_and(|refused| refused.binary_search(of).is_ok())
    }

    /// The last turn is granted, and the execution goes on after it.
    pub(super) fn use_up(&self, now: Duration) {
        // It is set once.
        let _ = self.used_up.set(now);
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.used_up.get().is_some()
    }

    /// Whether an execution that has checked this often since its last turn may be interrupted at this instant.
    ///
    /// At first it does again what it did before its process ended, which is not to be lost: its host has seen it. How far
    /// that went is not recorded, and a loop would never go live. So what computes for long is interrupted.
    pub(super) fn is_over(&self, now: Duration, checks: u64) -> bool {
        /// Of a process that is not busy.
        const AGAIN: Duration = Duration::from_secs(2);
        /// A process that resumes a thousand executions may not have come this far in that time.
        const CHECKS: u64 = 1_000;
        const AT_MOST: Duration = Duration::from_secs(60);
        self.used_up.get().is_some_and(|since| {
            let took = now.saturating_sub(*since);
            took >= AT_MOST || took >= AGAIN && checks >= CHECKS
        })
    }
}
