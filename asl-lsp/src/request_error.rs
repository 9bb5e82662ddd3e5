//! [`RequestError`]: why a request has no result.

/// Why a request has no result: a code of the protocol and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    /// The code: -32601 for an unknown method, -32602 for wrong parameters, -32803 for a request that cannot be done.
    pub code: i32,
    /// The reason, for the author of the file.
    pub message: String,
}

impl RequestError {
    pub(crate) fn parameters(message: impl Into<String>) -> RequestError {
        RequestError { code: -32602, message: message.into() }
    }

    pub(crate) fn failed(message: impl Into<String>) -> RequestError {
        RequestError { code: -32803, message: message.into() }
    }
}
