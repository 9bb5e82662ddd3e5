//! [`ContinueEvent`]: what the next execution begins with when one continues as new.

use asl_engine::{JournalError, Snapshot};
use asl_value::{Object, Text, Value, json};

/// What the next execution begins with when one continues as new: the input of a durable execution.
///
/// ```json
/// {"asl-continue": 1, "snapshot": {…}, "host": {}, "forwards": {"mailbox": "callback id", "effects": ["1", "2.1/3"]}}
/// ```
///
/// The next execution answers with [`ChildEnd::to_value`](asl_engine::ChildEnd::to_value), as its result or as the
/// `ErrorData` of its error.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ContinueEvent {
    /// The execution as it was.
    pub snapshot: Snapshot,
    /// What the host needs to find the program: `host` of [`Continues`](crate::Continues).
    pub host: Value,
    pub(crate) forwards: Option<Forwards>,
}

/// What the earlier execution still waits for, because it cannot be moved: it sends the results.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Forwards {
    /// A callback that gets the ids of callbacks, by effects.
    pub(crate) mailbox: Text,
    pub(crate) effects: Vec<Text>,
}

impl ContinueEvent {
    pub(crate) fn new(snapshot: Snapshot, host: Value, forwards: Option<Forwards>) -> ContinueEvent {
        ContinueEvent { snapshot, host, forwards }
    }

    /// The JSON form. `None` while a distributed Map runs.
    pub(crate) fn to_value(&self) -> Option<Value> {
        let mut object = Object::new();
        object.insert("asl-continue", 1.into());
        object.insert("snapshot", self.snapshot.to_value()?);
        object.insert("host", self.host.clone());
        if let Some(Forwards { mailbox, effects }) = &self.forwards {
            object.insert("forwards", json!({"mailbox": mailbox, "effects": (effects.clone())}));
        }
        Some(object.into())
    }

    /// Reads the JSON form. `None` for the input of any other execution.
    ///
    /// # Errors
    /// What is wrong with the snapshot.
    pub fn read(input: &Value) -> Option<Result<ContinueEvent, JournalError>> {
        input.get("asl-continue")?;
        let forwards = input.get("forwards").map(|forwards| {
            let effects = forwards.get("effects").and_then(Value::as_array);
            Forwards {
                mailbox: forwards.get("mailbox").and_then(Value::as_text).cloned().unwrap_or_default(),
                effects: effects.into_iter().flatten().filter_map(Value::as_text).cloned().collect(),
            }
        });
        let host = input.get("host").cloned().unwrap_or_default();
        let snapshot = Snapshot::read(input.get("snapshot").cloned().unwrap_or_default());
        Some(snapshot.map(|snapshot| ContinueEvent { snapshot, host, forwards }))
    }
}
