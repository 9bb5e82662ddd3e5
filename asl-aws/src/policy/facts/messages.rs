//! API Gateway, DynamoDB, EventBridge, SNS, SQS, Step Functions.

use super::grant::{IntegrationGrants, grant, integration, rule};

pub(super) static INTEGRATIONS: &[IntegrationGrants] = &[
    integration(
        "apigateway",
        "invoke",
        &[grant("execute-api:Invoke", "execute-api:{ApiEndpoint#api}/{Stage=*}/{Method}/{Path#path=}")],
        &[],
    ),
    integration("dynamodb", "getItem", &[grant("dynamodb:GetItem", "dynamodb:table/{TableName}")], &[]),
    integration("dynamodb", "putItem", &[grant("dynamodb:PutItem", "dynamodb:table/{TableName}")], &[]),
    integration("dynamodb", "updateItem", &[grant("dynamodb:UpdateItem", "dynamodb:table/{TableName}")], &[]),
    integration("dynamodb", "deleteItem", &[grant("dynamodb:DeleteItem", "dynamodb:table/{TableName}")], &[]),
    integration(
        "events",
        "putEvents",
        &[grant("events:PutEvents", "events:event-bus/{Entries[].EventBusName=default}")],
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
