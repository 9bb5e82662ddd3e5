//! [`ChildEvent`]: what a function is invoked with for a child of a distributed Map.

use asl_value::{Text, Value, json};

/// What a function is invoked with for a child execution of a distributed Map: the input of the durable execution.
///
/// ```json
/// {"asl-map-child": "EachOrder", "executionArn": "arn:aws:states:…:execution:orders/label:uuid", "roleArn": "", "input": {}}
/// ```
///
/// The function answers with [`ChildEnd::to_value`](asl_engine::ChildEnd::to_value), as its result or as the `ErrorData`
/// of its error.
#[derive(Debug, Clone, PartialEq)]
pub struct ChildEvent {
    /// The Map.
    pub state: Text,
    /// The child.
    pub execution_arn: Text,
    /// The role of its parent; empty for none.
    pub role_arn: Text,
    /// The input of the child.
    pub input: Value,
}

impl ChildEvent {
    /// The JSON form.
    pub fn to_value(&self) -> Value {
        let ChildEvent { state, execution_arn, role_arn, input } = self;
        json!({
            "asl-map-child": state, "executionArn": execution_arn, "roleArn": role_arn, "input": (input.clone())
        })
    }

    /// Reads the JSON form. `None` for the input of any other execution.
    pub fn read(input: &Value) -> Option<ChildEvent> {
        let text = |name: &str| input.get(name).and_then(Value::as_text).cloned();
        Some(ChildEvent {
            state: text("asl-map-child")?,
            execution_arn: text("executionArn")?,
            role_arn: text("roleArn")?,
            input: input.get("input")?.clone(),
        })
    }
}
