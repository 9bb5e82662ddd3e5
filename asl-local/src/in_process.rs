//! [`Api`]: the API without HTTP.

use std::sync::{Arc, Weak};

use asl_value::{Object, Value};
use async_trait::async_trait;

use crate::error::ApiError;

/// The operations that an [`Api`] calls. A trait, because `App`, which implements it, holds task handlers that hold an
/// `Api`.
#[async_trait]
pub(crate) trait Operations: Send + Sync {
    async fn answer(
        self: Arc<Self>,
        action: &str,
        request: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, ApiError>;
}

/// A handle to the API of a server in the same process, without HTTP.
///
/// A server gives it to [`Config::own_tasks`](crate::Config::own_tasks), whose handler serves tasks that are themselves
/// calls of the API (`arn:aws:states:::aws-sdk:sfn:…`). Clones refer to the same server.
///
/// The handle does not keep the server alive: after the server has ended, calls fail with `ServiceUnavailable`.
///
/// ```
/// use asl_local::{Api, ApiError};
/// use asl_value::{Object, Value};
///
/// async fn status(api: &Api, execution: &str) -> Result<Option<String>, ApiError> {
///     let request: Object = [("executionArn", Value::from(execution))].into_iter().collect();
///     let described = api.call("DescribeExecution", request, None).await?;
///     Ok(described.get("status").and_then(Value::as_str).map(str::to_owned))
/// }
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html>
#[derive(Clone)]
pub struct Api {
    operations: Weak<dyn Operations>,
}

impl Api {
    pub(crate) fn of(operations: Weak<dyn Operations>) -> Api {
        Api { operations }
    }

    /// Calls an operation, with the same request and response bodies as over HTTP.
    ///
    /// `("DescribeExecution", {"executionArn": "arn:…"})` returns `{"executionArn": "arn:…", "status": "RUNNING",
    /// "startDate": 1767225600.5, …}`. `trace_header` is the `X-Amzn-Trace-Id` of the caller; operations that start an
    /// execution pass it on.
    ///
    /// # Errors
    /// The error that the operation returns, or `ServiceUnavailable` if the server has ended.
    pub async fn call(
        &self,
        action: &str,
        request: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, ApiError> {
        let operations = self.operations.upgrade().ok_or_else(ApiError::closing)?;
        operations.answer(action, request, trace_header).await
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}
