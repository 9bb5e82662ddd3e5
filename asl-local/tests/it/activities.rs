//! Activities and task tokens.

use asl_value::{Value, json};

use crate::client::{Client, one_state, text};

async fn activity(client: &Client, more: Value) -> (String, String) {
    let arn = text(&client.ok("CreateActivity", json!({"name": "work"})).await, "activityArn");
    let mut state =
        json!({"Type": "Task", "Resource": arn.as_str(), "End": true}).as_object().unwrap().clone();
    for (name, value) in more.as_object().unwrap().clone() {
        state.insert(name, value);
    }
    let machine = client.machine("STANDARD", one_state(state.into())).await;
    (arn, machine)
}

#[tokio::test]
async fn a_worker_does_the_work() {
    let client = Client::new().await;
    let (activity, machine) = activity(&client, json!({})).await;
    // The worker polls before there is a task.
    let poll = client.ok("GetActivityTask", json!({"activityArn": activity.as_str(), "workerName": "w"}));
    let poll = tokio::spawn(poll);
    let arn = client.start(&machine, r#"{"n": 1}"#).await;
    let task = poll.await.expect("a task");
    assert_eq!(text(&task, "input"), r#"{"n":1}"#);
    let token = text(&task, "taskToken");
    client.ok("SendTaskHeartbeat", json!({"taskToken": token.as_str()})).await;
    let bad = json!({"taskToken": token.as_str(), "output": "{"});
    let answer = client.call("SendTaskSuccess", bad).await;
    assert!(text(&answer.body, "__type").ends_with("#InvalidOutput"), "{}", answer.body);
    client.ok("SendTaskSuccess", json!({"taskToken": token.as_str(), "output": "[2]"})).await;
    assert_eq!(text(&client.ended(&arn).await, "output"), "[2]");
    assert_eq!(
        client.event_types(&arn).await,
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "ActivityScheduled",
            "ActivityStarted",
            "ActivitySucceeded",
            "TaskStateExited",
            "ExecutionSucceeded"
        ]
    );
    // An unchanged input keeps its text.
    let history = client.ok("GetExecutionHistory", json!({"executionArn": arn.as_str()})).await;
    assert_eq!(text(&history["events"][2]["activityScheduledEventDetails"], "input"), r#"{"n": 1}"#);
    let late = json!({"taskToken": token.as_str(), "output": "1"});
    let message = "Task Timed Out: 'Provided task does not exist anymore'";
    client.refused("SendTaskSuccess", late, "TaskTimedOut", message).await;
    // The token is checked before the output.
    let both = json!({"taskToken": "x", "output": "{"});
    client.refused("SendTaskSuccess", both, "InvalidToken", "Invalid Token: 'Invalid token'").await;
    let wrong = json!({"taskToken": "x", "error": "E"});
    client.refused("SendTaskFailure", wrong, "InvalidToken", "Invalid Token: 'Invalid token'").await;
}

#[tokio::test]
async fn a_worker_fails_or_is_late() {
    let client = Client::new().await;
    let (activity, machine) = activity(&client, json!({"TimeoutSeconds": 30, "HeartbeatSeconds": 1})).await;
    let failing = client.start(&machine, "{}").await;
    let task = client.ok("GetActivityTask", json!({"activityArn": activity.as_str()})).await;
    let failure = json!({"taskToken": task["taskToken"].clone(), "error": "Bad", "cause": "very"});
    client.ok("SendTaskFailure", failure).await;
    let ended = client.ended(&failing).await;
    assert_eq!(["status", "error", "cause"].map(|name| text(&ended, name)), ["FAILED", "Bad", "very"]);

    let late = client.start(&machine, "{}").await;
    let task = client.ok("GetActivityTask", json!({"activityArn": activity.as_str()})).await;
    assert_eq!(text(&client.ended(&late).await, "error"), "States.Timeout");
    let heartbeat = json!({"taskToken": task["taskToken"].clone()});
    let message = "Task Timed Out: 'Provided task does not exist anymore'";
    client.refused("SendTaskHeartbeat", heartbeat, "TaskTimedOut", message).await;
}

#[tokio::test]
async fn a_deleted_activity_is_never_scheduled() {
    let client = Client::new().await;
    let (activity, machine) = activity(&client, json!({})).await;
    client.ok("DeleteActivity", json!({"activityArn": activity.as_str()})).await;
    let arn = client.start(&machine, "{}").await;
    let ended = client.ended(&arn).await;
    let cause = format!(
        "An error occurred while executing the state 'S' (entered at the event id #2). \
         The activity {activity} does not exist."
    );
    assert_eq!(["error", "cause"].map(|name| text(&ended, name)), ["States.Runtime".to_owned(), cause]);
    let types = client.event_types(&arn).await;
    assert_eq!(types, ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]);
}

#[tokio::test]
async fn activities_are_kept() {
    let client = Client::new().await;
    let created = client.ok("CreateActivity", json!({"name": "a"})).await;
    assert_eq!(client.ok("CreateActivity", json!({"name": "a", "tags": []})).await, created);
    let arn = json!({"activityArn": created["activityArn"].clone()});
    let described = client.ok("DescribeActivity", arn.clone()).await;
    assert_eq!(described["encryptionConfiguration"], json!({"type": "AWS_OWNED_KEY"}));
    let listed = client.ok("ListActivities", json!({})).await;
    assert_eq!(text(&listed["activities"][0], "name"), "a");
    client.ok("DeleteActivity", arn.clone()).await;
    client.ok("DeleteActivity", arn.clone()).await;
    let message = format!("Activity Does Not Exist: '{}'", text(&created, "activityArn"));
    for action in ["DescribeActivity", "GetActivityTask"] {
        client.refused(action, arn.clone(), "ActivityDoesNotExist", &message).await;
    }
}
