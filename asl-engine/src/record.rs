//! [`Record`]: a recorded execution, read from the history that AWS or `asl run` wrote of it.

mod calls;
mod described;
mod error;
mod event;
mod fields;
mod order;
pub(crate) mod steps;
pub(crate) mod strands;

use asl_value::{Text, Timestamp, Value};

use crate::event::{Event, EventKind};
use crate::{Identity, Outcome};

pub use calls::{RecordedCall, RecordedEnd};
pub use error::{RecordError, RecordErrorKind};

use described::Described;

/// A recorded execution: its events, and how it was described.
///
/// It is read from the JSON that `aws stepfunctions get-execution-history` prints, or from the file of
/// `asl run --history`. Everything that the execution learned from outside is in it: the results and errors of its tasks,
/// and when they came. So an execution can be replayed from it, and its tasks can be mocked.
///
/// ```
/// use asl_engine::Record;
/// use asl_value::json;
///
/// let record = Record::read(&json!({"events": [
///     {"timestamp": 1457956800.5, "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
///      "executionStartedEventDetails": {"input": "{}", "inputDetails": {"truncated": false}}},
///     {"timestamp": 1457956800.6, "type": "SucceedStateEntered", "id": 2, "previousEventId": 0,
///      "stateEnteredEventDetails": {"name": "Done", "input": "{}", "inputDetails": {"truncated": false}}},
///     {"timestamp": 1457956800.6, "type": "SucceedStateExited", "id": 3, "previousEventId": 2,
///      "stateExitedEventDetails": {"name": "Done", "output": "{}", "outputDetails": {"truncated": false}}},
///     {"timestamp": 1457956800.6, "type": "ExecutionSucceeded", "id": 4, "previousEventId": 3,
///      "executionSucceededEventDetails": {"output": "{}", "outputDetails": {"truncated": false}}}
/// ]})).unwrap();
/// assert_eq!(record.input(), &json!({}));
/// assert_eq!(record.outcome().unwrap().status(), "SUCCEEDED");
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html>
#[derive(Debug, Clone)]
pub struct Record {
    /// In the order of their numbers, which are 1, 2, 3, …
    pub(crate) events: Vec<Event>,
    input: Value,
    role_arn: Text,
    described: Described,
}

impl Record {
    /// Reads a history: an object with `events`, or the list of events alone, in either order.
    ///
    /// The object may also have the members of a description, see [`with_description`](Record::with_description).
    ///
    /// # Errors
    /// The document is not a history, or parts of it are missing: events on further pages, inputs and outputs that were
    /// left out or cut off. The message names the event.
    pub fn read(document: &Value) -> Result<Record, RecordError> {
        let events = event::events(document)?;
        let first = events.first().map(|event| &event.kind);
        let Some(EventKind::ExecutionStarted { input, role_arn }) = first else {
            return Err(RecordError::malformed("the first event of a history is `ExecutionStarted`"));
        };
        let (input, role_arn) = (input.clone(), role_arn.clone());
        let record = Record { events, input, role_arn, described: Described::default() };
        if document.get("executionArn").is_some() { record.with_description(document) } else { Ok(record) }
    }

    /// Adds what `aws stepfunctions describe-execution` prints: the names that `$$` shows.
    ///
    /// # Errors
    /// It is not a description, or that of an execution that is still running.
    pub fn with_description(self, description: &Value) -> Result<Record, RecordError> {
        Ok(Record { described: Described::read(description)?, ..self })
    }

    /// The input of the execution.
    pub fn input(&self) -> &Value {
        &self.input
    }

    /// When the execution began.
    pub fn started(&self) -> Timestamp {
        self.events.first().map_or(Timestamp::EPOCH, |event| event.timestamp)
    }

    /// How the execution ended; `None` if the history was exported while it was running.
    pub fn outcome(&self) -> Option<Outcome> {
        self.events.last()?.kind.outcome()
    }

    /// The events, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The event of this number.
    pub(crate) fn event(&self, id: u64) -> Option<&Event> {
        self.events.get(usize::try_from(id).ok()?.checked_sub(1)?)
    }

    /// The name of the state machine, if the execution was described.
    pub fn machine_name(&self) -> Option<&Text> {
        self.described.identity.as_ref().map(|identity| &identity.state_machine_name)
    }

    /// The names and ARNs of the execution as far as they are recorded. The others are those of `unknown`.
    pub fn identity(&self, unknown: Identity) -> Identity {
        let region = self.events.iter().find_map(|event| match &event.kind {
            EventKind::TaskScheduled(scheduled) if !scheduled.region.is_empty() => Some(&scheduled.region),
            _ => None,
        });
        let mut identity = self.described.identity.clone().unwrap_or(unknown);
        if let Some(region) = region {
            identity.region = region.clone();
        }
        if self.role_arn.is_empty() { identity } else { identity.with_role(self.role_arn.clone()) }
    }
}

#[cfg(test)]
mod tests;
