//! [`IntegrationGrants`]: a row of the tables.

/// Actions on resources, both separated by spaces. Resources are templates of
/// [`resources`](super::super::resource::resources).
pub(crate) struct Grant {
    pub(crate) actions: &'static str,
    pub(crate) on: &'static str,
    /// For `iam:PassRole`: the service that the role is passed to.
    pub(crate) passed_to: Option<&'static str>,
}

/// What an action of an integration needs.
pub(crate) struct IntegrationGrants {
    pub(crate) service: &'static str,
    pub(crate) action: &'static str,
    pub(crate) starts: &'static [Grant],
    /// What `.sync` needs in addition.
    pub(crate) waits: &'static [Grant],
}

pub(super) const fn grant(actions: &'static str, on: &'static str) -> Grant {
    Grant { actions, on, passed_to: None }
}

pub(super) const fn pass_role(on: &'static str, to: &'static str) -> Grant {
    Grant { actions: "iam:PassRole", on, passed_to: Some(to) }
}

/// The managed rule through which Step Functions learns that a job has ended.
pub(super) const fn rule(on: &'static str) -> Grant {
    grant("events:PutTargets events:PutRule events:DescribeRule", on)
}

pub(super) const fn integration(
    service: &'static str,
    action: &'static str,
    starts: &'static [Grant],
    waits: &'static [Grant],
) -> IntegrationGrants {
    IntegrationGrants { service, action, starts, waits }
}
