//! `events:putEvents`
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html>

use asl_engine::{Failure, Task};
use asl_value::Value;

use super::sdk1::sorted;
use super::task::{OptimisedTask, members};

pub(super) async fn put_events(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let mut params = members(task.arguments());
    if let Some(entries) = params.get("Entries").and_then(Value::as_array) {
        let entries = entries.iter().map(|entry| traced(entry, task.task)).collect();
        params.insert("Entries", Value::Array(entries));
    }
    let answer = task.send("putEvents", Value::Object(params)).await?;
    let output = Value::Object(sorted(members(&answer.output)));
    match output.get("FailedEntryCount").and_then(Value::as_i64) {
        None | Some(0) => Ok(output),
        Some(_) => Err(Failure::new("EventBridge.FailedEntry", output.to_json())),
    }
}

/// An entry that names the execution it comes from.
fn traced(entry: &Value, task: &Task<'_>) -> Value {
    let Value::Object(mut entry) = entry.clone() else { return entry.clone() };
    let given = entry.get("Resources").and_then(Value::as_array);
    // Recorded: in this order, after the entry's own resources.
    let own = [&task.identity.state_machine_arn, &task.identity.execution_arn].map(Value::from);
    let resources = given.into_iter().flat_map(|given| given.iter().cloned()).chain(own).collect();
    entry.insert("Resources", Value::Array(resources));
    Value::Object(entry)
}
