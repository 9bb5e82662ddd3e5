//! [`Shared`]: what the journal, the tasks and the end of an invocation share.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{
    CancelToken, EffectId, Failure, Journal, JournalError, JournalRecord, OpenEffect, Parked, Snapshot,
};
use asl_value::{Text, Timestamp};
use async_trait::async_trait;
use tokio::sync::Notify;

use super::continues::Continues;
use super::kept::unwrapped;
use super::ledger::Ledger;
use crate::limits::OPERATIONS;
use crate::table::Table;
use crate::{DurableError, DurableErrorKind, DurableLog, Operation, Update};

/// After how many operations an execution tries again to continue in a next one.
const AGAIN_AFTER: u64 = 25;

/// Operations that are kept free, so that an execution can fail with its history written.
const RESERVE: u64 = 20;

/// What the journal, the tasks and the end of an invocation share.
pub(super) struct Shared {
    pub(super) log: Arc<DurableLog>,
    pub(super) ledger: Ledger,
    cancel: CancelToken,
    continues: Option<Continues>,
    pub(super) now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// All strands wait, or a task has stopped working.
    pub(super) quiet: Notify,
    /// Operations may have changed.
    pub(super) changed: Notify,
    /// What was held back may begin.
    admitted: Notify,
    /// Tasks that work in this process.
    busy: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What the execution waits for, if all its strands wait.
    parked: Option<Vec<OpenEffect>>,
    /// The execution as it is then, if it is to continue in a next one.
    snapshot: Option<Snapshot>,
    next: Next,
    failed: Option<DurableError>,
    /// Operations that tasks wait for.
    awaited: Table<Awaited>,
}

/// Whether the execution continues in a next one.
#[derive(Default)]
struct Next {
    /// Whether anything has happened in this execution: otherwise the next one would be no further.
    has_moved: bool,
    /// Nothing new begins.
    is_closing: bool,
    /// The next one is being started.
    is_frozen: bool,
    /// How many operations there must be before another try.
    from: u64,
}

/// What a task waits for outside of this process.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Awaited {
    /// A callback: its operation.
    Operation(Text),
    /// A job, which is looked at from time to time.
    Job,
}

impl Shared {
    pub(super) fn new(
        log: Arc<DurableLog>,
        ledger: Ledger,
        cancel: CancelToken,
        now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
        continues: Option<Continues>,
        has_moved: bool,
    ) -> Shared {
        let (quiet, changed, admitted) = (Notify::new(), Notify::new(), Notify::new());
        let next = Next { has_moved, ..Next::default() };
        let state = Mutex::new(State { next, ..State::default() });
        Shared {
            log,
            ledger,
            cancel,
            continues,
            now,
            quiet,
            changed,
            admitted,
            busy: AtomicUsize::new(0),
            state,
        }
    }

    /// Waits if the execution is about to continue in a next one: what has not begun begins there.
    pub(super) async fn admit(&self) {
        loop {
            let mut admitted = std::pin::pin!(self.admitted.notified());
            admitted.as_mut().enable();
            if !self.is_closing() {
                return;
            }
            admitted.await;
        }
    }

    /// Whether the execution is about to continue in a next one.
    pub(super) fn is_closing(&self) -> bool {
        let Some(continues) = &self.continues else { return false };
        let usage = self.log.usage();
        let next = &mut self.lock().next;
        next.is_closing |= next.has_moved && usage.operations >= next.from && continues.is_due(usage);
        next.is_closing
    }

    /// The next execution is being started, or that was not possible.
    pub(super) fn freeze(&self, is_frozen: bool) {
        let mut state = self.lock();
        state.next.is_frozen = is_frozen;
        if !is_frozen {
            state.next.is_closing = false;
            state.next.from = self.log.usage().operations + AGAIN_AFTER;
            self.admitted.notify_waiters();
        }
    }

    pub(super) fn is_frozen(&self) -> bool {
        self.lock().next.is_frozen
    }

    /// The execution as it is, if it only waits.
    pub(super) fn snapshot(&self) -> Option<Snapshot> {
        self.lock().snapshot.take()
    }

    /// What tasks wait for, with its operation. One that has ended meanwhile is among them: its task has not heard of it.
    pub(super) fn open_operations(&self) -> Vec<(EffectId, Text)> {
        let parked = self.parked().unwrap_or_default();
        let open = parked.into_iter().filter_map(|effect| match self.awaited(&effect.of)? {
            Awaited::Operation(id) => {
                self.log.operation(&id)?;
                Some((effect.of, id))
            }
            Awaited::Job => None,
        });
        open.collect()
    }

    /// A task works in this process until the guard is dropped.
    pub(super) fn work(self: &Arc<Self>) -> Busy {
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Whether everything waits for what is outside of this process.
    pub(super) fn is_idle(&self) -> bool {
        self.busy.load(Ordering::Relaxed) == 0 && self.lock().parked.is_some()
    }

    /// What the execution waits for, if it only waits.
    pub(super) fn parked(&self) -> Option<Vec<OpenEffect>> {
        self.lock().parked.clone().filter(|_| self.is_still())
    }

    fn is_still(&self) -> bool {
        self.busy.load(Ordering::Relaxed) == 0
    }

    /// Notes what a task waits for.
    pub(super) fn awaits(&self, effect: &EffectId, awaited: Awaited) {
        self.lock().awaited.put(effect.as_text(), awaited);
    }

    pub(super) fn awaited(&self, effect: &EffectId) -> Option<Awaited> {
        self.lock().awaited.get(effect.as_text()).cloned()
    }

    pub(super) fn waits_for_others(&self) -> bool {
        !self.lock().awaited.is_empty()
    }

    pub(super) fn failed(&self) -> Option<DurableError> {
        self.lock().failed.clone()
    }

    /// Writes what was learned so far.
    pub(super) async fn write(&self, effects: Option<&[OpenEffect]>) -> Result<(), DurableError> {
        let written = self.ledger.write(effects, (self.now)());
        self.exhausted(written)?;
        self.flush().await
    }

    /// Writes what was added. Tasks that wait for others are woken only if something may have changed: otherwise they would
    /// wake each other.
    pub(super) async fn flush(&self) -> Result<(), DurableError> {
        let calls = self.log.calls();
        let flushed = self.log.flush().await;
        if self.log.calls() > calls {
            self.changed.notify_waiters();
        }
        flushed
    }

    /// Writes what was learned and begins an operation, which does something outside.
    pub(super) async fn begin(self: &Shared, update: Update) {
        let added = self.ledger.write(None, (self.now)());
        let added = added.and_then(|()| self.ledger.write_head()).and_then(|()| self.log.add(update));
        // A quota that is exceeded fails the execution, which drops this task.
        let _ = self.exhausted(added);
        self.before_action().await;
    }

    /// Waits for the end of an operation.
    pub(super) async fn ended(&self, operation: &str) -> Arc<Operation> {
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            if let Some(found) = self.log.operation(operation).filter(|found| found.status.is_final()) {
                return unwrapped(found);
            }
            changed.await;
        }
    }

    pub(super) async fn refresh(&self) -> Result<(), DurableError> {
        self.ledger.write(None, (self.now)())?;
        self.log.refresh().await?;
        self.changed.notify_waiters();
        Ok(())
    }

    /// An execution that exceeds a quota fails.
    pub(super) fn exhausted(&self, added: Result<(), DurableError>) -> Result<(), DurableError> {
        match added {
            Err(error) if error.kind() == DurableErrorKind::TooLarge => {
                self.cancel.fail(Failure::new("States.Runtime", error.message()));
                Ok(())
            }
            added => added,
        }
    }

    /// Writes what was learned, because something that follows from it is about to be done outside. Does not return if
    /// that is impossible.
    pub(super) async fn before_action(&self) {
        let usage = self.log.usage();
        if usage.operations > OPERATIONS - RESERVE {
            self.cancel.fail(Failure::new("States.Runtime", usage.to_string()));
        }
        if let Err(error) = self.write(None).await {
            self.lock().failed = Some(error);
            self.quiet.notify_one();
            std::future::pending::<()>().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for Shared {
    /// Keeps turns until something is done that follows from them: an invocation that ends before is repeated from the
    /// same log.
    async fn append(&self, record: &JournalRecord) -> Result<(), JournalError> {
        if let JournalRecord::Turn(turn) = record {
            let mut state = self.lock();
            (state.parked, state.snapshot) = (None, None);
            state.next.has_moved = true;
            drop(state);
            self.ledger.append(turn.clone());
        }
        Ok(())
    }

    fn parked(&self, parked: &Parked<'_>) {
        let snapshot = if self.is_closing() { parked.snapshot() } else { None };
        let mut state = self.lock();
        (state.parked, state.snapshot) = (Some(parked.effects()), snapshot);
        drop(state);
        self.quiet.notify_one();
    }
}

/// A task works in this process.
pub(super) struct Busy(Arc<Shared>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
        self.0.quiet.notify_one();
    }
}
