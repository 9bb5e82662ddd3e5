//! [`Shared`]: what the journal, the tasks and the end of an invocation share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{CancelToken, EffectId, Failure, Journal, JournalError, JournalRecord, OpenEffect, Parked};
use asl_value::{Text, Timestamp};
use async_trait::async_trait;
use tokio::sync::Notify;

use super::ledger::Ledger;
use crate::limits::OPERATIONS;
use crate::{DurableError, DurableErrorKind, DurableLog};

/// Operations that are kept free, so that an execution can fail with its history written.
const RESERVE: u64 = 20;

/// What the journal, the tasks and the end of an invocation share.
pub(super) struct Shared {
    pub(super) log: Arc<DurableLog>,
    pub(super) ledger: Ledger,
    cancel: CancelToken,
    pub(super) now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// All strands wait, or a task has stopped working.
    pub(super) quiet: Notify,
    /// Operations may have changed.
    pub(super) changed: Notify,
    /// Tasks that work in this process.
    busy: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What the execution waits for, if all its strands wait.
    parked: Option<Vec<OpenEffect>>,
    failed: Option<DurableError>,
    /// Operations that tasks wait for.
    awaited: BTreeMap<EffectId, Awaited>,
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
    ) -> Shared {
        let (quiet, changed) = (Notify::new(), Notify::new());
        let (busy, state) = (AtomicUsize::new(0), Mutex::default());
        Shared { log, ledger, cancel, now, quiet, changed, busy, state }
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
        self.lock().awaited.insert(effect.clone(), awaited);
    }

    pub(super) fn awaited(&self, effect: &EffectId) -> Option<Awaited> {
        self.lock().awaited.get(effect).cloned()
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
        let flushed = self.log.flush().await;
        self.changed.notify_waiters();
        flushed
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
            self.lock().parked = None;
            self.ledger.append(turn.clone());
        }
        Ok(())
    }

    fn parked(&self, parked: &Parked<'_>) {
        self.lock().parked = Some(parked.effects());
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
