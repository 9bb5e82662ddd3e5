//! What the SDK integrations need: an action of almost every name, and resources where the parameters tell.

use crate::naming::upper_first;

/// The IAM actions, divided by spaces, and the template of their resources.
pub(super) fn grant(service: &str, action: &str) -> (String, String) {
    let prefix = prefix(service);
    let operation = upper_first(action);
    let on = |template: &str| template.to_owned();
    if let Some((_, _, actions, template)) =
        RENAMED.iter().find(|(renamed, name, ..)| *renamed == prefix && *name == operation)
    {
        return ((*actions).to_owned(), on(template));
    }
    let template = RESOURCES.iter().find(|(known, _)| *known == prefix).map_or("*", |(_, template)| template);
    (format!("{prefix}:{operation}"), on(template))
}

/// The service's name in IAM.
fn prefix(service: &str) -> &str {
    PREFIXES.iter().find(|(known, _)| *known == service).map_or(service, |(_, prefix)| prefix)
}

/// Services whose name in IAM differs from the one in the ARN of a task.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
static PREFIXES: &[(&str, &str)] = &[
    ("accessanalyzer", "access-analyzer"),
    ("acmpca", "acm-pca"),
    ("apigatewayv2", "apigateway"),
    ("applicationautoscaling", "application-autoscaling"),
    ("autoscalingplans", "autoscaling-plans"),
    ("bedrockagent", "bedrock"),
    ("bedrockagentruntime", "bedrock"),
    ("bedrockruntime", "bedrock"),
    ("cloudwatchlogs", "logs"),
    ("codegurureviewer", "codeguru-reviewer"),
    ("codestarconnections", "codestar-connections"),
    ("cognitoidentity", "cognito-identity"),
    ("cognitoidentityprovider", "cognito-idp"),
    ("configservice", "config"),
    ("costandusagereport", "cur"),
    ("costexplorer", "ce"),
    ("databasemigration", "dms"),
    ("devopsguru", "devops-guru"),
    ("directory", "ds"),
    ("dynamodbstreams", "dynamodb"),
    ("efs", "elasticfilesystem"),
    ("elasticloadbalancingv2", "elasticloadbalancing"),
    ("elasticsearch", "es"),
    ("emr", "elasticmapreduce"),
    ("emrcontainers", "emr-containers"),
    ("emrserverless", "emr-serverless"),
    ("eventbridge", "events"),
    ("iotdataplane", "iot"),
    ("iotjobsdataplane", "iotjobsdata"),
    ("kinesisanalyticsv2", "kinesisanalytics"),
    ("lexmodelsv2", "lex"),
    ("lexruntimev2", "lex"),
    ("mediapackagevod", "mediapackage-vod"),
    ("neptune", "rds"),
    ("docdb", "rds"),
    ("opensearch", "es"),
    ("pinpointemail", "ses"),
    ("qldbsession", "qldb"),
    ("rdsdata", "rds-data"),
    ("redshiftdata", "redshift-data"),
    ("redshiftserverless", "redshift-serverless"),
    ("resourcegroups", "resource-groups"),
    ("resourcegroupstaggingapi", "tag"),
    ("route53resolver", "route53resolver"),
    ("s3control", "s3"),
    ("sagemakerfeaturestoreruntime", "sagemaker"),
    ("sagemakerruntime", "sagemaker"),
    ("sesv2", "ses"),
    ("sfn", "states"),
    ("ssmincidents", "ssm-incidents"),
    ("ssoadmin", "sso"),
    ("timestreamquery", "timestream"),
    ("timestreamwrite", "timestream"),
    ("wafregional", "waf-regional"),
];

/// Of the services whose resources are named by a parameter of most of their operations.
static RESOURCES: &[(&str, &str)] = &[
    ("codebuild", "codebuild:project/{ProjectName/Name?}"),
    ("dynamodb", "dynamodb:table/{TableName}"),
    ("events", "events:event-bus/{EventBusName/Name?}"),
    ("firehose", "firehose:deliverystream/{DeliveryStreamName}"),
    ("glue", "glue:job/{JobName?}"),
    ("kinesis", "kinesis:stream/{StreamARN/StreamName}"),
    ("kms", "kms:key/{KeyId}"),
    ("lambda", "lambda:function:{FunctionName}"),
    ("logs", "logs:log-group:{LogGroupName/LogGroupIdentifier}:*"),
    ("s3", "s3:::{Bucket}/{Key}"),
    ("secretsmanager", "secretsmanager:secret:{SecretId/Name#secret}"),
    ("sns", "sns:{TopicArn/TargetArn=*}"),
    ("sqs", "sqs:{QueueUrl}"),
    ("ssm", "ssm:parameter/{Name?#path}"),
    ("states", "states:{StateMachineArn/ExecutionArn/ActivityArn=*}"),
];

/// Operations that IAM knows under other names, or on other resources than its service's other operations.
static RENAMED: &[(&str, &str, &str, &str)] = &[
    ("bedrock", "Converse", "bedrock:InvokeModel", "bedrock::foundation-model/{ModelId}"),
    ("bedrock", "InvokeModel", "bedrock:InvokeModel", "bedrock::foundation-model/{ModelId}"),
    ("dynamodb", "BatchGetItem", "dynamodb:BatchGetItem", "dynamodb:table/*"),
    ("dynamodb", "BatchWriteItem", "dynamodb:BatchWriteItem", "dynamodb:table/*"),
    ("dynamodb", "ListTables", "dynamodb:ListTables", "*"),
    ("dynamodb", "TransactGetItems", "dynamodb:GetItem", "dynamodb:table/*"),
    (
        "dynamodb",
        "TransactWriteItems",
        "dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:ConditionCheckItem",
        "dynamodb:table/*",
    ),
    ("events", "PutEvents", "events:PutEvents", "events:event-bus/{Entries[].EventBusName=default}"),
    ("iot", "Publish", "iot:Publish", "iot:topic/{Topic}"),
    ("lambda", "Invoke", "lambda:InvokeFunction", "lambda:function:{FunctionName}"),
    ("lambda", "ListFunctions", "lambda:ListFunctions", "*"),
    ("s3", "CompleteMultipartUpload", "s3:PutObject", "s3:::{Bucket}/{Key}"),
    ("s3", "CopyObject", "s3:GetObject s3:PutObject", "s3:::{Bucket}/{Key} s3:::{CopySource}"),
    ("s3", "CreateBucket", "s3:CreateBucket", "s3:::{Bucket}"),
    ("s3", "CreateMultipartUpload", "s3:PutObject", "s3:::{Bucket}/{Key}"),
    ("s3", "DeleteBucket", "s3:DeleteBucket", "s3:::{Bucket}"),
    ("s3", "DeleteObjects", "s3:DeleteObject", "s3:::{Bucket}/*"),
    ("s3", "GetBucketLocation", "s3:GetBucketLocation", "s3:::{Bucket}"),
    ("s3", "HeadBucket", "s3:ListBucket", "s3:::{Bucket}"),
    ("s3", "HeadObject", "s3:GetObject", "s3:::{Bucket}/{Key}"),
    ("s3", "ListBuckets", "s3:ListAllMyBuckets", "*"),
    ("s3", "ListObjectVersions", "s3:ListBucketVersions", "s3:::{Bucket}"),
    ("s3", "ListObjects", "s3:ListBucket", "s3:::{Bucket}"),
    ("s3", "ListObjectsV2", "s3:ListBucket", "s3:::{Bucket}"),
    ("s3", "UploadPart", "s3:PutObject", "s3:::{Bucket}/{Key}"),
    ("sns", "PublishBatch", "sns:Publish", "sns:{TopicArn}"),
    ("sqs", "ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility", "sqs:{QueueUrl}"),
    ("sqs", "DeleteMessageBatch", "sqs:DeleteMessage", "sqs:{QueueUrl}"),
    ("sqs", "GetQueueUrl", "sqs:GetQueueUrl", "sqs:{QueueName}"),
    ("sqs", "ListQueues", "sqs:ListQueues", "*"),
    ("sqs", "SendMessageBatch", "sqs:SendMessage", "sqs:{QueueUrl}"),
    ("ssm", "GetParameters", "ssm:GetParameters", "ssm:parameter/*"),
    ("ssm", "GetParametersByPath", "ssm:GetParametersByPath", "ssm:parameter/{Path#path}"),
];
