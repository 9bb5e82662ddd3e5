//! The error names of the language.

use asl_model::error_name;

/// Error names, each with what it means in `ErrorEquals`.
pub(crate) const ERRORS: &[(&str, &str)] = &[
    (
        error_name::ALL,
        "Any error except `States.Runtime`. It must stand alone, in the last retrier or catcher.",
    ),
    (error_name::TASK_FAILED, "Any error of a task, except a timeout."),
    (
        error_name::TIMEOUT,
        "The task ran longer than `TimeoutSeconds`, or sent no heartbeat for `HeartbeatSeconds`.",
    ),
    (error_name::HEARTBEAT_TIMEOUT, "The task sent no heartbeat for `HeartbeatSeconds`."),
    (error_name::PERMISSIONS, "The role of the state machine may not do what the task asks for."),
    (
        error_name::QUERY_EVALUATION_ERROR,
        "A JSONata expression failed, or its result has a type that the field does not take.",
    ),
    (error_name::DATA_LIMIT_EXCEEDED, "A payload is larger than 256 KiB."),
    (
        error_name::REFERENCE_PATH_CONFLICT,
        "`ResultPath` leads through a value that is neither an object nor an array.",
    ),
    (
        error_name::EXCEED_TOLERATED_FAILURE_THRESHOLD,
        "More items of a distributed Map failed than it tolerates.",
    ),
    (error_name::ITEM_READER_FAILED, "The items of a distributed Map cannot be read."),
    (error_name::RESULT_WRITER_FAILED, "The results of a distributed Map cannot be written."),
    (error_name::HTTP_SOCKET, "An HTTP task took longer than 60 seconds."),
    (
        error_name::BRANCH_FAILED,
        "A branch of a Parallel failed. AWS reports the error of the branch instead.",
    ),
    (
        error_name::NO_CHOICE_MATCHED,
        "No rule of a Choice matched, and it has no `Default`. AWS reports `States.Runtime` instead, which cannot be caught.",
    ),
    (
        error_name::RESULT_PATH_MATCH_FAILURE,
        "`ResultPath` cannot be applied. AWS reports `States.ReferencePathConflict` instead.",
    ),
    (
        error_name::PARAMETER_PATH_FAILURE,
        "A path in a template matches nothing. AWS reports `States.Runtime` instead.",
    ),
    (error_name::INTRINSIC_FAILURE, "An intrinsic function failed. AWS reports `States.Runtime` instead."),
    (
        error_name::RUNTIME,
        "The state cannot be executed. It is never retried and never caught, not even by its name.",
    ),
];

/// What an error name means.
pub(crate) fn about(name: &str) -> Option<&'static str> {
    ERRORS.iter().find(|(known, _)| *known == name).map(|(_, about)| *about)
}
