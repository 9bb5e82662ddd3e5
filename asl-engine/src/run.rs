//! [`Run`]: the state that all strands of one execution share.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use asl_query::Host;
use asl_value::{Object, Text, Timestamp, Value};

use crate::budget::Budget;
use crate::clock::Timeline;
use crate::ids::StateId;
use crate::journal::run_journal::RunJournal;
use crate::journal::turn::Stopped;
use crate::near_limit::{Limit, Nearness};
use crate::program::Machine;
use crate::trace::Trace;
use crate::watch::Watch;
use crate::witness::Witness;
use crate::{CancelToken, Engine, Entropy, Execution, Identity, Limits, Outcome};

/// A running execution, as its strands see it.
pub(crate) struct Run<'a> {
    pub(crate) engine: &'a Engine,
    /// The execution that this one is a child of.
    pub(crate) parent: Option<&'a Run<'a>>,
    pub(crate) identity: &'a Identity,
    pub(crate) input: Value,
    pub(crate) limits: &'a Limits,
    pub(crate) timeline: &'a Timeline,
    pub(crate) trace: Trace<'a>,
    pub(crate) cancel: &'a CancelToken,
    /// The memory that it may hold. A child execution shares that of its parent.
    pub(crate) budget: Arc<Budget>,
    /// The instant of the timeline at which it ends at the latest.
    pub(crate) deadline: Option<Duration>,
    /// The instant that its host has set as deadline.
    host_deadline: Option<Duration>,
    pub(crate) trace_header: Option<&'a Text>,
    /// When the execution first began.
    pub(crate) started: Timestamp,
    /// When it was redriven.
    redriven: Option<Timestamp>,
    /// Whether strands note where they are.
    pub(crate) keeps_checkpoint: bool,
    transitions: AtomicU64,
    /// The current top-level state, or the one to begin with.
    top_level: AtomicU32,
    context: OnceLock<Object>,
    /// The instant of the timeline at which it began.
    begun: Duration,
    pub(crate) near: Nearness,
    /// Who sees the data of states.
    pub(crate) watch: Option<Watch<'a>>,
    /// Only if it is journalled.
    pub(crate) journal: Option<Box<RunJournal>>,
}

/// A value that is built on the way to a payload may take this many times the bytes of one in memory: a filter may
/// still shrink it. Any payload fits: none takes more than 33 times its text.
const BUILT_PAYLOADS: u64 = 64;

/// Why an execution ends before its machine does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stop {
    Cancelled,
    /// Cancelled, in a turn that is recorded.
    Granted(Outcome),
    Deadline,
    /// The history has no room for another event.
    HistoryFull,
}

impl<'a> Run<'a> {
    /// The run of an execution that begins at the instant `begun` of the timeline and may take `timeout`.
    pub(crate) fn new(
        engine: &'a Engine,
        execution: &'a Execution,
        timeline: &'a Timeline,
        begun: Duration,
        timeout: Option<Duration>,
        start: StateId,
        budget: Arc<Budget>,
    ) -> Run<'a> {
        let checkpoint = execution.checkpointing.checkpoint();
        let events = checkpoint.map_or(0, |checkpoint| checkpoint.events);
        let host_deadline = execution.deadline.map(|deadline| timeline.instant(deadline));
        let times = [execution.limits.duration, timeout].into_iter().flatten();
        let deadline = times.map(|time| begun.saturating_add(time)).chain(host_deadline).min();
        let begun_at = timeline.at(begun);
        let trace = Trace::new(execution.observer.as_ref(), timeline, events, execution.limits.events);
        let debugger = execution.observer.debugger().map(Watch::Debugger);
        let watch = debugger.or_else(|| trace.stage_observer().map(Watch::Observer));
        Run {
            engine,
            parent: None,
            identity: &execution.identity,
            input: execution.input.clone(),
            limits: &execution.limits,
            timeline,
            trace,
            cancel: &execution.cancel,
            budget,
            deadline,
            host_deadline,
            trace_header: execution.trace_header.as_ref(),
            started: checkpoint.map_or(begun_at, |checkpoint| checkpoint.started),
            redriven: execution.checkpointing.is_redrive().then_some(begun_at),
            keeps_checkpoint: execution.checkpointing.is_on(),
            transitions: AtomicU64::new(0),
            top_level: AtomicU32::new(start.0),
            context: OnceLock::new(),
            begun,
            near: Nearness::default(),
            watch,
            journal: None,
        }
    }

    /// The run of a journalled execution.
    pub(crate) fn journalled(self, journal: RunJournal) -> Run<'a> {
        Run { trace: self.trace.journalled(&journal), journal: Some(Box::new(journal)), ..self }
    }

    /// The name of the current top-level state. `None` if a checkpoint belongs to another machine.
    pub(crate) fn state_name<'m>(&self, machine: &'m Machine) -> Option<&'m Text> {
        let state = StateId(self.top_level.load(Ordering::Relaxed));
        machine.has(state).then(|| &machine.step(state).name)
    }

    /// Records how much of the limits was used by an execution that ended at this instant.
    pub(crate) fn note_use(&self, machine: &Machine, ended: Duration) {
        let state = self.state_name(machine).filter(|_| self.transitions() > 0);
        self.near.time(self.limits.duration, ended.saturating_sub(self.begun), state);
        if let Some(allowed) = self.limits.events {
            self.near.note(Limit::Events, allowed, self.trace.count(), state);
        }
    }

    /// Whether a payload of a state is within the limit. Records a size that is near it.
    pub(crate) fn admits(&self, payload: &Value, state: Option<&Text>) -> bool {
        let Some(allowed) = self.limits.payload_bytes else { return true };
        let used = payload.encoded_len();
        self.near.bytes(Limit::Payload, Some(allowed), used, state);
        used <= allowed
    }

    /// The run of a child execution, which ends with its parent.
    pub(crate) fn inside(self, parent: &'a Run<'a>) -> Run<'a> {
        Run { parent: Some(parent), ..self }
    }

    /// The run of a single state that is tested.
    pub(crate) fn watched(self, witness: &'a dyn Witness) -> Run<'a> {
        Run { watch: Some(Watch::Test(witness)), ..self }
    }

    /// Only while a single state is tested.
    pub(crate) fn witness(&self) -> Option<&'a dyn Witness> {
        match self.watch {
            Some(Watch::Test(witness)) => Some(witness),
            _ => None,
        }
    }

    /// Whether a debugger may stop it.
    pub(crate) fn is_debugged(&self) -> bool {
        matches!(self.watch, Some(Watch::Debugger(_)))
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        match &self.journal {
            None => self.engine.entropy(),
            Some(journal) => &**journal,
        }
    }

    /// Whether the execution must stop, or one that it is a child of. Checked on every transition, so that a loop without
    /// a task ends, too. The clock is read only if it is due.
    #[inline(always)]
    pub(crate) fn is_stopped(&self, is_clock_due: bool) -> bool {
        if self.trace.is_special() {
            return self.is_full_or_interrupted();
        }
        self.cancel.is_cancelled()
            || is_clock_due && self.is_late()
            || self.parent.is_some() && self.is_parent_stopped(is_clock_due)
    }

    #[cold]
    #[inline(never)]
    fn is_full_or_interrupted(&self) -> bool {
        let Some(journal) = &self.journal else { return true };
        journal.count_check();
        self.is_interrupted(journal, true)
    }

    fn is_late(&self) -> bool {
        let elapsed = self.timeline.elapsed();
        self.deadline.is_some_and(|deadline| elapsed >= deadline)
    }

    /// Whether a journalled execution must stop, or one that it is a child of. If `notes`, a stop that is noticed is
    /// recorded at this place.
    ///
    /// A turn that began after the deadline stops at its first check, also if it is done again: no process came further.
    #[cold]
    fn is_interrupted(&self, journal: &RunJournal, notes: bool) -> bool {
        if journal.gate().is_closed() || self.trace.is_full() {
            return true;
        }
        if journal.turnstile().is_used_up()
            && let Some(outcome) = self.interruption()
            && (self.is_late() || journal.turnstile().is_interruptible(self.timeline.passed()))
        {
            if notes {
                journal.stop(outcome);
            }
            return true;
        }
        self.parent.is_some_and(|parent| {
            parent.journal.as_ref().is_some_and(|journal| parent.is_interrupted(journal, notes))
        })
    }

    /// How the execution must end now, according to its token and the real time.
    fn interruption(&self) -> Option<Outcome> {
        let is_late = self.deadline.is_some_and(|deadline| self.timeline.passed() >= deadline);
        self.cancel.outcome().or_else(|| is_late.then(Stopped::deadline))
    }

    /// Whether an execution that this one is a child of must stop.
    #[inline(never)]
    pub(crate) fn is_parent_stopped(&self, is_clock_due: bool) -> bool {
        self.parent.is_some_and(|parent| parent.is_stopped(is_clock_due))
    }

    /// Why the execution itself must stop, if it must.
    pub(crate) fn stop(&self) -> Option<Stop> {
        if self.cancel.is_cancelled() {
            Some(Stop::Cancelled)
        } else if self.trace.is_full() {
            Some(Stop::HistoryFull)
        } else {
            self.is_late().then_some(Stop::Deadline)
        }
    }

    /// Reads the clock, so that the next events are stamped with the current time. Call after every wait.
    pub(crate) fn note_time(&self) {
        if self.trace.is_on() {
            self.timeline.elapsed();
        }
    }

    /// Whether a journalled execution is dropped that may be resumed.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.journal.as_ref().is_some_and(|journal| journal.turnstile().is_abandoned())
    }

    pub(crate) fn count_transition(&self) {
        // All strands run in one task, so nothing else counts between the load and the store.
        self.transitions.store(self.transitions() + 1, Ordering::Relaxed);
    }

    /// Counts transitions from here on.
    pub(crate) fn go_on(&self, transitions: u64) {
        self.transitions.store(transitions, Ordering::Relaxed);
    }

    pub(crate) fn transitions(&self) -> u64 {
        self.transitions.load(Ordering::Relaxed)
    }

    /// Notes that the machine itself enters a state.
    pub(crate) fn enter_top_level(&self, state: StateId) {
        self.top_level.store(state.0, Ordering::Relaxed);
    }

    /// Whether the execution ends at the deadline that its host has set, rather than at a limit of AWS's.
    pub(crate) fn is_host_deadline(&self) -> bool {
        self.deadline == self.host_deadline
    }

    /// The part of the context object that is the same in all states.
    pub(crate) fn context(&self) -> Object {
        self.context.get_or_init(|| self.identity.context(&self.input, self.started, self.redriven)).clone()
    }
}

/// Expressions take time and random numbers from the execution, so that a seeded run repeats.
impl Host for Run<'_> {
    fn now(&self) -> Timestamp {
        self.timeline.now()
    }
    fn random_u64(&self) -> u64 {
        self.entropy().next_u64()
    }
    fn time_left(&self) -> Option<Duration> {
        match &self.journal {
            // The execution has computed it before.
            Some(journal) if !journal.turnstile().is_live() => None,
            _ => self.timeline.until(self.deadline?),
        }
    }
    fn is_repeating(&self) -> bool {
        self.journal.as_ref().is_some_and(|journal| !journal.turnstile().is_live())
    }
    fn memory_bytes(&self) -> Option<u64> {
        let payloads = self.limits.payload_bytes.map(|most| (most as u64).saturating_mul(BUILT_PAYLOADS));
        let Some(left) = self.budget.left() else { return payloads };
        Some(payloads.map_or(left, |payloads| payloads.min(left)))
    }
    fn must_stop(&self) -> bool {
        match &self.journal {
            None => self.is_stopped(true),
            // How often an evaluation asks may depend on the time it takes: these questions are not counted.
            Some(journal) => self.is_interrupted(journal, false),
        }
    }
    fn stop_flag(&self) -> Option<Arc<AtomicBool>> {
        match &self.journal {
            Some(journal) if !journal.turnstile().is_live() => None,
            _ => Some(self.cancel.flag()),
        }
    }
}
