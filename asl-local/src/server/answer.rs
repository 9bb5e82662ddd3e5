//! [`Answer`]: the body of a response.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use asl_value::Value;
use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};

use super::connections::Connection;
use crate::error::ApiError;

/// A response body that notifies its connection when hyper has taken all of it.
pub(super) struct Answer {
    bytes: Full<Bytes>,
    connection: Arc<Connection>,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.connection.taken();
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.bytes).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.bytes.size_hint()
    }
}

/// Builds the response to an operation of the API.
pub(super) fn response(
    answer: Result<Value, ApiError>,
    request_id: &str,
    connection: &Arc<Connection>,
) -> Response<Answer> {
    let (status, body) = match answer {
        Ok(body) => (200, body),
        Err(error) => (error.http_status(), error.body()),
    };
    let bytes = Full::new(Bytes::from(body.to_json()));
    let mut response = Response::new(Answer { bytes, connection: Arc::clone(connection) });
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
