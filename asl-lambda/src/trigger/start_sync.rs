//! What `StartSyncExecution` is sent: a caller of an EXPRESS state machine that now calls the function.
//!
//! ```json
//! {"input": "{\"orderId\": \"o-1\"}", "name": "order-1", "traceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
//!  "stateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:orders"}
//! ```
//!
//! An event is taken for one if it has an `input` that is a text, at least one of the others, and nothing else. The input
//! is what `input` is the JSON text of, `name` becomes the execution's name, and the answer is `StartSyncExecution`'s,
//! whether the execution succeeded or not:
//!
//! ```json
//! {"executionArn": "…", "stateMachineArn": "…", "name": "order-1", "startDate": 1457956800.5, "stopDate": 1457956800.6,
//!  "status": "SUCCEEDED", "input": "{}", "inputDetails": {"included": true}, "output": "{}",
//!  "outputDetails": {"included": true}, "traceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793"}
//! ```
//!
//! An `input` that is no JSON, or a `name` that none can have, fails the invocation with that API's error.

use asl_value::Value;

use super::{Answer, InvalidBody, Source, text};

pub(super) const SOURCE: Source =
    Source { name: "start-sync", matches, body, body_is_input: true, answer: Answer::Envelope };

fn matches(event: &Value) -> bool {
    const OTHERS: [&str; 3] = ["name", "traceHeader", "stateMachineArn"];
    let Some(members) = event.as_object() else { return false };
    text(event, "input").is_some()
        && members.len() > 1
        && members.iter().all(|(name, value)| {
            *name == "input" || (OTHERS.contains(&name.as_str()) && value.as_str().is_some())
        })
}

fn body(event: &Value) -> Result<Value, InvalidBody> {
    match text(event, "input") {
        Some(input) => Value::parse(input).map_err(|error| InvalidBody(error.to_string())),
        None => Ok(Value::Object(asl_value::Object::new())),
    }
}
