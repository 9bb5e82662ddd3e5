//! [`DataDir`]: a folder in which everything that a server knows survives the end of its process.
//!
//! The folder has an SQLite database in WAL mode, `asl.sqlite`. One thread writes it: it takes all records that have been
//! sent, writes them in one transaction and waits once for the disk, so that many requests share the wait. Everything
//! that matters in a row is in a body with a checksum, see [`body`].

mod apply;
mod batch;
mod body;
mod error;
mod folder;
mod read;
mod retention;
mod schema;
#[cfg(test)]
pub(crate) mod simulated;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use asl_value::{Timestamp, Value};
use rusqlite::Connection;
use tokio::sync::watch;

use crate::archive::{Archive, Contents, Journals, Kept, Listing, Pin, Progress, Record};
use error::Problem;
use folder::Folder;
use writer::Writer;

pub use error::DataDirError;
pub use retention::Retention;

/// A folder that keeps machines, versions, aliases, tags, activities and executions with their histories.
///
/// A server with it ([`Server::bind_with_data`](crate::Server::bind_with_data)) answers a request that changes something
/// only after the change is on disk. Executions that have ended leave the memory and stay in the folder until their
/// [`Retention`] ends. EXPRESS executions are kept only with [`Config::express_history`](crate::Config::express_history).
///
/// The folder has a format version: a folder that was written by a newer version of the server is refused. While a server
/// has it, it is locked against others.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use asl_local::{Config, DataDir, Retention, Server};
/// # let folder = std::env::temp_dir().join(format!("asl-data-{}", std::process::id()));
/// let data = DataDir::open(&folder, Retention::default())?;
/// let server = Server::bind_with_data("127.0.0.1:0", Config::default(), data).await?;
/// assert!(DataDir::open(&folder, Retention::default()).is_err(), "the folder is in use");
/// # drop(server);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok(())
/// # }
/// ```
pub struct DataDir {
    path: PathBuf,
    writer: Writer,
    /// Reads what is on disk, while the writer has a connection of its own.
    reader: Mutex<Connection>,
    /// Looks up names for executions that start, which do not wait for lists.
    names: Mutex<Connection>,
}

impl DataDir {
    /// Opens a folder, which is created if it does not exist, and checks what is in it.
    ///
    /// # Errors
    /// The folder is in use, has a newer format or something else in it, is damaged, or cannot be written. See
    /// [`DataDirError`].
    pub fn open(path: &Path, retention: Retention) -> Result<DataDir, DataDirError> {
        let opened = Folder::open(path).and_then(|folder| {
            let [reader, names] = [folder.connect_reader()?, folder.connect_reader()?].map(Mutex::new);
            Ok((Writer::start(folder, retention)?, reader, names))
        });
        let (writer, reader, names) = opened.map_err(|problem| DataDirError::new(path, problem))?;
        Ok(DataDir { path: path.to_owned(), writer, reader, names })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, Problem>) -> Result<T, String> {
        read_with(&self.reader, read)
    }
}

fn read_with<T>(
    reader: &Mutex<Connection>,
    read: impl FnOnce(&Connection) -> Result<T, Problem>,
) -> Result<T, String> {
    let connection = reader.lock().unwrap_or_else(PoisonError::into_inner);
    read(&connection).map_err(|problem| problem.to_string())
}

impl Archive for DataDir {
    fn write(&self, record: Record) -> u64 {
        self.writer.queue().send(record)
    }

    fn sent(&self) -> u64 {
        self.writer.queue().sent()
    }

    fn progress(&self) -> watch::Receiver<Progress> {
        self.writer.queue().progress()
    }

    fn close(&self) {
        self.writer.close();
    }

    fn pin(&self, execution: u64) -> Pin {
        self.writer.queue().pins.pin(execution)
    }

    fn contents(&self) -> Result<Contents, String> {
        self.read(read::contents)
    }

    fn execution(&self, arn: &str) -> Result<Option<Kept>, String> {
        self.read(|connection| read::execution(connection, arn))
    }

    fn stopped(&self, arn: &str) -> Result<Option<(u64, Timestamp)>, String> {
        read_with(&self.names, |connection| read::stopped(connection, arn))
    }

    fn list(&self, listing: &Listing<'_>) -> Result<Vec<(u128, Value)>, String> {
        self.read(|connection| read::list(connection, listing))
    }

    fn journals(&self, execution: u64) -> Result<Journals, String> {
        self.read(|connection| read::journals(connection, execution))
    }

    fn revision(&self, number: u64) -> Result<Option<Value>, String> {
        self.read(|connection| read::revision(connection, number))
    }

    fn map_run(&self, arn: &str) -> Result<Option<Value>, String> {
        self.read(|connection| read::map_run(connection, arn))
    }
}

impl fmt::Debug for DataDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataDir").field("path", &self.path).finish_non_exhaustive()
    }
}
