//! [`Api`]: the API without HTTP.

use std::sync::Weak;

use asl_value::{Object, Value};

use crate::api;
use crate::app::App;
use crate::error::ApiError;

/// The API of a server, called in its own process: by a task that is a call of the API.
///
/// It does not keep the server alive.
#[derive(Clone)]
pub struct Api {
    app: Weak<App>,
}

impl Api {
    pub(crate) fn of(app: Weak<App>) -> Api {
        Api { app }
    }

    /// Answers an operation as over HTTP: `("DescribeExecution", {"executionArn": "arn:…"})` →
    /// `{"executionArn": "arn:…", "status": "RUNNING", "startDate": 1767225600.5, …}`. `trace_header` is the
    /// `X-Amzn-Trace-Id` of the caller.
    ///
    /// # Errors
    /// That of the API; `ServiceUnavailable` if there is no server any more.
    pub async fn call(
        &self,
        action: &str,
        request: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, ApiError> {
        let app = self.app.upgrade().ok_or_else(ApiError::closing)?;
        api::answer(&app, action, request, trace_header).await
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}
