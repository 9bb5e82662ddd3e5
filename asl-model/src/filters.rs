//! [`Filters`]: the fields around a state's work.

use asl_value::Value;

use crate::PathField;
use crate::reader::Fields;
use crate::writer::Members;

/// The fields that select and shape the input and output of a state. Which of them a state may have depends on its type
/// and its query language; the parser refuses the others.
///
/// Spec: <https://states-language.net/#filters>
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// `InputPath` (JSONPath)
    pub input_path: Option<PathField>,
    /// `Parameters` (JSONPath): a payload template.
    pub parameters: Option<Value>,
    /// `ResultSelector` (JSONPath): a payload template.
    pub result_selector: Option<Value>,
    /// `ResultPath` (JSONPath): a reference path.
    pub result_path: Option<PathField>,
    /// `OutputPath` (JSONPath)
    pub output_path: Option<PathField>,
    /// `Arguments` (JSONata)
    pub arguments: Option<Value>,
    /// `Output` (JSONata)
    pub output: Option<Value>,
}

impl Filters {
    /// Reads `InputPath`, `OutputPath` and `Output`, which every state except Fail may have.
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Filters {
        Filters {
            input_path: fields.path("InputPath"),
            output_path: fields.path("OutputPath"),
            output: fields.any("Output"),
            ..Filters::default()
        }
    }

    /// Reads the same, `ResultSelector` and `ResultPath`: the fields of states that have a result.
    pub(crate) fn read_result(fields: &mut Fields<'_, '_>) -> Filters {
        Filters {
            result_selector: fields.any("ResultSelector"),
            result_path: fields.path("ResultPath"),
            ..Filters::read(fields)
        }
    }

    /// Reads the same, `Parameters` and `Arguments`: the fields of Task and Parallel.
    pub(crate) fn read_all(fields: &mut Fields<'_, '_>) -> Filters {
        Filters {
            parameters: fields.any("Parameters"),
            arguments: fields.any("Arguments"),
            ..Filters::read_result(fields)
        }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        members.path("InputPath", &self.input_path);
        members.maybe("Parameters", self.parameters.as_ref());
        members.maybe("ResultSelector", self.result_selector.as_ref());
        members.path("ResultPath", &self.result_path);
        members.path("OutputPath", &self.output_path);
        members.maybe("Arguments", self.arguments.as_ref());
        members.maybe("Output", self.output.as_ref());
    }
}
