//! [`Api`]: the API without HTTP.

use std::sync::{Arc, Weak};

use asl_value::{Object, Value};
use async_trait::async_trait;

use crate::error::ApiError;

/// What an [`Api`] calls. The server's state, which implements this, holds tasks that hold an `Api`.
#[async_trait]
pub(crate) trait Operations: Send + Sync {
    async fn answer(
        self: Arc<Self>,
        action: &str,
        request: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, ApiError>;
}

/// The API of a server, called in its own process: by a task that is a call of the API.
///
/// It does not keep the server alive.
#[derive(Clone)]
pub struct Api {
    operations: Weak<dyn Operations>,
}

impl Api {
    pub(crate) fn of(operations: Weak<dyn Operations>) -> Api {
        Api { operations }
    }

    /// Answers an operation as over HTTP: `("DescribeExecution", {"executionArn": "arn:…"})` →
    /// `{"executionArn": "arn:…", "status": "RUNNING", "startDate": 1767225600.5, …}`. `trace_header` is the
    /// `X-Amzn-Trace-Id` of the caller.
    ///
    /// # Errors
    /// That of the API; `ServiceUnavailable` if the server is gone.
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
