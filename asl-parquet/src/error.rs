//! [`Error`]: why a file cannot be read.

use std::fmt;

/// Why a file cannot be read as Parquet.
///
/// ```
/// use asl_parquet::{ErrorKind, Reader, Step};
/// let error = Reader::new(b"id,name".to_vec(), 7).next(u64::MAX).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Invalid);
/// assert_eq!(error.to_string(), "it has only 7 bytes");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    cause: String,
}

/// What kind of reason it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file is damaged, is not a Parquet file, or has something that is not supported.
    Invalid,
    /// Going on takes more memory than there is.
    Memory {
        /// The bytes that it takes.
        needed_bytes: u64,
    },
}

impl Error {
    pub(crate) fn new(cause: impl Into<String>) -> Error {
        Error { kind: ErrorKind::Invalid, cause: cause.into() }
    }

    /// `what` takes `needed_bytes` of memory, of which only `free_bytes` are there.
    pub(crate) fn check_memory(what: &str, needed_bytes: u64, free_bytes: u64) -> Result<(), Error> {
        match needed_bytes <= free_bytes {
            true => Ok(()),
            false => Err(Error::memory(what, needed_bytes, free_bytes)),
        }
    }

    pub(crate) fn memory(what: &str, needed_bytes: u64, free_bytes: u64) -> Error {
        let cause = format!("{what} takes {needed_bytes} bytes of memory, and {free_bytes} are left");
        Error { kind: ErrorKind::Memory { needed_bytes }, cause }
    }

    /// What kind of reason it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)
    }
}

impl std::error::Error for Error {}
