//! Executions continue after the server was killed. A test copies the folder while they run, and a second server continues
//! with the copy. The first one, which is never interrupted, shows how they must end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{Failure, Task, TaskHandler};
use asl_local::Config;
use asl_value::{Value, json};

use super::folder::{Folder, Served};
use crate::client::{Client, one_state, text};

/// A service that remembers its calls. One with a token stays open, as the message of a callback does.
#[derive(Default)]
struct Service(Mutex<Vec<(String, Option<String>)>>);

impl Service {
    fn calls(&self) -> Vec<(String, Option<String>)> {
        self.0.lock().expect("calls").clone()
    }
}

#[async_trait::async_trait]
impl TaskHandler for Service {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let token = task.token.as_ref().map(|token| token.as_text().to_string());
        self.0.lock().expect("calls").push((task.state.to_owned(), token.clone()));
        if token.is_some() {
            task.submitted(json!({"MessageId": "1"}));
            return std::future::pending().await;
        }
        match task.attempt {
            0 if task.state == "Flaky" => Err(Failure::new("Busy", "at first")),
            _ => Ok(json!({"state": task.state})),
        }
    }
}

async fn serve(folder: &Folder) -> (Served, Arc<Service>) {
    let service = Arc::new(Service::default());
    let services = Some(Arc::clone(&service) as Arc<dyn TaskHandler>);
    (Served::of(folder.open(), Config { services, ..Config::default() }).await, service)
}

/// The history without times, and without the names of what is random.
async fn history(client: &Client, execution: &str) -> Vec<Value> {
    let history =
        client.ok("GetExecutionHistory", json!({"executionArn": execution, "maxResults": 1000})).await;
    let events = history["events"].as_array().expect("events").iter().map(|event| {
        let mut members = event.as_object().expect("an event").clone();
        members.remove("timestamp");
        Value::Object(members)
    });
    events.collect()
}

/// Waits until an execution has an event of a type.
async fn reaches(client: &Client, execution: &str, event: &str) {
    for _ in 0..500 {
        if client.event_types(execution).await.iter().any(|known| known == event) {
            // What follows from it is written.
            tokio::time::sleep(Duration::from_millis(50)).await;
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{execution} never has a {event}");
}

/// Starts an execution, kills the server when it has an event, and lets `act` do what the outside does, on both servers.
/// The execution must end in the same way.
async fn check(definition: Value, event: &str, act: impl AsyncFn(&Client, &str)) -> Vec<Value> {
    let folder = Folder::new();
    let (first, _) = serve(&folder).await;
    first.client.ok("CreateActivity", json!({"name": "a"})).await;
    let machine = first.client.machine("STANDARD", definition).await;
    let execution = first.client.start(&machine, r#"{"n": [1, 2, 3]}"#).await;
    reaches(&first.client, &execution, event).await;
    let copy = folder.killed();
    let (second, _) = serve(&copy).await;
    act(&first.client, &execution).await;
    act(&second.client, &execution).await;
    let ended = first.client.ended(&execution).await;
    let resumed = second.client.ended(&execution).await;
    let cause = resumed["cause"].as_str().unwrap_or_default();
    assert_eq!((&resumed["status"], &resumed["output"]), (&ended["status"], &ended["output"]), "{cause}");
    let expected = history(&first.client, &execution).await;
    assert_eq!(history(&second.client, &execution).await, expected);
    first.stop().await;
    second.stop().await;
    // What was resumed is kept as any other.
    let (third, _) = serve(&copy).await;
    assert_eq!(history(&third.client, &execution).await, expected);
    third.stop().await;
    expected
}

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:a";

async fn nothing(_: &Client, _: &str) {}

#[tokio::test]
async fn waits_and_retries_go_on() {
    let wait = json!({"Type": "Wait", "Seconds": 1, "Next": "After"});
    let after = json!({"Type": "Pass", "End": true});
    check(json!({"StartAt": "W", "States": {"W": wait, "After": after}}), "WaitStateEntered", nothing).await;

    let retry = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2}]);
    let flaky = json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Retry": retry, "End": true});
    let events =
        check(json!({"StartAt": "Flaky", "States": {"Flaky": flaky}}), "LambdaFunctionFailed", nothing).await;
    assert_eq!(events.last().expect("an event")["type"], json!("ExecutionSucceeded"));
}

#[tokio::test]
async fn an_activity_keeps_its_token() {
    let task = one_state(json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 600, "End": true}));
    let take = async |client: &Client| {
        let task = client.ok("GetActivityTask", json!({"activityArn": ACTIVITY, "workerName": "w"})).await;
        text(&task, "taskToken")
    };
    // Not taken yet: each server has the task, with the same token.
    let tokens = Mutex::new(Vec::new());
    check(task.clone(), "ActivityScheduled", async |client: &Client, _: &str| {
        let token = take(client).await;
        client.ok("SendTaskSuccess", json!({"taskToken": token.as_str(), "output": "7"})).await;
        tokens.lock().expect("tokens").push(token);
    })
    .await;
    let tokens = tokens.into_inner().expect("tokens");
    assert_eq!((tokens.len(), &tokens[0]), (2, &tokens[1]));

    // Taken: the worker ends it, and no other worker gets it.
    let folder = Folder::new();
    let (first, _) = serve(&folder).await;
    first.client.ok("CreateActivity", json!({"name": "a"})).await;
    let machine = first.client.machine("STANDARD", task).await;
    let execution = first.client.start(&machine, "{}").await;
    let token = take(&first.client).await;
    let copy = folder.killed();
    // The answer to a worker may be lost with the process.
    first.client.ok("SendTaskSuccess", json!({"taskToken": token.as_str(), "output": "8"})).await;
    let answered = folder.killed();
    first.client.ended(&execution).await;
    let expected = history(&first.client, &execution).await;
    let (second, _) = serve(&copy).await;
    second.client.ok("SendTaskHeartbeat", json!({"taskToken": token.as_str()})).await;
    second.client.ok("SendTaskSuccess", json!({"taskToken": token, "output": "8"})).await;
    let (third, _) = serve(&answered).await;
    for served in [second, third] {
        assert_eq!(served.client.ended(&execution).await["output"], json!("8"));
        assert_eq!(history(&served.client, &execution).await, expected);
        served.stop().await;
    }
    first.stop().await;
}

#[tokio::test]
async fn a_callback_keeps_its_token_and_is_not_sent_again() {
    let callback = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "q", "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": true
    }));
    let folder = Folder::new();
    let (first, sent) = serve(&folder).await;
    let machine = first.client.machine("STANDARD", callback).await;
    let execution = first.client.start(&machine, "{}").await;
    reaches(&first.client, &execution, "TaskSubmitted").await;
    let copy = folder.killed();
    let token = sent.calls()[0].1.clone().expect("a token");
    let (second, sent_again) = serve(&copy).await;
    for served in [&first, &second] {
        let failed = json!({"taskToken": token.as_str(), "error": "No", "cause": "why"});
        served.client.ok("SendTaskFailure", failed).await;
        assert_eq!(served.client.ended(&execution).await["error"], json!("No"));
    }
    assert_eq!(history(&first.client, &execution).await, history(&second.client, &execution).await);
    assert_eq!(sent_again.calls(), []);
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn branches_iterations_and_nested_executions_go_on() {
    let wait = |name: &str| json!({"StartAt": name, "States": {(name): {"Type": "Wait", "Seconds": 1, "End": true}}});
    let call = json!({"StartAt": "T", "States": {"T": {
        "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true
    }}});
    let map = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "ItemsPath": "$.n", "ItemProcessor": wait("I"), "End": true
    }}});
    let parallel = json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [wait("W"), call, map], "End": true}}});
    check(parallel, "LambdaFunctionSucceeded", nothing).await;
}

#[tokio::test]
async fn a_parent_waits_for_the_child_of_an_earlier_process() {
    let folder = Folder::new();
    let (first, _) = serve(&folder).await;
    let child =
        first.client.machine("STANDARD", one_state(json!({"Type": "Wait", "Seconds": 1, "End": true}))).await;
    let parent = one_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child.as_str(), "Input": {"a": 1}},
        "ResultSelector": {"output.$": "$.Output", "status.$": "$.Status"},
        "End": true
    }));
    let parent = first.client.machine("STANDARD", parent).await;
    let execution = first.client.start(&parent, "{}").await;
    reaches(&first.client, &execution, "TaskSubmitted").await;
    let copy = folder.killed();
    let (second, _) = serve(&copy).await;
    for served in [&first, &second] {
        let ended = served.client.ended(&execution).await;
        assert_eq!(ended["output"], json!(r#"{"output":{"a":1},"status":"SUCCEEDED"}"#));
        let children = served.client.ok("ListExecutions", json!({"stateMachineArn": child.as_str()})).await;
        assert_eq!(children["executions"].as_array().expect("a list").len(), 1);
    }
    first.stop().await;
    second.stop().await;
}

#[tokio::test]
async fn a_map_run_goes_on_with_its_children() {
    let map = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map",
        "Label": "each",
        "ItemsPath": "$.n",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "W",
            "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": true}}
        },
        "End": true
    }}});
    let runs = Mutex::new(Vec::new());
    check(map, "MapRunStarted", async |client: &Client, execution: &str| {
        client.ended(execution).await;
        let run = client.ok("ListMapRuns", json!({"executionArn": execution})).await["mapRuns"][0].clone();
        let arn = text(&run, "mapRunArn");
        let run = client.ok("DescribeMapRun", json!({"mapRunArn": arn.as_str()})).await;
        let children = client.ok("ListExecutions", json!({"mapRunArn": arn})).await;
        let mut names: Vec<String> = children["executions"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|child| text(child, "name"))
            .collect();
        names.sort();
        runs.lock().expect("runs").push((run["executionCounts"].clone(), names));
    })
    .await;
    let runs = runs.into_inner().expect("runs");
    assert_eq!((&runs[0], runs[0].1.len()), (&runs[1], 3));
}

#[tokio::test]
async fn a_failed_execution_is_redriven_after_a_restart() {
    let folder = Folder::new();
    let (first, _) = serve(&folder).await;
    first.client.ok("CreateActivity", json!({"name": "a"})).await;
    let task = json!({"Type": "Task", "Resource": ACTIVITY, "End": true});
    let before =
        json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "A"});
    let machine = json!({"StartAt": "T", "States": {"T": before, "A": task}});
    let machine = first.client.machine("STANDARD", machine).await;
    let execution = first.client.start(&machine, "{}").await;
    let work = async |client: &Client, request: Value| {
        let task = client.ok("GetActivityTask", json!({"activityArn": ACTIVITY})).await;
        let mut members = request.as_object().expect("a request").clone();
        members.insert("taskToken", task["taskToken"].clone());
        let action = if members.contains_key("output") { "SendTaskSuccess" } else { "SendTaskFailure" };
        client.ok(action, Value::Object(members)).await;
    };
    work(&first.client, json!({"error": "E"})).await;
    first.client.ended(&execution).await;
    first.stop().await;

    // Twice: the second redrive begins where the first one failed.
    let (second, called) = serve(&folder).await;
    let request = json!({"executionArn": execution.as_str()});
    let described = second.client.ok("DescribeExecution", request.clone()).await;
    assert_eq!(described["redriveStatus"], json!("REDRIVABLE"), "{described}");
    second.client.ok("RedriveExecution", request.clone()).await;
    let copy = folder.killed();
    work(&second.client, json!({"error": "F"})).await;
    second.client.ended(&execution).await;
    second.stop().await;
    assert_eq!(called.calls(), []);

    let (third, _) = serve(&folder).await;
    third.client.ok("RedriveExecution", request.clone()).await;
    work(&third.client, json!({"output": "1"})).await;
    let ended = third.client.ended(&execution).await;
    assert_eq!((&ended["status"], &ended["redriveCount"]), (&json!("SUCCEEDED"), &json!(2)));
    let types = third.client.event_types(&execution).await;
    assert_eq!(types.iter().filter(|name| *name == "ExecutionRedriven").count(), 2, "{types:?}");
    let ids: Vec<Value> =
        history(&third.client, &execution).await.iter().map(|event| event["id"].clone()).collect();
    let expected: Vec<Value> = (1..=ids.len()).map(Value::from).collect();
    assert_eq!(ids, expected);
    third.stop().await;

    // Killed while it was redriven.
    let (fourth, called) = serve(&copy).await;
    work(&fourth.client, json!({"output": "2"})).await;
    assert_eq!(fourth.client.ended(&execution).await["output"], json!("2"));
    assert_eq!(called.calls(), []);
    fourth.stop().await;
}
