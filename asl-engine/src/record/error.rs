//! [`RecordError`]: why a document is not a record that can be used.

use std::fmt;

/// Why a [`Record`](crate::Record) cannot be read or used.
///
/// Displayed as ``event 5 (`TaskSucceeded`) has no `output`: export the history with `--include-execution-data` ``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordError {
    kind: RecordErrorKind,
    message: String,
}

/// The kinds of [`RecordError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RecordErrorKind {
    /// It is not a history, or its events contradict one another.
    Malformed,
    /// Events, inputs or outputs are missing or were cut off.
    Incomplete,
    /// The history is that of an execution which cannot be replayed.
    Unsupported,
}

impl RecordError {
    pub(crate) fn malformed(message: impl Into<String>) -> RecordError {
        RecordError { kind: RecordErrorKind::Malformed, message: message.into() }
    }

    pub(crate) fn incomplete(message: impl Into<String>) -> RecordError {
        RecordError { kind: RecordErrorKind::Incomplete, message: message.into() }
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> RecordError {
        RecordError { kind: RecordErrorKind::Unsupported, message: message.into() }
    }

    /// What kind of problem it is.
    pub fn kind(&self) -> RecordErrorKind {
        self.kind
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RecordError {}
