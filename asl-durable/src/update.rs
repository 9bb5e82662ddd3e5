//! [`Update`]: what a checkpoint writes about one operation.

use std::time::Duration;

use asl_value::{Object, Text, Value, json};

use crate::limits::NAME_CHARACTERS;
use crate::{ErrorObject, OperationKind};

/// What a checkpoint writes about one operation.
///
/// Its [`Change`] has exactly the members that the type and the action of an update allow, so most of what the service
/// refuses cannot be written down.
///
/// ```
/// use std::time::Duration;
/// use asl_durable::{Change, Update};
///
/// let wait = Update::new("w1", Change::WaitStart { time: Duration::from_secs(86_400) }).named("Overnight").of_type("Wait");
/// assert_eq!(
///     wait.to_value().to_string(),
///     r#"{"Id":"w1","Name":"Overnight","SubType":"Wait","Type":"WAIT","Action":"START","WaitOptions":{"WaitSeconds":86400}}"#,
/// );
/// ```
///
/// Source: the API's model, `OperationUpdate`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Update {
    /// Which operation: up to 64 letters, digits, `-` and `_`.
    pub id: Text,
    /// The CONTEXT that the operation belongs to.
    pub parent: Option<Text>,
    /// A text for people, of up to 256 characters. It may not change.
    pub name: Option<Text>,
    /// A finer type, of up to 32 letters, digits, `-` and `_`. It may not change.
    pub sub_type: Option<Text>,
    /// What happens to the operation.
    pub change: Change,
}

/// What happens to an operation. Times are rounded up to whole seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A step begins. Needed only if it must not run twice.
    StepStart,
    /// A step has a result.
    StepSucceed {
        /// The result.
        payload: Text,
    },
    /// A step has failed for good.
    StepFail {
        /// How.
        error: ErrorObject,
    },
    /// An attempt of a step has failed, and another one follows.
    StepRetry {
        /// After how long: 1 s to 366 days.
        delay: Duration,
        /// What the next attempt reads as the step's result.
        payload: Text,
    },
    /// A wait begins.
    WaitStart {
        /// How long it takes: 1 s to 366 days.
        time: Duration,
    },
    /// A wait is not needed any more.
    WaitCancel,
    /// A callback begins; its id is in the answer.
    CallbackStart {
        /// After how long it fails with `Callback.Timeout`, if ever.
        timeout: Option<Duration>,
        /// After how long without a heartbeat it fails with `Callback.Heartbeat`, if ever.
        heartbeat: Option<Duration>,
    },
    /// A function is invoked. This cannot be taken back (measured).
    ChainedInvokeStart {
        /// The name or ARN of a function of the same account and region.
        function: Text,
        /// The event.
        payload: Text,
    },
    /// A group of operations begins.
    ContextStart,
    /// A group of operations has ended.
    ContextSucceed {
        /// Its result.
        payload: Text,
        /// Whether its operations are delivered nevertheless.
        replay_children: bool,
    },
    /// A group of operations has failed.
    ContextFail {
        /// How.
        error: ErrorObject,
    },
    /// The execution has a result.
    ExecutionSucceed {
        /// The result.
        payload: Text,
    },
    /// The execution has failed.
    ExecutionFail {
        /// How.
        error: ErrorObject,
    },
}

impl Change {
    /// The type of the operation, and the action.
    pub fn names(&self) -> (OperationKind, &'static str) {
        match self {
            Change::StepStart => (OperationKind::Step, "START"),
            Change::StepSucceed { .. } => (OperationKind::Step, "SUCCEED"),
            Change::StepFail { .. } => (OperationKind::Step, "FAIL"),
            Change::StepRetry { .. } => (OperationKind::Step, "RETRY"),
            Change::WaitStart { .. } => (OperationKind::Wait, "START"),
            Change::WaitCancel => (OperationKind::Wait, "CANCEL"),
            Change::CallbackStart { .. } => (OperationKind::Callback, "START"),
            Change::ChainedInvokeStart { .. } => (OperationKind::ChainedInvoke, "START"),
            Change::ContextStart => (OperationKind::Context, "START"),
            Change::ContextSucceed { .. } => (OperationKind::Context, "SUCCEED"),
            Change::ContextFail { .. } => (OperationKind::Context, "FAIL"),
            Change::ExecutionSucceed { .. } => (OperationKind::Execution, "SUCCEED"),
            Change::ExecutionFail { .. } => (OperationKind::Execution, "FAIL"),
        }
    }

    /// The payload that it stores.
    pub fn payload(&self) -> Option<&Text> {
        match self {
            Change::StepSucceed { payload }
            | Change::StepRetry { payload, .. }
            | Change::ChainedInvokeStart { payload, .. }
            | Change::ContextSucceed { payload, .. }
            | Change::ExecutionSucceed { payload } => Some(payload),
            _ => None,
        }
    }

    /// The error that it stores.
    pub fn error(&self) -> Option<&ErrorObject> {
        match self {
            Change::StepFail { error } | Change::ContextFail { error } | Change::ExecutionFail { error } => {
                Some(error)
            }
            _ => None,
        }
    }

    /// The member with its options.
    fn options(&self) -> Option<(&'static str, Value)> {
        let seconds = |time: &Option<Duration>| time.map_or(0, whole_seconds);
        Some(match self {
            Change::StepRetry { delay, .. } => {
                ("StepOptions", json!({"NextAttemptDelaySeconds": whole_seconds(*delay)}))
            }
            Change::WaitStart { time } => ("WaitOptions", json!({"WaitSeconds": whole_seconds(*time)})),
            Change::CallbackStart { timeout, heartbeat } => {
                let (timeout, heartbeat) = (seconds(timeout), seconds(heartbeat));
                ("CallbackOptions", json!({"TimeoutSeconds": timeout, "HeartbeatTimeoutSeconds": heartbeat}))
            }
            Change::ChainedInvokeStart { function, .. } => {
                ("ChainedInvokeOptions", json!({"FunctionName": function}))
            }
            Change::ContextSucceed { replay_children: true, .. } => {
                ("ContextOptions", json!({"ReplayChildren": true}))
            }
            _ => return None,
        })
    }
}

impl Update {
    /// An update of the operation `id`.
    pub fn new(id: impl Into<Text>, change: Change) -> Update {
        Update { id: id.into(), parent: None, name: None, sub_type: None, change }
    }

    /// Names the operation, for people. Control characters are left out, and a long name is cut.
    #[must_use]
    pub fn named(self, name: &str) -> Update {
        let name: String = name.chars().filter(|letter| !letter.is_control()).take(NAME_CHARACTERS).collect();
        Update { name: (!name.is_empty()).then(|| name.into()), ..self }
    }

    /// Gives the operation a finer type, such as the type of a state.
    #[must_use]
    pub fn of_type(self, sub_type: impl Into<Text>) -> Update {
        Update { sub_type: Some(sub_type.into()), ..self }
    }

    /// Puts the operation into a CONTEXT.
    #[must_use]
    pub fn inside(self, parent: impl Into<Text>) -> Update {
        Update { parent: Some(parent.into()), ..self }
    }

    /// Its JSON form.
    pub fn to_value(&self) -> Value {
        let mut members = Object::new();
        members.insert("Id", (&self.id).into());
        for (name, text) in [("ParentId", &self.parent), ("Name", &self.name), ("SubType", &self.sub_type)] {
            if let Some(text) = text {
                members.insert(name, text.into());
            }
        }
        let (kind, action) = self.change.names();
        members.insert("Type", kind.name().into());
        members.insert("Action", action.into());
        if let Some(payload) = self.change.payload() {
            members.insert("Payload", payload.into());
        }
        if let Some(error) = self.change.error() {
            members.insert("Error", error.to_value());
        }
        if let Some((name, options)) = self.change.options() {
            members.insert(name, options);
        }
        members.into()
    }
}

/// Whole seconds, rounded up.
pub(crate) fn whole_seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0))
}
