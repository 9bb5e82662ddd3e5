//! Bedrock, SageMaker.

use super::grant::{IntegrationGrants, grant, integration, pass_role, rule};

pub(super) static INTEGRATIONS: &[IntegrationGrants] = &[
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
];
