//! [`Writer`]: the thread that writes records, many in one transaction.

#[cfg(test)]
mod stepped;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::watch;
use tokio::time::Instant;

use super::apply::apply;
use super::batch::Batch;
use super::error::Problem;
use super::folder::Folder;
use super::retention;
use super::retention::Retention;
use crate::archive::{Pins, Progress, Record};
use crate::clock::instant;
#[cfg(test)]
pub(super) use stepped::Stepped;

/// How long to wait after records could not be written.
const PAUSE: Duration = Duration::from_millis(500);

/// How often executions are removed whose retention has ended.
const EVERY: Duration = Duration::from_secs(30);

/// The same if there are more of them.
const SOON: Duration = Duration::from_millis(20);

/// How often what executions have left is removed.
const TIDIED: Duration = Duration::from_secs(300);

/// The records that are to be written.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    /// Notified of records and of the end.
    news: Condvar,
    progress: watch::Sender<Progress>,
    pub(super) pins: Pins,
    /// Simulates a full disk.
    #[cfg(test)]
    pub(super) is_full: std::sync::atomic::AtomicBool,
    /// Tells a simulation of records.
    #[cfg(test)]
    told: tokio::sync::Notify,
}

#[derive(Default)]
struct Waiting {
    records: Vec<Record>,
    sent: u64,
    is_closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a record. After the queue was closed it is counted, and never written.
    pub(super) fn send(&self, record: Record) -> u64 {
        let mut waiting = self.lock();
        waiting.sent += 1;
        if !waiting.is_closed {
            // The thread waits only while there are none.
            if waiting.records.is_empty() {
                self.news.notify_one();
            }
            waiting.records.push(record);
            #[cfg(test)]
            self.told.notify_one();
        }
        waiting.sent
    }

    pub(super) fn sent(&self) -> u64 {
        self.lock().sent
    }

    pub(super) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Waits for records until `end`. `None` if the queue is closed and empty.
    fn take(&self, end: Instant) -> Option<Vec<Record>> {
        let mut waiting = self.lock();
        loop {
            if !waiting.records.is_empty() {
                return Some(std::mem::take(&mut waiting.records));
            }
            if waiting.is_closed {
                return None;
            }
            let left = end.saturating_duration_since(instant());
            if left.is_zero() {
                return Some(Vec::new());
            }
            let woken = self.news.wait_timeout(waiting, left);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    #[cfg(not(test))]
    fn check(&self) -> Result<(), Problem> {
        Ok(())
    }

    #[cfg(test)]
    fn check(&self) -> Result<(), Problem> {
        match self.is_full.load(std::sync::atomic::Ordering::Relaxed) {
            true => Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into()),
            false => Ok(()),
        }
    }

    /// Waits after a failure. Returns whether to try again.
    fn pause(&self) -> bool {
        let waiting = self.lock();
        let is_open = |waiting: &mut Waiting| !waiting.is_closed;
        let waited = self.news.wait_timeout_while(waiting, PAUSE, is_open);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_closed
    }
}

/// The thread that writes. It ends when this is closed or dropped, after it has written what was sent.
pub(super) struct Writer {
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(folder: Folder, retention: Retention) -> Result<Writer, Problem> {
        let (queue, connection) = (Arc::new(Queue::default()), folder.connect_writer()?);
        let written = Arc::clone(&queue);
        let thread = std::thread::Builder::new().name("asl-data".to_owned());
        // The folder stays locked until the last record is written.
        let thread = thread.spawn(move || {
            write_all(&written, &connection, retention);
            drop((connection, folder));
        })?;
        Ok(Writer { queue, thread: Mutex::new(Some(thread)) })
    }

    pub(super) fn queue(&self) -> &Queue {
        &self.queue
    }

    pub(super) fn close(&self) {
        self.queue.lock().is_closed = true;
        self.queue.news.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that writes the data folder has panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

fn write_all(queue: &Queue, connection: &Connection, retention: Retention) {
    let (mut next, mut tidied) = (instant(), instant());
    while let Some(records) = queue.take(next) {
        if !records.is_empty() && !write(queue, connection, &records) {
            return;
        }
        if instant() >= next {
            let is_more = retention::enforce(connection, retention, &queue.pins).unwrap_or_else(|error| {
                tracing::warn!(%error, "ended executions cannot be removed");
                false
            });
            next = instant() + if is_more { SOON } else { EVERY };
        }
        if instant() >= tidied {
            if let Err(error) = retention::tidy(connection, retention) {
                tracing::warn!(%error, "what ended executions have left cannot be removed");
            }
            tidied = instant() + TIDIED;
        }
    }
}

/// Writes records, again and again until it succeeds. Returns whether it did before the queue was closed.
fn write(queue: &Queue, connection: &Connection, records: &[Record]) -> bool {
    loop {
        let problem = match queue.check().and_then(|()| commit(connection, records)) {
            Ok(()) => break,
            Err(error) => error.to_string(),
        };
        tracing::error!(problem, "changes cannot be written; requests that change something are refused");
        queue.progress.send_modify(|progress| progress.problem = Some(problem.into()));
        if !queue.pause() {
            return false;
        }
    }
    queue.progress.send_modify(|progress| {
        progress.persisted += records.len() as u64;
        progress.problem = None;
    });
    true
}

pub(super) fn commit(connection: &Connection, records: &[Record]) -> Result<(), Problem> {
    // Dropped without a commit, it is rolled back.
    let transaction = connection.unchecked_transaction()?;
    let batch = Batch::new(records);
    for record in batch.records() {
        apply(&transaction, &batch, record)?;
    }
    Ok(transaction.commit()?)
}
