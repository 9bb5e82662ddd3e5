//! `sqs:sendMessage`

use asl_value::Value;

use crate::path::text;

/// Where a message goes whose URL names no queue: to its host, as the older SDK sends all of them.
///
/// Observed: `Unable to execute HTTP request: no-such-queue: Name or service not known`. The other URLs may have hosts
/// that only the emulator which told them can reach.
pub(super) fn endpoint(arguments: &Value) -> Option<&str> {
    let url = text(arguments, "QueueUrl").trim_end_matches('/');
    let host = ["http://", "https://"].iter().find_map(|scheme| url.strip_prefix(scheme))?;
    (!host.is_empty() && !host.contains(['/', '?', '#', '@'])).then_some(url)
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[test]
    fn only_a_host_is_called_itself() {
        for (url, expected) in [
            ("http://no-such-queue", Some("http://no-such-queue")),
            ("https://q.example:9324/", Some("https://q.example:9324")),
            ("http://localhost:4566/000000000000/q", None),
            ("https://sqs.us-east-1.amazonaws.com/123456789012/q", None),
            ("http://user@host", None),
            ("q", None),
            ("http://", None),
        ] {
            assert_eq!(endpoint(&json!({"QueueUrl": url})), expected, "{url}");
        }
    }
}
