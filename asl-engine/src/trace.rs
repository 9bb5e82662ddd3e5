//! The trace of an execution: numbers its events, and knows which event led to which.
//!
//! Each strand of an execution (the machine itself, a branch, an iteration or the place of concurrency it runs in) has
//! a [`Cursor`]: the event that its next event follows. `step` emits an event and moves the cursor to it, `mark` emits
//! a leaf that no event follows. The rules, counted in histories recorded on AWS:
//!
//! 1. A state's `…Entered` follows the cursor; the execution's first follows 0, not `ExecutionStarted`.
//! 2. The events of a task's work chain: scheduled, started, submitted, and then its end.
//! 3. `…Exited` follows the last of them.
//! 4. A retry leaves no event of its own: the next `…Scheduled`, `MapStateStarted` or `ParallelStateStarted` follows
//!    the event that failed. A failed iteration is marked before; the state's own `…Failed` comes only when nothing is
//!    retried again.
//! 5. A caught failure: `…Exited`, with the catcher's output, follows the event that failed.
//! 6. An uncaught one: `ExecutionFailed` follows the event that failed; an error while preparing or finishing a state
//!    has no event of its own, so it follows the state's last. `States.Runtime` is such an error, and ends the
//!    execution from within branches and iterations too: nothing around it is marked (observed on AWS).
//! 7. `EvaluationFailed` follows the event *before* the state's `…Entered`, save in a Wait, where it follows
//!    `WaitStateEntered`. What comes next follows it.
//! 8. Branches follow `ParallelStateStarted`. `ParallelStateSucceeded` (a leaf) and `…Exited` follow the last event of
//!    the branch that ended last. On failure the aborted states are marked, and `ParallelStateFailed` follows the
//!    event that failed.
//! 9. Iterations that begin together follow `MapStateStarted`; one that takes over a place of concurrency follows the
//!    last event of the iteration before it there. `MapIterationSucceeded` is a leaf but for the last:
//!    `MapStateSucceeded` (a leaf) and `…Exited` follow that. On failure `MapIterationFailed`, the aborted states and
//!    `MapIterationAborted` are marked, and `MapStateFailed` follows the event that failed.
//! 10. A distributed Map: `MapRunStarted` follows `MapStateStarted`, `MapRunSucceeded` (a leaf) that, and
//!     `MapStateSucceeded` (a leaf) that; `…Exited` follows `MapRunStarted`. On failure `MapRunFailed` follows
//!     `MapRunStarted`, and `MapStateFailed` that. The children's events are in histories of their own.
//! 11. `ExecutionSucceeded` follows the last `…Exited`. `ExecutionAborted` follows 0 and so, UNRECORDED, does
//!     `ExecutionTimedOut`; what was running leaves no event.
//!     That of a full history follows the last event in it.
//! 12. A task that fails uncaught inside a branch or an iteration is marked `TaskStateAborted` as well.
//! 13. A heartbeat leaves no event.
//! 14. UNRECORDED: `ExecutionRedriven` follows the event that ended the execution. What is redriven is not entered
//!     again (a Fail state is, documented): its work follows its `…Entered`, as it did at first. So `MapRunRedriven`
//!     follows `MapStateStarted`, and stands for `MapRunStarted`.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Timeline;
use crate::event::{Event, EventKind};
use crate::journal::gate::Gate;
use crate::journal::run_journal::RunJournal;
use crate::journal::turnstile::Turnstile;
use crate::observer::{Interest, Observer};
use crate::{TraceHeaders, Traced};

/// The event that the next one of a strand follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor(u64);

impl Cursor {
    /// Before any event.
    pub(crate) const START: Cursor = Cursor(0);

    /// At the event of this number.
    pub(crate) fn at(id: u64) -> Cursor {
        Cursor(id)
    }

    pub(crate) fn id(self) -> u64 {
        self.0
    }
}

pub(crate) struct Trace<'a> {
    observer: Option<&'a dyn Observer>,
    /// Whether the observer also sees the data of states.
    sees_stages: bool,
    timeline: &'a Timeline,
    last: AtomicU64,
    /// The number of the event that only the end of the execution may have. 0 in a journalled execution, which so always
    /// takes the slow path.
    limit: u64,
    journal: Option<Box<TraceJournal>>,
}

/// What only the trace of a journalled execution has.
struct TraceJournal {
    limit: u64,
    turnstile: Turnstile,
    /// Closed when the execution is stopped: no event but the last one follows.
    gate: Gate,
}

impl<'a> Trace<'a> {
    /// A trace that continues after the event `last`, 0 for none.
    pub(crate) fn new(
        observer: &'a dyn Observer,
        timeline: &'a Timeline,
        last: u64,
        limit: Option<u64>,
    ) -> Trace<'a> {
        let interest = observer.interest();
        let observer = (interest != Interest::None).then_some(observer);
        let sees_stages = interest == Interest::Stages;
        Trace {
            observer,
            sees_stages,
            timeline,
            last: AtomicU64::new(last),
            limit: limit.unwrap_or(u64::MAX),
            journal: None,
        }
    }

    /// The trace of a journalled execution.
    pub(crate) fn journalled(self, journal: &RunJournal) -> Trace<'a> {
        let (turnstile, gate) = (journal.turnstile().clone(), journal.gate().clone());
        let journal = Some(Box::new(TraceJournal { limit: self.limit, turnstile, gate }));
        Trace { limit: 0, journal, ..self }
    }

    fn limit(&self) -> u64 {
        self.journal.as_ref().map_or(self.limit, |journal| journal.limit)
    }

    /// Whether there is an observer of events.
    pub(crate) fn is_on(&self) -> bool {
        self.observer.is_some()
    }

    /// The observer, if there is one.
    pub(crate) fn observer(&self) -> Option<&'a dyn Observer> {
        self.observer
    }

    /// The headers of a call that the observer records as a span.
    pub(crate) fn headers(&self, of: Traced<'_>) -> Option<TraceHeaders> {
        self.observer?.trace_headers(of)
    }

    /// The observer, if it also sees the data of states.
    pub(crate) fn stage_observer(&self) -> Option<&'a dyn Observer> {
        self.observer.filter(|_| self.sees_stages)
    }

    /// The number of events so far.
    pub(crate) fn count(&self) -> u64 {
        self.last.load(Ordering::Relaxed)
    }

    /// The last event that was reported.
    pub(crate) fn last(&self) -> Cursor {
        Cursor(self.count().min(self.limit().saturating_sub(1)))
    }

    /// Whether an event was left out because the history was full.
    pub(crate) fn is_full(&self) -> bool {
        self.is_special() && self.count() >= self.limit()
    }

    /// Whether the history is full, or the execution journalled. This is the one question that is asked on every
    /// transition.
    pub(crate) fn is_special(&self) -> bool {
        self.count() >= self.limit
    }

    /// Emits an event and moves the cursor to it.
    pub(crate) fn step(&self, cursor: &mut Cursor, kind: impl FnOnce() -> EventKind) {
        *cursor = self.mark(*cursor, kind);
    }

    /// Emits an event that follows the cursor and leaves it where it is.
    pub(crate) fn mark(&self, cursor: Cursor, kind: impl FnOnce() -> EventKind) -> Cursor {
        // All strands of an execution run in one task, so nothing else counts between the load and the store.
        let id = self.last.load(Ordering::Relaxed) + 1;
        if id >= self.limit && !self.admits(id) {
            return cursor;
        }
        self.last.store(id, Ordering::Relaxed);
        self.emit(id, cursor, kind)
    }

    #[cold]
    fn admits(&self, id: u64) -> bool {
        let limit = self.limit();
        if id >= limit {
            self.last.store(limit, Ordering::Relaxed);
            return false;
        }
        self.journal.as_ref().is_some_and(|journal| journal.turnstile.admits_event(&journal.gate))
    }

    /// Emits the event that ends the execution. There is room for it even in a full history.
    pub(crate) fn end(&self, cursor: Cursor, kind: impl FnOnce() -> EventKind) {
        let id = (self.count() + 1).min(self.limit());
        self.last.store(id, Ordering::Relaxed);
        if let Some(journal) = &self.journal {
            // It counts, but nothing stops it.
            journal.turnstile.admits_event(&Gate::default());
        }
        self.emit(id, cursor, kind);
    }

    fn emit(&self, id: u64, cursor: Cursor, kind: impl FnOnce() -> EventKind) -> Cursor {
        if let Some(observer) = self.observer {
            let timestamp = self.timeline.noted();
            observer.on_event(Event { id, previous_id: cursor.0, timestamp, kind: kind() });
        }
        Cursor(id)
    }
}
