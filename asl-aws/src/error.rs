//! [`ServiceError`]: why a call failed.

use std::fmt;

use asl_engine::{Failure, Task};
use asl_value::Text;

use crate::protocol::WireError;
use crate::table::Service;
use crate::{polling, retry};

/// Why a call of AWS failed: what [`Caller::call`](crate::Caller::call) returns.
///
/// [`kind`](ServiceError::kind) says who reports the error; the code, status and request id are those of the service and
/// are empty for the other kinds. [`failure`](ServiceError::failure) turns it into the failure of a task.
///
/// ```
/// use asl_aws::{CallOptions, Caller, Config, ErrorKind};
/// use asl_value::json;
///
/// let caller = Caller::new(Config::new("eu-west-1"));
/// let error = caller.check("sqs", "sendMessage", &json!({"Queue": 1}), &CallOptions::default()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Client);
/// assert!(error.message().contains("The field \"Queue\" is not supported by Step Functions"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceError {
    pub(crate) kind: ErrorKind,
    pub(crate) service: Text,
    pub(crate) code: String,
    pub(crate) exception: Option<Text>,
    pub(crate) message: String,
    /// 0 if there was no response.
    pub(crate) status: u16,
    pub(crate) request_id: Box<str>,
    /// S3's second id.
    pub(crate) extended_request_id: Option<Box<str>>,
    pub(crate) attempts: u16,
    pub(crate) is_transient: bool,
    pub(crate) may_have_arrived: bool,
}

/// Who reports that a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The service.
    #[default]
    Service,
    /// No service replied: the request could not be built or sent, or its response could not be read.
    Client,
    /// STS: the task's role cannot be assumed.
    Role,
}

/// What the error says.
impl ServiceError {
    /// Who reports the error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The service's prefix of error names: `DynamoDb`, `S3`, `SecretsManager`.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The code in the service's response: `NoSuchBucket`, `ValidationException`. Empty without a response.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The Java SDK's class, if the service's model has the error: `NoSuchBucketException`.
    pub fn exception(&self) -> Option<&str> {
        self.exception.as_deref()
    }

    /// The service's text, or what went wrong before there was one.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status of the response, if there was one.
    pub fn status(&self) -> Option<u16> {
        (self.status != 0).then_some(self.status)
    }

    /// The id that the service gave the request; empty if there is none.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts.into()
    }

    /// Whether the service may have received the request, although its response was not received: what it asks for may
    /// be under way.
    pub fn may_have_arrived(&self) -> bool {
        self.may_have_arrived
    }

    /// Whether another attempt may succeed.
    pub fn is_transient(&self) -> bool {
        self.is_transient
    }
}

impl ServiceError {
    pub(crate) fn client(service: &str, message: String) -> ServiceError {
        ServiceError { kind: ErrorKind::Client, service: service.into(), message, ..ServiceError::default() }
    }

    /// An error that a service returned.
    pub(crate) fn of(service: &Service, wire: WireError, status: u16) -> ServiceError {
        let names = [wire.shape.as_deref(), Some(wire.code.as_str())];
        let exception = names.into_iter().flatten().find_map(|name| service.exception(name));
        ServiceError {
            kind: ErrorKind::Service,
            service: service.class().into(),
            exception: exception.map(Into::into),
            is_transient: retry::is_transient(status, &wire.code),
            code: wire.code,
            message: wire.message,
            status,
            request_id: wire.request_id.unwrap_or_default().into(),
            extended_request_id: wire.extended_request_id.map(Into::into),
            attempts: 0,
            may_have_arrived: false,
        }
    }

    /// The service's text, or what Java prints without one.
    pub(crate) fn message_or_null(&self) -> &str {
        if self.message.is_empty() { "null" } else { &self.message }
    }

    /// The failure of an `aws-sdk` integration, in the words of the Java SDK 2:
    /// `S3.NoSuchBucketException`, `The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: …)`.
    ///
    /// An error that is not in the service's model is named after the service: `DynamoDb.DynamoDbException`.
    ///
    /// Recorded: errors of Step Functions itself end with ` (SDK Attempt Count: 1)`, those of other services do not.
    ///
    /// UNRECORDED: whether errors of other services end with ` (SDK Attempt Count: 1)` by now. They were recorded in 2023,
    /// those of Step Functions in 2025.
    pub fn failure(&self) -> Failure {
        let service = &self.service;
        match self.kind {
            ErrorKind::Client => Failure::new(format!("{service}.SdkClientException"), self.message.as_str()),
            // UNRECORDED: the cause if STS does not answer a request to assume the role of a task.
            ErrorKind::Role => {
                Failure::task(format!("The task state's role cannot be assumed: {}", self.message))
            }
            ErrorKind::Service => {
                let class = match &self.exception {
                    Some(class) => class.to_string(),
                    None => format!("{service}Exception"),
                };
                let message = self.message_or_null();
                let extended = match &self.extended_request_id {
                    Some(id) => format!(", Extended Request ID: {id}"),
                    None => String::new(),
                };
                let attempts = match &**service {
                    "Sfn" => format!(" (SDK Attempt Count: {})", self.attempts.max(1)),
                    _ => String::new(),
                };
                let cause = format!(
                    "{message} (Service: {service}, Status Code: {}, Request ID: {}{extended}){attempts}",
                    self.status, self.request_id
                );
                Failure::new(format!("{service}.{class}"), cause)
            }
        }
    }

    /// Recorded: the failure of a task whose role must not be assumed; `None` for other errors.
    pub(crate) fn role_refused(&self, task: &Task<'_>) -> Option<Failure> {
        let role = task.role_arn.as_ref().filter(|_| self.kind == ErrorKind::Role && self.status != 0)?;
        let own = &task.identity.role_arn;
        let cause = format!("The role {own} is not authorized to assume the task state's role, {role}.");
        Some(Failure::task(cause))
    }

    /// Whether asking again may help, for a task that waits.
    pub(crate) fn is_passing(&self) -> bool {
        match self.kind {
            ErrorKind::Service => polling::is_passing(self.status),
            ErrorKind::Client => true,
            ErrorKind::Role => false,
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ServiceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: ServiceError, expect: [&str; 2]) {
        let failure = error.failure();
        assert_eq!([failure.error.as_deref(), failure.cause.as_deref()], expect.map(Some));
    }

    /// As recorded on AWS.
    #[test]
    fn failures() {
        let refused = |service: &str, exception: Option<&str>, message: &str, status| ServiceError {
            service: service.into(),
            exception: exception.map(Into::into),
            message: message.to_owned(),
            status,
            request_id: "id".into(),
            ..ServiceError::default()
        };
        check(
            refused("DynamoDb", Some("ResourceNotFoundException"), "Requested resource not found", 400),
            [
                "DynamoDb.ResourceNotFoundException",
                "Requested resource not found (Service: DynamoDb, Status Code: 400, Request ID: id)",
            ],
        );
        check(
            refused("SecretsManager", None, "Invalid name.", 400),
            [
                "SecretsManager.SecretsManagerException",
                "Invalid name. (Service: SecretsManager, Status Code: 400, Request ID: id)",
            ],
        );
        let missing = refused("S3", Some("NoSuchKeyException"), "The specified key does not exist.", 404);
        check(
            ServiceError { extended_request_id: Some("ext".into()), ..missing },
            [
                "S3.NoSuchKeyException",
                "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: id, Extended Request ID: ext)",
            ],
        );
        check(
            refused("Sfn", Some("InvalidTokenException"), "Invalid Token: 'Invalid token'", 400),
            [
                "Sfn.InvalidTokenException",
                "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: id) (SDK Attempt Count: 1)",
            ],
        );
        check(
            ServiceError::client("Sqs", "Unable to execute HTTP request: x".to_owned()),
            ["Sqs.SdkClientException", "Unable to execute HTTP request: x"],
        );
    }
}
