//! [`Reply`]: what the server answers to a request.

use std::convert::Infallible;

use asl_value::Value;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;

use crate::error::ApiError;

/// The body of a response: complete, or a stream that is read as fast as the client reads.
pub(crate) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// An answer, without what all of them have.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    /// Headers in addition to the content type.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// The value of `Set-Cookie`.
    pub(crate) cookie: Option<String>,
    pub(crate) body: Body,
}

impl Reply {
    /// A complete body.
    pub(crate) fn whole(content_type: &'static str, bytes: impl Into<Bytes>) -> Reply {
        let body = Full::new(bytes.into()).boxed_unsync();
        Reply { status: 200, content_type, headers: &[], cookie: None, body }
    }

    /// The answer of an operation of the API.
    pub(crate) fn operation(answer: Result<Value, ApiError>) -> Reply {
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err(error) => (error.http_status(), error.body()),
        };
        Reply { status, ..Reply::whole("application/x-amz-json-1.0", body.to_json()) }
    }
}
