//! A child execution as a `ResultWriter` writes it.
//!
//! There may be a million of them, so they are written as text at once.

use std::fmt::Write;

use asl_value::{Timestamp, Value, append_quoted};

use super::{Description, Redrive};
use crate::Outcome;

/// The bytes of a description besides its ARNs, its input and its output, or somewhat more.
const FRAME_BYTES: usize = 480;

/// The members of an object that is being written.
struct MapResultText(String);

impl Description<'_> {
    /// A child execution as a `ResultWriter` writes it: JSON with members in PascalCase, sorted, dates as texts.
    ///
    /// UNRECORDED: whether a child that timed out shows its error; here it does.
    pub(crate) fn map_result(&self) -> String {
        let outcome = self.ended.map(|(_, outcome)| outcome);
        let shown =
            outcome.filter(|outcome| !(self.hides_timeout && matches!(outcome, Outcome::TimedOut(_))));
        let failure = shown.and_then(Outcome::failure);
        let output = self.output();
        let payload_bytes = self.input.encoded_len().saturating_add(output.map_or(0, Value::encoded_len));
        let arn_bytes = self.execution_arn.len() + self.state_machine_arn.len();
        // Quotes inside texts are escaped, so that these are longer.
        let bytes = payload_bytes.saturating_mul(2).saturating_add(arn_bytes).saturating_add(FRAME_BYTES);
        let mut members = MapResultText(String::with_capacity(bytes.min(1 << 20)));
        members.text("Cause", failure.and_then(|failure| failure.cause.as_deref()));
        members.text("Error", failure.and_then(|failure| failure.error.as_deref()));
        members.text("ExecutionArn", Some(self.execution_arn));
        members.json_text("Input", self.input);
        members.included("InputDetails");
        members.text("Name", Some(self.name));
        if let Some(output) = output {
            members.json_text("Output", output);
            members.included("OutputDetails");
        }
        if let Some(redrive) = &self.redrive {
            members.redrive(redrive);
        }
        members.date("StartDate", Some(self.started));
        members.text("StateMachineArn", Some(self.state_machine_arn));
        members.text("Status", Some(outcome.map_or("RUNNING", Outcome::status)));
        members.date("StopDate", self.ended.map(|(stopped, _)| stopped));
        members.end()
    }
}

impl MapResultText {
    /// Begins a member.
    fn name(&mut self, name: &str) -> &mut String {
        self.0.push_str(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
        &mut self.0
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            append_quoted(text, self.name(name));
        }
    }

    /// The JSON text of a value.
    fn json_text(&mut self, name: &str, value: &Value) {
        append_quoted(&value.to_json(), self.name(name));
    }

    fn date(&mut self, name: &str, date: Option<Timestamp>) {
        if let Some(date) = date {
            // Writing to a string does not fail, and a date has nothing to escape.
            let _ = write!(self.name(name), "\"{date}\"");
        }
    }

    fn included(&mut self, name: &str) {
        self.name(name).push_str("{\"Included\":true}");
    }

    fn redrive(&mut self, redrive: &Redrive<'_>) {
        let (status, reason) = redrive.status.texts();
        let _ = write!(self.name("RedriveCount"), "{}", redrive.count);
        self.date("RedriveDate", redrive.date);
        self.text("RedriveStatus", Some(status));
        self.text("RedriveStatusReason", reason);
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}
