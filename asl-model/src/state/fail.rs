//! [`Fail`].

use asl_value::Text;

use crate::Field;
use crate::reader::Fields;
use crate::writer::Members;

/// Ends its machine with an error: `{"Type": "Fail", "Error": "Refused", "Cause": "no stock"}`.
///
/// Spec: <https://states-language.net/#fail-state>
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Fail {
    /// `Error`, `ErrorPath`: the error's name.
    pub error: Option<Field<Text>>,
    /// `Cause`, `CausePath`: a description for people.
    pub cause: Option<Field<Text>>,
}

impl Fail {
    /// A failure without a name and a cause.
    pub fn new() -> Fail {
        Fail::default()
    }
}

impl Fail {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Fail {
        Fail { error: fields.words("Error", "ErrorPath"), cause: fields.words("Cause", "CausePath") }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        members.maybe_field("Error", "ErrorPath", self.error.as_ref());
        members.maybe_field("Cause", "CausePath", self.cause.as_ref());
    }
}
