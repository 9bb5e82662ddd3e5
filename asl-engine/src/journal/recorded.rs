//! [`RecordedExecution`]: a journal that was read.

use crate::{JournalEnd, JournalError, JournalHeader, JournalRecord, Turn};

/// A journal that was read: what an execution began with and what it learned.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedExecution {
    /// What it began with.
    pub header: JournalHeader,
    /// What it learned, in order.
    pub turns: Vec<Turn>,
    /// How it ended, if it has.
    pub end: Option<JournalEnd>,
}

impl RecordedExecution {
    /// A journal that so far has only its header.
    pub fn new(header: JournalHeader) -> RecordedExecution {
        RecordedExecution { header, turns: Vec::new(), end: None }
    }

    /// Adds the next record.
    ///
    /// # Errors
    /// [`JournalErrorKind::Order`](crate::JournalErrorKind::Order) if it cannot follow: a second header, a turn that is
    /// missing, repeated or earlier than the one before, or anything after the end.
    pub fn push(&mut self, record: JournalRecord) -> Result<(), JournalError> {
        if self.end.is_some() {
            return Err(JournalError::order("expected nothing after the end of the execution"));
        }
        match record {
            JournalRecord::Header(_) => Err(JournalError::order("expected one header, found another")),
            JournalRecord::End(end) => {
                self.end = Some(end);
                Ok(())
            }
            JournalRecord::Turn(turn) => {
                let expected = self.turns.len() as u64 + 1;
                if turn.number != expected {
                    let found = turn.number;
                    return Err(JournalError::order(format!("expected turn {expected}, found turn {found}")));
                }
                let before = self.turns.last().map_or(self.header.started, |turn| turn.at);
                if turn.at < before {
                    let found = turn.at;
                    return Err(JournalError::order(format!(
                        "expected turn {expected} at {before} or later, found {found}"
                    )));
                }
                self.turns.push(turn);
                Ok(())
            }
        }
    }

    /// Reads a journal of JSON lines. Empty lines are skipped.
    ///
    /// ```
    /// use asl_engine::RecordedExecution;
    /// let error = RecordedExecution::parse("{\"asl-journal\": 2}\n").unwrap_err();
    /// assert_eq!(error.to_string(), "line 1: expected a journal of version 1, found version 2");
    /// ```
    ///
    /// # Errors
    /// What is wrong, with the number of the line. A last line without a line feed was cut off while it was written:
    /// leave it out to continue from what is before it.
    pub fn parse(text: &str) -> Result<RecordedExecution, JournalError> {
        let mut recorded: Option<RecordedExecution> = None;
        for (place, line) in text.split_inclusive('\n').enumerate() {
            let at_line = |error: JournalError| error.at_line(place + 1);
            let Some(line) = line.strip_suffix('\n') else {
                return Err(at_line(JournalError::syntax(
                    "the line is cut off: expected a line feed at its end",
                )));
            };
            if line.trim().is_empty() {
                continue;
            }
            let record = JournalRecord::parse(line).map_err(at_line)?;
            match (&mut recorded, record) {
                (Some(recorded), record) => recorded.push(record).map_err(at_line)?,
                (None, JournalRecord::Header(header)) => recorded = Some(RecordedExecution::new(*header)),
                (None, _) => {
                    return Err(at_line(JournalError::order(
                        "expected the header of a journal: `{\"asl-journal\": 1, …}`",
                    )));
                }
            }
        }
        recorded.ok_or_else(|| JournalError::syntax("expected the header of a journal, found no line"))
    }

    /// The JSON lines, each with a line feed.
    pub fn to_lines(&self) -> String {
        let header = JournalRecord::Header(Box::new(self.header.clone())).to_json();
        let turns = self.turns.iter().map(|turn| JournalRecord::Turn(turn.clone()).to_json());
        let end = self.end.iter().map(|end| JournalRecord::End(end.clone()).to_json());
        std::iter::once(header).chain(turns).chain(end).map(|line| line + "\n").collect()
    }
}
