//! [`Results`]: what the children of a distributed Map return, in the order of their items.

use std::collections::BTreeSet;
use std::task::{Context, Poll};

use asl_value::{Text, VALUE_BYTES, Value, json};

use super::ended_child::EndedChild;
use super::export::Export;
use super::form::Form;
use super::inputs::Inputs;
use super::notes::MapRunNotes;
use crate::budget::Held;
use crate::visit::{Trouble, Visit};
use crate::{Failure, MapRun};

/// Where the results of child executions go, in the order of their items.
pub(crate) enum Results<'a> {
    /// Into the output of the state.
    Output(Output),
    /// Into files.
    Files(Box<Export<'a>>),
}

/// The output of a state that is made of the results of children.
pub(crate) struct Output {
    form: Form,
    /// One for each child, in their order; `None` for one that has not ended.
    children: Vec<Option<Value>>,
    state: Text,
    most_bytes: Option<usize>,
    /// How long the results are, with a comma after each.
    encoded_bytes: usize,
    held: Held,
}

impl<'a> Results<'a> {
    /// Takes the result of the child at a place. Fails if the state's output has become too long.
    pub(crate) fn add(&mut self, index: usize, child: EndedChild) -> Result<(), Failure> {
        match self {
            Results::Output(output) => output.add(index, child.result.into_value()),
            Results::Files(export) => export.add(index, child),
        }
    }

    /// Whether another child may begin: results that wait to be written take little memory.
    pub(crate) fn has_room(&self) -> bool {
        match self {
            Results::Output(_) => true,
            Results::Files(export) => export.has_room(),
        }
    }

    /// Whether no child may begin before a part is written, not even if none runs.
    pub(crate) fn is_behind(&self) -> bool {
        match self {
            Results::Output(_) => false,
            Results::Files(export) => export.is_behind(),
        }
    }

    /// Writes what can be written. Ready only if that has failed.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Failure> {
        match self {
            Results::Output(_) => Poll::Pending,
            Results::Files(export) => export.poll(cx),
        }
    }

    /// Writes the parts that are long enough, and waits until they are written.
    pub(crate) async fn write_parts(&mut self) -> Result<(), Failure> {
        match self {
            Results::Output(_) => Ok(()),
            Results::Files(export) => export.write_parts().await,
        }
    }

    /// Takes what is there of the other children when a Map Run fails, and writes while it does so: those that were
    /// aborted, those of an earlier run that did not begin again, as they ended, and those that never began, as far as
    /// their items have been read.
    ///
    /// UNRECORDED: how AWS describes a child that did not begin.
    pub(crate) async fn fill_up(
        &mut self,
        aborted: Vec<(usize, EndedChild)>,
        unbegun: BTreeSet<usize>,
        inputs: &mut Inputs<'_>,
        map_run: &MapRun,
        notes: Option<&MapRunNotes>,
    ) -> Result<(), Failure> {
        let Results::Files(export) = self else { return Ok(()) };
        for (index, child) in aborted {
            export.add(index, child)?;
            export.write_parts().await?;
        }
        let mut unbegun = unbegun.into_iter();
        while let Some(index) = unbegun.next().or_else(|| inputs.peek()) {
            inputs.advance(index);
            if let Some(ended) = notes.and_then(|notes| notes.ended(index)) {
                export.add(index, ended)?;
            } else if let Ok((input, _)) = inputs.get(index) {
                let machine = map_run.state_machine_arn();
                let (input, details) = (input.to_json(), json!({"Included": true}));
                export.add_pending(&json!({
                    "Input": input, "InputDetails": details, "StateMachineArn": machine, "Status": "PENDING"
                }))?;
            }
            export.write_parts().await?;
        }
        Ok(())
    }

    /// The result of the state, whose children have ended in this way.
    pub(crate) async fn end(self, ended: Result<(), Trouble>) -> Result<Value, Trouble> {
        match self {
            Results::Output(output) => ended.map(|()| output.into_value()),
            // Documented: a Map Run that fails exports its results, too.
            Results::Files(export) => {
                let exported = export.end().await;
                ended?;
                Ok(exported?)
            }
        }
    }
}

impl Output {
    /// An output of a state, in this memory.
    pub(crate) fn new(form: Form, visit: &Visit<'_>, held: Held) -> Output {
        let (state, most_bytes) = (visit.step.name.clone(), visit.run.limits.payload_bytes);
        Output { form, children: Vec::new(), state, most_bytes, encoded_bytes: 1, held }
    }

    fn add(&mut self, index: usize, result: Value) -> Result<(), Failure> {
        let bytes = match &result {
            // Without the brackets of an array, but with a comma.
            Value::Array(_) if self.form == Form::Flat => result.encoded_len().saturating_sub(1),
            _ => result.encoded_len().saturating_add(1),
        };
        self.encoded_bytes = self.encoded_bytes.saturating_add(bytes);
        if self.most_bytes.is_some_and(|most| self.encoded_bytes > most) {
            return Err(Failure::data_limit(&self.state));
        }
        self.held.add(result.memory_bytes().saturating_add(VALUE_BYTES))?;
        if self.children.len() <= index {
            self.children.resize(index + 1, None);
        }
        if let Some(place) = self.children.get_mut(index) {
            *place = Some(result);
        }
        Ok(())
    }

    fn into_value(self) -> Value {
        let is_flat = self.form == Form::Flat;
        let values = self.children.into_iter().flatten().flat_map(|child| match child {
            Value::Array(items) if is_flat => items.into_vec(),
            value => vec![value],
        });
        values.collect()
    }
}
