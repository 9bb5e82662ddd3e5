//! [`JournalHeader`]: the first record of a journal.

use asl_value::{Text, Timestamp, Value};

use crate::{DefinitionHash, Execution, Identity, JournalError, Limits, Seed};

/// The first record of a journal: everything that an execution begins with. With the definition and the turns it is all
/// that the execution depends on.
///
/// ```json
/// {"asl-journal": 1, "definition": "sha256:…", "execution": {"arn": "arn:…", "name": "run-1", …}, "input": {},
///  "started": "2026-03-14T12:00:00Z", "seed": "…", "limits": {"payloadBytes": 262144, …}}
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JournalHeader {
    /// The definition that it was recorded with.
    pub definition: DefinitionHash,
    /// The names and ARNs of the execution.
    pub identity: Identity,
    /// The input of the execution.
    pub input: Value,
    /// When it began, in whole milliseconds.
    pub started: Timestamp,
    /// Where its random numbers come from.
    pub seed: Seed,
    /// What it may use.
    pub limits: Limits,
    /// When it ends at the latest, as its host has set it.
    pub deadline: Option<Timestamp>,
    /// The trace that it is part of.
    pub trace_header: Option<Text>,
}

impl JournalHeader {
    /// The version of the format that this crate writes and reads.
    pub const VERSION: u64 = 1;

    /// The header of an execution that begins at an instant.
    pub fn new(
        definition: DefinitionHash,
        execution: &Execution,
        started: Timestamp,
        seed: Seed,
    ) -> JournalHeader {
        JournalHeader {
            definition,
            identity: execution.identity.clone(),
            input: execution.input.clone(),
            started: started.to_millis(),
            seed,
            limits: execution.limits.clone(),
            deadline: execution.deadline,
            trace_header: execution.trace_header.clone(),
        }
    }

    /// Checks that the journal was recorded with this definition.
    ///
    /// # Errors
    /// [`JournalErrorKind::Definition`](crate::JournalErrorKind::Definition) if it was recorded with another.
    pub fn check(&self, definition: &DefinitionHash) -> Result<(), JournalError> {
        if self.definition == *definition {
            return Ok(());
        }
        let (arn, expected) = (&self.identity.execution_arn, &self.definition);
        Err(JournalError::definition(format!(
            "the journal of `{arn}` was recorded with another definition: expected `{expected}`, found `{definition}`"
        )))
    }

    /// The execution that it begins with, without an observer and with a token of its own.
    pub fn to_execution(&self) -> Execution {
        Execution::new(self.input.clone())
            .with_identity(self.identity.clone())
            .with_limits(self.limits.clone())
            .with_deadline(self.deadline)
            .with_trace_header(self.trace_header.clone())
    }
}
