//! `states:startExecution.sync`: an execution as the result of a task.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html>

use asl_model::Pattern;
use asl_value::Value;

use super::sdk1::sorted;
use super::task::members;

/// Recorded: the result is what DescribeExecution returns; with `.sync:2`, input and output are parsed.
pub(crate) fn execution(described: &Value, pattern: Pattern) -> Value {
    let mut members = sorted(members(described));
    if pattern == Pattern::Sync2 {
        for name in ["Input", "Output"] {
            let value = members.get(name).and_then(Value::as_str).map(Value::parse);
            if let Some(Ok(value)) = value {
                members.insert(name, value);
            }
        }
    }
    Value::Object(members)
}

/// Recorded: what the cause of a failure leaves out.
pub(crate) fn failed_execution(described: &Value) -> Value {
    let mut members = sorted(members(described));
    for name in ["RedriveCount", "RedriveStatus", "RedriveStatusReason", "OutputDetails"] {
        members.remove(name);
    }
    Value::Object(members)
}
