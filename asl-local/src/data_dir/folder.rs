//! [`Folder`]: opens the database of a data folder, after checking that it may be used.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::Problem;
use super::schema::{APPLICATION, FORMAT, INDEXES, TABLES};

/// A database is checked from end to end when it is opened, unless it is larger than this.
const MOST_CHECKED_BYTES: u64 = 1 << 30;

/// A folder that was in use and has nothing is not taken for a new one.
const EMPTY: &str = "the folder was in use, and `asl.sqlite` is missing or empty; restore a backup, or remove the folder to begin anew";

/// A data folder that this process has locked.
pub(super) struct Folder {
    database: PathBuf,
    /// Holds the lock: an open transaction on a database of its own. The system releases it when the process ends, in
    /// whatever way.
    _lock: Connection,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Folder, Problem> {
        make(path)?;
        let [database, lock_file] = ["asl.sqlite", "lock"].map(|name| path.join(name));
        let was_in_use = lock_file.exists();
        let folder = Folder { database, _lock: lock(&lock_file)? };
        keep_private(path)?;
        let connection = folder.connect()?;
        match connection.pragma_query_value(None, "application_id", |row| row.get::<_, i64>(0))? {
            APPLICATION => {}
            0 if is_empty(&connection)? && was_in_use => return Err(Problem::damaged(EMPTY)),
            0 if is_empty(&connection)? => create(&connection)?,
            _ => return Err(Problem::Foreign),
        }
        let format: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if format > FORMAT {
            return Err(Problem::Newer(format));
        }
        folder.check(&connection)?;
        connection.execute_batch(INDEXES)?;
        Ok(folder)
    }

    /// A connection that waits for the disk at each commit.
    pub(super) fn connect(&self) -> Result<Connection, Problem> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE;
        let connection = Connection::open_with_flags(&self.database, flags)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.execute_batch(
            "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
             PRAGMA journal_size_limit = 67108864;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }

    /// The connection that writes. Its cache holds the index of the ARNs of half a million executions, whose pages change in
    /// no order.
    pub(super) fn connect_writer(&self) -> Result<Connection, Problem> {
        let writer = self.connect()?;
        writer.execute_batch("PRAGMA cache_size = -8192;")?;
        Ok(writer)
    }

    /// A connection that only reads.
    pub(super) fn connect_reader(&self) -> Result<Connection, Problem> {
        let reader = self.connect()?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(reader)
    }

    /// Looks for damage.
    fn check(&self, connection: &Connection) -> Result<(), Problem> {
        let bytes = std::fs::metadata(&self.database)?.len();
        if bytes > MOST_CHECKED_BYTES {
            tracing::info!(bytes, "the data folder is too large to be checked at each start");
            return Ok(());
        }
        let found: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        if found == "ok" { Ok(()) } else { Err(Problem::damaged(found)) }
    }
}

/// Makes a folder that others cannot read, unless it exists.
fn make(path: &Path) -> Result<(), Problem> {
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    Ok(folder.create(path)?)
}

/// Takes the files from everybody else: they have inputs, outputs and task tokens. SQLite gives other files the mode of the
/// database.
#[cfg(unix)]
fn keep_private(path: &Path) -> Result<(), Problem> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mut database = std::fs::OpenOptions::new();
    database.append(true).create(true).mode(0o600).open(path.join("asl.sqlite"))?;
    for name in ["asl.sqlite", "asl.sqlite-wal", "asl.sqlite-shm", "lock"] {
        let file = path.join(name);
        if file.exists() {
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on other systems")]
fn keep_private(_: &Path) -> Result<(), Problem> {
    Ok(())
}

/// Locks a folder for this process.
fn lock(file: &Path) -> Result<Connection, Problem> {
    let lock = Connection::open(file)?;
    lock.busy_timeout(Duration::ZERO)?;
    lock.execute_batch("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;").map_err(|error| {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Problem::InUse,
            _ => error.into(),
        }
    })?;
    Ok(lock)
}

fn is_empty(connection: &Connection) -> Result<bool, Problem> {
    Ok(connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?)
}

fn create(connection: &Connection) -> Result<(), Problem> {
    let marks = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {FORMAT};");
    connection.execute_batch(&format!("BEGIN; {TABLES} {marks} COMMIT;"))?;
    Ok(())
}
