//! [`Journalled`]: the journal of a run, kept in the archive.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use asl_engine::{Journal, JournalError, JournalRecord, Parked};
use async_trait::async_trait;
use tokio::sync::watch;

use crate::archive::{Archive, Record};

/// The journal of one run of an execution. While the archive cannot be written, the run pauses.
pub(crate) struct Journalled {
    archive: Arc<dyn Archive>,
    execution: u64,
    /// 0 for the first run, 1 for that of the first redrive.
    run: u32,
    /// The number of the record of the header.
    header: AtomicU64,
    /// Dropped or ended when the replay is complete.
    resuming: Resuming,
}

impl Journalled {
    pub(crate) fn new(
        archive: &Arc<dyn Archive>,
        execution: u64,
        run: u32,
        resuming: Resuming,
    ) -> Journalled {
        Journalled { archive: Arc::clone(archive), execution, run, header: AtomicU64::default(), resuming }
    }

    /// Waits until a record is on disk.
    async fn persisted(&self, record: u64) {
        let mut progress = self.archive.progress();
        // The sender is a part of the archive, so it outlives the wait.
        let _ = progress.wait_for(|now| now.persisted >= record).await;
    }
}

#[async_trait]
impl Journal for Journalled {
    async fn append(&self, record: &JournalRecord) -> Result<(), JournalError> {
        let number = match record {
            JournalRecord::Header(_) => 0,
            JournalRecord::Turn(turn) => turn.number,
            // The end of the execution is a record of its own.
            _ => return Ok(()),
        };
        let line = record.clone();
        let turn = Record::Turn { execution: self.execution, run: self.run, number, line };
        let sent = self.archive.write(turn);
        match record {
            JournalRecord::Header(_) => self.header.store(sent, Ordering::Relaxed),
            _ => self.persisted(sent).await,
        }
        Ok(())
    }

    async fn begin_effects(&self) -> Result<(), JournalError> {
        self.persisted(self.header.load(Ordering::Relaxed)).await;
        Ok(())
    }

    /// The replay is complete: all tasks wait with their tokens.
    fn parked(&self, _: &Parked<'_>) {
        self.resuming.end();
    }
}

/// The numbers of the executions that are being replayed since the server was started.
#[derive(Clone)]
pub(crate) struct Starting(watch::Sender<BTreeSet<u64>>);

impl Default for Starting {
    fn default() -> Self {
        Starting(watch::Sender::new(BTreeSet::new()))
    }
}

impl Starting {
    /// Adds an execution.
    pub(crate) fn begin(&self, execution: u64) -> Resuming {
        self.0.send_modify(|replayed| {
            replayed.insert(execution);
        });
        Resuming { starting: Some((self.clone(), execution)), has_ended: AtomicBool::new(false) }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Waits until all replays are complete, or that of one execution.
    pub(crate) async fn done(&self, execution: Option<u64>) {
        let is_done = |replayed: &BTreeSet<u64>| match execution {
            Some(execution) => !replayed.contains(&execution),
            None => replayed.is_empty(),
        };
        // The sender is a field of `self`, so it outlives the wait.
        let _ = self.0.subscribe().wait_for(is_done).await;
    }
}

/// An execution that is being replayed, counted until [`end`](Resuming::end) or until this is dropped.
#[derive(Default)]
pub(crate) struct Resuming {
    starting: Option<(Starting, u64)>,
    has_ended: AtomicBool,
}

impl Resuming {
    fn end(&self) {
        if let Some((starting, execution)) =
            self.starting.as_ref().filter(|_| !self.has_ended.swap(true, Ordering::Relaxed))
        {
            starting.0.send_modify(|replayed| {
                replayed.remove(execution);
            });
        }
    }
}

impl Drop for Resuming {
    fn drop(&mut self) {
        self.end();
    }
}
