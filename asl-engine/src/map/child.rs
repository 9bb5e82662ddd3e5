//! One child execution of a distributed Map.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_model::ExecutionType;
use asl_query::Scope;
use asl_value::{Text, Timestamp, Value};

use super::child_names::ChildNames;
use super::elsewhere;
use super::ended_child::{ChildResult, EndedChild};
use super::form::Form;
use super::notes::MapRunNotes;
use super::redriven;
use crate::budget::Held;
use crate::child_runner::Child;
use crate::journal::run_journal::RunJournal;
use crate::journal::strand_path::StrandPath;
use crate::map_run::{ChildExecution, ChildStatus};
use crate::position::{Position, StoppedChild};
use crate::program::Machine;
use crate::run::Run;
use crate::slot::Slot;
use crate::trace::Cursor;
use crate::{
    Checkpoint, Description, Execution, Failure, Identity, Limits, MapRun, NoObserver, Outcome,
    RedriveStatus, Traced,
};

/// What all children of a Map Run share.
#[derive(Clone, Copy)]
pub(crate) struct Children<'a> {
    pub(crate) parent: &'a Run<'a>,
    pub(crate) machine: &'a Arc<Machine>,
    pub(crate) map_run: &'a Arc<MapRun>,
    pub(crate) names: &'a ChildNames,
    pub(crate) form: Form,
    /// Whether their results go into files.
    pub(crate) is_exported: bool,
    /// Only in an execution that keeps a checkpoint.
    pub(crate) notes: Option<&'a MapRunNotes>,
    /// Those that were dropped while they ran.
    pub(crate) aborted: &'a Mutex<Vec<(usize, EndedChild)>>,
    pub(crate) unbegun: &'a Unbegun,
}

/// The places of the children whose futures were made and never polled. Nothing is noted of them yet.
#[derive(Default)]
pub(crate) struct Unbegun(Mutex<BTreeSet<usize>>);

impl Unbegun {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn insert(&self, index: usize) {
        self.lock().insert(index);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Those that are left when no child is polled any more.
    pub(crate) fn take(&self) -> BTreeSet<usize> {
        std::mem::take(&mut *self.lock())
    }
}

/// A child that is to begin.
pub(crate) struct Start<'a> {
    /// The Map.
    pub(crate) state: &'a Text,
    /// Its place among the children.
    pub(crate) index: usize,
    pub(crate) input: Value,
    /// The number of items, if the input is a batch.
    pub(crate) batch: Option<u64>,
    /// One that did not succeed in an earlier run.
    pub(crate) earlier: Option<StoppedChild>,
    pub(crate) held: Held,
    pub(crate) path: Option<StrandPath>,
}

/// Runs one child execution, for one item or a batch, to its end. Dropping the future aborts it.
///
/// The child has a history of its own, but shares the time of its parent, unless somebody else runs it. Returns its place among the children, too.
pub(crate) async fn run(children: Children<'_>, start: Start<'_>) -> (usize, EndedChild) {
    let Children { parent, machine, map_run, .. } = children;
    let Start { state, index, input, batch, earlier, held, path } = start;
    let remote = parent.engine.children().filter(|runner| parent.journal.is_none() || runner.is_durable());
    let items = batch.unwrap_or(1);
    let begun = parent.timeline.elapsed();
    let now = parent.timeline.at(begun).to_millis();
    let redriven = earlier.as_ref().map(|_| now);
    let execution = children.execution(input, earlier);
    let checkpoint = execution.checkpointing.checkpoint();
    let (started, events) = checkpoint.map_or((now, 0), |known| (known.started.to_millis(), known.events));
    let begun_at = checkpoint.map_or(machine.start, |known| known.root.state);
    let is_local = remote.is_none_or(|runner| runner.is_local());
    let observer = parent.trace.observer().filter(|_| is_local).and_then(|observer| {
        let Execution { identity, input, cancel, .. } = &execution;
        let item_count = batch;
        observer.on_child(&ChildExecution {
            map_run,
            identity,
            input,
            item_count,
            started,
            redriven,
            events,
            cancel,
        })
    });
    let execution = execution.with_observer(observer.unwrap_or_else(|| Arc::new(NoObserver)));
    // One that runs elsewhere reports its events itself.
    let elsewhere = remote.map(|runner| (runner, execution.clone()));
    let execution =
        if elsewhere.is_some() { execution.with_observer(Arc::new(NoObserver)) } else { execution };
    let budget = Arc::clone(&parent.budget);
    let run = Run::new(parent.engine, &execution, parent.timeline, begun, machine.timeout, begun_at, budget)
        .inside(parent);
    let run = match (&parent.journal, &path) {
        (Some(journal), Some(path)) => run.journalled(RunJournal::new(journal.turnstile(), path)),
        _ => run,
    };
    map_run.child_started(&execution.identity.execution_arn, items);
    run.begin(&execution);
    let root = run.root(&execution);
    let slot = run.keeps_checkpoint.then(|| Arc::clone(&root.slot));
    let redriven = redriven.filter(|_| run.keeps_checkpoint);
    let mut child = RunningChild {
        children,
        run: &run,
        execution: &execution,
        index,
        items,
        redriven,
        slot,
        is_elsewhere: elsewhere.is_some(),
        times: None,
        checkpoint: None,
        has_ended: false,
    };
    children.unbegun.lock().remove(&index);
    let outcome = match (root.holding(held), elsewhere) {
        (Ok(root), Some((runner, execution))) => {
            path.into_iter().for_each(|path| root.slot.set_path(path));
            let as_child =
                Child { state, map_run, execution: &execution, effect: None, machine, budget: &run.budget };
            let ended = elsewhere::run(&run, runner, as_child, &root.slot).await;
            child.times = ended.started.zip(ended.stopped);
            child.checkpoint = ended.checkpoint;
            ended.outcome
        }
        (Ok(root), None) => {
            path.into_iter().for_each(|path| root.slot.set_path(path));
            run.to_end(machine, root).await
        }
        (Err(exceeded), _) => {
            let outcome = Outcome::Failed(exceeded.into());
            run.end(Cursor::START, &outcome);
            outcome
        }
    };
    let ended = child.end(&outcome);
    drop(child);
    run.note_use(machine, parent.timeline.elapsed());
    parent.near.merge(&run.near);
    (index, ended)
}

impl Children<'_> {
    /// The execution of a child: a new one, one that continues, or an EXPRESS one that begins again.
    fn execution(&self, input: Value, earlier: Option<StoppedChild>) -> Execution {
        let Children { parent, map_run, .. } = self;
        let limits = self.limits();
        let execution = match earlier {
            Some(StoppedChild { identity, input, started, stopped, events, root: Some(root) }) => {
                Execution::redrive(Checkpoint { identity, input, limits, started, stopped, events, root })
            }
            // Documented: it has the same ARN, and its redrives cannot be told apart.
            Some(StoppedChild { input, mut identity, .. }) => {
                if map_run.children() == ExecutionType::Standard {
                    identity.redrive_count =
                        Some(identity.redrive_count.unwrap_or_default().saturating_add(1));
                }
                self.anew(input, identity, limits)
            }
            None => self.anew(input, self.names.next(|| parent.entropy().uuid()), limits),
        };
        let headers = parent.trace.headers(Traced::Children(self.map_run.arn()));
        let own = headers.map(|headers| headers.x_amzn_trace_id);
        execution.with_trace_header(own.or_else(|| parent.trace_header.cloned()))
    }

    fn anew(&self, input: Value, identity: Identity, limits: Limits) -> Execution {
        let execution = Execution::new(input).with_identity(identity).with_limits(limits);
        match self.keeps_checkpoint() {
            true => execution.keeping_checkpoint(),
            false => execution,
        }
    }

    fn limits(&self) -> Limits {
        let limits = self.parent.limits.clone();
        match self.map_run.children() {
            ExecutionType::Standard => limits,
            ExecutionType::Express => {
                let Limits { events, duration, .. } = Limits::express();
                Limits { events, duration, ..limits }
            }
        }
    }

    /// Documented: only STANDARD children continue where they stopped.
    fn keeps_checkpoint(&self) -> bool {
        self.parent.keeps_checkpoint && self.map_run.children() == ExecutionType::Standard
    }
}

/// A child that runs. It ends in the poll that completes it, or else when it is dropped.
struct RunningChild<'a> {
    children: Children<'a>,
    run: &'a Run<'a>,
    execution: &'a Execution,
    index: usize,
    items: u64,
    /// When it was redriven.
    redriven: Option<Timestamp>,
    /// Where its machine notes its position, if it keeps a checkpoint.
    slot: Option<Arc<Slot>>,
    /// Whether somebody else runs it.
    is_elsewhere: bool,
    /// When it began and ended, if it ran elsewhere.
    times: Option<(Timestamp, Timestamp)>,
    /// Where it stopped, if it ran elsewhere and that is known.
    checkpoint: Option<Box<Checkpoint>>,
    has_ended: bool,
}

impl RunningChild<'_> {
    /// Counts the child, notes how it continues, and returns what the result of the Map Run has for it.
    fn end(&mut self, outcome: &Outcome) -> EndedChild {
        self.has_ended = true;
        let Children { map_run, form, notes, .. } = self.children;
        let timeline = self.run.timeline;
        let stopped = timeline.at(timeline.elapsed()).to_millis();
        let stopped = self.times.map_or(stopped, |(_, stopped)| stopped);
        let events = self.checkpoint.as_ref().map_or(self.run.trace.count(), |known| known.events);
        let is_redrivable =
            map_run.children() == ExecutionType::Express || redriven::has_room(events, self.run.limits);
        let ended = EndedChild {
            items: self.items,
            status: ChildStatus::of(outcome),
            result: form.result(outcome, || self.described(stopped, outcome, is_redrivable)),
            is_redrivable,
        };
        map_run.child_ended(self.items, ended.status, is_redrivable);
        if let Some(notes) = notes {
            let checkpoint = self.checkpoint.take();
            let continues = outcome.failure().map(|_| self.stopped(stopped, checkpoint));
            notes.end_child(self.index, ended.clone(), continues);
        }
        ended
    }

    /// How it continues after a redrive.
    fn stopped(&self, stopped: Timestamp, known: Option<Box<Checkpoint>>) -> StoppedChild {
        let Execution { identity, input, .. } = self.execution;
        let keeps = self.children.keeps_checkpoint();
        if let Some(known) = known.filter(|_| keeps) {
            let Checkpoint { started, events, root, .. } = *known;
            let (identity, input) = (identity.clone(), input.clone());
            return StoppedChild { identity, input, started, stopped, events, root: Some(root) };
        }
        if self.is_elsewhere {
            return self.stopped_elsewhere(stopped);
        }
        let start = || {
            Position::before(
                self.children.machine.start,
                input.clone(),
                Scope::default(),
                None,
                Cursor::START,
            )
        };
        // One that ended before its first state has noted nothing.
        let position = || self.slot.as_ref().and_then(|slot| slot.take_position()).unwrap_or_else(start);
        StoppedChild {
            identity: identity.clone(),
            input: input.clone(),
            started: self.run.started,
            stopped,
            events: self.run.trace.count(),
            root: keeps.then(position),
        }
    }

    /// Nobody knows how far it came: it continues where it did in this run, or begins anew with a history of its own.
    fn stopped_elsewhere(&self, stopped: Timestamp) -> StoppedChild {
        let Execution { identity, input, checkpointing, .. } = self.execution;
        let (identity, input) = (identity.clone(), input.clone());
        match checkpointing.checkpoint() {
            Some(Checkpoint { started, events, root, .. }) => {
                let (started, events, root) = (*started, *events, Some(root.clone()));
                StoppedChild { identity, input, started, stopped, events, root }
            }
            None => {
                let started = self.run.started;
                StoppedChild { identity, input, started, stopped, events: 0, root: None }
            }
        }
    }

    /// Documented: the execution as DescribeExecution shows it.
    fn described(&self, stopped: Timestamp, outcome: &Outcome, is_redrivable: bool) -> ChildResult {
        let Execution { identity, input, .. } = self.execution;
        let started = self.times.map_or(self.run.started.to_millis(), |(started, _)| started);
        let description = Description::of(identity, started, input).ended(stopped, outcome);
        let status = match outcome {
            Outcome::Succeeded(_) => RedriveStatus::SUCCEEDED,
            _ if is_redrivable => RedriveStatus::RedrivableByMapRun,
            _ => RedriveStatus::HISTORY_FULL,
        };
        let count = identity.redrive_count.unwrap_or_default();
        let description = match self.children.map_run.children() {
            ExecutionType::Standard => description.with_redrive(count, self.redriven, status),
            ExecutionType::Express => description,
        };
        let described = ChildResult::Json(description.map_result().into());
        match self.children.is_exported {
            true => described,
            false => ChildResult::Value(described.into_value()),
        }
    }
}

impl Drop for RunningChild<'_> {
    fn drop(&mut self) {
        if !self.has_ended && !self.run.is_abandoned() {
            let aborted = Outcome::Aborted(Failure::default());
            self.run.end(Cursor::START, &aborted);
            let ended = self.end(&aborted);
            let aborted = self.children.aborted.lock();
            aborted.unwrap_or_else(PoisonError::into_inner).push((self.index, ended));
        }
    }
}
