//! Map Runs and their child executions.

use asl_local::{ChildThreads, Config};
use asl_value::{Value, json};
use tokio::runtime::Handle;

use crate::client::{Client, text};

/// A distributed Map over its input, whose children begin with the state `X` of these.
fn map(kind: &str, states: Value, more: &[(&str, Value)]) -> Value {
    let mut map = json!({
        "Type": "Map",
        "Label": "each",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": "X",
            "States": states
        },
        "End": true
    });
    let Value::Object(members) = &mut map else { unreachable!() };
    more.iter().for_each(|(name, value)| {
        members.insert(*name, value.clone());
    });
    json!({"StartAt": "M", "States": {"M": map}})
}

fn pass() -> Value {
    json!({"X": {"Type": "Pass", "End": true}})
}

fn wait() -> Value {
    json!({"X": {"Type": "Wait", "Seconds": 3600, "End": true}})
}

/// Clients of a server that runs children in the future of their parent, and of one that runs them on threads.
async fn clients() -> [Client; 2] {
    let children = Some(ChildThreads::new(Handle::current()));
    [Client::new().await, Client::of(Config { children, ..Config::default() }).await]
}

async fn map_run(client: &Client, execution: &str) -> String {
    for _ in 0..500 {
        let listed = client.ok("ListMapRuns", json!({"executionArn": execution})).await;
        if let Some(map_run) = listed["mapRuns"].as_array().unwrap().first() {
            return text(map_run, "mapRunArn");
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("{execution} begins no Map Run");
}

/// The children of a Map Run with this status, once there are `count` of them.
async fn children(client: &Client, map_run: &str, status: &str, count: usize) -> Vec<Value> {
    for _ in 0..500 {
        let request = json!({"mapRunArn": map_run, "statusFilter": status});
        let listed = client.ok("ListExecutions", request).await;
        let children = listed["executions"].as_array().unwrap();
        if children.len() == count {
            return children.to_vec();
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("there are never {count} children that are {status}");
}

fn counts(pairs: &[(&str, u64)]) -> Value {
    let names = [
        "pending",
        "running",
        "succeeded",
        "failed",
        "timedOut",
        "aborted",
        "total",
        "resultsWritten",
        "failuresNotRedrivable",
        "pendingRedrive",
    ];
    let count = |name: &str| pairs.iter().find(|(known, _)| *known == name).map_or(0, |(_, count)| *count);
    names.into_iter().map(|name| (name, Value::from(count(name)))).collect::<asl_value::Object>().into()
}

#[tokio::test]
async fn a_map_run_is_described_with_its_children() {
    for client in clients().await {
        check_description(&client).await;
    }
}

async fn check_description(client: &Client) {
    let batcher = ("ItemBatcher", json!({"MaxItemsPerBatch": 2}));
    let machine = client.machine("STANDARD", map("STANDARD", pass(), &[batcher])).await;
    let execution = client.start(&machine, "[1,2,3]").await;
    assert_eq!(client.ended(&execution).await["status"], json!("SUCCEEDED"));
    let arn = map_run(client, &execution).await;
    let prefix = format!("{}/each:", machine.replace(":stateMachine:", ":mapRun:"));
    assert!(arn.starts_with(&prefix), "{arn}");

    let listed = client.ok("ListMapRuns", json!({"executionArn": execution.as_str()})).await;
    let described = client.ok("DescribeMapRun", json!({"mapRunArn": arn.as_str()})).await;
    let (started, stopped) = (described["startDate"].clone(), described["stopDate"].clone());
    let expected = json!({
        "executionArn": execution.as_str(), "mapRunArn": arn.as_str(), "stateMachineArn": format!("{machine}/each"),
        "startDate": started.clone(), "stopDate": stopped.clone()
    });
    assert_eq!(listed, json!({"mapRuns": [expected]}));
    let expected = json!({
        "mapRunArn": arn.as_str(), "executionArn": execution.as_str(), "status": "SUCCEEDED",
        "startDate": started, "stopDate": stopped,
        "maxConcurrency": 0, "toleratedFailurePercentage": 0, "toleratedFailureCount": 0,
        "itemCounts": counts(&[("succeeded", 3), ("total", 3), ("resultsWritten", 3)]),
        "executionCounts": counts(&[("succeeded", 2), ("total", 2), ("resultsWritten", 2)]),
        "redriveCount": 0
    });
    assert_eq!(described, expected);

    let children = children(client, &arn, "SUCCEEDED", 2).await;
    // The last one started comes first.
    assert_eq!(
        children.iter().map(|child| child["itemCount"].clone()).collect::<Vec<_>>(),
        [json!(1), json!(2)]
    );
    let child = text(&children[1], "executionArn");
    assert!(
        child.starts_with(&format!("{}/each:", machine.replace(":stateMachine:", ":execution:"))),
        "{child}"
    );
    let described = client.ok("DescribeExecution", json!({"executionArn": child.as_str()})).await;
    assert_eq!(
        (&described["mapRunArn"], &described["input"]),
        (&json!(arn.as_str()), &json!(r#"{"Items":[1,2]}"#))
    );
    assert_eq!(described["stateMachineArn"], json!(format!("{machine}/each")));
    let expected = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"];
    assert_eq!(client.event_types(&child).await, expected);
    let of_it = client.ok("DescribeStateMachineForExecution", json!({"executionArn": child})).await;
    assert_eq!((&of_it["mapRunArn"], &of_it["label"]), (&json!(arn), &json!("each")));
    // They are not among the machine's own executions.
    let own = client.ok("ListExecutions", json!({"stateMachineArn": machine})).await;
    assert_eq!(own["executions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_map_run_is_changed_while_it_runs_and_aborted_with_its_execution() {
    for client in clients().await {
        check_change(&client).await;
    }
}

async fn check_change(client: &Client) {
    let machine = client.machine("STANDARD", map("STANDARD", wait(), &[("MaxConcurrency", json!(1))])).await;
    let execution = client.start(&machine, "[1,2,3]").await;
    let arn = map_run(client, &execution).await;
    children(client, &arn, "RUNNING", 1).await;
    client.ok("UpdateMapRun", json!({"mapRunArn": arn.as_str(), "maxConcurrency": 2})).await;
    let running = children(client, &arn, "RUNNING", 2).await;
    // A child can be stopped, which fails a Map Run that tolerates no failures.
    client.ok("UpdateMapRun", json!({"mapRunArn": arn.as_str(), "toleratedFailureCount": 1})).await;
    client.ok("StopExecution", json!({"executionArn": text(&running[0], "executionArn")})).await;
    children(client, &arn, "ABORTED", 1).await;
    children(client, &arn, "RUNNING", 2).await;
    let described = client.ok("DescribeMapRun", json!({"mapRunArn": arn.as_str()})).await;
    assert_eq!(described["status"], json!("RUNNING"));
    assert_eq!(described["executionCounts"], counts(&[("running", 2), ("aborted", 1), ("total", 3)]));

    client.ok("StopExecution", json!({"executionArn": execution.as_str()})).await;
    children(client, &arn, "ABORTED", 3).await;
    let described = client.ok("DescribeMapRun", json!({"mapRunArn": arn.as_str()})).await;
    assert_eq!(described["status"], json!("ABORTED"));
    let update = json!({"mapRunArn": arn.as_str(), "maxConcurrency": 9});
    client
        .refused("UpdateMapRun", update, "ValidationException", &format!("Map Run is not RUNNING: '{arn}'"))
        .await;
    let none = format!("{arn}0");
    let message = format!("Resource not found: '{none}'");
    client.refused("DescribeMapRun", json!({"mapRunArn": none}), "ResourceNotFound", &message).await;
}

#[tokio::test]
async fn children_of_the_type_express_are_described_without_a_history() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", map("EXPRESS", pass(), &[])).await;
    let execution = client.start(&machine, "[1]").await;
    client.ended(&execution).await;
    let arn = map_run(&client, &execution).await;
    let child = text(&children(&client, &arn, "SUCCEEDED", 1).await[0], "executionArn");
    assert!(child.contains(":express:") && child.contains("/each:"), "{child}");
    let described = client.ok("DescribeExecution", json!({"executionArn": child})).await;
    assert_eq!((&described["status"], &described["output"]), (&json!("SUCCEEDED"), &json!("1")));
}

#[tokio::test]
async fn a_failed_map_run_stops_the_children_that_run() {
    for client in clients().await {
        check_failure(&client).await;
    }
}

async fn check_failure(client: &Client) {
    let states = json!({
        "X": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "F"}], "Default": "W"},
        "F": {"Type": "Fail", "Error": "Down"},
        "W": {"Type": "Wait", "Seconds": 3600, "End": true}
    });
    let machine = client.machine("STANDARD", map("STANDARD", states, &[])).await;
    let execution = client.start(&machine, "[0,1]").await;
    let ended = client.ended(&execution).await;
    assert_eq!(ended["error"], json!("States.ExceedToleratedFailureThreshold"));
    let arn = map_run(client, &execution).await;
    children(client, &arn, "FAILED", 1).await;
    let aborted = children(client, &arn, "ABORTED", 1).await;
    let child = text(&aborted[0], "executionArn");
    let expected = [
        "ExecutionStarted",
        "ChoiceStateEntered",
        "ChoiceStateExited",
        "WaitStateEntered",
        "ExecutionAborted",
    ];
    assert_eq!(client.event_types(&child).await, expected);
    let described = client.ok("DescribeMapRun", json!({"mapRunArn": arn})).await;
    assert_eq!(described["status"], json!("FAILED"));
}

/// Of eight children, four wait, one has failed, two have succeeded, and one has not begun.
#[tokio::test]
async fn counts_are_live() {
    let states = json!({
        "X": {"Type": "Choice", "Default": "Done", "Choices": [
            {"Variable": "$", "NumericEquals": 1, "Next": "F"}, {"Variable": "$", "NumericEquals": 2, "Next": "W"}]},
        "F": {"Type": "Fail", "Error": "Down"},
        "W": {"Type": "Wait", "Seconds": 3600, "End": true},
        "Done": {"Type": "Succeed"}
    });
    for client in clients().await {
        let more = [("ToleratedFailureCount", json!(1)), ("MaxConcurrency", json!(4))];
        let machine = client.machine("STANDARD", map("STANDARD", states.clone(), &more)).await;
        let execution = client.start(&machine, "[2,0,1,2,0,2,2,2]").await;
        let arn = map_run(&client, &execution).await;
        children(&client, &arn, "RUNNING", 4).await;
        children(&client, &arn, "SUCCEEDED", 2).await;
        let described = client.ok("DescribeMapRun", json!({"mapRunArn": arn})).await;
        assert_eq!(described["status"], json!("RUNNING"));
        let live = counts(&[("pending", 1), ("running", 4), ("succeeded", 2), ("failed", 1), ("total", 8)]);
        assert_eq!((&described["itemCounts"], &described["executionCounts"]), (&live, &live));
        client.ok("StopExecution", json!({"executionArn": execution})).await;
    }
}
