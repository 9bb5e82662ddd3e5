//! [`Form`]: how the results of child executions are combined.

use asl_model::WriterConfig;

use super::ended_child::ChildResult;
use crate::Outcome;
use crate::program::Writer;

/// How the results of child executions are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `NONE`: a description of the execution, which includes its output.
    Described,
    /// `COMPACT`: its output.
    Compact,
    /// `FLATTEN`: its output, or the elements of an output that is an array.
    Flat,
}

impl Form {
    /// Documented: outputs alone, unless they are exported.
    pub(crate) fn of(writer: Option<&Writer>) -> Form {
        match config(writer).and_then(|config| config.transformation.as_deref()) {
            Some("NONE") => Form::Described,
            Some("FLATTEN") => Form::Flat,
            None if writer.is_some_and(|writer| writer.arguments.is_some()) => Form::Described,
            Some(_) | None => Form::Compact,
        }
    }

    /// What the result of the Map Run has for a child with this outcome, which `describe` describes.
    pub(crate) fn result(self, outcome: &Outcome, describe: impl FnOnce() -> ChildResult) -> ChildResult {
        match outcome {
            Outcome::Succeeded(output) if self != Form::Described => ChildResult::Value(output.clone()),
            // Documented: a child that did not succeed is described in any form.
            _ => describe(),
        }
    }
}

/// Whether a file has one JSON text per line, instead of one array.
pub(crate) fn has_lines(writer: Option<&Writer>) -> bool {
    config(writer).and_then(|config| config.output_type.as_deref()) == Some("JSONL")
}

fn config(writer: Option<&Writer>) -> Option<&WriterConfig> {
    writer.and_then(|writer| writer.config.as_ref())
}
