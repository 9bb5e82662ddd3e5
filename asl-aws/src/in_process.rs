//! [`InProcess`]: a service that this very process is, asked without HTTP.

use std::fmt;
use std::sync::Arc;

use asl_value::{Object, Value};
use async_trait::async_trait;

use crate::arguments::{input, with_tokens};
use crate::caller::operation;
use crate::protocol::{self, WireError};
use crate::{Answer, CallOptions, Caller, ServiceError};

/// A service of AWS that this process is: it answers requests in place of an endpoint.
///
/// Only the way to the service differs. Parameters are checked, spelled and read back as those of any other.
///
/// ```
/// use asl_aws::{InProcess, Refused};
/// use asl_value::{Object, Value, json};
///
/// struct Sleepy;
/// #[async_trait::async_trait]
/// impl InProcess for Sleepy {
///     async fn answer(&self, operation: &str, _: Object, _: Option<&str>) -> Result<Value, Refused> {
///         match operation {
///             "StartExecution" => Ok(json!({"executionArn": "arn", "startDate": 1.5})),
///             _ => Err(Refused { code: "InvalidArn".into(), message: "no".into(), status: 400 }),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait InProcess: Send + Sync {
    /// Answers a request: `("StartExecution", {"stateMachineArn": "…", "input": "{}"})`, members as the service's model has
    /// them and times in seconds since 1970, with the trace that the caller belongs to. The answer is the body of the
    /// service's: `{"executionArn": "…", "startDate": 1767225600.5}`.
    ///
    /// # Errors
    /// What the service says when it refuses.
    async fn answer(
        &self,
        operation: &str,
        request: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, Refused>;
}

/// A service's refusal: `{"code": "ExecutionDoesNotExist", "message": "Execution Does Not Exist: '…'", "status": 400}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The error's name in the service's model, or on the wire: `ExecutionDoesNotExist`.
    pub code: String,
    /// The service's text.
    pub message: String,
    /// The HTTP status that it would have.
    pub status: u16,
}

/// The services of this process, by their names in `aws-sdk:NAME:action`.
#[derive(Clone, Default)]
pub(crate) struct OwnServices(Vec<(&'static str, Arc<dyn InProcess>)>);

impl OwnServices {
    pub(crate) fn add(&mut self, name: &'static str, service: Arc<dyn InProcess>) {
        self.0.push((name, service));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&dyn InProcess> {
        self.0.iter().find(|(own, _)| *own == name).map(|(_, service)| service.as_ref())
    }
}

impl fmt::Debug for OwnServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl Caller {
    /// Calls an operation of a service that this process is. Nobody assumes a role for that, and nothing is retried.
    ///
    /// # Errors
    /// What is wrong with the parameters, or what the service refused.
    pub(crate) async fn call_own(
        &self,
        own: &dyn InProcess,
        service: &str,
        action: &str,
        params: &Value,
        options: &CallOptions<'_>,
    ) -> Result<Answer, ServiceError> {
        let service = self.known(service)?;
        let operation = operation(&service, action)?;
        let input = input(&service, &operation, params, options.names)
            .map_err(|message| ServiceError::client(service.class(), message))?;
        let input = with_tokens(&service, &operation, &input, self.entropy());
        let request = protocol::json_request(&service, &operation, &input);
        let request_id = self.entropy().uuid();
        match own.answer(operation.name, request, options.trace_header).await {
            Ok(answer) => {
                let output = protocol::json_output(&service, &operation, &answer, options.names);
                Ok(Answer { output, status: 200, headers: Vec::new(), request_id })
            }
            Err(Refused { code, message, status }) => {
                let wire = WireError {
                    shape: Some(code.clone()),
                    code,
                    message,
                    request_id: Some(request_id),
                    extended_request_id: None,
                };
                Err(ServiceError { attempts: 1, ..ServiceError::of(&service, wire, status) })
            }
        }
    }
}
