//! [`Replay`]: whether what an execution does is new, or is what an earlier process has seen.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use asl_engine::{MapRun, MapRunSettings};

/// The state of the replay of an execution, which its children share.
pub(crate) struct Replay {
    is_live: AtomicBool,
    /// The settings that Map Runs had when the earlier process ended.
    settings: Mutex<Vec<(Arc<MapRun>, MapRunSettings)>>,
}

impl Replay {
    pub(crate) fn new(is_live: bool) -> Arc<Replay> {
        Arc::new(Replay { is_live: AtomicBool::new(is_live), settings: Mutex::default() })
    }

    /// Whether events are new.
    pub(crate) fn is_live(&self) -> bool {
        self.is_live.load(Ordering::Relaxed)
    }

    /// Gives a Map Run these settings when the replay is complete.
    pub(crate) fn set_later(&self, map_run: &Arc<MapRun>, settings: MapRunSettings) {
        let mut later = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        later.push((Arc::clone(map_run), settings));
    }

    /// The replay is complete. An update of a Map Run that its journal does not have is made again.
    pub(crate) fn go_live(&self) {
        self.is_live.store(true, Ordering::Relaxed);
        let settings = std::mem::take(&mut *self.settings.lock().unwrap_or_else(PoisonError::into_inner));
        for (map_run, wanted) in settings {
            if map_run.ended().is_none() && map_run.settings() != wanted {
                map_run.update(|settings| *settings = wanted);
            }
        }
    }
}
