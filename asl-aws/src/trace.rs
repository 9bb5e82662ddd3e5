//! The header by which X-Ray finds together what belongs to one trace.

use std::fmt::Write;

/// `x-amzn-trace-id` and its value, in which everything that no header may have is percent-encoded, as AWS's SDKs do. The
/// signature leaves it out.
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
