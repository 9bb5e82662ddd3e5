//! [`ServiceError`]: why a call failed.

use std::fmt;

use asl_engine::{Failure, Task};
use asl_value::Text;

use crate::protocol::WireError;
use crate::retry;
use crate::table::Service;

/// Why a call failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// Who says so.
    pub kind: ErrorKind,
    /// The service's prefix of error names: `DynamoDb`, `S3`, `SecretsManager`.
    pub service: Text,
    /// The code on the wire: `NoSuchBucket`, `ValidationException`.
    pub code: String,
    /// The Java SDK's class of an error that the service's model has: `NoSuchBucketException`. `None` for the others.
    pub exception: Option<Text>,
    /// The service's text.
    pub message: String,
    /// The HTTP status; 0 if there was no answer.
    pub status: u16,
    /// The id that the service gave the request; empty if none.
    pub request_id: String,
    /// S3's second id.
    pub extended_request_id: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// Whether another attempt may have another answer.
    pub is_transient: bool,
}

/// Who says that a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The service.
    #[default]
    Service,
    /// Nobody: the request could not be made or sent, or the answer not be read.
    Client,
    /// STS: the task's role cannot be assumed.
    Role,
}

impl ServiceError {
    pub(crate) fn client(service: &str, message: String) -> ServiceError {
        ServiceError { kind: ErrorKind::Client, service: service.into(), message, ..ServiceError::default() }
    }

    /// The refusal of a service.
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
            request_id: wire.request_id.unwrap_or_default(),
            extended_request_id: wire.extended_request_id,
            attempts: 0,
        }
    }

    /// The service's text, or what Java prints of none.
    pub(crate) fn message_or_null(&self) -> &str {
        if self.message.is_empty() { "null" } else { &self.message }
    }

    /// The failure of an `aws-sdk` integration, in the words of the Java SDK 2:
    /// `S3.NoSuchBucketException`, `The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: …)`.
    ///
    /// An error that the service's model does not have goes by the service: `DynamoDb.DynamoDbException`.
    ///
    /// Recorded: errors of Step Functions itself end with ` (SDK Attempt Count: 1)`, those of the other services do not.
    ///
    /// UNRECORDED: whether the others have got it by now. They were recorded in 2023, Step Functions in 2025.
    pub fn failure(&self) -> Failure {
        let service = &self.service;
        match self.kind {
            ErrorKind::Client => Failure::new(format!("{service}.SdkClientException"), self.message.as_str()),
            // UNRECORDED: the cause where nobody could be asked about the role.
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
}

/// Recorded: the failure of a task whose role must not be assumed; `None` for other errors.
pub(crate) fn role_refused(error: &ServiceError, task: &Task<'_>) -> Option<Failure> {
    let role = task.role_arn.as_ref().filter(|_| error.kind == ErrorKind::Role && error.status != 0)?;
    let own = &task.identity.role_arn;
    Some(Failure::task(format!("The role {own} is not authorized to assume the task state's role, {role}.")))
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
            request_id: "id".to_owned(),
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
            ServiceError { extended_request_id: Some("ext".to_owned()), ..missing },
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
