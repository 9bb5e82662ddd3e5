//! Requests that come while executions are being replayed, right after the server was started again.

use std::time::Duration;

use asl_local::Config;
use asl_value::{Value, json};

use super::folder::{Folder, Served};
use crate::client::{Client, text, wait};

async fn count_of(client: &Client, action: &str, request: &Value, member: &str) -> usize {
    let answer = client.ok(action, request.clone()).await;
    answer[member].as_array().map_or(0, |listed| listed.len())
}

#[tokio::test]
async fn events_and_children_are_shown_when_the_replay_has_come_to_them() {
    let folder = Folder::new();
    let served = folder.serve().await;
    let mut each = wait();
    if let Value::Object(members) = &mut each {
        members.insert("ProcessorConfig", json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}));
    }
    let map = json!({"Type": "Map", "Label": "each", "ItemProcessor": each, "End": true});
    let machine = served.client.machine("STANDARD", json!({"StartAt": "M", "States": {"M": map}})).await;
    let execution = json!({"executionArn": served.client.start(&machine, "[1, 2]").await});
    // Both children have begun.
    let child = loop {
        let map_runs = served.client.ok("ListMapRuns", execution.clone()).await;
        if let Some(map_run) = map_runs["mapRuns"].at(0) {
            let request = json!({"mapRunArn": map_run["mapRunArn"].clone()});
            let children = served.client.ok("ListExecutions", request).await;
            if let Some(child) = children["executions"].at(1) {
                break json!({"executionArn": text(child, "executionArn")});
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    served.client.ok("CreateActivity", json!({"name": "a"})).await;
    let copy = folder.killed();

    // Executions run on a runtime that nothing drives at first.
    let executions = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let config = Config { executions: Some(executions.handle().clone()), ..Config::default() };
    let again = Served::of(copy.open(), config).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let driver = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        executions.block_on(async { drop(stopped.await) });
    });
    let client = &again.client;
    let (events, of_child, map_runs, described) = tokio::join!(
        count_of(client, "GetExecutionHistory", &execution, "events"),
        count_of(client, "GetExecutionHistory", &child, "events"),
        count_of(client, "ListMapRuns", &execution, "mapRuns"),
        client.call("DescribeExecution", child.clone()),
    );
    assert_eq!((events, of_child, map_runs, described.status), (4, 2, 1, 200), "{}", described.body);
    drop(stop);
    again.stop().await;
    driver.join().expect("no panic");
    served.stop().await;
}
