//! [`Task`].

use asl_value::Value;

use crate::limits::TASK_SECONDS;
use crate::reader::{Fields, expected};
use crate::writer::Members;
use crate::{Catcher, Code, Field, Filters, Resource, Retrier, Transition};

/// Lets a service, a function or an activity do work: `{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
/// "End": true}`.
///
/// Spec: <https://states-language.net/#task-state>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// `Resource`: what does the work.
    pub resource: Resource,
    /// Input and output filters.
    pub filters: Filters,
    /// `Assign`: variables to set.
    pub assign: Option<Value>,
    /// `TimeoutSeconds`, `TimeoutSecondsPath`: the time until `States.Timeout`, in seconds.
    pub timeout_seconds: Option<Field<u64>>,
    /// `HeartbeatSeconds`, `HeartbeatSecondsPath`: the longest time between two heartbeats, in seconds.
    pub heartbeat_seconds: Option<Field<u64>>,
    /// `Credentials` as written: `{"RoleArn": "arn:…"}`, `{"RoleArn.$": "$.role"}` or `{"RoleArn": "{% … %}"}`.
    pub credentials: Option<Value>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub transition: Transition,
}

impl Task {
    /// A task without optional fields.
    pub fn new(resource: impl Into<Resource>, transition: Transition) -> Task {
        Task {
            resource: resource.into(),
            filters: Filters::default(),
            assign: None,
            timeout_seconds: None,
            heartbeat_seconds: None,
            credentials: None,
            retry: Vec::new(),
            catch: Vec::new(),
            transition,
        }
    }
}

impl Task {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Task {
        if !fields.require(&["Resource"]) {
            fields.lose();
        }
        Task {
            resource: fields.text("Resource").unwrap_or_default().into(),
            filters: Filters::read_all(fields),
            assign: fields.assign(),
            timeout_seconds: fields.quantity("TimeoutSeconds", "TimeoutSecondsPath", &TASK_SECONDS),
            heartbeat_seconds: fields.quantity("HeartbeatSeconds", "HeartbeatSecondsPath", &TASK_SECONDS),
            credentials: read_credentials(fields),
            retry: Retrier::read_list(fields),
            catch: Catcher::read_list(fields),
            transition: Transition::read(fields),
        }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        members.put("Resource", self.resource.text());
        self.filters.write(members);
        members.maybe("Assign", self.assign.as_ref());
        members.maybe_field("TimeoutSeconds", "TimeoutSecondsPath", self.timeout_seconds.as_ref());
        members.maybe_field("HeartbeatSeconds", "HeartbeatSecondsPath", self.heartbeat_seconds.as_ref());
        members.maybe("Credentials", self.credentials.as_ref());
        Retrier::write_list(&self.retry, members);
        Catcher::write_list(&self.catch, members);
        self.transition.write(members);
    }
}

fn read_credentials(fields: &mut Fields<'_, '_>) -> Option<Value> {
    let value = fields.get("Credentials")?;
    let by_path = fields.dialect.has_paths() && value.get("RoleArn.$").is_some();
    if value.as_object().is_none() {
        fields.error_at("Credentials", Code::WRONG_TYPE, expected("[OBJECT]"));
    } else if !by_path && value.get("RoleArn").is_none() {
        let message = "The field 'RoleArn' is required but was missing";
        fields.error_at("Credentials", Code::MISSING_FIELD, message);
    }
    Some(value.clone())
}
