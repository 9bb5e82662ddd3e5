//! `sqs:sendMessage`

use asl_engine::Failure;
use asl_value::Value;

use super::sdk1::with_metadata;
use super::task::{OptimisedTask, members};
use crate::path::text;

pub(super) async fn send_message(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let arguments = task.arguments();
    let answer = task.send_to(task.action, arguments.clone(), endpoint(arguments)).await?;
    Ok(with_metadata(members(&answer.output), &answer))
}

/// Where a message goes if its URL names no queue: to the URL's host, like all messages of the Java SDK 1.
///
/// Observed: `Unable to execute HTTP request: no-such-queue: Name or service not known`. URLs of queues may have hosts
/// that only the emulator which issued them can reach.
fn endpoint(arguments: &Value) -> Option<&str> {
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
