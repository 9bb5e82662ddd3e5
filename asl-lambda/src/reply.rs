//! [`Reply`]: what an invocation is answered with.

use asl_value::Value;

use crate::http::HttpResponse;
use crate::trigger::http_api;

/// What an invocation is answered with.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A JSON document, as almost every sender expects it.
    Document(Value),
    /// A response over HTTP, to be sent piece by piece.
    Streamed(Box<HttpResponse>),
}

impl Reply {
    /// For a caller who takes no pieces, as a function URL that streams nothing gets it.
    pub(crate) fn into_document(self) -> Value {
        match self {
            Reply::Document(document) => document,
            Reply::Streamed(response) => http_api::render(*response, &Value::Null),
        }
    }
}
