//! [`Route`]: what a request asks for, by its method, path and headers.

use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use crate::error::ApiError;

/// What the server answers.
pub(super) enum Route {
    /// `GET /`: whether it is there.
    Health,
    /// An operation of the API: `StartExecution`.
    Operation(String),
}

pub(super) fn route(request: &Parts) -> Result<Route, ApiError> {
    match (&request.method, request.uri.path()) {
        // SDKs send operations to `/`, whatever path the endpoint has.
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

/// A header's value, if it is there and text.
pub(super) fn header<'r>(headers: &'r HeaderMap, name: &str) -> Option<&'r str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
