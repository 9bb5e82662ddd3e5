//! [`JournalRecord`]: one line of a journal.

use asl_value::{Timestamp, Value, json};

use super::codec::{self, Members};
use crate::{JournalError, JournalHeader, Turn};

/// One line of a journal.
///
/// A journal begins with a header, which turns follow, and ends with an end once the execution has ended.
///
/// ```
/// use asl_engine::JournalRecord;
/// let line = r#"{"turn":1,"at":"2026-03-14T12:00:00Z","news":[{"of":"1","rang":true}]}"#;
/// assert_eq!(JournalRecord::parse(line).unwrap().to_json(), line);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum JournalRecord {
    /// The first line.
    Header(Box<JournalHeader>),
    /// What the execution learned at an instant.
    Turn(Turn),
    /// The execution has ended.
    End(JournalEnd),
}

/// The last record of an execution that has ended. Replay compares it with what comes out again.
///
/// ```json
/// {"ended": "SUCCEEDED", "at": "2026-03-14T12:00:01Z", "events": 7}
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalEnd {
    /// `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`
    pub status: String,
    /// When it ended, in whole milliseconds.
    pub at: Timestamp,
    /// The number of events in its history.
    pub events: u64,
}

impl JournalEnd {
    /// The end of an execution: its status, the instant, and the number of events in its history.
    pub fn new(status: impl Into<String>, at: Timestamp, events: u64) -> JournalEnd {
        JournalEnd { status: status.into(), at: at.to_millis(), events }
    }
}

impl JournalRecord {
    /// The line, without a line feed.
    pub fn to_json(&self) -> String {
        let value = match self {
            JournalRecord::Header(header) => codec::header::to_value(header),
            JournalRecord::Turn(turn) => codec::turn::to_value(turn),
            JournalRecord::End(end) => end.to_value(),
        };
        value.to_json()
    }

    /// Parses a line.
    ///
    /// # Errors
    /// [`JournalErrorKind::Syntax`](crate::JournalErrorKind::Syntax) if it is not JSON of one of the three forms,
    /// [`JournalErrorKind::Version`](crate::JournalErrorKind::Version) for a header of another version.
    pub fn parse(line: &str) -> Result<JournalRecord, JournalError> {
        let value = Value::parse(line).map_err(|error| JournalError::syntax(error.to_string()))?;
        Members::read("the record", value, |record| {
            match record.first_of(&["asl-journal", "turn", "ended"]) {
                Some("asl-journal") => JournalRecord::Header(Box::new(codec::header::parse(record))),
                Some("turn") => JournalRecord::Turn(codec::turn::parse(record)),
                Some(_) => JournalRecord::End(JournalEnd::parse(record)),
                None => {
                    let message = "expected a member `asl-journal`, `turn` or `ended`";
                    record.refuse(JournalError::syntax(message));
                    JournalRecord::End(JournalEnd::new("", Timestamp::EPOCH, 0))
                }
            }
        })
    }
}

impl JournalEnd {
    fn to_value(&self) -> Value {
        json!({"ended": self.status.as_str(), "at": self.at.to_string(), "events": self.events})
    }

    fn parse(members: &mut Members) -> JournalEnd {
        const STATUSES: [&str; 4] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
        let status = members.text("ended");
        if !STATUSES.contains(&&*status) {
            members.unexpected("ended", "the status of an ended execution", &Value::from(&status));
        }
        JournalEnd::new(&*status, members.timestamp("at"), members.number("events"))
    }
}
