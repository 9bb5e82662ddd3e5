//! The fields that several objects share.

use super::shape::{FieldShape, Kind, field, required};

pub(super) const COMMENT: &[FieldShape] =
    &[field("Comment", Kind::Text, "A note for people; it does nothing.")];

pub(super) const FILTERS: &[FieldShape] = &[
    field("InputPath", Kind::Path, "The part of the input that the state uses; null for an empty object."),
    field("OutputPath", Kind::Path, "The part of the output that is passed on; null for an empty object."),
    field("Output", Kind::Any, "The output of the state, which may contain expressions."),
];

pub(super) const RESULT: &[FieldShape] = &[
    field(
        "ResultSelector",
        Kind::Any,
        "The part of the result that is used; keys that end in `.$` contain paths.",
    ),
    field(
        "ResultPath",
        Kind::Path,
        "The place in the input where the result is inserted; null to discard the result.",
    ),
];

pub(super) const ARGUMENTS: &[FieldShape] = &[
    field("Parameters", Kind::Any, "The arguments of the work; keys that end in `.$` contain paths."),
    field("Arguments", Kind::Any, "The arguments of the work, which may contain expressions."),
];

pub(super) const ASSIGN: &[FieldShape] = &[field("Assign", Kind::Any, "Variables to set, by name.")];

pub(super) const NEXT: &[FieldShape] = &[
    field("Next", Kind::Text, "The next state."),
    field("End", Kind::Boolean, "Whether the machine ends with this state."),
];

/// The fields of every machine.
pub(super) const MACHINE: &[FieldShape] = &[
    required("StartAt", Kind::Text, "The first state."),
    required("States", Kind::States, "The states, by name."),
];
