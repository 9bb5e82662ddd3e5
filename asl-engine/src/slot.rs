//! [`Slot`]: what a strand shows to the state that has started it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use asl_value::{Timestamp, Value};

use crate::event::{EventKind, StateType};
use crate::ids::StateId;
use crate::journal::strand_path::StrandPath;
use crate::map::notes::MapRunNotes;
use crate::position::{Doing, Flight, Position, Stay, StrandEnd, StrandPositions};
use crate::trace::{Cursor, Trace};

/// Which state a strand is in, and how far the strands of that state have come.
///
/// The `…StateAborted` events are made from it, so it is kept even without an observer: the numbers of events must be
/// the same either way. A [`Checkpoint`](crate::Checkpoint) is made from it, too, if the execution keeps one.
#[derive(Default)]
pub(crate) struct Slot {
    /// A [`StateType`], 0 before the first state.
    state: AtomicU8,
    progress: Mutex<Progress>,
    /// Only in a journalled execution.
    path: OnceLock<Box<StrandPath>>,
}

#[derive(Default)]
struct Progress {
    /// Where the strand is, in an execution that keeps a checkpoint.
    position: Option<Box<Position>>,
    /// `ParallelStateStarted` or `MapStateStarted`.
    started: Option<Cursor>,
    /// The strands of the current Parallel or Map, by number. A strand that has not begun is missing.
    strands: BTreeMap<usize, Strand>,
    /// The Map Run of the current state, in an execution that keeps a checkpoint.
    map_run: Option<Arc<MapRunNotes>>,
}

/// One strand, as its parent knows it.
enum Strand {
    Running(Arc<Slot>),
    /// It failed, or was stopped because another strand failed. Its slot still says where it was.
    Aborted(Arc<Slot>),
    /// Known only if the execution keeps a checkpoint.
    Ended(StrandEnd),
}

impl Slot {
    /// The slot of a strand that continues from where it stopped.
    pub(crate) fn resumed(mut position: Position) -> Slot {
        let mut progress = Progress::default();
        if let Some(StrandPositions { started, ends }) = position.strands.take() {
            progress.started = Some(started);
            progress.strands = ends.into_iter().map(|(number, end)| (number, Strand::Ended(end))).collect();
        }
        progress.map_run = position.map_run.take().map(|map_run| Arc::new(MapRunNotes::of(*map_run)));
        progress.position = Some(Box::new(position));
        Slot { state: AtomicU8::new(0), progress: Mutex::new(progress), path: OnceLock::new() }
    }

    /// Sets the path of the strand, which has not begun. What it waited for in a snapshot has its number again.
    pub(crate) fn set_path(&self, path: StrandPath) {
        if let Some(number) = self.progress().position.as_ref().and_then(|position| position.number) {
            path.go_before(number);
        }
        let _ = self.path.set(Box::new(path));
    }

    /// The path of the strand, in a journalled execution.
    pub(crate) fn path(&self) -> Option<&StrandPath> {
        self.path.get().map(|path| &**path)
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The strand enters a state of this type.
    pub(crate) fn enter(&self, state: StateType) {
        self.state.store(state as u8, Ordering::Relaxed);
    }

    /// Notes the position of the strand, for a checkpoint.
    pub(crate) fn set_position(&self, position: Position) {
        *self.progress() = Progress { position: Some(Box::new(position)), ..Progress::default() };
    }

    /// Notes the event with which the state was entered, for a checkpoint.
    pub(crate) fn set_entered(&self, entered: Cursor) {
        if let Some(position) = &mut self.progress().position {
            position.entered = Some(entered);
        }
    }

    /// Notes how far the strand has come in its state.
    pub(crate) fn set_stay(&self, stay: Stay) {
        if let Some(position) = &mut self.progress().position {
            position.stay = Some(Box::new(stay));
        }
    }

    /// How far the strand had come in its state when the snapshot was taken that it continues from.
    pub(crate) fn stay(&self) -> Option<Stay> {
        self.progress().position.as_ref()?.stay.as_deref().cloned()
    }

    /// Notes what the strand waits for.
    pub(crate) fn set_doing(&self, doing: impl FnOnce() -> Doing) {
        if let Some(stay) = self.progress().position.as_mut().and_then(|position| position.stay.as_mut()) {
            stay.doing = doing();
        }
    }

    /// The task in flight, if the strand continues from a snapshot in which it was.
    pub(crate) fn flight(&self) -> Option<Flight> {
        match self.stay()?.doing {
            Doing::Task(flight) => Some(*flight),
            _ => None,
        }
    }

    /// The end of a Wait, if the strand continues from a snapshot in which it waited.
    pub(crate) fn waits_until(&self) -> Option<Timestamp> {
        match self.stay()?.doing {
            Doing::Wait(until) => Some(until),
            _ => None,
        }
    }

    /// Changes what is noted of the task in flight.
    pub(crate) fn note_flight(&self, change: impl FnOnce(&mut Flight)) {
        let mut progress = self.progress();
        let stay = progress.position.as_mut().and_then(|position| position.stay.as_mut());
        if let Some(Doing::Task(flight)) = stay.map(|stay| &mut stay.doing) {
            change(flight);
        }
    }

    /// The state in which a resumed strand continues, and the events before and of its entry if it was entered.
    pub(crate) fn resumes_at(&self) -> Option<(StateId, Option<[Cursor; 2]>)> {
        let progress = self.progress();
        let position = progress.position.as_ref()?;
        Some((position.state, position.entered.map(|entered| [position.before, entered])))
    }

    /// Returns the event that the strands of a state follow: `started()`, or, for a redriven state, the one recorded by
    /// the earlier run.
    pub(crate) fn begin_strands(&self, started: impl FnOnce() -> Cursor) -> Cursor {
        let mut progress = self.progress();
        match progress.started.filter(|_| progress.position.is_some()) {
            Some(started) => started,
            None => {
                progress.strands.clear();
                *progress.started.insert(started())
            }
        }
    }

    /// Fills in the outputs of the strands that had succeeded before a redrive, and returns their numbers.
    pub(crate) fn results(&self, results: &mut [Value]) -> BTreeSet<usize> {
        let progress = self.progress();
        let mut succeeded = BTreeSet::new();
        for (number, strand) in &progress.strands {
            if let Strand::Ended(StrandEnd::Succeeded(output)) = strand
                && let Some(result) = results.get_mut(*number)
            {
                result.clone_from(output);
                succeeded.insert(*number);
            }
        }
        succeeded
    }

    /// Takes the position at which a strand stopped before a redrive.
    pub(crate) fn take_stopped(&self, number: usize) -> Option<Position> {
        match self.progress().strands.remove(&number)? {
            Strand::Ended(StrandEnd::Stopped(position)) => Some(*position),
            _ => None,
        }
    }

    /// A strand of the state begins.
    pub(crate) fn start_strand(&self, number: usize, slot: Arc<Slot>) {
        self.progress().strands.insert(number, Strand::Running(slot));
    }

    /// A strand of the state has succeeded.
    pub(crate) fn end_strand(&self, number: usize, output: &Value) {
        let mut progress = self.progress();
        if progress.position.is_some() {
            progress.strands.insert(number, Strand::Ended(StrandEnd::Succeeded(output.clone())));
        } else {
            progress.strands.remove(&number);
        }
    }

    /// Strand `failed` has ended the state. Returns the others that were running, by number.
    pub(crate) fn abort_strands(&self, failed: usize) -> Vec<(usize, Arc<Slot>)> {
        let mut aborted = Vec::new();
        for (number, strand) in &mut self.progress().strands {
            if let Strand::Running(slot) = strand {
                let slot = Arc::clone(slot);
                *strand = Strand::Aborted(Arc::clone(&slot));
                if *number != failed {
                    aborted.push((*number, slot));
                }
            }
        }
        aborted
    }

    /// Forgets the strands of a failed attempt, so that the retry does not report them as aborted again.
    pub(crate) fn forget_strands(&self) {
        let mut progress = self.progress();
        progress.strands.clear();
        progress.started = None;
        progress.map_run = None;
    }

    /// The Map Run that the current state has begun, in this run or, in a redriven state, in the one before.
    pub(crate) fn map_run(&self) -> Option<Arc<MapRunNotes>> {
        self.progress().map_run.clone()
    }

    /// The current state begins a Map Run.
    pub(crate) fn begin_map_run(&self, notes: Arc<MapRunNotes>) {
        self.progress().map_run = Some(notes);
    }

    /// Whether the current state has a Map Run that has succeeded.
    pub(crate) fn has_map_run_succeeded(&self) -> bool {
        self.progress().map_run.as_ref().is_some_and(|notes| notes.lock().has_succeeded)
    }

    /// Keeps the Map Run out of the checkpoint: a redrive begins another one.
    pub(crate) fn forget_map_run(&self) {
        self.progress().map_run = None;
    }

    /// Keeps the strands out of the checkpoint: a redrive starts all of them again.
    pub(crate) fn restart_strands_on_redrive(&self) {
        self.progress().started = None;
    }

    /// Emits the events of the states that end because another strand failed, innermost first.
    pub(crate) fn mark_aborted(&self, trace: &Trace<'_>, cursor: Cursor) {
        let state = usize::from(self.state.load(Ordering::Relaxed));
        let aborted = match state.checked_sub(1).and_then(|place| StateType::ALL.get(place)) {
            Some(StateType::Task) => EventKind::TaskStateAborted,
            Some(StateType::Wait) => EventKind::WaitStateAborted,
            Some(StateType::Map) => EventKind::MapStateAborted,
            Some(StateType::Parallel) => EventKind::ParallelStateAborted,
            _ => return,
        };
        if matches!(aborted, EventKind::MapStateAborted | EventKind::ParallelStateAborted) {
            for strand in self.progress().strands.values() {
                if let Strand::Running(slot) = strand {
                    slot.mark_aborted(trace, cursor);
                }
            }
        }
        trace.mark(cursor, || aborted);
    }

    /// Takes the position of the strand, with those of the strands it has begun. The recursion is bounded: machines
    /// nest no deeper than validation lets them.
    pub(crate) fn take_position(&self) -> Option<Position> {
        let Progress { position, started, strands, map_run } = std::mem::take(&mut *self.progress());
        let mut position = Position { stay: None, number: None, ..*position? };
        position.map_run = map_run.map(|notes| Box::new(notes.position()));
        position.strands = started.map(|started| {
            let ends = strands.into_iter().filter_map(|(number, strand)| {
                let end = match strand {
                    Strand::Running(slot) | Strand::Aborted(slot) => {
                        StrandEnd::Stopped(Box::new(slot.take_position()?))
                    }
                    Strand::Ended(end) => end,
                };
                Some((number, end))
            });
            StrandPositions::new(started, ends.collect())
        });
        Some(position)
    }

    /// The position of the strand while it waits, with those of the strands it has begun. `None` if it has not begun.
    #[inline]
    pub(crate) fn snapshot(&self) -> Option<Position> {
        let progress = self.progress();
        let mut position = progress.position.as_deref()?.clone();
        position.number = self.path().map(StrandPath::last_number);
        position.strands = match progress.started {
            None => None,
            Some(started) => {
                let mut ends = Vec::new();
                for (number, strand) in &progress.strands {
                    let end = match strand {
                        Strand::Running(slot) => StrandEnd::Stopped(Box::new(slot.snapshot()?)),
                        Strand::Aborted(_) => continue,
                        Strand::Ended(end) => end.clone(),
                    };
                    ends.push((*number, end));
                }
                Some(StrandPositions::new(started, ends))
            }
        };
        Some(position)
    }
}
