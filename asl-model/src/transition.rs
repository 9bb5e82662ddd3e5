//! [`Transition`]: the state that follows.

use asl_value::Text;

use crate::Code;
use crate::reader::Fields;
use crate::writer::Members;

/// The state that follows, or the end: `"Next": "Done"` or `"End": true`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// `Next`: the name of a state of the same machine.
    Next(Text),
    /// `"End": true`
    End,
}

impl Transition {
    /// `"Next": name`
    pub fn to(name: impl Into<Text>) -> Transition {
        Transition::Next(name.into())
    }

    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Transition {
        let next = fields.text("Next");
        let end = fields.boolean("End") == Some(true);
        match (next, end) {
            (None, true) => Transition::End,
            (Some(next), false) => Transition::Next(next),
            (Some(next), true) => {
                fields.at_most_one(&["Next", "End"]);
                fields.lose();
                Transition::Next(next)
            }
            (None, false) => {
                // A `Next` of the wrong type has already been reported.
                if !fields.has("Next") {
                    let message = "This object should have only one of the following fields: [Next, End]";
                    fields.error(Code::EXCLUSIVE_FIELDS, message);
                }
                fields.lose_transition();
                Transition::End
            }
        }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        match self {
            Transition::Next(next) => members.put("Next", next),
            Transition::End => members.put("End", true),
        }
    }
}
