//! [`JournalError`]: why a journal cannot be read, written or replayed.

use std::error::Error;
use std::fmt;

use crate::EffectId;

/// Why a journal cannot be read, written or replayed. The message names the line, or the state and what was expected
/// and found.
///
/// ```
/// use asl_engine::{JournalErrorKind, JournalRecord};
/// let error = JournalRecord::parse(r#"{"asl-journal": 9}"#).unwrap_err();
/// assert_eq!(error.kind(), JournalErrorKind::Version);
/// assert_eq!(error.to_string(), "expected a journal of version 1, found version 9");
/// ```
#[derive(Debug)]
pub struct JournalError(Box<Problem>);

#[derive(Debug)]
struct Problem {
    kind: JournalErrorKind,
    message: String,
    line: Option<usize>,
    effect: Option<EffectId>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What is wrong with a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalErrorKind {
    /// A line is not what the format says, or the last one is cut off.
    Syntax,
    /// The format has another version.
    Version,
    /// It was recorded with another definition.
    Definition,
    /// A turn is missing, repeated or out of order.
    Order,
    /// A turn does not fit the execution: what it tells of is not what the execution waits for.
    Mismatch,
    /// It could not be stored.
    Storage,
}

impl JournalError {
    #[cold]
    #[inline(never)]
    fn new(kind: JournalErrorKind, message: String) -> JournalError {
        JournalError(Box::new(Problem { kind, message, line: None, effect: None, source: None }))
    }

    /// A journal could not store a record. The execution ends without an outcome and can be resumed.
    ///
    /// ```
    /// use asl_engine::JournalError;
    /// let error = JournalError::storage(std::io::Error::other("the disk is full"));
    /// assert_eq!(error.to_string(), "the journal cannot be written: the disk is full");
    /// ```
    pub fn storage(source: impl Into<Box<dyn Error + Send + Sync>>) -> JournalError {
        let source = source.into();
        let message = format!("the journal cannot be written: {source}");
        let mut error = JournalError::new(JournalErrorKind::Storage, message);
        error.0.source = Some(source);
        error
    }

    pub(crate) fn syntax(message: impl Into<String>) -> JournalError {
        JournalError::new(JournalErrorKind::Syntax, message.into())
    }

    pub(crate) fn version(message: impl Into<String>) -> JournalError {
        JournalError::new(JournalErrorKind::Version, message.into())
    }

    pub(crate) fn definition(message: impl Into<String>) -> JournalError {
        JournalError::new(JournalErrorKind::Definition, message.into())
    }

    pub(crate) fn order(message: impl Into<String>) -> JournalError {
        JournalError::new(JournalErrorKind::Order, message.into())
    }

    /// A turn does not fit the execution.
    pub(crate) fn mismatch(message: impl Into<String>, effect: EffectId) -> JournalError {
        let mut error = JournalError::new(JournalErrorKind::Mismatch, message.into());
        error.0.effect = Some(effect);
        error
    }

    /// The execution ends in another way than its journal says.
    pub(crate) fn differs(message: impl Into<String>) -> JournalError {
        JournalError::new(JournalErrorKind::Mismatch, message.into())
    }

    /// Of a line, counted from 1.
    pub(crate) fn at_line(mut self, line: usize) -> JournalError {
        self.0.line = Some(line);
        self
    }

    /// What is wrong.
    pub fn kind(&self) -> JournalErrorKind {
        self.0.kind
    }

    /// The line of the journal, counted from 1, if it was read from text.
    pub fn line(&self) -> Option<usize> {
        self.0.line
    }

    /// The effect that a turn does not fit.
    pub fn effect(&self) -> Option<&EffectId> {
        self.0.effect.as_ref()
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.0.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl Error for JournalError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
