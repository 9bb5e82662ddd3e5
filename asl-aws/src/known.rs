//! [`known`] and [`SdkIntegrations`]: whether Step Functions has an SDK integration.

use std::sync::{Arc, LazyLock};

use asl_model::{SdkCatalogue, SdkProblem};

use crate::removed::REMOVED;
use crate::table::{self, Service, Services};

/// Whether `arn:aws:states:::aws-sdk:SERVICE:action` exists: the answer of [`known`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Known {
    /// The service has the action, and Step Functions offers it.
    Yes,
    /// Step Functions once had the service; AWS has ended the service or the integration.
    Removed,
    /// The service does not exist, or it has another name in ARNs: `sfn` and not `stepfunctions`.
    UnknownService,
    /// The service has no such action. Actions are in camelCase.
    UnknownAction,
    /// The service has the action, but Step Functions does not offer it: it streams, or AWS lists it as unsupported.
    Unsupported,
}

/// Whether Step Functions has an SDK integration, by the names in the ARN, with or without `aws-sdk:`:
/// `("sqs", "sendMessage")`, `("aws-sdk:sfn", "startExecution")`.
///
/// The service table reflects the newest botocore at the time it was generated. AWS adds services and actions every week,
/// so `UnknownService` and `UnknownAction` may also mean that the table is older than the service.
///
/// ```
/// use asl_aws::{Known, known};
/// assert_eq!(known("sqs", "sendMessage"), Known::Yes);
/// assert_eq!(known("aws-sdk:qldb", "listLedgers"), Known::Removed);
/// assert_eq!(known("stepfunctions", "startExecution"), Known::UnknownService);
/// assert_eq!(known("sqs", "sendMesage"), Known::UnknownAction);
/// assert_eq!(known("bedrockruntime", "converseStream"), Known::Unsupported);
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html>
pub fn known(service: &str, action: &str) -> Known {
    let name = service.strip_prefix("aws-sdk:").unwrap_or(service);
    known_of(name, service_of(name), action)
}

/// [`known`] for a service whose part of the table is at hand.
pub(crate) fn known_of(name: &str, service: Option<Arc<Service>>, action: &str) -> Known {
    let Some(service) = service else {
        return if REMOVED.contains(&name) { Known::Removed } else { Known::UnknownService };
    };
    match service.operation(action) {
        None => Known::UnknownAction,
        Some(operation) if operation.streams_events || is_unsupported(name, operation.name) => {
            Known::Unsupported
        }
        Some(_) => Known::Yes,
    }
}

/// The names of all services with SDK integrations, in no particular order: `accessanalyzer`, `sfn`.
pub fn known_services() -> impl Iterator<Item = &'static str> {
    table::names()
}

/// The actions of a service, named as in ARNs; empty for an unknown service.
///
/// ```
/// assert!(asl_aws::known_actions("sqs").contains(&"sendMessage".to_owned()));
/// ```
pub fn known_actions(service: &str) -> Vec<String> {
    let service = service_of(service.strip_prefix("aws-sdk:").unwrap_or(service));
    let operations = service.iter().flat_map(|service| service.operations());
    operations.map(|operation| crate::naming::lower_first(operation.name)).collect()
}

/// Decoded services are kept for the life of the process, since the table does not change.
pub(crate) fn service_of(name: &str) -> Option<Arc<Service>> {
    static SERVICES: LazyLock<Services> = LazyLock::new(Services::default);
    SERVICES.get(name)
}

/// The SDK integrations of Step Functions, for [`asl_model::validate_sdk`], which then reports tasks whose service or action
/// does not exist, with a suggestion.
///
/// ```
/// use asl_aws::SdkIntegrations;
/// use asl_model::SdkCatalogue;
/// assert_eq!(SdkIntegrations.problem("sqs", "sendMessage"), None);
/// let problem = SdkIntegrations.problem("qldb", "listLedgers").unwrap();
/// assert_eq!(problem.reason, "AWS has ended the service `qldb`, or its SDK integration");
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SdkIntegrations;

impl SdkCatalogue for SdkIntegrations {
    fn problem(&self, service: &str, action: &str) -> Option<SdkProblem> {
        let (reason, candidates) = match known(service, action) {
            Known::Yes => return None,
            Known::Removed => {
                (format!("AWS has ended the service `{service}`, or its SDK integration"), None)
            }
            Known::UnknownService => {
                let meant = called(service).map(|name| format!("; did you mean `{name}`?"));
                let names = known_services().map(str::to_owned).collect();
                let candidates = meant.is_none().then(|| (service.to_owned(), names));
                (
                    format!("there is no SDK integration of `{service}`{}", meant.unwrap_or_default()),
                    candidates,
                )
            }
            Known::UnknownAction => {
                let candidates = Some((action.to_owned(), known_actions(service)));
                (format!("the service `{service}` has no action `{action}`"), candidates)
            }
            Known::Unsupported => {
                (format!("Step Functions does not offer the action `{action}` of `{service}`"), None)
            }
        };
        Some(SdkProblem { reason, candidates })
    }
}

/// The name of a service that has another name elsewhere: `sfn` for `states`, `cloudwatchlogs` for `logs`.
fn called(elsewhere: &str) -> Option<&'static str> {
    let squeezed = |text: &str| text.replace([' ', '-', '_'], "").to_ascii_lowercase();
    // The name in the AWS CLI.
    let elsewhere = if elsewhere == "stepfunctions" { "states" } else { elsewhere };
    known_services().find(|name| {
        service_of(name).is_some_and(|service| {
            [service.endpoint_prefix(), service.signing_name()].contains(&elsewhere)
                || squeezed(service.id()) == squeezed(elsewhere)
        })
    })
}

fn is_unsupported(service: &str, operation: &str) -> bool {
    UNSUPPORTED.iter().any(|(known, operations)| {
        *known == service && operations.split_whitespace().any(|known| known == operation)
    })
}

/// Operations that AWS lists as unsupported, except those that stream events.
static UNSUPPORTED: &[(&str, &str)] = &[
    ("applicationdiscovery", "DescribeExportConfigurations ExportConfigurations"),
    (
        "codedeploy",
        "BatchGetDeploymentInstances GetDeploymentInstance ListDeploymentInstances SkipWaitTimeForInstanceTermination",
    ),
    ("comprehendmedical", "DetectEntities"),
    ("dataexchange", "SendApiAsset"),
    (
        "directconnect",
        "AllocateConnectionOnInterconnect DescribeConnectionLoa DescribeConnectionsOnInterconnect DescribeInterconnectLoa",
    ),
    ("efs", "CreateTags"),
    ("emr", "DescribeJobFlows"),
    ("iot", "AttachPrincipalPolicy DetachPrincipalPolicy ListPolicyPrincipals ListPrincipalPolicies"),
    ("lambda", "InvokeAsync"),
    ("mediapackage", "RotateChannelCredentials"),
    ("rdsdata", "ExecuteSql"),
    ("shield", "DeleteSubscription"),
    ("sts", "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(service: &str, action: &str, expect: Known) {
        assert_eq!(known(service, action), expect, "{service}:{action}");
        assert_eq!(known(&format!("aws-sdk:{service}"), action), expect);
    }

    #[test]
    fn integrations() {
        check("dynamodb", "getItem", Known::Yes);
        check("bedrockagentcore", "invokeAgentRuntime", Known::Yes);
        for (service, action) in [
            ("elastictranscoder", "createJob"),
            ("qldb", "createLedger"),
            ("qldbsession", "sendCommand"),
            ("opsworks", "createStack"),
            ("opsworkscm", "createServer"),
            ("robomaker", "createRobot"),
            ("worklink", "createFleet"),
            ("lookoutmetrics", "createAlert"),
            ("lexmodelbuilding", "putBot"),
            ("lexruntime", "postText"),
        ] {
            check(service, action, Known::Removed);
        }
        for service in ["nosuch", "", "stepfunctions", "SQS", "cloudwatch-logs", "configservice"] {
            check(service, "getItem", Known::UnknownService);
        }
        for action in ["SendMessage", "sendmessage", "sendMessages", "", "send message"] {
            check("sqs", action, Known::UnknownAction);
        }
        check("sts", "assumeRole", Known::Unsupported);
        check("sts", "getCallerIdentity", Known::Yes);
        check("kinesis", "subscribeToShard", Known::Unsupported);
        check("cloudwatchlogs", "startLiveTail", Known::Unsupported);
        check("lambda", "invokeWithResponseStream", Known::Unsupported);
    }

    #[test]
    fn listed_operations_exist() {
        for (service, operations) in UNSUPPORTED {
            let actions = known_actions(service);
            for operation in operations.split_whitespace() {
                let action = crate::naming::lower_first(operation);
                assert!(actions.contains(&action), "{service}:{action}");
            }
        }
        for service in REMOVED {
            assert!(known_services().all(|known| known != *service), "{service}");
        }
    }

    /// Names and error prefixes on AWS's page that a rule could get wrong.
    #[test]
    fn services_have_the_names_of_aws_page() {
        #[rustfmt::skip]
        let prefixes = [
            "AcmPca", "ApiGateway", "ApiGatewayV2", "ApplicationDiscovery", "Appflow", "B2Bi", "BcmDataExports",
            "Billingconductor", "ChimeSdkIdentity", "CleanRoomsMl", "CloudFrontKeyValueStore", "CloudHsmV2",
            "Codeartifact", "CodestarNotifications", "Config", "ConnectCampaignsV2", "CostAndUsageReport",
            "DatabaseMigration", "Dax", "DevOpsGuru", "Directory", "DirectoryServiceData", "DocDb",
            "DocDbElastic", "DynamoDbStreams", "Ec2InstanceConnect", "EcrPublic", "EksAuth", "ElastiCache",
            "ElasticLoadBalancingV2", "Elasticsearch", "FSx", "Forecastquery", "GeoMaps", "GreengrassV2",
            "Identitystore", "Imagebuilder", "Inspector2", "IoTFleetWise", "IoTSecureTunneling", "IoTSiteWise",
            "IoTTwinMaker", "IotDeviceAdvisor", "IotJobsDataPlane", "IotWireless", "IvsRealTime", "Ivschat",
            "KinesisAnalyticsV2", "KinesisVideoWebRtcStorage", "LexModelsV2", "LexRuntimeV2",
            "LicenseManagerLinuxSubscriptions", "M2", "MTurk", "Macie2", "MarketplaceEntitlement",
            "MediaPackageVod", "MemoryDb", "OpenSearch", "PcaConnectorAd", "PinpointSmsVoiceV2", "QApps",
            "QConnect", "Repostspace", "Resiliencehub", "ResourceExplorer2", "ResourceGroupsTaggingApi",
            "Route53RecoveryCluster", "S3Control", "S3Outposts", "SageMakerA2IRuntime", "SagemakerEdge",
            "Savingsplans", "SecurityIr", "ServiceDiscovery", "SesV2", "Sfn", "SsmQuickSetup", "SsmSap", "SsoOidc",
            "Synthetics", "TimestreamInfluxDb", "VoiceId", "WafRegional", "Wafv2", "WorkSpacesThinClient", "XRay",
        ];
        for prefix in prefixes {
            let service = service_of(&prefix.to_ascii_lowercase());
            assert_eq!(service.as_deref().map(Service::class), Some(prefix));
        }
    }
}
