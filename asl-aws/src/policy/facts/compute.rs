//! Batch, CodeBuild, ECS, EKS, Lambda, MediaConvert.

use super::grant::{IntegrationGrants, grant, integration, pass_role, rule};

pub(super) static INTEGRATIONS: &[IntegrationGrants] = &[
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
    // The cluster itself decides whom it admits.
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
];
