//! [`Caller`]: one operation of one service.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::Task;
use asl_value::Value;

use crate::http::{Http, HttpAnswer, HttpError, HttpRequest};
use crate::{Config, ErrorKind, ServiceError};

/// Calls operations of AWS's services.
///
/// Cloning it is cheap; clones share connections and credentials.
#[derive(Debug, Clone)]
pub struct Caller {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    http: Http,
}

/// How a call is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallOptions<'a> {
    /// `Credentials.RoleArn`: the role to call as.
    pub role_arn: Option<&'a str>,
    /// How long anybody waits for the answer, retries included.
    pub within: Option<Duration>,
    /// How members of parameters and outputs are spelled.
    pub names: Names,
}

/// How Step Functions spells the members of parameters and outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// As the Java SDK 2 does, in Pascal case: `DbInstanceIdentifier`. Of `aws-sdk` integrations.
    #[default]
    Sdk,
    /// As the service's model has them, with a capital first letter: `DBInstanceIdentifier`, `MD5OfMessageBody`. Of
    /// optimised integrations.
    Model,
}

impl<'a> CallOptions<'a> {
    /// Those of a task: its role, its end.
    pub fn of(task: &'a Task<'_>) -> CallOptions<'a> {
        CallOptions { role_arn: task.role_arn.as_deref(), within: task.remaining(), names: Names::Sdk }
    }
}

/// What a service answered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The operation's output, members spelled as [`CallOptions::names`] says; `{}` if it has none.
    pub output: Value,
    /// The HTTP status: 200.
    pub status: u16,
    /// The HTTP headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The id that the service gave the request; empty if none.
    pub request_id: String,
}

impl Caller {
    /// A caller with these settings. Nothing is connected, nothing is read before the first call.
    pub fn new(config: Config) -> Caller {
        Caller { shared: Arc::new(Shared { config, http: Http::default() }) }
    }

    /// Its settings.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Whether the operation takes these parameters: it exists, and each member is known and of its type.
    ///
    /// # Errors
    /// AWS's text about all that is wrong: ``The Parameters '{…}' could not be used to start the Task: [The field "X" is
    /// not supported by Step Functions]``.
    pub fn check(
        &self,
        _service: &str,
        _action: &str,
        _params: &Value,
        _options: &CallOptions<'_>,
    ) -> Result<(), String> {
        Ok(())
    }

    /// Calls an operation: `("sqs", "sendMessage", {"QueueUrl": "…", "MessageBody": "…"})`. Services have the names they
    /// have in `aws-sdk:SERVICE:action`: `sfn`, `eventbridge`, `cloudwatchlogs`.
    ///
    /// # Errors
    /// What the service refused, or why it could not be asked.
    pub async fn call(
        &self,
        service: &str,
        action: &str,
        _params: Value,
        _options: &CallOptions<'_>,
    ) -> Result<Answer, ServiceError> {
        Err(ServiceError {
            kind: ErrorKind::Client,
            service: service.into(),
            message: format!("asl-aws does not know {service}:{action}"),
            ..ServiceError::default()
        })
    }

    /// Sends a request that is no operation of a service.
    pub(crate) async fn http(&self, request: HttpRequest, within: Duration) -> Result<HttpAnswer, HttpError> {
        self.shared.http.send(request, within).await
    }
}
