//! [`ApiError`]: an error response of the API.

use std::fmt;

use asl_value::{Object, Value};

/// An error response of the API, with the name, message and status that AWS returns.
///
/// Methods of [`Server`](crate::Server), [`Machines`](crate::Machines) and [`Api`](crate::Api) return it in the same cases
/// in which AWS would reject the request. Over HTTP its body is:
///
/// ```json
/// {"__type": "com.amazonaws.swf.service.v2.model#ExecutionDoesNotExist", "message": "Execution Does Not Exist: '…'"}
/// ```
///
/// Most texts are recorded from AWS. A few are not known; the source marks these as `UNRECORDED`, so match on
/// [`name`](ApiError::name) rather than on the message.
///
/// ```
/// use asl_local::{Config, Machines};
/// use asl_model::ExecutionType;
/// let machines = Machines::new(Config::default());
/// let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
/// let error = machines.create_state_machine("a name", definition, ExecutionType::Standard).unwrap_err();
/// assert_eq!((error.name(), error.http_status()), ("InvalidName", 400));
/// assert_eq!(error.message(), "Invalid Name: 'a name'");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    name: &'static str,
    message: String,
    status: u16,
    /// Members in addition to the message.
    members: Vec<(&'static str, Value)>,
}

impl ApiError {
    pub(crate) fn new(name: &'static str, message: impl Into<String>) -> ApiError {
        let status = match name {
            // Documented. All recorded errors have status 400.
            "ConflictException" => 409,
            "ServiceQuotaExceededException" => 402,
            _ => 400,
        };
        ApiError { name, message: message.into(), status, members: Vec::new() }
    }

    pub(crate) fn validation(message: impl Into<String>) -> ApiError {
        ApiError::new("ValidationException", message)
    }

    pub(crate) fn invalid_arn(what: impl std::fmt::Display) -> ApiError {
        ApiError::new("InvalidArn", format!("Invalid Arn: '{what}'"))
    }

    pub(crate) fn no_machine(arn: &str) -> ApiError {
        ApiError::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
    }

    pub(crate) fn deleting(arn: &str) -> ApiError {
        ApiError::new("StateMachineDeleting", format!("State Machine is being deleted: '{arn}'"))
    }

    /// The request names an alias or a version that does not exist.
    pub(crate) fn unknown_reference() -> ApiError {
        ApiError::new("ResourceNotFound", "Request references a resource that does not exist.")
    }

    pub(crate) fn no_execution(arn: &str) -> ApiError {
        ApiError::new("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"))
    }

    pub(crate) fn execution_exists(arn: &str) -> ApiError {
        ApiError::new("ExecutionAlreadyExists", format!("Execution Already Exists: '{arn}'"))
    }

    pub(crate) fn no_activity(arn: &str) -> ApiError {
        ApiError::new("ActivityDoesNotExist", format!("Activity Does Not Exist: '{arn}'"))
    }

    pub(crate) fn no_resource(arn: &str) -> ApiError {
        let error = ApiError::new("ResourceNotFound", format!("Resource not found: '{arn}'"));
        error.with("resourceName", arn)
    }

    /// UNRECORDED: the text of TooManyTags.
    pub(crate) fn too_many_tags(arn: &str, most: usize) -> ApiError {
        ApiError::new("TooManyTags", format!("A resource can have {most} tags")).with("resourceName", arn)
    }

    pub(crate) fn invalid_token() -> ApiError {
        ApiError::new("InvalidToken", "Invalid Token: 'Invalid token'")
    }

    pub(crate) fn wrong_type() -> ApiError {
        let message = "This operation is not supported by this type of state machine";
        ApiError::new("StateMachineTypeNotSupported", message)
    }

    /// A task that the request awaited has panicked.
    pub(crate) fn internal(error: &tokio::task::JoinError) -> ApiError {
        tracing::error!(%error, "a request failed");
        ApiError::new("InternalServerError", "").status(500)
    }

    /// The definition was accepted by another version of the server.
    pub(crate) fn not_runnable() -> ApiError {
        ApiError::new(
            "InvalidDefinition",
            "This version of the server cannot run the definition of the state machine",
        )
    }

    /// What the server has kept cannot be read.
    pub(crate) fn unreadable(problem: &str) -> ApiError {
        tracing::error!(problem, "the data folder cannot be read");
        ApiError::new("InternalServerError", format!("the data folder cannot be read: {problem}")).status(500)
    }

    /// Changes cannot be kept at the moment. Clients may repeat the request.
    pub(crate) fn not_kept(problem: &str) -> ApiError {
        ApiError::new("ServiceUnavailable", format!("the data folder cannot be written: {problem}"))
            .status(503)
    }

    /// The server is shutting down.
    pub(crate) fn closing() -> ApiError {
        ApiError::new("ServiceUnavailable", "the server is shutting down").status(503)
    }

    /// Replaces the HTTP status, which is usually 400.
    #[must_use]
    pub(crate) fn status(self, status: u16) -> ApiError {
        ApiError { status, ..self }
    }

    /// Adds a member to the response body.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> ApiError {
        self.members.push((name, value.into()));
        self
    }

    /// The name of the error in AWS's API: `ExecutionDoesNotExist`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The message, in AWS's words: `Execution Does Not Exist: '…'`.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status of the response: 400 for almost all errors, 500 and 503 for failures of the server itself.
    pub fn http_status(&self) -> u16 {
        self.status
    }

    pub(crate) fn body(&self) -> Value {
        let namespace = match self.name {
            "ValidationException" => "com.amazon.coral.validate",
            "ServiceUnavailable"
            | "UnknownOperationException"
            | "SerializationException"
            | "MissingAuthenticationTokenException"
            | "UnrecognizedClientException"
            | "IncompleteSignatureException"
            | "InvalidSignatureException" => "com.amazon.coral.service",
            _ => "com.amazonaws.swf.service.v2.model",
        };
        let mut body = Object::new();
        body.insert("__type", format!("{namespace}#{}", self.name).into());
        body.insert("message", self.message.as_str().into());
        for (name, value) in &self.members {
            body.insert(*name, value.clone());
        }
        body.into()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ApiError {}
