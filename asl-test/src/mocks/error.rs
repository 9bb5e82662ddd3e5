//! [`CaseError`]: why a name selects no test case.

use std::fmt;

/// Why [`MockConfig::case`](super::MockConfig::case) selects no test case. Its message lists the cases that exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseError {
    kind: CaseErrorKind,
    message: String,
}

/// The kinds of [`CaseError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaseErrorKind {
    /// No case has the given names.
    NotFound,
    /// Several cases have the given names.
    Ambiguous,
}

impl CaseError {
    pub(super) fn new(kind: CaseErrorKind, message: impl Into<String>) -> CaseError {
        CaseError { kind, message: message.into() }
    }

    /// Whether no case or several cases match.
    pub fn kind(&self) -> CaseErrorKind {
        self.kind
    }
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CaseError {}
