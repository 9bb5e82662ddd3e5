//! [`Reply`]: the answer to an invocation.

use asl_engine::Failure;
use asl_model::error_name;
use asl_value::Value;

use crate::InvocationError;
use crate::http::HttpResponse;
use crate::trigger::http_api;

/// The answer to an invocation.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A JSON document, which almost every sender expects.
    Document(Value),
    /// An HTTP response that is streamed.
    Streamed(Box<HttpResponse>),
}

impl Reply {
    /// The answer as one document, for callers that do not support streaming. A stream becomes the response of a
    /// function URL that buffers.
    pub(crate) fn into_document(self) -> Value {
        match self {
            Reply::Document(document) => document,
            Reply::Streamed(response) => http_api::render(*response, &Value::Null),
        }
    }
}

/// The largest answer that Lambda accepts. It refuses a larger one with status 413 and fails the invocation.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(crate) const MOST_BYTES: usize = 6_291_556;

/// An answer that may be too large for Lambda.
pub(crate) trait Weighed {
    /// The size of the document that is sent.
    fn bytes(&self) -> usize;

    /// The failure to report if the answer is too large.
    fn excess(&self) -> Option<Failure> {
        let bytes = self.bytes();
        (bytes > MOST_BYTES).then(|| {
            let cause = format!(
                "the answer of the function has {bytes} bytes, but Lambda accepts at most {MOST_BYTES}"
            );
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
