//! [`route`]: selects what serves a request, by its method, path and headers.

use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};

use crate::config::Config;
use crate::error::ApiError;
#[cfg(feature = "page")]
use crate::ui;

/// The requests that the server serves.
pub(super) enum Route {
    /// `GET /`: reports that the server is running.
    Health,
    /// An operation of the API: `StartExecution`.
    Operation(String),
    /// A part of the page: its document for browsers at `/`, and everything below `/ui/`.
    #[cfg(feature = "page")]
    Page(ui::Request),
}

pub(super) fn route(request: &Parts, config: &Config) -> Result<Route, ApiError> {
    #[cfg(not(feature = "page"))]
    let _ = config;
    let target = header(&request.headers, "x-amz-target");
    #[cfg(feature = "page")]
    if config.page
        && target.is_none()
        && let Some(request) = ui::Request::read(request)?
    {
        return Ok(Route::Page(request));
    }
    match (&request.method, request.uri.path()) {
        // The path is ignored: SDKs send operations to the path of their endpoint.
        (&Method::POST, _) => {
            let action = target.and_then(|target| target.strip_prefix("AWSStepFunctions."));
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
