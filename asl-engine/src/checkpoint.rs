//! [`Checkpoint`]: where an execution stopped, to go on from there.
//!
//! While it runs, an execution that keeps checkpoints notes in the slot of each strand where that strand stands
//! ([`Kept`]). When it has ended without success, the notes that the slots hold are put together to a tree of [`Stand`]s:
//! whatever was dropped on the way out has left its note.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_query::Scope;
use asl_value::{Timestamp, Value};

use crate::context::MapItem;
use crate::program::StateId;
use crate::strand::Slot;
use crate::trace::Cursor;
use crate::{Identity, Limits};

/// Where an execution stopped that did not succeed. [`Execution::redrive`](crate::Execution::redrive) goes on from there,
/// with the same program.
///
/// ```
/// use asl_engine::{load, Engine, Execution};
/// use asl_model::Source;
/// use asl_value::json;
/// # futures_util::FutureExt::now_or_never(async {
/// let program = load(&Source::json(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}"#)).program.unwrap();
/// let engine = Engine::builder().build();
/// let failed = engine.run(&program, Execution::new(json!({})).keeping_checkpoint()).await;
/// let redriven = Execution::redrive(failed.checkpoint.unwrap());
/// assert_eq!(redriven.identity.redrive_count, Some(1));
/// assert_eq!(engine.run(&program, redriven).await.outcome.status(), "FAILED");
/// # });
/// ```
#[derive(Clone, PartialEq)]
pub struct Checkpoint {
    pub(crate) identity: Identity,
    pub(crate) input: Value,
    pub(crate) limits: Limits,
    pub(crate) started: Timestamp,
    pub(crate) stopped: Timestamp,
    /// The number of its last event.
    pub(crate) events: u64,
    pub(crate) root: Stand,
}

/// Says nothing of the payloads it holds.
impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("identity", &self.identity)
            .field("stopped", &self.stopped)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// Whether an execution notes where it stands, and where it begins.
#[derive(Clone, Default)]
pub(crate) enum Checkpointing {
    #[default]
    Off,
    On,
    /// It goes on from here.
    From(Box<Checkpoint>),
}

impl Checkpointing {
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self, Checkpointing::Off)
    }

    pub(crate) fn checkpoint(&self) -> Option<&Checkpoint> {
        if let Checkpointing::From(checkpoint) = self { Some(checkpoint) } else { None }
    }
}

/// Where a strand stands: in a state, or about to enter it.
#[derive(Clone, PartialEq)]
pub(crate) struct Stand {
    pub(crate) state: StateId,
    pub(crate) input: Value,
    pub(crate) scope: Scope,
    pub(crate) map_item: Option<MapItem>,
    /// The event before the state was entered.
    pub(crate) before: Cursor,
    /// The event with which it was.
    pub(crate) entered: Option<Cursor>,
    /// Of a Parallel or Map that has begun its strands.
    pub(crate) strands: Option<StrandStands>,
}

/// The strands of a Parallel or Map, by number; those that have not begun are missing.
#[derive(Clone, PartialEq)]
pub(crate) struct StrandStands {
    /// `ParallelStateStarted` or `MapStateStarted`.
    started: Cursor,
    outputs: BTreeMap<usize, Value>,
    stopped: BTreeMap<usize, Stand>,
}

/// What a strand notes of itself: nothing in an execution that keeps no checkpoint.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Option<Box<Note>>>);

struct Note {
    stand: Stand,
    /// The strands that run.
    running: BTreeMap<usize, Arc<Slot>>,
}

impl From<Stand> for Kept {
    fn from(stand: Stand) -> Self {
        Kept(Mutex::new(Some(Box::new(Note { stand, running: BTreeMap::new() }))))
    }
}

impl Kept {
    fn lock(&self) -> MutexGuard<'_, Option<Box<Note>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The strand is about to enter a state.
    pub(crate) fn set(&self, stand: Stand) {
        *self.lock() = Some(Box::new(Note { stand, running: BTreeMap::new() }));
    }

    /// It has entered it.
    pub(crate) fn enter(&self, entered: Cursor) {
        if let Some(note) = self.lock().as_mut() {
            note.stand.entered = Some(entered);
        }
    }

    /// The state at which a resumed strand goes on, and its events if it has been entered.
    pub(crate) fn resumed(&self) -> Option<(StateId, Option<[Cursor; 2]>)> {
        let note = self.lock();
        let stand = &note.as_ref()?.stand;
        Some((stand.state, stand.entered.map(|entered| [stand.before, entered])))
    }

    /// The strands of the state begin after this event, unless they have begun in an earlier run: then, after which.
    pub(crate) fn begin_strands(&self, started: impl FnOnce() -> Cursor) -> Cursor {
        let mut note = self.lock();
        let Some(note) = note.as_mut() else { return started() };
        let new = || StrandStands { started: started(), outputs: BTreeMap::new(), stopped: BTreeMap::new() };
        note.stand.strands.get_or_insert_with(new).started
    }

    /// Fills in the outputs of the strands that have ended, and tells which they are.
    pub(crate) fn outputs(&self, results: &mut [Value]) -> BTreeSet<usize> {
        let note = self.lock();
        let Some(strands) = note.as_ref().and_then(|note| note.stand.strands.as_ref()) else {
            return BTreeSet::new();
        };
        for (number, output) in &strands.outputs {
            if let Some(place) = results.get_mut(*number) {
                place.clone_from(output);
            }
        }
        strands.outputs.keys().copied().collect()
    }

    /// Where a strand stopped that is to run again.
    pub(crate) fn take_stopped(&self, number: usize) -> Option<Stand> {
        self.lock().as_mut()?.stand.strands.as_mut()?.stopped.remove(&number)
    }

    pub(crate) fn start_strand(&self, number: usize, slot: &Arc<Slot>) {
        if let Some(note) = self.lock().as_mut() {
            note.running.insert(number, Arc::clone(slot));
        }
    }

    pub(crate) fn end_strand(&self, number: usize, output: &Value) {
        if let Some(note) = self.lock().as_mut() {
            note.running.remove(&number);
            if let Some(strands) = &mut note.stand.strands {
                strands.outputs.insert(number, output.clone());
            }
        }
    }

    /// The strands will start over, all of them.
    pub(crate) fn forget_strands(&self) {
        if let Some(note) = self.lock().as_mut() {
            note.running.clear();
            note.stand.strands = None;
        }
    }

    /// Where the strand stands, and with it those it has begun.
    pub(crate) fn take(&self) -> Option<Stand> {
        let Note { mut stand, running } = *self.lock().take()?;
        if let Some(strands) = &mut stand.strands {
            let stopped = running.into_iter().filter_map(|(number, slot)| Some((number, slot.kept.take()?)));
            strands.stopped.extend(stopped);
        }
        Some(stand)
    }
}
