//! Which resources AWS serves, whatever the arguments of the task.

use asl_model::{Resource, ResourceKind};

use crate::Caller;
use crate::integration::Integration;
use crate::known::{Known, known_of};

/// Why a task with this resource can never succeed, for people.
pub(crate) fn serves(caller: &Caller, resource: &Resource) -> Result<(), String> {
    match resource.kind() {
        ResourceKind::Lambda { .. } => Ok(()),
        ResourceKind::Activity { .. } => {
            Err("an activity is done by workers that poll Step Functions, which is not involved here"
                .to_owned())
        }
        ResourceKind::Service { service, action, pattern } => match Integration::of(service, action, pattern)
        {
            None => Err(format!("AWS has no integration `{service}:{action}{}`", pattern.suffix())),
            Some(Integration::Sdk { service, action }) => sdk(caller, service, action),
            Some(_) => Ok(()),
        },
        _ => Err("it is not a resource of AWS".to_owned()),
    }
}

fn sdk(caller: &Caller, service: &str, action: &str) -> Result<(), String> {
    Err(match known_of(service, caller.service(service).ok(), action) {
        Known::Yes => return Ok(()),
        Known::Removed => format!("AWS has ended the integration `aws-sdk:{service}`"),
        Known::UnknownService => format!("AWS has no service `{service}` by this name"),
        Known::UnknownAction => format!("the service `{service}` has no action `{action}`"),
        Known::Unsupported => format!("Step Functions does not offer the action `{action}` of `{service}`"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[track_caller]
    fn check(resource: &str, expect: Option<&str>) {
        let caller = Caller::new(Config::new("eu-west-1"));
        let found = serves(&caller, &Resource::from(resource)).err();
        assert_eq!(found.as_deref(), expect, "{resource}");
    }

    #[test]
    fn what_can_never_work_is_reported() {
        for served in [
            "arn:aws:lambda:eu-west-1:123456789012:function:f",
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "arn:aws:states:::aws-sdk:sqs:sendMessage",
            "arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken",
            "arn:aws:states:::glue:startJobRun.sync",
            "arn:aws:states:::http:invoke",
            "arn:aws:states:::eks:runJob.sync",
            "arn:aws:states:::apigateway:invoke",
            "arn:aws:states:::elasticmapreduce:createCluster.sync",
        ] {
            check(served, None);
        }
        let activity = "an activity is done by workers that poll Step Functions, which is not involved here";
        check("arn:aws:states:eu-west-1:123456789012:activity:approve", Some(activity));
        check("arn:aws:states:::nosuch:thing", Some("AWS has no integration `nosuch:thing`"));
        let job = "AWS has no integration `glue:getJobs.sync`";
        check("arn:aws:states:::glue:getJobs.sync", Some(job));
        check("arn:aws:states:::aws-sdk:nosuch:thing", Some("AWS has no service `nosuch` by this name"));
        let action = "the service `sqs` has no action `sendMesage`";
        check("arn:aws:states:::aws-sdk:sqs:sendMesage", Some(action));
        check(
            "arn:aws:states:::aws-sdk:qldb:listLedgers",
            Some("AWS has ended the integration `aws-sdk:qldb`"),
        );
        let streams = "Step Functions does not offer the action `converseStream` of `bedrockruntime`";
        check("arn:aws:states:::aws-sdk:bedrockruntime:converseStream", Some(streams));
        check("nonsense", Some("it is not a resource of AWS"));
    }
}
