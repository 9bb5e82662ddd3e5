//! [`Pass`].

use asl_value::Value;

use crate::reader::Fields;
use crate::writer::Members;
use crate::{Filters, Transition};

/// Passes on its input, or a fixed result: `{"Type": "Pass", "Result": {"ok": true}, "End": true}`.
///
/// Spec: <https://states-language.net/#pass-state>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Pass {
    /// Input and output filters.
    pub filters: Filters,
    /// `Result` (JSONPath): used literally, even if a key ends in `.$`.
    pub result: Option<Value>,
    /// `Assign`: variables to set.
    pub assign: Option<Value>,
    /// `Next` or `End`
    pub transition: Transition,
}

impl Pass {
    /// A state that passes on its input.
    pub fn new(transition: Transition) -> Pass {
        Pass { filters: Filters::default(), result: None, assign: None, transition }
    }
}

impl Pass {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Pass {
        let parameters = fields.any("Parameters");
        let result_path = fields.path("ResultPath");
        Pass {
            filters: Filters { parameters, result_path, ..Filters::read(fields) },
            result: fields.any("Result"),
            assign: fields.assign(),
            transition: Transition::read(fields),
        }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        self.filters.write(members);
        members.maybe("Result", self.result.as_ref());
        members.maybe("Assign", self.assign.as_ref());
        self.transition.write(members);
    }
}
