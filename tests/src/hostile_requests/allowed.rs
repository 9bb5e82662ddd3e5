//! [`Allowed`]: what may be answered to a request.

/// What may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Status 200.
    Success,
    /// Status 200, or an error that is documented for this operation.
    Operation(&'static str),
    /// Status 200, an error of any request, or one of the page: nothing is there, or too many streams.
    Page,
    /// The request is not HTTP, or is incomplete: any answer that is not the server's fault, or a closed connection.
    Any,
}

/// Errors of every operation and of what comes before it, with their statuses.
pub(super) const COMMON: &[(u16, &str)] = &[
    (400, "ValidationException"),
    (400, "SerializationException"),
    (400, "UnknownOperationException"),
    (400, "ThrottlingException"),
    (403, "AccessDeniedException"),
    (408, "RequestTimeoutException"),
    (413, "RequestEntityTooLargeException"),
];

/// More errors of the page.
pub(super) const PAGE: &[(u16, &str)] = &[
    (400, "ExecutionDoesNotExist"),
    (400, "InvalidArn"),
    (400, "InvalidToken"),
    (400, "ResourceNotFound"),
    (400, "StateMachineDoesNotExist"),
    // The page says so in its own routes.
    (404, "ExecutionDoesNotExist"),
    (404, "UnknownOperationException"),
    // The form for a key, without one that is right.
    (403, ""),
    (429, "ThrottlingException"),
];

/// The status of an error of an operation.
pub(super) fn status_of(error: &str) -> u16 {
    match error {
        "ConflictException" => 409,
        "ServiceQuotaExceededException" => 402,
        _ => 400,
    }
}

/// The errors that AWS's model of the API documents, by operation.
///
/// A few are added that the server has and the model has not: `ResourceNotFound` for an alias or a version that is started,
/// `StateMachineDoesNotExist` for the versions of an unknown machine, and what is wrong with encryption.
#[rustfmt::skip]
pub(super) const ERRORS: &[(&str, &str)] = &[
    ("CreateActivity", "ActivityLimitExceeded InvalidName TooManyTags ActivityAlreadyExists InvalidEncryptionConfiguration"),
    ("CreateStateMachine", "InvalidArn InvalidDefinition InvalidName InvalidLoggingConfiguration InvalidTracingConfiguration StateMachineAlreadyExists StateMachineDeleting StateMachineLimitExceeded StateMachineTypeNotSupported TooManyTags ValidationException ConflictException InvalidEncryptionConfiguration"),
    ("CreateStateMachineAlias", "InvalidArn InvalidName ValidationException StateMachineDeleting ResourceNotFound ConflictException ServiceQuotaExceededException"),
    ("DeleteActivity", "InvalidArn"),
    ("DeleteStateMachine", "InvalidArn ValidationException"),
    ("DeleteStateMachineAlias", "ValidationException InvalidArn ResourceNotFound ConflictException"),
    ("DeleteStateMachineVersion", "ValidationException InvalidArn ConflictException"),
    ("DescribeActivity", "ActivityDoesNotExist InvalidArn"),
    ("DescribeExecution", "ExecutionDoesNotExist InvalidArn"),
    ("DescribeMapRun", "ResourceNotFound InvalidArn"),
    ("DescribeStateMachine", "InvalidArn StateMachineDoesNotExist"),
    ("DescribeStateMachineAlias", "ValidationException InvalidArn ResourceNotFound"),
    ("DescribeStateMachineForExecution", "ExecutionDoesNotExist InvalidArn"),
    ("GetActivityTask", "ActivityDoesNotExist ActivityWorkerLimitExceeded InvalidArn"),
    ("GetExecutionHistory", "ExecutionDoesNotExist InvalidArn InvalidToken"),
    ("ListActivities", "InvalidToken"),
    ("ListExecutions", "InvalidArn InvalidToken StateMachineDoesNotExist StateMachineTypeNotSupported ValidationException ResourceNotFound"),
    ("ListMapRuns", "ExecutionDoesNotExist InvalidArn InvalidToken"),
    ("ListStateMachineAliases", "InvalidArn InvalidToken ResourceNotFound StateMachineDoesNotExist StateMachineDeleting"),
    ("ListStateMachineVersions", "ValidationException InvalidArn InvalidToken StateMachineDoesNotExist"),
    ("ListStateMachines", "InvalidToken"),
    ("ListTagsForResource", "InvalidArn ResourceNotFound"),
    ("PublishStateMachineVersion", "ValidationException StateMachineDeleting StateMachineDoesNotExist ServiceQuotaExceededException ConflictException InvalidArn"),
    ("RedriveExecution", "ExecutionDoesNotExist ExecutionNotRedrivable ExecutionLimitExceeded InvalidArn ValidationException"),
    ("SendTaskFailure", "TaskDoesNotExist InvalidToken TaskTimedOut"),
    ("SendTaskHeartbeat", "TaskDoesNotExist InvalidToken TaskTimedOut"),
    ("SendTaskSuccess", "TaskDoesNotExist InvalidOutput InvalidToken TaskTimedOut"),
    ("StartExecution", "ExecutionLimitExceeded ExecutionAlreadyExists InvalidArn InvalidExecutionInput InvalidName StateMachineDoesNotExist StateMachineDeleting ValidationException ResourceNotFound"),
    ("StartSyncExecution", "InvalidArn InvalidExecutionInput InvalidName StateMachineDoesNotExist StateMachineDeleting StateMachineTypeNotSupported ResourceNotFound"),
    ("StopExecution", "ExecutionDoesNotExist InvalidArn ValidationException"),
    ("TagResource", "InvalidArn ResourceNotFound TooManyTags"),
    ("TestState", "InvalidArn InvalidDefinition InvalidExecutionInput ValidationException"),
    ("UntagResource", "InvalidArn ResourceNotFound"),
    ("UpdateMapRun", "ResourceNotFound InvalidArn ValidationException"),
    ("UpdateStateMachine", "InvalidArn InvalidDefinition InvalidLoggingConfiguration InvalidTracingConfiguration MissingRequiredParameter StateMachineDeleting StateMachineDoesNotExist ServiceQuotaExceededException ConflictException ValidationException InvalidEncryptionConfiguration"),
    ("UpdateStateMachineAlias", "ValidationException InvalidArn ResourceNotFound ConflictException StateMachineDeleting"),
    ("ValidateStateMachineDefinition", "ValidationException"),
];
