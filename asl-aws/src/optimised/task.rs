//! [`OptimisedTask`]: a task of an optimised integration, and how it calls operations.

use asl_engine::{Failure, Task};
use asl_value::{Object, Value};

use super::service::OptimisedService;
use crate::{Answer, CallOptions, Caller, ServiceError};

/// A task of an optimised integration.
pub(crate) struct OptimisedTask<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) task: &'a Task<'a>,
    pub(crate) service: &'static OptimisedService,
    pub(crate) action: &'a str,
}

impl OptimisedTask<'_> {
    pub(super) fn arguments(&self) -> &Value {
        &self.task.arguments
    }

    /// Calls an operation as an optimised integration does: as the role of the task, with the names of the model, and with
    /// the errors of the Java SDK 1.
    pub(super) async fn send(&self, operation: &str, params: Value) -> Result<Answer, Failure> {
        let options = CallOptions::optimised(self.task);
        let answer = self.caller.call(self.service.sdk_name(operation), operation, params, &options).await;
        self.outcome(answer)
    }

    /// The result of a call, with errors in the words of the integration.
    pub(super) fn outcome<T>(&self, answer: Result<T, ServiceError>) -> Result<T, Failure> {
        answer.map_err(|error| error.role_refused(self.task).unwrap_or_else(|| self.service.failure(&error)))
    }
}

pub(super) fn members(output: &Value) -> Object {
    output.as_object().cloned().unwrap_or_default()
}
