//! [`InProcess`]: a service that this process itself is, called without HTTP.

use std::fmt;
use std::sync::Arc;

use asl_value::{Object, Value};
use async_trait::async_trait;

use crate::arguments::{input, with_tokens};
use crate::caller::operation;
use crate::protocol::{self, WireError};
use crate::{Answer, CallOptions, Caller, ServiceError};

/// A service of AWS that this process implements, called directly instead of through an endpoint.
///
/// Pass it to [`Aws::with_own_service`](crate::Aws::with_own_service). Only the transport differs: parameters are checked
/// and outputs are spelled like those of any other service. Roles and retries do not apply.
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
///             _ => Err(Refused::new(400, "InvalidArn", "no")),
///         }
///     }
/// }
/// ```
#[async_trait]
pub trait InProcess: Send + Sync {
    /// Handles a request: `("StartExecution", {"stateMachineArn": "…", "input": "{}"})`, with the trace that the task belongs
    /// to. Members are named as in the service's model, and times are seconds since 1970. The result is the body of the
    /// service's response: `{"executionArn": "…", "startDate": 1767225600.5}`.
    ///
    /// # Errors
    /// The service's error response.
    async fn answer(
        &self,
        operation: &str,
        request: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, Refused>;
}

/// An error response of an [`InProcess`] service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    code: String,
    message: String,
    status: u16,
}

impl Refused {
    /// `(400, "ExecutionDoesNotExist", "Execution Does Not Exist: '…'")`: the HTTP status, the error's name in the service's
    /// model or on the wire, and the service's text.
    pub fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Refused {
        Refused { code: code.into(), message: message.into(), status }
    }
}

/// The services of this process, by name in `aws-sdk:NAME:action`.
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
    /// Calls an operation of a service that this process is, without assuming a role and without retries.
    ///
    /// # Errors
    /// What is wrong with the parameters, or the service's error response.
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
        let input = with_tokens(&service, &operation, &input, None, self.entropy());
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
