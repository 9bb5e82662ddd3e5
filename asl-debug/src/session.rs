//! [`Session`]: a debugged execution, for any front end.

use std::sync::{Arc, Mutex, mpsc};

use asl_value::{Text, Timestamp, Value};

use crate::breakpoint::Breakpoint;
use crate::change::{Change, Slot};
use crate::debuggee::Debuggee;
use crate::lock::lock;
use crate::notice::{Notice, Reason};
use crate::pace::Pace;
use crate::run::Run;
use crate::settings::Settings;
use crate::shared::Listener;
use crate::spot::Spot;
use crate::step::Step;
use crate::world::{Mark, Strand, StrandId};

/// A debugged execution.
///
/// Its execution runs in a thread of its own and reports by [`Notice`]s. While it is stopped, all of its strands wait, and
/// they can be looked at. Going back runs it again, in silence, up to an earlier place.
pub struct Session {
    debuggee: Arc<dyn Debuggee>,
    listener: Arc<dyn Fn(u64, Notice) + Send + Sync>,
    runs: u64,
    settings: Arc<Mutex<Settings>>,
    changes: Arc<Mutex<Vec<Change>>>,
    run: Option<Run>,
}

/// Where a session has no place to go.
const NOT_STARTED: &str = "the execution has not been started";

impl Session {
    /// A session that has not been started. `listener` is called from the thread of the execution, with the
    /// [number of the run](Session::run_number).
    pub fn new(
        debuggee: Arc<dyn Debuggee>,
        listener: impl Fn(u64, Notice) + Send + Sync + 'static,
    ) -> Session {
        Session {
            debuggee,
            listener: Arc::new(listener),
            runs: 0,
            settings: Arc::default(),
            changes: Arc::default(),
            run: None,
        }
    }

    /// Replaces the breakpoints.
    pub fn set_breakpoints(&self, breakpoints: Vec<Breakpoint>) {
        lock(&self.settings).breakpoints = breakpoints;
    }

    /// Starts the execution, or starts it again, without the changes that were made.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn start(&mut self, stops_on_entry: bool) -> Result<(), String> {
        lock(&self.changes).clear();
        self.begin(if stops_on_entry { Pace::to(1, Reason::Entry) } else { Pace::on() })
    }

    /// Ends the execution and debugs another one from now on, such as that of a definition that was edited. Breakpoints
    /// stay.
    pub fn replace(&mut self, debuggee: Arc<dyn Debuggee>) {
        self.run = None;
        self.debuggee = debuggee;
    }

    fn begin(&mut self, pace: Pace) -> Result<(), String> {
        // Ends the thread of the run before.
        self.run = None;
        self.runs += 1;
        let (number, listener) = (self.runs, Arc::clone(&self.listener));
        let listener: Listener = Arc::new(move |notice| listener(number, notice));
        let run = Run::begin(&self.debuggee, pace, &self.settings, &self.changes, &listener);
        self.run = Some(run.map_err(|error| format!("cannot start a thread: {error}"))?);
        Ok(())
    }

    /// Continues after a stop, until something stops the execution.
    pub fn resume(&self) {
        self.run.iter().for_each(|run| run.go(None));
    }

    /// Makes a step in a strand after a stop.
    pub fn step(&self, step: Step, strand: StrandId) {
        self.run.iter().for_each(|run| run.go(Some((step, strand))));
    }

    /// Stops the execution at its next halt.
    pub fn pause(&self) {
        self.run.iter().for_each(Run::pause);
    }

    /// Ends the execution.
    pub fn end(&mut self) {
        self.run = None;
    }

    /// Goes back to the beginning of the state before in a strand, or of the current one if its work has begun. With
    /// `stages`, to the stage before. What was changed at later places stays until something else is changed.
    ///
    /// # Errors
    /// There is no thread for it.
    pub fn back(&mut self, strand: StrandId, stages: bool) -> Result<(), String> {
        let goal = {
            let world = self.run.as_ref().ok_or(NOT_STARTED)?.world();
            let around: Vec<StrandId> = world.stack(strand).iter().map(|strand| strand.id).collect();
            let now = usize::try_from(world.halts).unwrap_or(usize::MAX);
            let past = world.trail.get(..now.saturating_sub(1)).unwrap_or(&world.trail);
            // The first state of a branch follows that of its Parallel.
            let is_before =
                |mark: &Mark, id: StrandId| mark.strand == id && (stages || mark.spot == Spot::Entry);
            let found = around.iter().find_map(|id| past.iter().rposition(|mark| is_before(mark, *id)));
            found.map_or(1, |index| index as u64 + 1)
        };
        self.begin(Pace::to(goal, Reason::Step))
    }

    /// Goes back to the last place where a breakpoint applies, or to the beginning.
    ///
    /// # Errors
    /// There is no thread for it.
    pub fn back_to_breakpoint(&mut self) -> Result<(), String> {
        let before = self.run.as_ref().ok_or(NOT_STARTED)?.world().halts;
        let (reply, found) = mpsc::channel();
        let (settings, changes) = (&self.settings, &self.changes);
        let silent: Listener = Arc::new(|_| ());
        let search = Pace::search(before, reply);
        let run = Run::begin(&self.debuggee, search, settings, changes, &silent);
        let run = run.map_err(|error| format!("cannot start a thread: {error}"))?;
        let found = found.recv().unwrap_or_default();
        drop(run);
        match found {
            Some(halt) => self.begin(Pace::back_to_breakpoint(halt)),
            None => self.begin(Pace::to(1, Reason::Entry)),
        }
    }

    /// Restarts from a halt: goes back to it.
    ///
    /// # Errors
    /// There is no thread for it.
    pub fn restart_from(&mut self, halt: u64) -> Result<(), String> {
        self.begin(Pace::to(halt, Reason::Restart))
    }

    /// The last entry of a state, as the number of its halt, and the strand that it was in.
    pub fn last_entry(&self, state: &str) -> Option<(u64, StrandId)> {
        let world = self.run.as_ref()?.world();
        let is_it =
            |mark: &Mark| mark.spot == Spot::Entry && world.state_of(mark).is_some_and(|name| name == state);
        let index = world.trail.iter().rposition(is_it)?;
        let mark = world.trail.get(index)?;
        Some((index as u64 + 1, mark.strand))
    }

    /// The strands that have not ended, in the order in which they began.
    pub fn strands(&self) -> Vec<Strand> {
        let Some(run) = &self.run else { return Vec::new() };
        run.world().strands.values().cloned().collect()
    }

    /// A strand and those around it, from the inside out.
    pub fn stack(&self, strand: StrandId) -> Vec<Strand> {
        let Some(run) = &self.run else { return Vec::new() };
        run.world().stack(strand).into_iter().cloned().collect()
    }

    /// A strand that has not ended.
    pub fn strand(&self, strand: StrandId) -> Option<Strand> {
        self.run.as_ref()?.world().strands.get(&strand).cloned()
    }

    /// The time of the execution, and when it began.
    pub fn time(&self) -> Option<(Timestamp, Timestamp)> {
        let world = self.run.as_ref()?.world();
        Some((world.now?, world.begun?))
    }

    /// How many halts there have been.
    pub fn halts(&self) -> u64 {
        self.run.as_ref().map_or(0, |run| run.world().halts)
    }

    /// Changes a value where the execution is stopped. The change belongs to this place, see [`Change`].
    ///
    /// # Errors
    /// Why it cannot be changed there.
    pub fn change(&self, slot: Slot, value: Value) -> Result<(), String> {
        self.run.as_ref().ok_or(NOT_STARTED)?.change(slot, value)
    }

    /// The changes of this run.
    pub fn changes(&self) -> Vec<Change> {
        lock(&self.changes).clone()
    }

    /// The number of the current run. What an earlier run has reported is out of date.
    pub fn run_number(&self) -> u64 {
        self.runs
    }

    /// The name of the machine.
    pub fn machine(&self) -> Text {
        self.debuggee.name()
    }
}
