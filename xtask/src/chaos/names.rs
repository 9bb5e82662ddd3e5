//! Names of what the load uses.

/// The machine that starts executions of [`CHILD`].
pub(super) const PARENT: &str = "nested";
pub(super) const CHILD: &str = "child";

pub(super) const ROLE: &str = "arn:aws:iam::123456789012:role/chaos";
pub(super) const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

/// The ARN of a machine.
pub(super) fn arn(machine: &str) -> String {
    format!("arn:aws:states:us-east-1:123456789012:stateMachine:{machine}")
}
