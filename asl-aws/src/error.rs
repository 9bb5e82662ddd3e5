//! [`ServiceError`]: why a call failed.

use std::fmt;

use asl_engine::Failure;
use asl_value::Text;

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
    /// The failure of an `aws-sdk` integration, in the words of the Java SDK 2.
    pub fn failure(&self) -> Failure {
        Failure::new(format!("{}.{}", self.service, self.code), self.message.as_str())
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ServiceError {}
