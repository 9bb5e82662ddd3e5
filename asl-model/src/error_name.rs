//! The error names that Amazon States Language reserves, and how `ErrorEquals` matches.
//!
//! ```
//! use asl_model::error_name::{self, matches};
//! assert!(matches(&["States.ALL".into()], "Custom"));
//! assert!(matches(&["States.Timeout".into()], error_name::HEARTBEAT_TIMEOUT));
//! assert!(!matches(&["States.ALL".into()], error_name::RUNTIME));
//! ```
//! Spec: <https://states-language.net/#error-names>

use asl_value::Text;

/// Any error except [`RUNTIME`]; in `ErrorEquals` only.
pub const ALL: &str = "States.ALL";
/// A task failed. In `ErrorEquals`: any error except a timeout.
pub const TASK_FAILED: &str = "States.TaskFailed";
/// A state or an execution took longer than `TimeoutSeconds`.
pub const TIMEOUT: &str = "States.Timeout";
/// A task sent no heartbeat for `HeartbeatSeconds`. Histories show it as [`TIMEOUT`].
pub const HEARTBEAT_TIMEOUT: &str = "States.HeartbeatTimeout";
/// The role of the machine lacks a permission.
pub const PERMISSIONS: &str = "States.Permissions";
/// A `ResultPath` cannot be applied; AWS reports [`REFERENCE_PATH_CONFLICT`].
pub const RESULT_PATH_MATCH_FAILURE: &str = "States.ResultPathMatchFailure";
/// A reference path leads through a value that is neither an object nor an array.
pub const REFERENCE_PATH_CONFLICT: &str = "States.ReferencePathConflict";
/// A path in a payload template matches nothing; AWS reports [`RUNTIME`].
pub const PARAMETER_PATH_FAILURE: &str = "States.ParameterPathFailure";
/// A branch of a Parallel failed; AWS reports the branch's own error.
pub const BRANCH_FAILED: &str = "States.BranchFailed";
/// No rule of a Choice matched; AWS reports [`RUNTIME`].
pub const NO_CHOICE_MATCHED: &str = "States.NoChoiceMatched";
/// An intrinsic function failed; AWS reports [`RUNTIME`].
pub const INTRINSIC_FAILURE: &str = "States.IntrinsicFailure";
/// A JSONata expression failed, or its result has the wrong type.
pub const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";
/// A state cannot be executed, for example because a path matches nothing or an activity does not exist. It is never
/// retried and never caught.
pub const RUNTIME: &str = "States.Runtime";
/// A payload is larger than 256 KiB.
pub const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
/// More items of a distributed Map failed than it tolerates.
pub const EXCEED_TOLERATED_FAILURE_THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";
/// `ItemReader` cannot read.
pub const ITEM_READER_FAILED: &str = "States.ItemReaderFailed";
/// `ResultWriter` cannot write.
pub const RESULT_WRITER_FAILED: &str = "States.ResultWriterFailed";
/// An HTTP task took longer than 60 seconds.
pub const HTTP_SOCKET: &str = "States.Http.Socket";

/// Whether an `ErrorEquals` list matches an error. Names are case-sensitive; an error without a name is the empty
/// string.
///
/// Observed: `States.Runtime` is never caught, not even by its own name. `States.DataLimitExceeded` is caught by
/// `States.ALL`, contrary to the documentation.
pub fn matches(error_equals: &[Text], error: &str) -> bool {
    error_equals.iter().any(|pattern| matches_one(pattern, error))
}

fn matches_one(pattern: &str, error: &str) -> bool {
    match (pattern, error) {
        (_, RUNTIME) => false,
        (ALL, _) => true,
        (TASK_FAILED, TIMEOUT | HEARTBEAT_TIMEOUT) => false,
        (TASK_FAILED, _) => true,
        (TIMEOUT, HEARTBEAT_TIMEOUT) => true,
        _ => pattern == error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &str, expect: &[&str]) {
        let patterns =
            [ALL, TASK_FAILED, TIMEOUT, HEARTBEAT_TIMEOUT, RUNTIME, DATA_LIMIT_EXCEEDED, "Custom", ""];
        let matching = patterns.into_iter().filter(|pattern| matches(&[Text::from(*pattern)], error));
        assert_eq!(matching.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn wildcards_and_names() {
        check("Custom", &[ALL, TASK_FAILED, "Custom"]);
        check("custom", &[ALL, TASK_FAILED]);
        check("", &[ALL, TASK_FAILED, ""]);
        check(TASK_FAILED, &[ALL, TASK_FAILED]);
        check(TIMEOUT, &[ALL, TIMEOUT]);
        check(HEARTBEAT_TIMEOUT, &[ALL, TIMEOUT, HEARTBEAT_TIMEOUT]);
        check(DATA_LIMIT_EXCEEDED, &[ALL, TASK_FAILED, DATA_LIMIT_EXCEEDED]);
        check(RUNTIME, &[]);
    }
}
