//! [`DataDirError`]: why a data folder cannot be used.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::record::Damaged;

/// Why a data folder cannot be used. It prints as one line with the folder: ``the data folder `data` is in use by another
/// process``.
#[derive(Debug)]
pub struct DataDirError {
    folder: PathBuf,
    problem: Problem,
}

/// What is wrong with a data folder. It prints without the folder.
#[derive(Debug)]
pub(super) enum Problem {
    InUse,
    /// The format of the folder.
    Newer(i64),
    /// It has a database of another program.
    Foreign,
    Damaged(String),
    Sqlite(rusqlite::Error),
    Io(std::io::Error),
}

impl DataDirError {
    pub(super) fn new(folder: &Path, problem: Problem) -> DataDirError {
        DataDirError { folder: folder.to_owned(), problem }
    }
}

impl fmt::Display for DataDirError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the data folder `{}` ", self.folder.display())?;
        match &self.problem {
            Problem::InUse | Problem::Newer(_) | Problem::Foreign => write!(f, "{}", self.problem),
            Problem::Damaged(problem) => write!(f, "is damaged: {problem}"),
            Problem::Sqlite(error) => write!(f, "cannot be used: {error}"),
            Problem::Io(error) => write!(f, "cannot be used: {error}"),
        }
    }
}

impl std::error::Error for DataDirError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::Sqlite(error) => Some(error),
            Problem::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl Problem {
    pub(super) fn damaged(problem: impl Into<String>) -> Problem {
        Problem::Damaged(problem.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::InUse => f.write_str("is in use by another process"),
            Problem::Newer(found) => {
                let ours = super::schema::FORMAT;
                write!(f, "has format {found}, which a newer version wrote; this one reads up to {ours}")
            }
            Problem::Foreign => f.write_str("has a database that asl has not made"),
            Problem::Damaged(problem) => f.write_str(problem),
            Problem::Sqlite(error) => write!(f, "{error}"),
            Problem::Io(error) => write!(f, "{error}"),
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Problem {
        Problem::Sqlite(error)
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Problem {
        Problem::Io(error)
    }
}

impl From<Damaged> for Problem {
    fn from(error: Damaged) -> Problem {
        Problem::Damaged(error.to_string())
    }
}
