//! Athena, DataBrew, EMR, Glue.

use super::grant::{Grant, IntegrationGrants, grant, integration, pass_role, rule};

const EMR_SERVERLESS_ROLE: &str = "iam:role/aws-service-role/ops.emr-serverless.amazonaws.com/*";
const APPLICATION: &str = "emr-serverless:/applications/{ApplicationId}";
const APPLICATION_RULE: Grant = rule("events:rule/StepFunctionsGetEventsForEMRServerlessApplicationRule");
const EMR_JOB_RULE: Grant = rule("events:rule/StepFunctionsGetEventsForEMRServerlessJobRule");
const JOB_RUNS: &str = "emr-serverless:/applications/{ApplicationId}/jobruns/*";
const CLUSTER: &str = "elasticmapreduce:cluster/{ClusterId}";
const ATHENA: &str = "athena:workgroup/{WorkGroup=primary} athena:datacatalog/*";
const GLUE_CATALOG: &str = "glue:catalog glue:database/* glue:table/* glue:userDefinedFunction/*";

pub(super) static INTEGRATIONS: &[IntegrationGrants] = &[
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
        "databrew",
        "startJobRun",
        &[grant("databrew:StartJobRun", "databrew:job/{Name}")],
        &[grant("databrew:ListJobRuns databrew:StopJobRun", "databrew:job/{Name}")],
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
            // Its resource is another id of the cluster.
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
        "glue",
        "startJobRun",
        &[grant("glue:StartJobRun", "glue:job/{JobName}")],
        &[grant("glue:GetJobRun glue:GetJobRuns glue:BatchStopJobRun", "glue:job/{JobName}")],
    ),
];
