//! [`OperationDetails`]: what each type of operation adds.

use asl_value::{Object, Text, Timestamp, Value};

use crate::{ErrorObject, instant};

/// The types of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperationKind {
    /// The execution itself: the first operation of each log.
    Execution,
    /// A group of operations.
    Context,
    /// Work that the function does itself.
    Step,
    /// A time to wait for.
    Wait,
    /// An answer from outside, by the id of the callback.
    Callback,
    /// The invocation of a function.
    ChainedInvoke,
}

impl OperationKind {
    /// Each with its name and the name of its details.
    const ALL: [(OperationKind, &str, &str); 6] = [
        (OperationKind::Execution, "EXECUTION", "ExecutionDetails"),
        (OperationKind::Context, "CONTEXT", "ContextDetails"),
        (OperationKind::Step, "STEP", "StepDetails"),
        (OperationKind::Wait, "WAIT", "WaitDetails"),
        (OperationKind::Callback, "CALLBACK", "CallbackDetails"),
        (OperationKind::ChainedInvoke, "CHAINED_INVOKE", "ChainedInvokeDetails"),
    ];

    /// Its name in the API: `CHAINED_INVOKE`.
    pub fn name(self) -> &'static str {
        OperationKind::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }

    /// The type with this name.
    pub fn from_name(name: &str) -> Option<OperationKind> {
        OperationKind::ALL.iter().find(|(_, known, _)| *known == name).map(|(kind, ..)| *kind)
    }

    /// The member of an operation with its details: `WaitDetails`.
    pub(super) fn details(self) -> &'static str {
        OperationKind::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., details)| details)
    }
}

/// What each type of operation adds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum OperationDetails {
    /// Of an EXECUTION.
    Execution {
        /// The input as JSON text. Missing if it has to be read with
        /// [`DurableApi::state`](crate::DurableApi::state).
        input: Option<Text>,
    },
    /// Of a CONTEXT.
    Context {
        /// The payload of its end.
        result: Option<Text>,
        /// How it failed.
        error: Option<ErrorObject>,
        /// Whether its operations are delivered although it has ended.
        replay_children: bool,
    },
    /// Of a STEP.
    Step {
        /// How many attempts have ended.
        attempt: u64,
        /// When the next one may begin.
        next_attempt: Option<Timestamp>,
        /// The payload of its end, or of its last RETRY.
        result: Option<Text>,
        /// How it, or its last attempt, failed.
        error: Option<ErrorObject>,
    },
    /// Of a WAIT.
    Wait {
        /// When it ends.
        until: Option<Timestamp>,
    },
    /// Of a CALLBACK.
    Callback {
        /// What its sender needs.
        callback_id: Text,
        /// What the sender sent.
        result: Option<Text>,
        /// How the sender says it failed; `Callback.Timeout` or `Callback.Heartbeat` if its time ran out.
        error: Option<ErrorObject>,
    },
    /// Of a CHAINED_INVOKE.
    ChainedInvoke {
        /// What the function returned.
        result: Option<Text>,
        /// How it failed.
        error: Option<ErrorObject>,
    },
}

impl OperationDetails {
    /// The type that has such details.
    pub fn kind(&self) -> OperationKind {
        match self {
            OperationDetails::Execution { .. } => OperationKind::Execution,
            OperationDetails::Context { .. } => OperationKind::Context,
            OperationDetails::Step { .. } => OperationKind::Step,
            OperationDetails::Wait { .. } => OperationKind::Wait,
            OperationDetails::Callback { .. } => OperationKind::Callback,
            OperationDetails::ChainedInvoke { .. } => OperationKind::ChainedInvoke,
        }
    }

    pub(super) fn read(kind: OperationKind, operation: &Value) -> OperationDetails {
        let member = |name: &str| operation.get(kind.details()).and_then(|details| details.get(name));
        let text = |name: &str| member(name).and_then(Value::as_text).cloned();
        let result = text("Result");
        let error = member("Error").filter(|error| !error.is_null()).map(ErrorObject::read);
        match kind {
            OperationKind::Execution => OperationDetails::Execution { input: text("InputPayload") },
            OperationKind::Context => {
                let replay_children = member("ReplayChildren").and_then(Value::as_bool).unwrap_or_default();
                OperationDetails::Context { result, error, replay_children }
            }
            OperationKind::Step => OperationDetails::Step {
                attempt: member("Attempt")
                    .and_then(Value::as_i64)
                    .unwrap_or_default()
                    .try_into()
                    .unwrap_or_default(),
                next_attempt: member("NextAttemptTimestamp").and_then(instant::read),
                result,
                error,
            },
            OperationKind::Wait => {
                OperationDetails::Wait { until: member("ScheduledEndTimestamp").and_then(instant::read) }
            }
            OperationKind::Callback => OperationDetails::Callback {
                callback_id: text("CallbackId").unwrap_or_default(),
                result,
                error,
            },
            OperationKind::ChainedInvoke => OperationDetails::ChainedInvoke { result, error },
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut members = Object::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                members.insert(name, value);
            }
        };
        let (result, error) = self.end();
        put("Result", result.map(Into::into));
        put("Error", error.map(ErrorObject::to_value));
        match self {
            OperationDetails::Execution { input } => put("InputPayload", input.as_ref().map(Into::into)),
            OperationDetails::Context { replay_children, .. } => {
                put("ReplayChildren", replay_children.then(|| true.into()));
            }
            OperationDetails::Step { attempt, next_attempt, .. } => {
                put("Attempt", Some((*attempt).into()));
                put("NextAttemptTimestamp", next_attempt.map(|at| at.epoch_millis().into()));
            }
            OperationDetails::Wait { until } => {
                put("ScheduledEndTimestamp", until.map(|at| at.epoch_millis().into()));
            }
            OperationDetails::Callback { callback_id, .. } => put("CallbackId", Some(callback_id.into())),
            OperationDetails::ChainedInvoke { .. } => {}
        }
        members.into()
    }

    /// Its result and its error.
    pub fn end(&self) -> (Option<&Text>, Option<&ErrorObject>) {
        match self {
            OperationDetails::Execution { .. } | OperationDetails::Wait { .. } => (None, None),
            OperationDetails::Context { result, error, .. }
            | OperationDetails::Step { result, error, .. }
            | OperationDetails::Callback { result, error, .. }
            | OperationDetails::ChainedInvoke { result, error } => (result.as_ref(), error.as_ref()),
        }
    }

    pub(super) fn stored_bytes(&self) -> u64 {
        let input = if let OperationDetails::Execution { input } = self { input.as_ref() } else { None };
        let (result, error) = self.end();
        let bytes = |text: Option<&Text>| text.map_or(0, |text| text.len());
        (bytes(input) + bytes(result) + error.map_or(0, ErrorObject::bytes)) as u64
    }
}
