//! [`Replay`]: whether what an execution does is new, or is what an earlier process has seen.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use asl_engine::MapRun;

/// The state of the replay of an execution, which its children share.
pub(crate) struct Replay {
    is_live: AtomicBool,
    /// The Map Runs that an earlier process has begun.
    map_runs: Mutex<Vec<Arc<MapRun>>>,
}

impl Replay {
    pub(crate) fn new(is_live: bool) -> Arc<Replay> {
        Arc::new(Replay { is_live: AtomicBool::new(is_live), map_runs: Mutex::default() })
    }

    /// Whether events are new.
    pub(crate) fn is_live(&self) -> bool {
        self.is_live.load(Ordering::Relaxed)
    }

    /// A Map Run gets the settings that were acknowledged last when the replay is complete.
    pub(crate) fn settle_later(&self, map_run: &Arc<MapRun>) {
        self.map_runs.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(map_run));
    }

    /// The replay is complete. Returns the Map Runs, whose journal may not have their last update.
    pub(crate) fn go_live(&self) -> Vec<Arc<MapRun>> {
        self.is_live.store(true, Ordering::Relaxed);
        std::mem::take(&mut *self.map_runs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
