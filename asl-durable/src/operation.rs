//! [`Operation`]: one entry of the log of a durable execution.

mod details;

use asl_value::{Object, Text, Timestamp, Value};

use crate::{DurableError, instant};
pub use details::{OperationDetails, OperationKind};

/// One entry of the log of a durable execution: a step, a wait, a callback …, with how far it has come.
///
/// ```
/// use asl_durable::{Operation, OperationDetails, OperationStatus};
/// use asl_value::json;
///
/// let wait = Operation::read(&json!({
///     "Id": "w1", "Name": "Overnight", "Type": "WAIT", "Status": "SUCCEEDED", "StartTimestamp": 1_796_014_332_961_i64,
///     "EndTimestamp": 1_796_014_334_961_i64, "WaitDetails": {"ScheduledEndTimestamp": 1_796_014_334_961_i64}
/// }))?;
/// assert_eq!(wait.status, OperationStatus::Succeeded);
/// assert!(matches!(wait.details, OperationDetails::Wait { until: Some(_) }));
/// # Ok::<(), asl_durable::DurableError>(())
/// ```
///
/// Source: the API's model, `Operation`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Operation {
    /// Chosen by the function: up to 64 letters, digits, `-` and `_`. Of the execution: the last segment of its ARN.
    pub id: Text,
    /// The CONTEXT that it belongs to.
    pub parent: Option<Text>,
    /// A text for people: the name of a state.
    pub name: Option<Text>,
    /// A finer type, chosen by the function: `Task`.
    pub sub_type: Option<Text>,
    /// How far it has come.
    pub status: OperationStatus,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// What its type adds.
    pub details: OperationDetails,
}

/// How far an operation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperationStatus {
    /// It has begun.
    Started,
    /// A step that waits for its next attempt.
    Pending,
    /// A step whose next attempt may begin.
    Ready,
    /// It has its result.
    Succeeded,
    /// It has its error.
    Failed,
    /// A wait or an invocation that the function gave up.
    Cancelled,
    /// Its time has run out.
    TimedOut,
    /// An execution that was stopped from outside.
    Stopped,
}

impl OperationStatus {
    const ALL: [(OperationStatus, &str); 8] = [
        (OperationStatus::Started, "STARTED"),
        (OperationStatus::Pending, "PENDING"),
        (OperationStatus::Ready, "READY"),
        (OperationStatus::Succeeded, "SUCCEEDED"),
        (OperationStatus::Failed, "FAILED"),
        (OperationStatus::Cancelled, "CANCELLED"),
        (OperationStatus::TimedOut, "TIMED_OUT"),
        (OperationStatus::Stopped, "STOPPED"),
    ];

    /// Its name in the API: `TIMED_OUT`.
    pub fn name(self) -> &'static str {
        OperationStatus::ALL.iter().find(|(status, _)| *status == self).map_or("", |(_, name)| name)
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<OperationStatus> {
        OperationStatus::ALL.iter().find(|(_, known)| *known == name).map(|(status, _)| *status)
    }

    /// Whether the operation has ended.
    pub fn is_final(self) -> bool {
        !matches!(self, OperationStatus::Started | OperationStatus::Pending | OperationStatus::Ready)
    }
}

impl Operation {
    /// Reads an operation from an event or a response.
    ///
    /// # Errors
    /// A required member that is missing, or a type or status that is not known.
    pub fn read(value: &Value) -> Result<Operation, DurableError> {
        let unreadable = |what: &str| DurableError::unreadable(format!("an operation has {what}: {value}"));
        let text = |name: &str| value.get(name).and_then(Value::as_text).cloned();
        let at = |name: &str| value.get(name).and_then(instant::read);
        let kind = text("Type").and_then(|name| OperationKind::from_name(&name));
        let status = text("Status").and_then(|name| OperationStatus::from_name(&name));
        Ok(Operation {
            id: text("Id").ok_or_else(|| unreadable("no `Id`"))?,
            parent: text("ParentId"),
            name: text("Name"),
            sub_type: text("SubType"),
            status: status.ok_or_else(|| unreadable("no known `Status`"))?,
            started: at("StartTimestamp").ok_or_else(|| unreadable("no `StartTimestamp`"))?,
            ended: at("EndTimestamp"),
            details: OperationDetails::read(kind.ok_or_else(|| unreadable("no known `Type`"))?, value),
        })
    }

    /// The JSON form, with instants in milliseconds as in an event.
    pub fn to_value(&self) -> Value {
        let mut members = Object::new();
        members.insert("Id", (&self.id).into());
        for (name, text) in [("ParentId", &self.parent), ("Name", &self.name), ("SubType", &self.sub_type)] {
            if let Some(text) = text {
                members.insert(name, text.into());
            }
        }
        members.insert("Type", self.details.kind().name().into());
        members.insert("Status", self.status.name().into());
        members.insert("StartTimestamp", self.started.epoch_millis().into());
        if let Some(ended) = self.ended {
            members.insert("EndTimestamp", ended.epoch_millis().into());
        }
        members.insert(self.details.kind().details(), self.details.to_value());
        members.into()
    }

    /// How many operations the service counts for it: one, and one for each retry.
    pub fn counted(&self) -> u64 {
        let OperationDetails::Step { attempt, .. } = &self.details else { return 1 };
        if self.status.is_final() { (*attempt).max(1) } else { attempt.saturating_add(1) }
    }

    /// The id of a CALLBACK.
    pub fn callback_id(&self) -> Option<&Text> {
        match &self.details {
            OperationDetails::Callback { callback_id, .. } => Some(callback_id),
            _ => None,
        }
    }

    /// The bytes of its payloads and errors that the log shows.
    pub fn stored_bytes(&self) -> u64 {
        self.details.stored_bytes()
    }
}
