//! [`DataDirError`]: why a data folder cannot be used.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::record::Damaged;

/// Why a data folder cannot be used. It prints as one line with the folder: ``the data folder `data` is in use by another
/// process``.
#[derive(Debug)]
pub struct DataDirError {
    folder: Option<PathBuf>,
    problem: Problem,
}

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
    /// The same error with its folder.
    pub(super) fn of(self, folder: &Path) -> DataDirError {
        DataDirError { folder: Some(folder.to_owned()), ..self }
    }

    /// The problem alone, for a message that names the folder already.
    pub(super) fn problem(&self) -> String {
        match &self.problem {
            Problem::Damaged(problem) => problem.clone(),
            Problem::Sqlite(error) => error.to_string(),
            Problem::Io(error) => error.to_string(),
            Problem::InUse | Problem::Newer(_) | Problem::Foreign => self.to_string(),
        }
    }

    pub(super) fn damaged(problem: impl Into<String>) -> DataDirError {
        Problem::Damaged(problem.into()).into()
    }
}

impl From<Problem> for DataDirError {
    fn from(problem: Problem) -> DataDirError {
        DataDirError { folder: None, problem }
    }
}

impl From<rusqlite::Error> for DataDirError {
    fn from(error: rusqlite::Error) -> DataDirError {
        Problem::Sqlite(error).into()
    }
}

impl From<std::io::Error> for DataDirError {
    fn from(error: std::io::Error) -> DataDirError {
        Problem::Io(error).into()
    }
}

impl From<Damaged> for DataDirError {
    fn from(error: Damaged) -> DataDirError {
        DataDirError::damaged(error.to_string())
    }
}

impl fmt::Display for DataDirError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.folder {
            Some(folder) => write!(f, "the data folder `{}` ", folder.display())?,
            None => f.write_str("the data folder ")?,
        }
        match &self.problem {
            Problem::InUse => f.write_str("is in use by another process"),
            Problem::Newer(found) => {
                let ours = super::schema::FORMAT;
                write!(f, "has format {found}, which a newer version wrote; this one reads up to {ours}")
            }
            Problem::Foreign => f.write_str("has a database that asl has not made"),
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
