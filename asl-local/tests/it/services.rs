//! Tasks of services, by a handler that the server is given.

use std::sync::Arc;

use asl_engine::{Failure, Task, TaskHandler};
use asl_local::Config;
use asl_model::{ExpressPatterns, Pattern, ResourceKind};
use asl_value::{Value, json};

use crate::client::{Client, one_state, text};

/// Returns its arguments. A task with a token is submitted and never ends by itself.
struct Services;

#[async_trait::async_trait]
impl TaskHandler for Services {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match task.resource.kind() {
            ResourceKind::Service { pattern: Pattern::RequestResponse, .. } => Ok(task.arguments),
            ResourceKind::Service { service: "sqs", .. } => {
                // The consumer is quick: it returns the token before the queue has responded.
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                task.submitted(json!({"MessageId": "1"}));
                std::future::pending().await
            }
            ResourceKind::Service { .. } => {
                task.submitted(json!({"JobId": "1"}));
                std::future::pending().await
            }
            _ => Err(Failure::new("Broken", "no service")),
        }
    }
}

async fn client() -> Client {
    Client::of(Config { services: Some(Arc::new(Services)), ..Config::default() }).await
}

fn task(resource: &str) -> Value {
    one_state(json!({
        "Type": "Task", "Resource": resource, "End": true,
        "Parameters": {"token.$": "$$.Task.Token"}
    }))
}

#[tokio::test]
async fn services_are_called() {
    let client = client().await;
    let machine = json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": true});
    let machine = client.machine("EXPRESS", one_state(machine)).await;
    let request = json!({"stateMachineArn": machine, "input": r#"{"TableName":"t"}"#});
    let ended = client.ok("StartSyncExecution", request).await;
    assert_eq!(text(&ended, "output"), r#"{"TableName":"t"}"#);
    let machine =
        json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true});
    let machine = client.machine("STANDARD", one_state(machine)).await;
    let ended = client.ended(&client.start(&machine, "{}").await).await;
    assert_eq!([text(&ended, "error"), text(&ended, "cause")], ["Broken", "no service"]);
}

#[tokio::test]
async fn without_services_there_are_mocks() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", task("arn:aws:states:::batch:submitJob.sync")).await;
    let ended = client.ended(&client.start(&machine, "{}").await).await;
    assert_eq!(text(&ended, "error"), "States.Runtime");
    assert!(text(&ended, "cause").ends_with("also with `--lambda-endpoint`"));
}

#[tokio::test]
async fn tokens_end_callbacks_and_jobs() {
    for resource in
        ["arn:aws:states:::sqs:sendMessage.waitForTaskToken", "arn:aws:states:::batch:submitJob.sync"]
    {
        for kind in ["STANDARD", "EXPRESS"] {
            let client = Client::of(Config {
                services: Some(Arc::new(Services)),
                express_history: true,
                express_patterns: ExpressPatterns::All,
                ..Config::default()
            });
            let client = client.await;
            let machine = client.machine(kind, task(resource)).await;
            let arn = client.start(&machine, "{}").await;
            let token = token(&client, &arn).await;
            client.ok("SendTaskSuccess", json!({"taskToken": token, "output": "[1]"})).await;
            assert_eq!(text(&client.ended(&arn).await, "output"), "[1]");
            let types = client.event_types(&arn).await;
            assert_eq!(
                types[2..6],
                ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"],
                "{kind} {resource}"
            );
        }
    }
}

/// The token in the parameters of the scheduled task.
async fn token(client: &Client, arn: &str) -> String {
    loop {
        let history = client.ok("GetExecutionHistory", json!({"executionArn": arn})).await;
        let events = history["events"].as_array().expect("events").to_vec();
        if let Some(event) = events.iter().find(|event| event["type"] == json!("TaskScheduled")) {
            let parameters = text(&event["taskScheduledEventDetails"], "parameters");
            return text(&Value::parse(&parameters).expect("JSON"), "token");
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}
