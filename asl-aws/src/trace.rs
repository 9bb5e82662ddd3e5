//! The header with which X-Ray connects the requests of one trace.

use std::fmt::Write;

/// `x-amzn-trace-id` and its value, in which characters that a header cannot have are percent-encoded, as in AWS's SDKs. The
/// signature does not cover it.
pub(crate) fn header(trace: &str) -> (String, String) {
    let mut value = String::with_capacity(trace.len());
    for byte in trace.bytes() {
        match byte {
            b' '..=b'~' => value.push(byte.into()),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(value, "%{byte:02X}");
            }
        }
    }
    ("x-amzn-trace-id".to_owned(), value)
}
