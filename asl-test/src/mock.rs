//! [`Mock`]: the mocked task of a state or a resource.

use asl_model::{Resource, ResourceKind};
use asl_value::{Pointer, Text};

use crate::answer::Answers;

/// A mocked task.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mock {
    /// The name of a state; or a resource: its ARN, the name of a function, `sqs:sendMessage`.
    pub(crate) key: Text,
    pub(crate) place: Pointer,
    pub(crate) answers: Answers,
}

/// Whether a name in a test file means this resource.
pub(crate) fn means(name: &str, resource: &Resource) -> bool {
    name == resource.as_str()
        || match resource.kind() {
            ResourceKind::Lambda { function, .. } => name == function,
            ResourceKind::Activity { name: activity } => name == activity,
            ResourceKind::Service { service, action, .. } => {
                name.strip_prefix(service).and_then(|rest| rest.strip_prefix(':')) == Some(action)
            }
            _ => false,
        }
}
