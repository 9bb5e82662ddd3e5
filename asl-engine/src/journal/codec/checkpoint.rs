//! The JSON of checkpoints.

use asl_value::{Object, Value};

use super::{Members, header, position, put_data, set};
use crate::{Checkpoint, DefinitionHash, JournalError};

/// The version of the format.
const VERSION: u64 = 1;

impl Checkpoint {
    /// The JSON form, for hosts that keep it longer than the process runs: `{"asl-checkpoint": 1, "definition": "sha256:…",
    /// "execution": {…}, "input": …, "limits": {…}, "started": "…", "stopped": "…", "events": 30, "root": {…}}`. It is as secret
    /// as the data of the execution. `None` if it was made from a [`Snapshot`](crate::Snapshot) in the middle of a Map Run.
    pub fn to_value(&self, definition: &DefinitionHash) -> Option<Value> {
        let mut object = Object::new();
        set(&mut object, "asl-checkpoint", VERSION);
        set(&mut object, "definition", definition.as_text());
        set(&mut object, "execution", header::identity_to_value(&self.identity));
        put_data(&mut object, "input", &self.input);
        set(&mut object, "limits", header::limits_to_value(&self.limits));
        set(&mut object, "started", self.started.to_string());
        set(&mut object, "stopped", self.stopped.to_string());
        set(&mut object, "events", self.events);
        set(&mut object, "root", position::to_value(&self.root)?);
        Some(object.into())
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// What is wrong with it, or that it belongs to another definition.
    pub fn read(value: Value, definition: &DefinitionHash) -> Result<Checkpoint, JournalError> {
        Members::read("the checkpoint", value, |members| {
            if members.number("asl-checkpoint") != VERSION {
                let message = format!("expected a checkpoint of version {VERSION}");
                members.refuse(JournalError::version(message));
            }
            if members.text("definition") != *definition.as_text() {
                members.refuse(JournalError::definition("the checkpoint belongs to another definition"));
            }
            Checkpoint {
                identity: members.member("execution", header::parse_identity),
                input: members.payload("input"),
                limits: members.member("limits", header::parse_limits),
                started: members.timestamp("started"),
                stopped: members.timestamp("stopped"),
                events: members.number("events"),
                root: members.member("root", |root| position::parse(root, None)),
            }
        })
    }
}
