//! What a restart neither loses nor does again.

use std::time::Duration;

use asl_value::{Value, json};
use rusqlite::Connection;

use super::folder::{Folder, Served};
use crate::client::text;

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:a";

/// A server with an execution of a distributed Map whose children wait for these seconds, when `ended` of them have ended.
/// Returns the ARN of the Map Run, too.
async fn map(folder: &Folder, seconds: Value, ended: i64) -> (Served, String) {
    let served = folder.serve().await;
    let map = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map",
        "Label": "each",
        "MaxConcurrency": 5,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "W",
            "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": true}}
        },
        "End": true
    }}});
    let machine = served.client.machine("STANDARD", map).await;
    let execution = served.client.start(&machine, &seconds.to_json()).await;
    for _ in 0..500 {
        let runs = served.client.ok("ListMapRuns", json!({"executionArn": execution.as_str()})).await;
        if let Some(arn) = runs.get("mapRuns").and_then(|runs| runs.at(0)?.get("mapRunArn")?.as_str()) {
            let run = served.client.ok("DescribeMapRun", json!({"mapRunArn": arn})).await;
            if run["executionCounts"]["succeeded"] == json!(ended)
                && run["executionCounts"]["running"] != json!(0)
            {
                let arn = arn.to_owned();
                // What follows is written.
                tokio::time::sleep(Duration::from_millis(50)).await;
                return (served, arn);
            }
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{ended} children never end");
}

#[tokio::test]
async fn an_update_of_a_map_run_survives() {
    let folder = Folder::new();
    let (served, arn) = map(&folder, json!([600, 600]), 0).await;
    for wanted in 6..12 {
        let update = json!({"mapRunArn": arn.as_str(), "maxConcurrency": wanted, "toleratedFailureCount": 3});
        served.client.ok("UpdateMapRun", update).await;
        let mut copy = folder.killed();
        // Twice: the update may be lost by the restart, too.
        for _ in 0..2 {
            let again = copy.serve().await;
            let mut found = Value::Null;
            for _ in 0..100 {
                let run = again.client.ok("DescribeMapRun", json!({"mapRunArn": arn.as_str()})).await;
                found = json!([run["maxConcurrency"].clone(), run["toleratedFailureCount"].clone()]);
                if found == json!([wanted, 3]) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            assert_eq!(found, json!([wanted, 3]));
            let killed = copy.killed();
            again.stop().await;
            copy = killed;
        }
    }
    served.stop().await;
}

#[tokio::test]
async fn children_that_have_ended_are_not_written_again() {
    let folder = Folder::new();
    let (served, arn) = map(&folder, json!([0, 0, 600]), 2).await;
    let children = |folder: &Folder| {
        let database = Connection::open(folder.path().join("asl.sqlite")).expect("a database");
        let mut rows = database
            .prepare("SELECT number, arn FROM executions WHERE map_run IS NOT NULL ORDER BY number")
            .expect("a statement");
        let rows = rows.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)));
        rows.expect("rows").collect::<Result<Vec<_>, _>>().expect("children")
    };
    let copy = folder.killed();
    served.stop().await;
    let before = children(&copy);
    assert_eq!(before.len(), 2);
    let served = copy.serve().await;
    for _ in 0..200 {
        let list = json!({"mapRunArn": arn.as_str()});
        let listed = served.client.ok("ListExecutions", list).await;
        if listed["executions"].as_array().is_some_and(|listed| listed.len() == 3) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let listed = served.client.ok("ListExecutions", json!({"mapRunArn": arn.as_str()})).await;
    assert_eq!(listed["executions"].as_array().map(|listed| listed.len()), Some(3));
    served.stop().await;
    assert_eq!(children(&copy), before);
}

#[tokio::test]
async fn a_task_that_has_ended_is_known_by_its_token() {
    let folder = Folder::new();
    let served = folder.serve().await;
    served.client.ok("CreateActivity", json!({"name": "a"})).await;
    let machine = json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": ACTIVITY, "Next": "B"},
        "B": {"Type": "Task", "Resource": ACTIVITY, "End": true}
    }});
    let machine = served.client.machine("STANDARD", machine).await;
    let execution = served.client.start(&machine, "{}").await;
    let first = served.client.ok("GetActivityTask", json!({"activityArn": ACTIVITY})).await;
    let done = json!({"taskToken": text(&first, "taskToken"), "output": "1"});
    served.client.ok("SendTaskSuccess", done.clone()).await;
    // The second task exists, so the end of the first one is recorded.
    served.client.ok("GetActivityTask", json!({"activityArn": ACTIVITY})).await;
    let copy = folder.killed();
    let expected = "Task Timed Out: 'Provided task does not exist anymore'";
    served.client.refused("SendTaskSuccess", done.clone(), "TaskTimedOut", expected).await;
    let again = copy.serve().await;
    again.client.refused("SendTaskSuccess", done, "TaskTimedOut", expected).await;
    assert!(again.client.event_types(&execution).await.len() > 3);
    served.stop().await;
    again.stop().await;
}
