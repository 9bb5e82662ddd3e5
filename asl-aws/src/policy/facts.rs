//! The permissions that optimised integrations need, as data.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html> and the pages of
//! the services that it lists.

mod analytics;
mod compute;
mod grant;
mod machine_learning;
mod messages;

pub(super) use grant::Grant;
use grant::{IntegrationGrants, grant};

/// What `loggingConfiguration` needs.
pub(super) const LOGS: &[&str] = &[
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
];

/// What `tracingConfiguration` needs.
pub(super) const TRACES: &[&str] = &[
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
];

/// What a distributed Map needs to run its iterations as executions of its own machine.
pub(super) const DISTRIBUTED_MAP: &[[&str; 2]] = &[
    ["states:StartExecution", "stateMachine"],
    ["states:DescribeExecution states:StopExecution states:RedriveExecution", "execution"],
];

/// What a function needs to keep executions that run out of time, and to go on with them.
pub(super) const MAP_CHECKPOINTS: &str = "s3:PutObject s3:GetObject";

/// What a distributed Map needs to write its results.
pub(super) const RESULT_WRITER: &[Grant] = &[grant(
    "s3:PutObject s3:GetObject s3:ListMultipartUploadParts s3:AbortMultipartUpload",
    "s3:::{Bucket}/{Prefix=}*",
)];

/// The grants of an action; `None` if the integration is not in the tables.
pub(super) fn of(service: &str, action: &str) -> Option<&'static IntegrationGrants> {
    all().find(|known| known.service == service && known.action == action)
}

fn all() -> impl Iterator<Item = &'static IntegrationGrants> {
    let tables = [
        analytics::INTEGRATIONS,
        compute::INTEGRATIONS,
        machine_learning::INTEGRATIONS,
        messages::INTEGRATIONS,
    ];
    tables.into_iter().flatten()
}

/// All actions in the tables, some of them several to a text.
#[cfg(test)]
pub(super) fn all_actions() -> impl Iterator<Item = &'static str> {
    let grants = all().flat_map(|known| known.starts.iter().chain(known.waits)).chain(RESULT_WRITER);
    let maps = DISTRIBUTED_MAP.iter().map(|[actions, _]| *actions);
    grants.map(|grant| grant.actions).chain(maps).chain(LOGS.iter().chain(TRACES).copied())
}
