//! [`OptimisedService`]: the services of the optimised integrations, by the names that Step Functions has for them.

/// A service of the optimised integrations, as data.
pub(crate) struct OptimisedService {
    /// In the ARN of a task: `events`.
    pub(crate) name: &'static str,
    /// In the ARN of a task of the SDK integrations: `eventbridge`.
    sdk_name: &'static str,
    /// Of error names: `EventBridge`.
    pub(crate) prefix: &'static str,
    /// In the messages of the Java SDK 1: `AmazonEventBridge`. Empty for services that Step Functions calls with version 2.
    pub(super) name_in_sdk1: &'static str,
    pub(crate) special: Special,
}

/// What an optimised integration does beyond calling the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Special {
    Nothing,
    Bedrock,
    AgentCore,
    Ecs,
    Emr,
    EmrServerless,
    Events,
    Lambda,
    Sqs,
    States,
}

impl OptimisedService {
    /// The service in the ARN of a task.
    pub(crate) fn named(name: &str) -> Option<&'static OptimisedService> {
        SERVICES.iter().copied().find(|service| service.name == name)
    }

    /// The service as SDK integrations name it.
    pub(crate) fn sdk_name(&self, operation: &str) -> &'static str {
        match (self.special, operation) {
            (Special::Bedrock, "invokeModel") => "bedrockruntime",
            _ => self.sdk_name,
        }
    }
}

const fn plain(
    name: &'static str,
    sdk_name: &'static str,
    prefix: &'static str,
    name_in_sdk1: &'static str,
) -> OptimisedService {
    special(name, sdk_name, prefix, name_in_sdk1, Special::Nothing)
}

const fn special(
    name: &'static str,
    sdk_name: &'static str,
    prefix: &'static str,
    name_in_sdk1: &'static str,
    special: Special,
) -> OptimisedService {
    OptimisedService { name, sdk_name, prefix, name_in_sdk1, special }
}

pub(super) static LAMBDA: OptimisedService =
    special("lambda", "lambda", "Lambda", "AWSLambda", Special::Lambda);

/// Observed: lambda, dynamodb, sqs, sns, states, ecs, events, elasticmapreduce.
///
/// UNRECORDED: the prefix of `bedrock:invokeModel`; here `Bedrock`, as most public definitions have it, and not
/// `BedrockRuntime`, which the SDK integration has.
///
/// UNRECORDED: error names of the other optimised integrations; here those of the Java SDK 1, as AWS's pages and users
/// give them.
static SERVICES: &[&OptimisedService] = &[
    &plain("athena", "athena", "Athena", "AmazonAthena"),
    &plain("batch", "batch", "Batch", "AWSBatch"),
    &special("bedrock", "bedrock", "Bedrock", "", Special::Bedrock),
    &special("bedrockagentcore", "bedrockagentcore", "BedrockAgentCore", "", Special::AgentCore),
    &plain("codebuild", "codebuild", "CodeBuild", "AWSCodeBuild"),
    &plain("databrew", "databrew", "DataBrew", "AWSGlueDataBrew"),
    &plain("dynamodb", "dynamodb", "DynamoDB", "AmazonDynamoDBv2"),
    &special("ecs", "ecs", "ECS", "AmazonECS", Special::Ecs),
    &plain("eks", "eks", "EKS", "AmazonEKS"),
    &special("elasticmapreduce", "emr", "EMR", "AmazonElasticMapReduce", Special::Emr),
    &plain("emr-containers", "emrcontainers", "EMRContainers", "AmazonEMRContainers"),
    &special("emr-serverless", "emrserverless", "EMRServerless", "AWSEMRServerless", Special::EmrServerless),
    &special("events", "eventbridge", "EventBridge", "AmazonEventBridge", Special::Events),
    &plain("glue", "glue", "Glue", "AWSGlue"),
    &LAMBDA,
    &plain("mediaconvert", "mediaconvert", "MediaConvert", "AWSMediaConvert"),
    &plain("sagemaker", "sagemaker", "SageMaker", "AmazonSageMaker"),
    &plain("sns", "sns", "SNS", "AmazonSNS"),
    &special("sqs", "sqs", "SQS", "AmazonSQS", Special::Sqs),
    &special("states", "sfn", "StepFunctions", "AWSStepFunctions", Special::States),
];
