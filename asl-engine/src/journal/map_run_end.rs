//! [`MapRunEnds`]: how the Map Runs of a replayed history ended.
//!
//! The history of an execution does not have those of a Map Run's children. So the children are not run again: the Map
//! takes the end that was recorded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use asl_value::{Object, Text, Timestamp, Value};

use super::strand_path::StrandPath;
use super::ticket::Ticket;
use super::turnstile::Turnstile;
use crate::{EffectId, EffectKind, Failure};

/// How a Map Run ended, and its state with it.
pub(crate) enum MapRunEnd {
    /// The state was left with this output and these variables.
    Left {
        output: Value,
        assigned: Option<Object>,
    },
    Failed(Failure),
}

/// The recorded ends of Map Runs, by the effects that wait for them. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct MapRunEnds(Arc<Mutex<HashMap<EffectId, MapRunEnd>>>);

impl MapRunEnds {
    /// When a Map Run ends, as far as its timer knows: when the record says so.
    pub(crate) fn until() -> Timestamp {
        Timestamp::from_epoch_millis(i64::MAX)
    }

    /// Tells how the Map Run has ended that an effect waits for, before the effect is granted.
    pub(crate) fn put(&self, of: EffectId, end: MapRunEnd) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(of, end);
    }

    fn take(&self, of: &EffectId) -> Option<MapRunEnd> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(of)
    }

    /// Waits for the recorded end of the Map Run of a state.
    pub(crate) async fn wait(&self, turnstile: &Turnstile, path: &StrandPath, state: &Text) -> MapRunEnd {
        let of = path.next_effect();
        let kind = EffectKind::Timer { until: MapRunEnds::until() };
        let ticket = Ticket::new(turnstile, of.clone(), state, kind);
        ticket.wait(|_| None, |_| Some(())).await;
        // It is put before the effect is granted.
        self.take(&of).unwrap_or_else(|| MapRunEnd::Failed(Failure::default()))
    }
}
