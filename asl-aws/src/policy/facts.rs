//! What the optimised integrations need, as data.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html> and the pages of
//! the services that it lists.

/// Actions, divided by spaces, on resources, divided by spaces, in the form of [`resources`](super::resource::resources).
pub(super) struct Grant {
    pub(super) actions: &'static str,
    pub(super) on: &'static str,
    /// For `iam:PassRole`: the service that gets the role.
    pub(super) passed_to: Option<&'static str>,
}

pub(super) struct Integration {
    pub(super) service: &'static str,
    pub(super) action: &'static str,
    pub(super) starts: &'static [Grant],
    /// In addition, to wait for the end of the job (`.sync`).
    pub(super) waits: &'static [Grant],
}

/// Of `loggingConfiguration`.
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

/// Of `tracingConfiguration`.
pub(super) const TRACES: &[&str] = &[
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
];

/// What a distributed Map needs to run the iterations as executions of its own machine.
pub(super) const DISTRIBUTED_MAP: &[[&str; 2]] = &[
    ["states:StartExecution", "stateMachine"],
    ["states:DescribeExecution states:StopExecution states:RedriveExecution", "execution"],
];

/// What the results of a distributed Map need.
pub(super) const RESULT_WRITER: &[Grant] = &[grant(
    "s3:PutObject s3:GetObject s3:ListMultipartUploadParts s3:AbortMultipartUpload",
    "s3:::{Bucket}/{Prefix=}*",
)];

const fn grant(actions: &'static str, on: &'static str) -> Grant {
    Grant { actions, on, passed_to: None }
}

const fn pass_role(on: &'static str, to: &'static str) -> Grant {
    Grant { actions: "iam:PassRole", on, passed_to: Some(to) }
}

/// The managed rule by which Step Functions hears of the end of a job.
const fn rule(on: &'static str) -> Grant {
    grant("events:PutTargets events:PutRule events:DescribeRule", on)
}

const fn integration(
    service: &'static str,
    action: &'static str,
    starts: &'static [Grant],
    waits: &'static [Grant],
) -> Integration {
    Integration { service, action, starts, waits }
}

/// The facts about an action. `None`: an integration that is not in the table.
pub(super) fn of(service: &str, action: &str) -> Option<&'static Integration> {
    INTEGRATIONS.iter().find(|known| known.service == service && known.action == action)
}

/// All actions that are named here, some of them in one text.
#[cfg(test)]
pub(super) fn all_actions() -> impl Iterator<Item = &'static str> {
    let grants =
        INTEGRATIONS.iter().flat_map(|known| known.starts.iter().chain(known.waits)).chain(RESULT_WRITER);
    let maps = DISTRIBUTED_MAP.iter().map(|[actions, _]| *actions);
    grants.map(|grant| grant.actions).chain(maps).chain(LOGS.iter().chain(TRACES).copied())
}

const EMR_SERVERLESS_ROLE: &str = "iam:role/aws-service-role/ops.emr-serverless.amazonaws.com/*";
const APPLICATION: &str = "emr-serverless:/applications/{ApplicationId}";
const APPLICATION_RULE: Grant = rule("events:rule/StepFunctionsGetEventsForEMRServerlessApplicationRule");
const EMR_JOB_RULE: Grant = rule("events:rule/StepFunctionsGetEventsForEMRServerlessJobRule");
const JOB_RUNS: &str = "emr-serverless:/applications/{ApplicationId}/jobruns/*";
const CLUSTER: &str = "elasticmapreduce:cluster/{ClusterId}";
const ATHENA: &str = "athena:workgroup/{WorkGroup=primary} athena:datacatalog/*";
const GLUE_CATALOG: &str = "glue:catalog glue:database/* glue:table/* glue:userDefinedFunction/*";

static INTEGRATIONS: &[Integration] = &[
    integration(
        "apigateway",
        "invoke",
        &[grant("execute-api:Invoke", "execute-api:{ApiEndpoint#api}/{Stage=*}/{Method}/{Path#path=}")],
        &[],
    ),
    integration(
        "athena",
        "startQueryExecution",
        &[
            grant("athena:StartQueryExecution", ATHENA),
            grant("athena:GetDataCatalog", ATHENA),
            grant(
                "s3:GetBucketLocation s3:GetObject s3:ListBucket s3:ListBucketMultipartUploads \
                 s3:ListMultipartUploadParts s3:AbortMultipartUpload s3:PutObject",
                "s3:::*",
            ),
            grant(
                "glue:GetDatabase glue:GetDatabases glue:GetTable glue:GetTables glue:GetPartition \
                   glue:GetPartitions glue:BatchGetPartition",
                GLUE_CATALOG,
            ),
            grant("lakeformation:GetDataAccess", "*"),
        ],
        &[grant("athena:StopQueryExecution athena:GetQueryExecution", ATHENA)],
    ),
    integration(
        "athena",
        "stopQueryExecution",
        &[grant("athena:StopQueryExecution", "athena:workgroup/*")],
        &[],
    ),
    integration(
        "athena",
        "getQueryExecution",
        &[grant("athena:GetQueryExecution", "athena:workgroup/*")],
        &[],
    ),
    integration(
        "athena",
        "getQueryResults",
        &[grant("athena:GetQueryResults", "athena:workgroup/*"), grant("s3:GetObject", "s3:::*")],
        &[],
    ),
    integration(
        "batch",
        "submitJob",
        &[grant("batch:SubmitJob", "batch:job-definition/{JobDefinition} batch:job-queue/{JobQueue}")],
        &[
            grant("batch:DescribeJobs batch:TerminateJob", "*"),
            rule("events:rule/StepFunctionsGetEventsForBatchJobsRule"),
        ],
    ),
    integration(
        "bedrock",
        "invokeModel",
        &[
            grant("bedrock:InvokeModel", "bedrock::foundation-model/{ModelId}"),
            grant("s3:GetObject", "s3:::{Input.S3Uri?}"),
            grant("s3:PutObject", "s3:::{Output.S3Uri?}"),
        ],
        &[],
    ),
    integration(
        "bedrock",
        "createModelCustomizationJob",
        &[
            grant(
                "bedrock:CreateModelCustomizationJob",
                "bedrock::foundation-model/{BaseModelIdentifier} bedrock:custom-model/* \
                 bedrock:model-customization-job/*",
            ),
            pass_role("iam:role/{RoleArn}", "bedrock.amazonaws.com"),
        ],
        &[grant(
            "bedrock:GetModelCustomizationJob bedrock:StopModelCustomizationJob",
            "bedrock:model-customization-job/*",
        )],
    ),
    integration(
        "bedrockagentcore",
        "invokeHarness",
        &[grant(
            "bedrock-agentcore:InvokeAgentRuntime bedrock-agentcore:InvokeHarness",
            "bedrock-agentcore:harness/{HarnessArn}",
        )],
        &[],
    ),
    integration(
        "codebuild",
        "startBuild",
        &[grant("codebuild:StartBuild", "codebuild:project/{ProjectName}")],
        &[
            grant("codebuild:StopBuild codebuild:BatchGetBuilds", "codebuild:project/{ProjectName}"),
            rule("events:rule/StepFunctionsGetEventForCodeBuildStartBuildRule"),
        ],
    ),
    integration(
        "codebuild",
        "startBuildBatch",
        &[grant("codebuild:StartBuildBatch", "codebuild:project/{ProjectName}")],
        &[
            grant(
                "codebuild:StopBuildBatch codebuild:BatchGetBuildBatches",
                "codebuild:project/{ProjectName}",
            ),
            rule("events:rule/StepFunctionsGetEventForCodeBuildStartBuildBatchRule"),
        ],
    ),
    integration(
        "databrew",
        "startJobRun",
        &[grant("databrew:StartJobRun", "databrew:job/{Name}")],
        &[grant("databrew:ListJobRuns databrew:StopJobRun", "databrew:job/{Name}")],
    ),
    integration("dynamodb", "getItem", &[grant("dynamodb:GetItem", "dynamodb:table/{TableName}")], &[]),
    integration("dynamodb", "putItem", &[grant("dynamodb:PutItem", "dynamodb:table/{TableName}")], &[]),
    integration("dynamodb", "updateItem", &[grant("dynamodb:UpdateItem", "dynamodb:table/{TableName}")], &[]),
    integration("dynamodb", "deleteItem", &[grant("dynamodb:DeleteItem", "dynamodb:table/{TableName}")], &[]),
    integration(
        "ecs",
        "runTask",
        &[
            grant("ecs:RunTask", "ecs:task-definition/{TaskDefinition#revision}"),
            pass_role(
                "iam:role/{Overrides.TaskRoleArn} iam:role/{Overrides.ExecutionRoleArn}",
                "ecs-tasks.amazonaws.com",
            ),
        ],
        &[
            grant("ecs:StopTask ecs:DescribeTasks", "ecs:task/*"),
            rule("events:rule/StepFunctionsGetEventsForECSTaskRule"),
        ],
    ),
    // Whom the cluster lets in is its own affair.
    integration("eks", "call", &[], &[]),
    integration("eks", "runJob", &[], &[]),
    integration(
        "eks",
        "createCluster",
        &[grant("eks:CreateCluster", "*"), pass_role("iam:role/{RoleArn}", "eks.amazonaws.com")],
        &[grant("eks:DescribeCluster eks:DeleteCluster", "eks:cluster/{Name}")],
    ),
    integration(
        "eks",
        "deleteCluster",
        &[grant("eks:DeleteCluster", "eks:cluster/{Name}")],
        &[grant("eks:DescribeCluster", "eks:cluster/{Name}")],
    ),
    integration(
        "eks",
        "createNodegroup",
        &[
            grant("eks:CreateNodegroup", "eks:cluster/{ClusterName}"),
            pass_role("iam:role/{NodeRole}", "eks.amazonaws.com"),
            grant("ec2:DescribeSubnets iam:GetRole iam:ListAttachedRolePolicies", "*"),
        ],
        &[grant("eks:DescribeNodegroup eks:DeleteNodegroup", "eks:nodegroup/{ClusterName}/*")],
    ),
    integration(
        "eks",
        "deleteNodegroup",
        &[grant("eks:DeleteNodegroup", "eks:nodegroup/{ClusterName}/*")],
        &[grant("eks:DescribeNodegroup", "eks:nodegroup/{ClusterName}/*")],
    ),
    integration(
        "eks",
        "createFargateProfile",
        &[
            grant("eks:CreateFargateProfile", "eks:cluster/{ClusterName}"),
            pass_role("iam:role/{PodExecutionRoleArn}", "eks-fargate-pods.amazonaws.com"),
        ],
        &[grant("eks:DescribeFargateProfile eks:DeleteFargateProfile", "eks:fargateprofile/{ClusterName}/*")],
    ),
    integration(
        "eks",
        "deleteFargateProfile",
        &[grant("eks:DeleteFargateProfile", "eks:fargateprofile/{ClusterName}/*")],
        &[grant("eks:DescribeFargateProfile", "eks:fargateprofile/{ClusterName}/*")],
    ),
    integration(
        "elasticmapreduce",
        "createCluster",
        &[
            grant("elasticmapreduce:RunJobFlow elasticmapreduce:AddTags", "*"),
            pass_role("iam:role/{ServiceRole}", "elasticmapreduce.amazonaws.com"),
            pass_role("iam:role/{JobFlowRole}", "ec2.amazonaws.com"),
        ],
        &[
            grant(
                "elasticmapreduce:DescribeCluster elasticmapreduce:TerminateJobFlows",
                "elasticmapreduce:cluster/*",
            ),
            rule("events:rule/StepFunctionsGetEventForEMRRunJobFlowRule"),
        ],
    ),
    integration(
        "elasticmapreduce",
        "terminateCluster",
        &[grant("elasticmapreduce:TerminateJobFlows", CLUSTER)],
        &[
            grant("elasticmapreduce:DescribeCluster", CLUSTER),
            rule("events:rule/StepFunctionsGetEventForEMRTerminateJobFlowsRule"),
        ],
    ),
    integration(
        "elasticmapreduce",
        "addStep",
        &[grant("elasticmapreduce:AddJobFlowSteps", CLUSTER)],
        &[
            grant("elasticmapreduce:DescribeStep elasticmapreduce:CancelSteps", CLUSTER),
            rule("events:rule/StepFunctionsGetEventForEMRAddJobFlowStepsRule"),
        ],
    ),
    integration("elasticmapreduce", "cancelStep", &[grant("elasticmapreduce:CancelSteps", CLUSTER)], &[]),
    integration(
        "elasticmapreduce",
        "setClusterTerminationProtection",
        &[grant("elasticmapreduce:SetTerminationProtection", CLUSTER)],
        &[],
    ),
    integration(
        "elasticmapreduce",
        "modifyInstanceFleetByName",
        &[grant("elasticmapreduce:ModifyInstanceFleet elasticmapreduce:ListInstanceFleets", CLUSTER)],
        &[],
    ),
    integration(
        "elasticmapreduce",
        "modifyInstanceGroupByName",
        &[
            grant("elasticmapreduce:ListInstanceGroups", CLUSTER),
            // It knows clusters by their own id, too.
            grant("elasticmapreduce:ModifyInstanceGroups", "*"),
        ],
        &[],
    ),
    integration(
        "emr-containers",
        "startJobRun",
        &[grant("emr-containers:StartJobRun", "emr-containers:/virtualclusters/{VirtualClusterId}")],
        &[grant(
            "emr-containers:DescribeJobRun emr-containers:CancelJobRun",
            "emr-containers:/virtualclusters/{VirtualClusterId}/jobruns/*",
        )],
    ),
    integration(
        "emr-containers",
        "createVirtualCluster",
        &[grant("emr-containers:CreateVirtualCluster", "*")],
        &[],
    ),
    integration(
        "emr-containers",
        "deleteVirtualCluster",
        &[grant("emr-containers:DeleteVirtualCluster", "emr-containers:/virtualclusters/{Id}")],
        &[grant("emr-containers:DescribeVirtualCluster", "emr-containers:/virtualclusters/{Id}")],
    ),
    integration(
        "emr-serverless",
        "createApplication",
        &[
            grant("emr-serverless:CreateApplication", "emr-serverless:/*"),
            grant("iam:CreateServiceLinkedRole", EMR_SERVERLESS_ROLE),
        ],
        &[
            grant(
                "emr-serverless:GetApplication emr-serverless:DeleteApplication",
                "emr-serverless:/applications/*",
            ),
            APPLICATION_RULE,
        ],
    ),
    integration(
        "emr-serverless",
        "startApplication",
        &[grant("emr-serverless:StartApplication", APPLICATION)],
        &[
            grant("emr-serverless:GetApplication emr-serverless:StopApplication", APPLICATION),
            APPLICATION_RULE,
        ],
    ),
    integration(
        "emr-serverless",
        "stopApplication",
        &[grant("emr-serverless:StopApplication", APPLICATION)],
        &[grant("emr-serverless:GetApplication", APPLICATION), APPLICATION_RULE],
    ),
    integration(
        "emr-serverless",
        "deleteApplication",
        &[grant("emr-serverless:DeleteApplication", APPLICATION)],
        &[grant("emr-serverless:GetApplication", APPLICATION), APPLICATION_RULE],
    ),
    integration(
        "emr-serverless",
        "startJobRun",
        &[
            grant("emr-serverless:StartJobRun", APPLICATION),
            pass_role("iam:role/{ExecutionRoleArn}", "emr-serverless.amazonaws.com"),
        ],
        &[grant("emr-serverless:GetJobRun emr-serverless:CancelJobRun", JOB_RUNS), EMR_JOB_RULE],
    ),
    integration(
        "emr-serverless",
        "cancelJobRun",
        &[grant("emr-serverless:CancelJobRun", JOB_RUNS)],
        &[grant("emr-serverless:GetJobRun", JOB_RUNS), EMR_JOB_RULE],
    ),
    integration(
        "events",
        "putEvents",
        &[grant("events:PutEvents", "events:event-bus/{Entries[].EventBusName=default}")],
        &[],
    ),
    integration(
        "glue",
        "startJobRun",
        &[grant("glue:StartJobRun", "glue:job/{JobName}")],
        &[grant("glue:GetJobRun glue:GetJobRuns glue:BatchStopJobRun", "glue:job/{JobName}")],
    ),
    integration("lambda", "invoke", &[grant("lambda:InvokeFunction", "lambda:function:{FunctionName}")], &[]),
    integration(
        "mediaconvert",
        "createJob",
        &[
            grant(
                "mediaconvert:CreateJob",
                "mediaconvert:queues/* mediaconvert:jobTemplates/* mediaconvert:presets/*",
            ),
            pass_role("iam:role/{Role}", "mediaconvert.amazonaws.com"),
        ],
        &[
            grant("mediaconvert:GetJob mediaconvert:CancelJob", "mediaconvert:jobs/*"),
            rule("events:rule/StepFunctionsGetEventsForMediaConvertJobRule"),
        ],
    ),
    integration(
        "sagemaker",
        "createTrainingJob",
        &[
            grant("sagemaker:CreateTrainingJob", "sagemaker:training-job/{TrainingJobName}"),
            grant("sagemaker:ListTags sagemaker:AddTags", "*"),
            pass_role("iam:role/{RoleArn}", "sagemaker.amazonaws.com"),
        ],
        &[
            grant(
                "sagemaker:DescribeTrainingJob sagemaker:StopTrainingJob",
                "sagemaker:training-job/{TrainingJobName}",
            ),
            rule("events:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
        ],
    ),
    integration(
        "sagemaker",
        "createTransformJob",
        &[
            grant("sagemaker:CreateTransformJob", "sagemaker:transform-job/{TransformJobName}"),
            grant("sagemaker:ListTags sagemaker:AddTags", "*"),
        ],
        &[
            grant(
                "sagemaker:DescribeTransformJob sagemaker:StopTransformJob",
                "sagemaker:transform-job/{TransformJobName}",
            ),
            rule("events:rule/StepFunctionsGetEventsForSageMakerTransformJobsRule"),
        ],
    ),
    integration(
        "sagemaker",
        "createProcessingJob",
        &[
            grant("sagemaker:CreateProcessingJob", "sagemaker:processing-job/{ProcessingJobName}"),
            grant("sagemaker:ListTags sagemaker:AddTags", "*"),
            pass_role("iam:role/{RoleArn}", "sagemaker.amazonaws.com"),
        ],
        &[
            grant(
                "sagemaker:DescribeProcessingJob sagemaker:StopProcessingJob",
                "sagemaker:processing-job/{ProcessingJobName}",
            ),
            rule("events:rule/StepFunctionsGetEventsForSageMaker*"),
        ],
    ),
    integration(
        "sagemaker",
        "createHyperParameterTuningJob",
        &[
            grant(
                "sagemaker:CreateHyperParameterTuningJob",
                "sagemaker:hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
            ),
            grant("sagemaker:ListTags sagemaker:AddTags", "*"),
            pass_role("iam:role/{TrainingJobDefinition.RoleArn}", "sagemaker.amazonaws.com"),
        ],
        &[
            grant(
                "sagemaker:DescribeHyperParameterTuningJob sagemaker:StopHyperParameterTuningJob",
                "sagemaker:hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
            ),
            rule("events:rule/StepFunctionsGetEventsForSageMaker*"),
        ],
    ),
    integration(
        "sagemaker",
        "createLabelingJob",
        &[
            grant("sagemaker:CreateLabelingJob", "sagemaker:labeling-job/{LabelingJobName}"),
            grant("sagemaker:ListTags sagemaker:AddTags", "*"),
            pass_role("iam:role/{RoleArn}", "sagemaker.amazonaws.com"),
        ],
        &[
            grant(
                "sagemaker:DescribeLabelingJob sagemaker:StopLabelingJob",
                "sagemaker:labeling-job/{LabelingJobName}",
            ),
            rule("events:rule/StepFunctionsGetEventsForSageMaker*"),
        ],
    ),
    integration(
        "sagemaker",
        "createModel",
        &[
            grant("sagemaker:CreateModel", "sagemaker:model/{ModelName}"),
            pass_role("iam:role/{ExecutionRoleArn}", "sagemaker.amazonaws.com"),
        ],
        &[],
    ),
    integration(
        "sagemaker",
        "createEndpointConfig",
        &[grant("sagemaker:CreateEndpointConfig", "sagemaker:endpoint-config/{EndpointConfigName}")],
        &[],
    ),
    integration(
        "sagemaker",
        "createEndpoint",
        &[grant(
            "sagemaker:CreateEndpoint",
            "sagemaker:endpoint/{EndpointName} sagemaker:endpoint-config/{EndpointConfigName}",
        )],
        &[],
    ),
    integration(
        "sagemaker",
        "updateEndpoint",
        &[grant(
            "sagemaker:UpdateEndpoint",
            "sagemaker:endpoint/{EndpointName} sagemaker:endpoint-config/{EndpointConfigName}",
        )],
        &[],
    ),
    integration("sns", "publish", &[grant("sns:Publish", "sns:{TopicArn/TargetArn=*}")], &[]),
    integration("sqs", "sendMessage", &[grant("sqs:SendMessage", "sqs:{QueueUrl}")], &[]),
    integration(
        "states",
        "startExecution",
        &[grant("states:StartExecution", "states:stateMachine:{StateMachineArn}")],
        &[
            grant(
                "states:DescribeExecution states:StopExecution",
                "states:execution:{StateMachineArn#machine}:*",
            ),
            rule("events:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"),
        ],
    ),
];
