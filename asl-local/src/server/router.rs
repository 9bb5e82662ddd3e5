//! [`route`]: selects what serves a request, by its method, path and headers.

use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use crate::error::ApiError;

/// The requests that the server serves.
pub(super) enum Route {
    /// `GET /`: reports that the server is running.
    Health,
    /// An operation of the API: `StartExecution`.
    Operation(String),
}

pub(super) fn route(request: &Parts) -> Result<Route, ApiError> {
    match (&request.method, request.uri.path()) {
        // The path is ignored: SDKs send operations to the path of their endpoint.
        (&Method::POST, _) => {
            let action = header(&request.headers, "x-amz-target")
                .and_then(|target| target.strip_prefix("AWSStepFunctions."));
            let action = action.ok_or_else(|| ApiError::new("UnknownOperationException", ""))?;
            Ok(Route::Operation(action.to_owned()))
        }
        (&Method::GET, "/") => Ok(Route::Health),
        _ => Err(ApiError::new("UnknownOperationException", "").status(404)),
    }
}

/// The value of a header, if it is present and text.
pub(super) fn header<'r>(headers: &'r HeaderMap, name: &str) -> Option<&'r str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
