//! Map Runs that are redriven with their execution, and what is shown of them and of their children.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{Failure, Task, TaskHandler};
use asl_local::{ChildThreads, Config};
use asl_value::{Value, json};
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::client::{Client, text};

/// A function that fails for some items, and does not return for others until it may.
pub(crate) struct Service {
    pub(crate) calls: Mutex<Vec<i64>>,
    pub(crate) down: Mutex<BTreeSet<i64>>,
    pub(crate) held: Mutex<BTreeSet<i64>>,
    released: watch::Sender<bool>,
}

impl Service {
    pub(crate) fn new(down: &[i64], held: &[i64]) -> Arc<Service> {
        Arc::new(Service {
            calls: Mutex::default(),
            down: Mutex::new(down.iter().copied().collect()),
            held: Mutex::new(held.iter().copied().collect()),
            released: watch::Sender::new(false),
        })
    }

    /// Nothing fails any more, and these items are held.
    pub(crate) fn repair(&self, held: &[i64]) {
        self.down.lock().unwrap().clear();
        self.calls.lock().unwrap().clear();
        *self.held.lock().unwrap() = held.iter().copied().collect();
    }

    pub(crate) fn release(&self) {
        self.released.send_replace(true);
    }

    pub(crate) fn config(self: &Arc<Self>) -> Config {
        Config { services: Some(Arc::clone(self) as Arc<dyn TaskHandler>), ..Config::default() }
    }

    /// The items for which it was called, sorted.
    pub(crate) fn called(&self) -> Vec<i64> {
        let mut calls = self.calls.lock().unwrap().clone();
        calls.sort_unstable();
        calls
    }
}

#[async_trait::async_trait]
impl TaskHandler for Service {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let n = task.arguments.as_i64().unwrap_or(-1);
        self.calls.lock().unwrap().push(n);
        if self.down.lock().unwrap().contains(&n) {
            return Err(Failure::new("Down", "no power"));
        }
        let is_held = self.held.lock().unwrap().contains(&n);
        if is_held {
            let mut released = self.released.subscribe();
            let _ = released.wait_for(|released| *released).await;
        }
        Ok(json!(n * 10))
    }
}

/// A distributed Map over its input, one child at a time, of which one may fail.
pub(crate) fn map(kind: &str, more: &[(&str, Value)]) -> Value {
    let mut map = json!({
        "Type": "Map", "Label": "each", "MaxConcurrency": 1, "ToleratedFailureCount": 1, "End": true,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": "T",
            "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}
        }
    });
    let Value::Object(members) = &mut map else { unreachable!() };
    more.iter().for_each(|(name, value)| drop(members.insert(*name, value.clone())));
    json!({"StartAt": "M", "States": {"M": map}})
}

/// The Map Run of an execution, which must have one.
pub(crate) async fn map_run(client: &Client, execution: &str) -> String {
    let listed = client.ok("ListMapRuns", json!({"executionArn": execution})).await;
    let map_runs = listed["mapRuns"].as_array().unwrap();
    assert_eq!(map_runs.len(), 1, "{listed}");
    text(&map_runs[0], "mapRunArn")
}

/// Waits until the counts of a Map Run's executions are these, of those that are not 0.
pub(crate) async fn counts(client: &Client, map_run: &str, expected: &str) -> Value {
    let mut shown = String::new();
    for _ in 0..500 {
        let described = client.ok("DescribeMapRun", json!({"mapRunArn": map_run})).await;
        let counts = described["executionCounts"].as_object().unwrap();
        let counts = counts.iter().filter(|(_, count)| count.as_i64() != Some(0));
        let parts: Vec<String> = counts.map(|(name, count)| format!("{name} {count}")).collect();
        shown = format!("{} {}: {}", text(&described, "status"), described["redriveCount"], parts.join(", "));
        if shown == expected {
            return described;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{expected}, but it is: {shown}");
}

/// The inputs of a Map Run's children, sorted, with a filter.
pub(crate) async fn children(client: &Client, map_run: &str, filter: (&str, &str)) -> Vec<(String, String)> {
    let mut request = json!({"mapRunArn": map_run, "maxResults": 1});
    let Value::Object(members) = &mut request else { unreachable!() };
    members.insert(filter.0, filter.1.into());
    let mut found = Vec::new();
    loop {
        let listed = client.ok("ListExecutions", request.clone()).await;
        for child in listed["executions"].as_array().unwrap() {
            let arn = text(child, "executionArn");
            let described = client.ok("DescribeExecution", json!({"executionArn": arn})).await;
            assert_eq!(described["status"], child["status"]);
            found.push((text(&described, "input"), text(&described, "executionArn")));
        }
        let Value::Object(members) = &mut request else { unreachable!() };
        match listed["nextToken"].as_str() {
            Some(token) => drop(members.insert("nextToken", token.into())),
            None => break,
        }
    }
    found.sort();
    found
}

fn inputs(children: &[(String, String)]) -> Vec<&str> {
    children.iter().map(|(input, _)| input.as_str()).collect()
}

/// A Map Run fails at items 0 and 1, is redriven while item 0 is held, and is changed meanwhile.
async fn check(kind: &str, redriven: &[&str], history: &[&str]) {
    for threads in [None, Some(ChildThreads::new(Handle::current()))] {
        check_with(threads, kind, redriven, history).await;
    }
}

async fn check_with(threads: Option<ChildThreads>, kind: &str, redriven: &[&str], history: &[&str]) {
    let service = Service::new(&[0, 1], &[]);
    let client = Client::of(Config { children: threads, ..service.config() }).await;
    let machine = client.machine("STANDARD", map(kind, &[])).await;
    let execution = client.start(&machine, "[0,1,2,3]").await;
    let ended = client.ended(&execution).await;
    assert_eq!(text(&ended, "error"), "States.ExceedToleratedFailureThreshold");
    let arn = map_run(&client, &execution).await;
    counts(&client, &arn, "FAILED 0: pending 2, failed 2, total 4, resultsWritten 2").await;
    let failed = children(&client, &arn, ("statusFilter", "FAILED")).await;
    assert_eq!(inputs(&failed), ["0", "1"]);
    let child = json!({"executionArn": failed[0].1.as_str()});
    let described = client.ok("DescribeExecution", child.clone()).await;
    assert_eq!(
        (&described["redriveStatus"], &described["redriveCount"]),
        (&json!("REDRIVABLE_BY_MAP_RUN"), &json!(0))
    );
    if kind == "STANDARD" {
        let message = "Execution is a child of a Map Run and can only be redriven by it";
        client.refused("RedriveExecution", child.clone(), "ExecutionNotRedrivable", message).await;
    }

    service.repair(&[0, 1]);
    let first = counts(&client, &arn, "FAILED 0: pending 2, failed 2, total 4, resultsWritten 2").await;
    let redrive = client.ok("RedriveExecution", json!({"executionArn": execution.as_str()})).await;
    let running = counts(&client, &arn, "RUNNING 1: pending 2, running 1, total 4, pendingRedrive 1").await;
    assert_eq!((&running["startDate"], &running["stopDate"]), (&first["startDate"], &Value::Null));
    assert!(running["redriveDate"].as_f64() >= redrive["redriveDate"].as_f64(), "{running} {redrive}");
    assert_eq!(running["itemCounts"], running["executionCounts"]);
    for (status, expected) in
        [("PENDING_REDRIVE", &["1"][..]), ("RUNNING", &["0"]), ("FAILED", &[]), ("SUCCEEDED", &[])]
    {
        let children = children(&client, &arn, ("statusFilter", status)).await;
        assert_eq!(inputs(&children), expected, "{status}");
        assert!(children.iter().all(|child| failed.contains(child)), "the ARNs stay");
    }
    let described = client.ok("DescribeExecution", child.clone()).await;
    assert_eq!(described["redriveCount"], json!(redriven.len().min(1)));

    client.ok("UpdateMapRun", json!({"mapRunArn": arn.as_str(), "maxConcurrency": 2})).await;
    counts(&client, &arn, "RUNNING 1: pending 2, running 2, total 4").await;
    service.release();
    let ended = client.ended(&execution).await;
    assert_eq!(text(&ended, "output"), "[0,10,20,30]", "{ended}");
    counts(&client, &arn, "SUCCEEDED 1: succeeded 4, total 4, resultsWritten 4").await;
    assert_eq!(service.called(), [0, 1, 2, 3]);
    assert_eq!(map_run(&client, &execution).await, arn);
    let all: Vec<&str> = ["0", "1", "2", "3"].into_iter().filter(|input| !redriven.contains(input)).collect();
    assert_eq!(inputs(&children(&client, &arn, ("redriveFilter", "REDRIVEN")).await), redriven);
    assert_eq!(inputs(&children(&client, &arn, ("redriveFilter", "NOT_REDRIVEN")).await), all);
    if !history.is_empty() {
        assert_eq!(client.event_types(&failed[0].1).await, history);
    }
    let types = client.event_types(&execution).await;
    assert!(types.contains(&"MapRunRedriven".to_owned()), "{types:?}");
    assert_eq!(types.iter().filter(|name| *name == "MapRunStarted").count(), 1);
}

#[tokio::test]
async fn a_redriven_map_run_is_shown_with_its_children() {
    let history = [
        "ExecutionStarted",
        "TaskStateEntered",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionFailed",
        "ExecutionFailed",
        "ExecutionRedriven",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ];
    check("STANDARD", &["0", "1"], &history).await;
    check("EXPRESS", &[], &[]).await;
}

/// What is stopped in the middle of a redrive waits no more, and goes on with the next one.
#[tokio::test]
async fn a_redrive_that_is_stopped_leaves_nothing_pending() {
    let service = Service::new(&[0, 1], &[]);
    let client = Client::of(service.config()).await;
    let machine = client.machine("STANDARD", map("STANDARD", &[])).await;
    let execution = client.start(&machine, "[0,1,2]").await;
    client.ended(&execution).await;
    let arn = map_run(&client, &execution).await;
    service.repair(&[0]);
    let of_it = json!({"executionArn": execution.as_str()});
    client.ok("RedriveExecution", of_it.clone()).await;
    counts(&client, &arn, "RUNNING 1: pending 1, running 1, total 3, pendingRedrive 1").await;
    client.ok("UpdateMapRun", json!({"mapRunArn": arn.as_str(), "maxConcurrency": 7})).await;
    counts(&client, &arn, "RUNNING 1: running 1, succeeded 2, total 3").await;
    client.ok("StopExecution", of_it.clone()).await;
    counts(&client, &arn, "ABORTED 1: succeeded 2, aborted 1, total 3").await;
    service.release();
    client.ok("RedriveExecution", of_it).await;
    assert_eq!(text(&client.ended(&execution).await, "output"), "[0,10,20]");
    let described = counts(&client, &arn, "SUCCEEDED 2: succeeded 3, total 3, resultsWritten 3").await;
    // What UpdateMapRun has set stays.
    assert_eq!(described["maxConcurrency"], json!(7));
    assert_eq!(service.called(), [0, 0, 1, 2]);
}
