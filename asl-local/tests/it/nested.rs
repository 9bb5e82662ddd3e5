//! `states:startExecution` of this very server.

use asl_value::{Value, json};

use crate::client::{Client, one_state, pass, text, wait};

async fn run(client: &Client, child: &str, pattern: &str) -> Value {
    let parent = one_state(json!({
        "Type": "Task", "End": true, "Resource": format!("arn:aws:states:::states:startExecution{pattern}"),
        "Parameters": {"StateMachineArn": child, "Name": "child", "Input": {"a": 1}}
    }));
    let parent = client.machine("STANDARD", parent).await;
    let arn = client.start(&parent, "{}").await;
    client.ended(&arn).await
}

#[tokio::test]
async fn a_child_is_started_or_waited_for() {
    for (pattern, input) in [("", Value::Null), (".sync", r#"{"a":1}"#.into()), (".sync:2", json!({"a": 1}))]
    {
        let client = Client::new().await;
        let child = client.machine("STANDARD", pass()).await;
        let output = Value::parse(&text(&run(&client, &child, pattern).await, "output")).unwrap();
        let arn = format!("{}:child", child.replace(":stateMachine:", ":execution:"));
        assert_eq!(text(&output, "ExecutionArn"), arn, "{pattern}");
        assert_eq!(output["Input"], input, "{pattern}");
        assert_eq!(output["Output"], input, "{pattern}");
        assert!(output["StartDate"].as_i64().is_some(), "{output}");
        assert_eq!(output["SdkHttpMetadata"].is_null(), !pattern.is_empty());
    }
}

/// AWS documents it for STANDARD children only.
#[tokio::test]
async fn an_express_child_is_waited_for() {
    for (pattern, output) in [(".sync", r#"{"a":1}"#.into()), (".sync:2", json!({"a": 1}))] {
        let client = Client::new().await;
        let child = client.machine("EXPRESS", pass()).await;
        let ended = Value::parse(&text(&run(&client, &child, pattern).await, "output")).unwrap();
        assert_eq!(ended["Output"], output, "{pattern}");
    }
}

#[tokio::test]
async fn a_child_that_fails_is_the_cause() {
    let client = Client::new().await;
    let child =
        client.machine("STANDARD", one_state(json!({"Type": "Fail", "Error": "E", "Cause": "C"}))).await;
    let ended = run(&client, &child, ".sync:2").await;
    assert_eq!(text(&ended, "error"), "States.TaskFailed");
    let cause = Value::parse(&text(&ended, "cause")).unwrap();
    let names: Vec<String> = cause.as_object().unwrap().keys().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "Cause",
            "Error",
            "ExecutionArn",
            "Input",
            "InputDetails",
            "Name",
            "StartDate",
            "StateMachineArn",
            "Status",
            "StopDate"
        ]
    );
    assert_eq!(cause["Input"], r#"{"a":1}"#.into());
}

#[tokio::test]
async fn a_child_that_does_not_exist() {
    let client = Client::new().await;
    let child = "arn:aws:states:us-east-1:123456789012:stateMachine:none";
    let ended = run(&client, child, "").await;
    assert_eq!(text(&ended, "error"), "StepFunctions.StateMachineDoesNotExistException");
    let cause = text(&ended, "cause");
    let start = format!(
        "State Machine Does Not Exist: '{child}' (Service: AWSStepFunctions; Status Code: 400; Error Code: \
         StateMachineDoesNotExist; Request ID: "
    );
    assert!(cause.starts_with(&start) && cause.ends_with("; Proxy: null)"), "{cause}");
}

#[tokio::test]
async fn a_child_hands_back_the_token() {
    let client = Client::new().await;
    let activity = text(&client.ok("CreateActivity", json!({"name": "a"})).await, "activityArn");
    let child = client
        .machine("STANDARD", one_state(json!({"Type": "Task", "Resource": activity.as_str(), "End": true})))
        .await;
    let parent = one_state(json!({
        "Type": "Task", "End": true, "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken",
        "Parameters": {"StateMachineArn": child, "Input": {"token.$": "$$.Task.Token"}}
    }));
    let parent = client.machine("STANDARD", parent).await;
    let arn = client.start(&parent, "{}").await;
    let task = client.ok("GetActivityTask", json!({"activityArn": activity})).await;
    let input = Value::parse(&text(&task, "input")).unwrap();
    client.ok("SendTaskSuccess", json!({"taskToken": input["token"].clone(), "output": "\"done\""})).await;
    assert_eq!(text(&client.ended(&arn).await, "output"), "\"done\"");
    let types = client.event_types(&arn).await;
    assert_eq!(types[3..6], ["TaskStarted", "TaskSubmitted", "TaskSucceeded"]);
}

#[tokio::test]
async fn a_child_is_stopped_with_its_parent() {
    let client = Client::new().await;
    let child = client.machine("STANDARD", wait()).await;
    let parent = one_state(json!({
        "Type": "Task", "End": true, "Resource": "arn:aws:states:::states:startExecution.sync",
        "Parameters": {"StateMachineArn": child.as_str(), "Name": "child"}, "TimeoutSeconds": 1
    }));
    let parent = client.machine("STANDARD", parent).await;
    let arn = client.start(&parent, "{}").await;
    assert_eq!(text(&client.ended(&arn).await, "error"), "States.Timeout");
    let child = format!("{}:child", child.replace(":stateMachine:", ":execution:"));
    assert_eq!(text(&client.ended(&child).await, "status"), "ABORTED");
}
