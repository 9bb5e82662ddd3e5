//! Operations that an earlier execution has kept, and the callbacks that get their ends.

use std::sync::Arc;

use asl_value::{Object, Text, Value};

use crate::{DurableLog, ErrorObject, Operation, OperationDetails, OperationStatus, operation_id};

/// The operation of an effect that the next execution waits for.
pub(super) fn mailed(log: &DurableLog, effect: &str) -> Option<Arc<Operation>> {
    // One that an earlier execution has kept is a callback here.
    let known = [id(effect), operation_id(&["callback", effect]), operation_id(&["invoke", effect])];
    known.iter().find_map(|id| log.operation(id))
}

/// An operation as it would be if it had ended here. `sent` is the callback that got its end.
pub(super) fn unwrapped(sent: Arc<Operation>) -> Arc<Operation> {
    let is_forwarded = sent.sub_type.as_ref().is_some_and(|name| *name == "Forwarded");
    let result = sent.details.end().0.and_then(|text| Value::parse(text).ok()).filter(|_| is_forwarded);
    let Some(ended) = result else { return sent };
    let text = |name: &str| ended.get(name).and_then(Value::as_text).cloned();
    let status = text("status").and_then(|name| OperationStatus::from_name(&name));
    let (result, error) = (text("result"), ended.get("error").map(ErrorObject::read));
    let callback_id = Text::default();
    let details = OperationDetails::Callback { callback_id, result, error };
    let Operation { started, ended, .. } = *sent;
    let (id, status) = (sent.id.clone(), status.unwrap_or(sent.status));
    Arc::new(Operation { id, parent: None, name: None, sub_type: None, status, started, ended, details })
}

/// The end of an operation, as it is sent to the callback of the next execution.
pub(super) fn ended_value(operation: &Arc<Operation>) -> Value {
    let operation = unwrapped(Arc::clone(operation));
    let (result, error) = operation.details.end();
    let mut members = Object::new();
    members.insert("status", operation.status.name().into());
    if let Some(result) = result {
        members.insert("result", result.into());
    }
    if let Some(error) = error {
        members.insert("error", error.to_value());
    }
    members.into()
}

/// The id of the callback that gets the end of an operation of an earlier execution.
pub(super) fn id(effect: &str) -> Text {
    operation_id(&["forwarded", effect])
}
