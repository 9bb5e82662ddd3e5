//! `sqs:sendMessage`

use asl_engine::Failure;
use asl_value::Value;

use super::sdk1::with_metadata;
use super::task::{OptimisedTask, members};
use crate::ServiceError;
use crate::endpoint::is_host_of_aws;
use crate::path::text;

/// Sends the message to the endpoint of SQS, with the URL of the queue as a parameter. URLs of queues may have hosts that only
/// the emulator which issued them can reach.
pub(super) async fn send_message(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let arguments = task.arguments();
    let is_own = |host: &str| is_host_of_aws(host) || task.caller.config().has_endpoint_at("SQS", host);
    if let Some(host) = lone_host(arguments).filter(|host| !is_own(host)) {
        let message = format!("Unable to execute HTTP request: {host}: {}", problem(host));
        return task.outcome(Err(ServiceError::client("Sqs", message)));
    }
    let answer = task.send(task.action, arguments.clone()).await?;
    Ok(with_metadata(members(&answer.output), &answer))
}

/// The host of a queue's URL that names no queue. Step Functions sends the message to this host, as the Java SDK 1 does. Here
/// nothing is sent or even looked up: whoever chooses the URL would receive a signature and a session token.
fn lone_host(arguments: &Value) -> Option<&str> {
    let url = text(arguments, "QueueUrl").trim_end_matches('/');
    let host = ["http://", "https://"].iter().find_map(|scheme| url.strip_prefix(scheme))?;
    (!host.is_empty() && !host.contains(['/', '?', '#', '@'])).then_some(host)
}

/// Observed: `Unable to execute HTTP request: no-such-queue: Name or service not known`. Step Functions knows no name without
/// a dot.
fn problem(host: &str) -> &'static str {
    match host != "localhost" && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        true => "Name or service not known",
        false => "`QueueUrl` names no queue, and its host is not that of SQS",
    }
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[test]
    fn a_url_that_names_no_queue_is_only_a_host() {
        for (url, expected) in [
            ("http://no-such-queue", Some("no-such-queue")),
            ("https://q.example:9324/", Some("q.example:9324")),
            ("http://localhost:4566/000000000000/q", None),
            ("https://sqs.us-east-1.amazonaws.com/123456789012/q", None),
            ("http://user@host", None),
            ("q", None),
            ("http://", None),
        ] {
            assert_eq!(lone_host(&json!({"QueueUrl": url})), expected, "{url}");
        }
    }
}
