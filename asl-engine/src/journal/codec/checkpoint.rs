//! The JSON of checkpoints.

use asl_value::{Object, Value};

use super::{Members, header, position, put_data};
use crate::{Checkpoint, DefinitionHash, JournalError};

/// The version of the format.
const VERSION: u64 = 1;

impl Checkpoint {
    /// The JSON form, for hosts that keep it longer than the process runs: `{"asl-checkpoint": 1, "definition": "sha256:…",
    /// "execution": {…}, "input": …, "limits": {…}, "started": "…", "stopped": "…", "events": 30, "root": {…}}`. It is as secret
    /// as the data of the execution. `None` if it was made from a [`Snapshot`](crate::Snapshot) in the middle of a Map Run.
    pub fn to_value(&self, definition: &DefinitionHash) -> Option<Value> {
        let mut object = Object::new();
        object.insert("asl-checkpoint", VERSION.into());
        object.insert("definition", definition.as_text().into());
        object.insert("execution", header::identity_to_value(&self.identity));
        put_data(&mut object, "input", &self.input);
        object.insert("limits", header::limits_to_value(&self.limits));
        object.insert("started", self.started.to_string().into());
        object.insert("stopped", self.stopped.to_string().into());
        object.insert("events", self.events.into());
        object.insert("root", position::to_value(&self.root)?);
        Some(object.into())
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// What is wrong with it, or that it belongs to another definition.
    pub fn read(value: Value, definition: &DefinitionHash) -> Result<Checkpoint, JournalError> {
        let mut members = Members::of("the checkpoint", value)?;
        if members.number("asl-checkpoint")? != VERSION {
            return Err(JournalError::version(format!("expected a checkpoint of version {VERSION}")));
        }
        if members.text("definition")? != *definition.as_text() {
            return Err(JournalError::definition("the checkpoint belongs to another definition"));
        }
        let checkpoint = Checkpoint {
            identity: header::parse_identity(members.members("execution")?)?,
            input: members.payload("input")?,
            limits: header::parse_limits(members.members("limits")?)?,
            started: members.timestamp("started")?,
            stopped: members.timestamp("stopped")?,
            events: members.number("events")?,
            root: position::parse(members.members("root")?, None)?,
        };
        members.end()?;
        Ok(checkpoint)
    }
}
