//! [`Crowd`]: tasks that wait for each other, so that as many run at a time as may.

use std::ops::Range;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::MAX_CONCURRENCY;

/// Some of the items, whose tasks wait until as many run as `MaxConcurrency` allows.
pub(super) struct Crowd {
    items: Range<u64>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: usize,
    is_complete: bool,
}

/// Longer than the way from a task to that of the next child. The first round has too few: children of others are in the same
/// batches, and workers that were throttled need some answers until all of them are used.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many more tasks than may run at a time would be seen: time for one too many to arrive.
const TIME_FOR_MORE: Duration = Duration::from_millis(300);

impl Crowd {
    /// Of this many items, those in the middle.
    pub(super) fn among(children: usize) -> Crowd {
        let (first, many) = (children as u64 / 3, 5 * MAX_CONCURRENCY as u64);
        Crowd { items: first..first + many, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Whether an item is one of them.
    pub(super) fn has(&self, item: u64) -> bool {
        self.items.contains(&item)
    }

    /// Waits for the others, if the task is one of them. A task that waits in vain goes on.
    pub(super) fn wait(&self, item: u64) {
        if !self.has(item) {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.waiting += 1;
        if state.waiting >= MAX_CONCURRENCY && !state.is_complete {
            drop(state);
            std::thread::sleep(TIME_FOR_MORE);
            state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.is_complete = true;
            self.changed.notify_all();
        }
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |state| !state.is_complete);
        waited.unwrap_or_else(PoisonError::into_inner).0.waiting -= 1;
    }
}
