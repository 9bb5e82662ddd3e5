//! The services of the optimised integrations, by the names that Step Functions has for them.

/// A service, as data.
pub(crate) struct Service {
    /// In the ARN of a task.
    pub(crate) name: &'static str,
    /// As `aws-sdk` integrations call it.
    caller: &'static str,
    /// Of error names.
    pub(crate) prefix: &'static str,
    /// What the older SDK calls it in its messages; empty for services that Step Functions calls with the newer one.
    pub(crate) sdk: &'static str,
}

impl Service {
    /// The service of the ARN of a task.
    pub(crate) fn named(name: &str) -> Option<&'static Service> {
        SERVICES.iter().find(|service| service.name == name)
    }

    /// The service as `aws-sdk` integrations call it.
    pub(crate) fn sdk_name(&self, operation: &str) -> &'static str {
        if self.name == "bedrock" && operation == "invokeModel" { "bedrockruntime" } else { self.caller }
    }
}

const fn service(
    name: &'static str,
    caller: &'static str,
    prefix: &'static str,
    sdk: &'static str,
) -> Service {
    Service { name, caller, prefix, sdk }
}

/// Observed: lambda, dynamodb, sqs, sns, states, ecs, events, elasticmapreduce.
///
/// UNRECORDED: the prefix of `bedrock:invokeModel`; here `Bedrock`, as most public definitions have it, and not
/// `BedrockRuntime`, which the SDK integration has.
///
/// UNRECORDED: error names of the other optimised integrations, which are those of the older SDK as AWS's pages and users
/// name them.
static SERVICES: &[Service] = &[
    service("athena", "athena", "Athena", "AmazonAthena"),
    service("batch", "batch", "Batch", "AWSBatch"),
    service("bedrock", "bedrock", "Bedrock", ""),
    service("bedrockagentcore", "bedrockagentcore", "BedrockAgentCore", ""),
    service("codebuild", "codebuild", "CodeBuild", "AWSCodeBuild"),
    service("databrew", "databrew", "DataBrew", "AWSGlueDataBrew"),
    service("dynamodb", "dynamodb", "DynamoDB", "AmazonDynamoDBv2"),
    service("ecs", "ecs", "ECS", "AmazonECS"),
    service("eks", "eks", "EKS", "AmazonEKS"),
    service("elasticmapreduce", "emr", "EMR", "AmazonElasticMapReduce"),
    service("emr-containers", "emrcontainers", "EMRContainers", "AmazonEMRContainers"),
    service("emr-serverless", "emrserverless", "EMRServerless", "AWSEMRServerless"),
    service("events", "eventbridge", "EventBridge", "AmazonEventBridge"),
    service("glue", "glue", "Glue", "AWSGlue"),
    service("lambda", "lambda", "Lambda", "AWSLambda"),
    service("mediaconvert", "mediaconvert", "MediaConvert", "AWSMediaConvert"),
    service("sagemaker", "sagemaker", "SageMaker", "AmazonSageMaker"),
    service("sns", "sns", "SNS", "AmazonSNS"),
    service("sqs", "sqs", "SQS", "AmazonSQS"),
    service("states", "sfn", "StepFunctions", "AWSStepFunctions"),
];
