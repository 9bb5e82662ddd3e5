//! The fields that several objects have.

use super::shape::{Field, Kind, field, required};

pub(super) const COMMENT: &[Field] = &[field("Comment", Kind::Text, "A note for people; it does nothing.")];

pub(super) const FILTERS: &[Field] = &[
    field("InputPath", Kind::Path, "The part of the input that the state sees; null for an empty object."),
    field("OutputPath", Kind::Path, "The part of the output that is handed on; null for an empty object."),
    field("Output", Kind::Any, "The output of the state, with expressions in it."),
];

pub(super) const RESULT: &[Field] = &[
    field("ResultSelector", Kind::Any, "What is taken of the result; keys that end in `.$` have paths."),
    field("ResultPath", Kind::Path, "Where in the input the result is put; null to drop it."),
];

pub(super) const ARGUMENTS: &[Field] = &[
    field("Parameters", Kind::Any, "What the work is given; keys that end in `.$` have paths."),
    field("Arguments", Kind::Any, "What the work is given, with expressions in it."),
];

pub(super) const ASSIGN: &[Field] = &[field("Assign", Kind::Any, "Variables to set, by name.")];

pub(super) const NEXT: &[Field] = &[
    field("Next", Kind::Text, "The state that follows."),
    field("End", Kind::Boolean, "Whether the machine ends with this state."),
];

/// The fields of every machine.
pub(super) const MACHINE: &[Field] = &[
    required("StartAt", Kind::Text, "The state to begin with."),
    required("States", Kind::States, "The states, by name."),
];
