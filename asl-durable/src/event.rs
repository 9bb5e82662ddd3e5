//! [`DurableEvent`]: with what the service invokes the function.

use asl_value::{Text, Value};

use crate::{DurableError, Operation, OperationDetails};

/// The event of an invocation that starts or continues a durable execution.
///
/// ```
/// use asl_durable::DurableEvent;
/// use asl_value::json;
///
/// let event = json!({
///     "DurableExecutionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders:1/durable-execution/order-7/e-1",
///     "CheckpointToken": "t-1",
///     "InitialExecutionState": {"Operations": [{
///         "Id": "e-1", "Type": "EXECUTION", "Status": "STARTED", "StartTimestamp": 1_796_014_332_961_i64,
///         "ExecutionDetails": {"InputPayload": "{\"n\":4}"}
///     }], "NextMarker": ""}
/// });
/// let event = DurableEvent::read(&event).unwrap()?;
/// assert_eq!((event.name(), event.operations.len()), ("order-7", 1));
/// assert!(DurableEvent::read(&json!({"n": 4})).is_none());
/// # Ok::<(), asl_durable::DurableError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DurableEvent {
    /// The execution.
    pub arn: Text,
    /// The token of the first checkpoint of this invocation.
    pub token: Text,
    /// The first page of the log.
    pub operations: Vec<Operation>,
    /// Where the next page begins, if there is one.
    pub next_marker: Option<Text>,
    /// The operations that have changed since the last invocation, if the service says so.
    pub updated: Vec<Text>,
}

impl DurableEvent {
    /// Reads the event of a durable execution. `None` for any other event: a function may serve both kinds.
    ///
    /// # Errors
    /// The event names an execution, but has no token or an operation that cannot be read.
    pub fn read(event: &Value) -> Option<Result<DurableEvent, DurableError>> {
        let arn = event.get("DurableExecutionArn")?.as_text()?.clone();
        Some(DurableEvent::of(arn, event))
    }

    fn of(arn: Text, event: &Value) -> Result<DurableEvent, DurableError> {
        let token = event.get("CheckpointToken").and_then(Value::as_text).cloned();
        let token = token.ok_or_else(|| {
            DurableError::unreadable("the event of a durable execution has no `CheckpointToken`".to_owned())
        })?;
        let (operations, next_marker) = page(event.get("InitialExecutionState").unwrap_or(&Value::Null))?;
        let updated = event.get("UpdatedOperationIds").and_then(Value::as_array);
        let updated = updated.map(|ids| ids.iter().filter_map(Value::as_text).cloned().collect());
        let updated = updated.unwrap_or_default();
        Ok(DurableEvent { arn, token, operations, next_marker, updated })
    }

    /// The name of the execution: the last segment but one of its ARN. An ARN of another form is the name itself.
    pub fn name(&self) -> &str {
        let mut segments = self.arn.rsplit('/');
        let last = segments.next();
        segments.next().or(last).unwrap_or_default()
    }

    /// Whether more of the log has to be read.
    pub fn is_partial(&self) -> bool {
        let is_execution = |operation: &Operation| {
            matches!(&operation.details, OperationDetails::Execution { input: Some(_) })
        };
        self.next_marker.is_some() || !self.operations.first().is_some_and(is_execution)
    }
}

/// Reads `{"Operations": […], "NextMarker": ""}`.
pub(crate) fn page(state: &Value) -> Result<(Vec<Operation>, Option<Text>), DurableError> {
    let mut operations = Vec::new();
    if let Some(found) = state.get("Operations").and_then(Value::as_array) {
        for operation in found.iter() {
            operations.push(Operation::read(operation)?);
        }
    }
    let marker = state.get("NextMarker").and_then(Value::as_text).filter(|marker| !marker.is_empty());
    Ok((operations, marker.cloned()))
}
