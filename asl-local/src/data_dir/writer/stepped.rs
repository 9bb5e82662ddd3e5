//! [`Stepped`]: the writer of a simulation, which has no thread: it writes when it is told to.

use std::sync::{Arc, Mutex};

use rusqlite::Connection;

use super::{Queue, Writer, commit};
use crate::data_dir::error::Problem;
use crate::data_dir::folder::Folder;

/// Writes the records of a queue in steps.
pub(in crate::data_dir) struct Stepped {
    queue: Arc<Queue>,
    connection: Connection,
    /// Locked as long as this is.
    _folder: Folder,
}

impl Stepped {
    /// The writer of a data folder, and what makes it write.
    pub(in crate::data_dir) fn start(folder: Folder) -> Result<(Writer, Stepped), Problem> {
        let queue = Arc::new(Queue::default());
        let connection = folder.connect_writer()?;
        // The process does not really end.
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0;")?;
        let writer = Writer { queue: Arc::clone(&queue), thread: Mutex::new(None) };
        Ok((writer, Stepped { queue, connection, _folder: folder }))
    }

    /// Waits until records are sent.
    pub(in crate::data_dir) async fn told(&self) {
        self.queue.told.notified().await;
    }

    /// The number of records that have not been written.
    pub(in crate::data_dir) fn waiting(&self) -> usize {
        self.queue.lock().records.len()
    }

    /// Writes the first records, in one transaction. Nobody learns of it.
    pub(in crate::data_dir) fn commit(&self, count: usize) -> Result<(), Problem> {
        let records: Vec<_> = {
            let mut waiting = self.queue.lock();
            let count = count.min(waiting.records.len());
            waiting.records.drain(..count).collect()
        };
        if records.is_empty() { Ok(()) } else { commit(&self.connection, &records) }
    }

    /// Says that so many more records are on disk.
    pub(in crate::data_dir) fn acknowledge(&self, count: usize) {
        self.queue.progress.send_modify(|progress| {
            progress.persisted += count as u64;
            progress.problem = None;
        });
    }

    /// Says that records cannot be written.
    pub(in crate::data_dir) fn fail(&self, problem: &str) {
        self.queue.progress.send_modify(|progress| progress.problem = Some(problem.into()));
    }

    /// Ignores later records.
    pub(in crate::data_dir) fn close(&self) {
        self.queue.lock().is_closed = true;
    }
}
