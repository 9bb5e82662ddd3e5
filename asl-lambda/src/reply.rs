//! [`Reply`]: what an invocation is answered with.

use asl_engine::Failure;
use asl_model::error_name;
use asl_value::Value;

use crate::InvocationError;
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

/// What Lambda takes from a function, of which it refuses more with 413 and a failed invocation.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MOST_BYTES: usize = 6_291_556;

/// An answer that Lambda may find too large.
pub(crate) trait Weighed {
    /// Bytes of the document that is sent.
    fn bytes(&self) -> usize;

    /// Why it cannot be sent, if it cannot.
    fn excess(&self) -> Option<Failure> {
        let bytes = self.bytes();
        (bytes > MOST_BYTES).then(|| {
            let cause =
                format!("the answer of the function has {bytes} bytes, of which Lambda takes {MOST_BYTES}");
            Failure::new(error_name::DATA_LIMIT_EXCEEDED, cause)
        })
    }
}

impl Weighed for Reply {
    fn bytes(&self) -> usize {
        match self {
            Reply::Document(document) => document.encoded_len(),
            Reply::Streamed(_) => 0,
        }
    }
}

impl Weighed for Result<Value, InvocationError> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, Value::encoded_len)
    }
}
