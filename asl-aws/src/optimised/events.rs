//! `events:putEvents`
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html>

use asl_engine::{Failure, Task};
use asl_value::Value;

use super::{Service, members, send, sorted};
use crate::Aws;

pub(super) async fn put_events(aws: &Aws, task: &Task<'_>, service: &Service) -> Result<Value, Failure> {
    let mut params = members(&task.arguments);
    if let Some(entries) = params.get("Entries").and_then(Value::as_array) {
        let entries = entries.iter().map(|entry| traced(entry, task)).collect();
        params.insert("Entries", Value::Array(entries));
    }
    let answer = send(aws, task, service, "putEvents", Value::Object(params)).await?;
    let output = Value::Object(sorted(members(&answer.output)));
    match output.get("FailedEntryCount").and_then(Value::as_i64) {
        None | Some(0) => Ok(output),
        Some(_) => Err(Failure::new("EventBridge.FailedEntry", output.to_json())),
    }
}

/// An entry that tells which execution it comes from.
fn traced(entry: &Value, task: &Task<'_>) -> Value {
    let Value::Object(mut entry) = entry.clone() else { return entry.clone() };
    let given = entry.get("Resources").and_then(Value::as_array);
    // Recorded: in this order, after those that the entry has.
    let own = [&task.identity.state_machine_arn, &task.identity.execution_arn].map(Value::from);
    let resources = given.into_iter().flat_map(|given| given.iter().cloned()).chain(own).collect();
    entry.insert("Resources", Value::Array(resources));
    Value::Object(entry)
}
