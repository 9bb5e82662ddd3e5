//! The optimised integrations: a table of the actions and patterns that AWS has for each service.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>

use crate::Pattern;

/// An optimised integration of Step Functions: `lambda` of `arn:aws:states:::lambda:invoke`.
///
/// ```
/// let lambda = asl_model::INTEGRATIONS.iter().find(|integration| integration.service == "lambda").unwrap();
/// assert_eq!((lambda.actions, lambda.sync, lambda.callback), (&["invoke"][..], false, true));
/// ```
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Integration {
    /// The service in the ARN: `lambda`.
    pub service: &'static str,
    /// The actions; empty if the documentation has no complete list.
    pub actions: &'static [&'static str],
    /// Whether it has `.sync`.
    pub sync: bool,
    /// Whether it has `.waitForTaskToken`.
    pub callback: bool,
}

/// Whether AWS has the action with the pattern; `None` for a service that it does not have.
///
/// Observed: AWS refuses `dynamodb:query`, a pattern that a service does not have, and `.sync:2` of any service except
/// `states`. Which actions of a service have `.sync` is not checked.
pub(crate) fn supports(service: &str, action: &str, pattern: Pattern) -> Option<bool> {
    if service.starts_with("aws-sdk:") {
        return Some(matches!(pattern, Pattern::RequestResponse | Pattern::WaitForTaskToken));
    }
    let integration = INTEGRATIONS.iter().find(|integration| integration.service == service)?;
    let action = integration.actions.is_empty() || integration.actions.contains(&action);
    let pattern = match pattern {
        Pattern::RequestResponse => true,
        Pattern::Sync => integration.sync,
        Pattern::Sync2 => service == "states",
        Pattern::WaitForTaskToken => integration.callback,
    };
    Some(action && pattern)
}

const fn integration(
    service: &'static str,
    actions: &'static [&'static str],
    sync: bool,
    callback: bool,
) -> Integration {
    Integration { service, actions, sync, callback }
}

/// All optimised integrations, by service.
pub static INTEGRATIONS: &[Integration] = &[
    integration("apigateway", &["invoke"], false, true),
    integration(
        "athena",
        &["startQueryExecution", "stopQueryExecution", "getQueryExecution", "getQueryResults"],
        true,
        false,
    ),
    integration("batch", &["submitJob"], true, false),
    integration("bedrock", &[], true, true),
    integration("bedrockagentcore", &["invokeHarness"], false, false),
    integration("codebuild", &[], true, false),
    integration("databrew", &["startJobRun"], true, false),
    integration("dynamodb", &["getItem", "putItem", "updateItem", "deleteItem"], false, false),
    integration("ecs", &["runTask"], true, true),
    integration("eks", &[], true, true),
    integration("elasticmapreduce", &[], true, false),
    integration("emr-containers", &[], true, false),
    integration("emr-serverless", &[], true, false),
    integration("events", &["putEvents"], false, true),
    integration("glue", &["startJobRun"], true, false),
    integration("http", &["invoke"], false, false),
    integration("lambda", &["invoke"], false, true),
    integration("mediaconvert", &[], true, false),
    integration("sagemaker", &[], true, false),
    integration("sns", &["publish"], false, true),
    integration("sqs", &["sendMessage"], false, true),
    integration("states", &["startExecution"], true, true),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(service: &str, action: &str, pattern: Pattern, expect: Option<bool>) {
        assert_eq!(supports(service, action, pattern), expect);
    }

    #[test]
    fn facts() {
        check("dynamodb", "getItem", Pattern::RequestResponse, Some(true));
        check("dynamodb", "query", Pattern::RequestResponse, Some(false));
        check("dynamodb", "getItem", Pattern::WaitForTaskToken, Some(false));
        check("lambda", "invoke", Pattern::WaitForTaskToken, Some(true));
        check("lambda", "invoke", Pattern::Sync, Some(false));
        check("states", "startExecution", Pattern::Sync2, Some(true));
        check("batch", "submitJob", Pattern::Sync, Some(true));
        check("batch", "submitJob", Pattern::Sync2, Some(false));
        check("bedrockagentcore", "invokeHarness", Pattern::RequestResponse, Some(true));
        check("bedrockagentcore", "invokeHarness", Pattern::Sync, Some(false));
        check("bedrockagentcore", "invokeHarness", Pattern::WaitForTaskToken, Some(false));
        check("bedrock-agentcore", "invokeHarness", Pattern::RequestResponse, None);
        check("aws-sdk:dynamodb", "query", Pattern::RequestResponse, Some(true));
        check("aws-sdk:dynamodb", "query", Pattern::Sync, Some(false));
        check("weather", "forecast", Pattern::RequestResponse, None);
    }
}
