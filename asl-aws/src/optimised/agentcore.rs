//! `bedrockagentcore:invokeHarness`: an agent, whose stream of events becomes one result.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrockagentcore.html>

use std::collections::BTreeMap;
use std::time::Duration;

use asl_engine::Failure;
use asl_model::error_name;
use asl_value::{Value, json};

use super::task::OptimisedTask;
use crate::CallOptions;
use crate::event_stream::{Message, messages};
use crate::naming::upper_first;
use crate::path::{at, text};

/// The limit even if `TimeoutSeconds` is longer.
const MAX_TIME: Duration = Duration::from_secs(900);

const OPERATION: &str = "invokeHarness";

pub(super) async fn invoke_harness(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let options = CallOptions::optimised(task.task);
    let name = task.service.sdk_name(OPERATION);
    let answer = task.caller.bytes(name, OPERATION, task.arguments().clone(), &options);
    let Ok(answer) = tokio::time::timeout(MAX_TIME, answer).await else {
        // UNRECORDED: the cause of a `bedrockagentcore:invokeHarness` that takes longer than 15 minutes.
        return Err(Failure::new(error_name::TIMEOUT, ""));
    };
    let events = messages(&task.outcome(answer)?)
        .map_err(|problem| Failure::new(format!("{}.SdkClientException", task.service.prefix), problem))?;
    let mut turn = Turn::default();
    for event in &events {
        let payload = Value::parse_slice(&event.payload).unwrap_or_default();
        match event.header(":message-type") {
            Some("exception" | "error") => return Err(failed(task, event, &payload)),
            _ => turn.add(event.header(":event-type").unwrap_or_default(), &payload),
        }
    }
    Ok(turn.result())
}

/// UNRECORDED: the cause of an error in the stream of `bedrockagentcore:invokeHarness`.
fn failed(task: &OptimisedTask<'_>, event: &Message, payload: &Value) -> Failure {
    let name = event.header(":exception-type").or(event.header(":error-code")).unwrap_or_default();
    let name = upper_first(name);
    let service = task.caller.service(task.service.sdk_name(OPERATION)).ok();
    let class = service.and_then(|service| service.exception(&name).map(str::to_owned));
    let message = event.header(":error-message").unwrap_or_else(|| text(payload, "message"));
    let message = if message.is_empty() { "null" } else { message };
    Failure::new(format!("{}.{}", task.service.prefix, class.unwrap_or(name)), message)
}

/// The conversation so far: the last message of the agent, and the usage of all messages.
#[derive(Default)]
struct Turn {
    is_of_agent: bool,
    /// The text of each block, by block index; blocks without text are left out.
    blocks: BTreeMap<i64, String>,
    stop_reason: String,
    usage: [i64; 3],
    latency: i64,
}

impl Turn {
    fn add(&mut self, event: &str, payload: &Value) {
        let number = |path: &str| at(payload, path).and_then(Value::as_i64).unwrap_or_default();
        match event {
            "messageStart" => {
                self.is_of_agent = text(payload, "role") == "assistant";
                if self.is_of_agent {
                    self.blocks.clear();
                }
            }
            "contentBlockDelta" if self.is_of_agent => {
                if let Some(more) = at(payload, "delta.text").and_then(Value::as_str) {
                    self.blocks.entry(number("contentBlockIndex")).or_default().push_str(more);
                }
            }
            "messageStop" => self.stop_reason = text(payload, "stopReason").to_owned(),
            "metadata" => {
                for (sum, name) in self.usage.iter_mut().zip(USAGE) {
                    *sum = sum.saturating_add(number(&format!("usage.{name}")));
                }
                self.latency = self.latency.saturating_add(number("metrics.latencyMs"));
            }
            _ => {}
        }
    }

    fn result(self) -> Value {
        let content: Vec<Value> = self.blocks.into_values().map(|block| json!({"Text": block})).collect();
        let usage = USAGE.iter().map(|name| upper_first(name)).zip(self.usage.map(Value::from));
        json!({
            "Output": {"Message": {"Role": "assistant", "Content": Value::from(content)}},
            "StopReason": self.stop_reason,
            "Usage": Value::Object(usage.collect()),
            "Metrics": {"LatencyMs": self.latency}
        })
    }
}

const USAGE: [&str; 3] = ["inputTokens", "outputTokens", "totalTokens"];
