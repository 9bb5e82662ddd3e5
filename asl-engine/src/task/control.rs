//! [`Control`]: what a running task reports to the interpreter, and its clocks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_value::{Text, Value};

use super::claim::Claim;
use crate::TaskClock;
use crate::clock::Timeline;
use crate::event::{EventKind, TaskKind};
use crate::journal::ticket::Ticket;
use crate::journal::turn::Learned;
use crate::position::Flight;
use crate::slot::Slot;
use crate::trace::{Cursor, Trace};

/// What a running task reports to the interpreter.
pub(crate) struct Control<'a> {
    trace: &'a Trace<'a>,
    pub(super) timeline: &'a Timeline,
    kind: &'a Arc<TaskKind>,
    pub(super) timeout: Option<Duration>,
    pub(super) heartbeat: Option<Duration>,
    /// Whether heartbeats count only after the submission.
    beats_when_submitted: bool,
    /// Only in a journalled execution, in which reports take effect in a turn. Boxed: other tasks do not pay for it.
    claim: Option<Box<Claim>>,
    /// Where the task is noted, in an execution that keeps a checkpoint.
    slot: Option<&'a Slot>,
    state: Mutex<ControlState>,
}

struct ControlState {
    cursor: Cursor,
    /// Instants of the execution.
    started: Option<Duration>,
    beat: Duration,
    is_submitted: bool,
}

/// Which clock of a task runs out first, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expiry {
    pub(crate) at: Duration,
    pub(crate) clock: TaskClock,
}

impl<'a> Control<'a> {
    pub(crate) fn new(
        trace: &'a Trace<'a>,
        timeline: &'a Timeline,
        kind: &'a Arc<TaskKind>,
        [timeout, heartbeat]: [Option<Duration>; 2],
        cursor: Cursor,
    ) -> Control<'a> {
        let state =
            Mutex::new(ControlState { cursor, started: None, beat: Duration::ZERO, is_submitted: false });
        let beats_when_submitted = heartbeat.is_some() && is_function_with_callback(kind);
        Control {
            trace,
            timeline,
            kind,
            timeout,
            heartbeat,
            beats_when_submitted,
            claim: None,
            slot: None,
            state,
        }
    }

    /// The same for a task of a journalled execution.
    pub(crate) fn journalled(self, ticket: Option<Ticket>) -> Control<'a> {
        Control { claim: ticket.map(|ticket| Box::new(Claim::new(ticket))), ..self }
    }

    /// The same, noted in a slot. If it continues from a snapshot, it has begun before.
    pub(crate) fn noted_in(mut self, slot: &'a Slot, flight: Option<&Flight>) -> Control<'a> {
        self.slot = Some(slot);
        let Some(flight) = flight else { return self };
        let started = flight.started.map(|at| self.timeline.instant(at));
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.started = started;
        state.beat = started.unwrap_or_default();
        state.is_submitted = flight.submitted.is_some();
        if let (Some(claim), Some(output)) = (&self.claim, &flight.submitted) {
            claim.submitted(output);
        }
        self
    }

    pub(super) fn claim(&self) -> Option<&Claim> {
        self.claim.as_deref()
    }

    pub(crate) fn ticket(&self) -> Option<&Ticket> {
        self.claim().map(|claim| &claim.ticket)
    }

    /// The handler of a journalled execution is about to be called.
    ///
    /// Nobody could report a heartbeat before, so in an execution that is resumed they count from now.
    pub(crate) fn begin_live(&self) {
        if let Some(claim) = self.claim().filter(|claim| claim.ticket.is_resumed()) {
            let mut state = self.lock();
            let is_activity = matches!(**self.kind, TaskKind::Activity { .. });
            state.beat = self.timeline.passed();
            claim.begin_live(is_activity && state.started.is_some());
        }
    }

    pub(super) fn is_submitted(&self) -> bool {
        self.lock().is_submitted || self.claim().is_some_and(Claim::has_reported_submission)
    }

    fn lock(&self) -> MutexGuard<'_, ControlState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The task's last event.
    pub(crate) fn cursor(&self) -> Cursor {
        self.lock().cursor
    }

    pub(crate) fn is_timed(&self) -> bool {
        self.timeout.is_some() || self.heartbeat.is_some()
    }

    pub(crate) fn start(&self, worker: Option<Text>) {
        let mut state = self.lock();
        if state.started.is_some() {
            return;
        }
        let now = if self.is_timed() { self.timeline.elapsed() } else { Duration::ZERO };
        state.started = Some(now);
        state.beat = now;
        self.note_time();
        self.trace.step(&mut state.cursor, || EventKind::TaskStarted { task: self.kind.clone(), worker });
        if let Some(slot) = self.slot {
            let (at, cursor) = (self.timeline.at(now), state.cursor);
            slot.note_flight(|flight| (flight.started, flight.cursor) = (Some(at), cursor));
        }
    }

    pub(super) fn report_start(&self, worker: Option<Text>) {
        match self.ticket() {
            None => self.start(worker),
            Some(ticket) if self.lock().started.is_none() => {
                ticket.report(Learned::Started { worker }, None);
            }
            Some(_) => {}
        }
    }

    pub(super) fn report_submission(&self, output: Value) {
        let Some(claim) = self.claim() else { return self.submit(output) };
        if claim.ticket.is_resumed() && self.lock().is_submitted {
            return;
        }
        claim.report_submission(output);
    }

    pub(super) fn beat(&self) {
        self.lock().beat = self.timeline.passed();
    }

    /// A handler may have waited before it reports something.
    fn note_time(&self) {
        if self.trace.is_on() {
            self.timeline.elapsed();
        }
    }

    pub(crate) fn submit(&self, output: Value) {
        let submitted = self.slot.map(|slot| (slot, output.clone()));
        {
            let mut state = self.lock();
            state.is_submitted = true;
            if let Some(claim) = self.claim() {
                claim.submitted(&output);
            }
            if self.beats_when_submitted {
                state.beat = self.timeline.elapsed();
            }
        }
        if matches!(**self.kind, TaskKind::Service { .. }) {
            self.note_time();
            let task = self.kind.clone();
            self.trace.step(&mut self.lock().cursor, || EventKind::TaskSubmitted { task, output });
        }
        if let Some((slot, output)) = submitted {
            let cursor = self.cursor();
            slot.note_flight(|flight| (flight.submitted, flight.cursor) = (Some(output), cursor));
        }
    }

    /// `None` while no clock runs: there is no timeout, or work has not begun.
    pub(crate) fn expiry(&self) -> Option<Expiry> {
        let state = self.lock();
        let started = state.started?;
        let at = |start: Duration, time: Option<Duration>, clock| {
            time.map(|time| Expiry { at: to_step(start.saturating_add(time)), clock })
        };
        let heartbeat = self.heartbeat.filter(|_| state.is_submitted || !self.beats_when_submitted);
        let expiries =
            [at(started, self.timeout, TaskClock::Timeout), at(state.beat, heartbeat, TaskClock::Heartbeat)];
        expiries.into_iter().flatten().min_by_key(|expiry| expiry.at)
    }
}

/// Documented: while the function of a callback task runs, no heartbeat is missed.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html>
fn is_function_with_callback(kind: &TaskKind) -> bool {
    matches!(kind, TaskKind::Service { resource_type, resource }
        if resource_type == "lambda" && resource == "invoke.waitForTaskToken")
}

/// Rounds to the steps in which the clocks of tasks run out.
///
/// Observed: tasks that began together time out together, each with its event, before the first one aborts the others.
fn to_step(at: Duration) -> Duration {
    const STEP: u128 = 100;
    let steps = (at.as_millis() + STEP / 2) / STEP;
    Duration::from_millis(u64::try_from(steps * STEP).unwrap_or(u64::MAX))
}
