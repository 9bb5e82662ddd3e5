//! The eight types of state. Which query language a field belongs to is in [`crate::vocabulary`]; a test compares these
//! tables with what the readers accept.

use super::choice::CHOICE;
use super::common::{ARGUMENTS, ASSIGN, COMMENT, FILTERS, NEXT, RESULT};
use super::map::MAP;
use super::recovery::RECOVERY;
use super::shape::{FieldShape, Kind, Shape, field, required, shape};
use crate::limits;

const NEXT_OR_END: &[&str] = &["Next", "End"];

/// The eight types of state.
pub(super) const STATES: [Shape; 8] = [
    Shape {
        name: "Task",
        fields: &[COMMENT, TASK, FILTERS, RESULT, ARGUMENTS, ASSIGN, RECOVERY, NEXT],
        exactly_one: &[NEXT_OR_END],
        at_most_one: &[
            &["TimeoutSeconds", "TimeoutSecondsPath"],
            &["HeartbeatSeconds", "HeartbeatSecondsPath"],
        ],
    },
    Shape {
        name: "Pass",
        fields: &[COMMENT, PASS, FILTERS, ASSIGN, NEXT],
        exactly_one: &[NEXT_OR_END],
        at_most_one: &[],
    },
    shape("Choice", &[COMMENT, CHOICE, FILTERS, ASSIGN]),
    Shape {
        name: "Wait",
        fields: &[COMMENT, WAIT, FILTERS, ASSIGN, NEXT],
        exactly_one: &[&["Seconds", "SecondsPath", "Timestamp", "TimestampPath"], NEXT_OR_END],
        at_most_one: &[],
    },
    shape("Succeed", &[COMMENT, FILTERS]),
    Shape {
        name: "Fail",
        fields: &[COMMENT, FAIL],
        exactly_one: &[],
        at_most_one: &[&["Error", "ErrorPath"], &["Cause", "CausePath"]],
    },
    Shape {
        name: "Parallel",
        fields: &[COMMENT, PARALLEL, FILTERS, RESULT, ARGUMENTS, ASSIGN, RECOVERY, NEXT],
        exactly_one: &[NEXT_OR_END],
        at_most_one: &[],
    },
    Shape {
        name: "Map",
        fields: &[COMMENT, MAP, FILTERS, RESULT, ASSIGN, RECOVERY, NEXT],
        exactly_one: &[&["ItemProcessor", "Iterator"], NEXT_OR_END],
        at_most_one: &[
            &["ItemSelector", "Parameters"],
            &["MaxConcurrency", "MaxConcurrencyPath"],
            &["ToleratedFailureCount", "ToleratedFailureCountPath"],
            &["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
        ],
    },
];

const TASK: &[FieldShape] = &[
    required(
        "Resource",
        Kind::Text,
        "What does the work: the ARN of a service integration, a function or an activity.",
    ),
    field("TimeoutSeconds", Kind::Whole(&limits::TASK_SECONDS), "The seconds after which the work fails."),
    field("TimeoutSecondsPath", Kind::Text, "The path of the seconds after which the work fails."),
    field(
        "HeartbeatSeconds",
        Kind::Whole(&limits::TASK_SECONDS),
        "The longest time between two heartbeats, in seconds.",
    ),
    field("HeartbeatSecondsPath", Kind::Text, "The path of the longest time between two heartbeats."),
    field("Credentials", Kind::Object(&CREDENTIALS), "The role that the task uses."),
];

const CREDENTIALS: Shape = Shape {
    name: "Credentials",
    fields: &[&[
        field("RoleArn", Kind::Text, "The ARN of a role."),
        field("RoleArn.$", Kind::Text, "The path of the ARN of a role."),
    ]],
    exactly_one: &[&["RoleArn", "RoleArn.$"]],
    at_most_one: &[],
};

const PASS: &[FieldShape] = &[
    field("Parameters", Kind::Any, "The result; keys that end in `.$` contain paths."),
    field("Result", Kind::Any, "The result, used literally."),
    field(
        "ResultPath",
        Kind::Path,
        "The place in the input where the result is inserted; null to discard the result.",
    ),
];

const WAIT: &[FieldShape] = &[
    field("Seconds", Kind::Whole(&limits::WAIT_SECONDS), "How many seconds to wait."),
    field("SecondsPath", Kind::Text, "The path of the seconds to wait."),
    field("Timestamp", Kind::Text, "The instant to wait for, as RFC 3339: 2030-01-01T08:00:00Z."),
    field("TimestampPath", Kind::Text, "The path of the instant to wait for."),
];

const FAIL: &[FieldShape] = &[
    field("Error", Kind::Text, "The name of the error."),
    field("ErrorPath", Kind::Text, "The path of the error's name, or an intrinsic function."),
    field("Cause", Kind::Text, "A description of what happened."),
    field("CausePath", Kind::Text, "The path of the cause, or an intrinsic function."),
];

const PARALLEL: &[FieldShape] =
    &[required("Branches", Kind::Branches, "The machines that run concurrently.")];
