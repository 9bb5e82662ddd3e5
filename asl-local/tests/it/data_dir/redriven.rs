//! Redrives of executions that have left the memory, or that the folder no longer has.

use std::time::Duration;

use asl_local::{Config, DataDir, Retention};
use asl_value::{Value, json};
use rusqlite::Connection;

use super::folder::{Folder, Served};
use crate::client::{Client, one_state};

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:a";

/// A server with a machine whose activity has failed.
async fn failed(folder: &Folder) -> (Served, String) {
    let served = folder.serve().await;
    served.client.ok("CreateActivity", json!({"name": "a"})).await;
    let machine = one_state(json!({"Type": "Task", "Resource": ACTIVITY, "End": true}));
    let machine = served.client.machine("STANDARD", machine).await;
    let execution = served.client.start(&machine, "{}").await;
    work(&served.client, "SendTaskFailure", json!({"error": "E"})).await;
    served.client.ended(&execution).await;
    // Its answer says that everything before it is on disk.
    served.client.ok("CreateActivity", json!({"name": "a"})).await;
    (served, execution)
}

async fn work(client: &Client, action: &str, mut result: Value) {
    let task = client.ok("GetActivityTask", json!({"activityArn": ACTIVITY})).await;
    if let Value::Object(members) = &mut result {
        members.insert("taskToken", task["taskToken"].clone());
    }
    client.ok(action, result).await;
}

#[tokio::test]
async fn two_redrives_at_once_are_one() {
    for tokens in [["t", "t"], ["t", "u"]] {
        let folder = Folder::new();
        let (first, execution) = failed(&folder).await;
        first.stop().await;
        let second = folder.serve().await;
        let [one, other] =
            tokens.map(|token| json!({"executionArn": execution.as_str(), "clientToken": token}));
        let client = &second.client;
        let answers =
            tokio::join!(client.call("RedriveExecution", one), client.call("RedriveExecution", other));
        let statuses = [answers.0.status, answers.1.status];
        let refused = statuses.iter().filter(|status| **status != 200).count();
        assert_eq!(refused, usize::from(tokens[0] != tokens[1]), "{answers:?}");
        work(client, "SendTaskSuccess", json!({"output": "1"})).await;
        let ended = client.ended(&execution).await;
        assert_eq!((&ended["status"], &ended["redriveCount"]), (&json!("SUCCEEDED"), &json!(1)));
        let types = client.event_types(&execution).await;
        assert_eq!(types.iter().filter(|name| *name == "ExecutionRedriven").count(), 1, "{types:?}");
        second.stop().await;
    }
}

/// A request that comes when the execution fails again, of which the end is not on disk yet.
#[tokio::test]
async fn a_redrive_that_is_repeated_at_once_loses_nothing() {
    let folder = Folder::new();
    let served = folder.serve().await;
    let machine = one_state(json!({"Type": "Fail", "Error": "E"}));
    let machine = served.client.machine("STANDARD", machine).await;
    for number in 0..20 {
        let execution = served.client.start(&machine, "{}").await;
        served.client.ended(&execution).await;
        for redrive in 0..3 {
            let request = json!({"executionArn": execution.as_str(), "clientToken": format!("{redrive}")});
            let first = served.client.ok("RedriveExecution", request.clone()).await;
            assert_eq!(served.client.ok("RedriveExecution", request).await, first, "{number}");
            assert_eq!(served.client.ended(&execution).await["status"], json!("FAILED"));
        }
        assert_eq!(served.client.ended(&execution).await["redriveCount"], json!(3));
    }
    served.stop().await;
}

#[tokio::test]
async fn what_was_removed_is_not_redriven() {
    let folder = Folder::new();
    let (served, execution) = failed(&folder).await;
    // As retention removes it, while it is in memory.
    let database = Connection::open(folder.path().join("asl.sqlite")).expect("a database");
    database
        .execute_batch("DELETE FROM executions; DELETE FROM histories; DELETE FROM turns;")
        .expect("removed");
    let request = json!({"executionArn": execution.as_str()});
    for action in ["RedriveExecution", "DescribeExecution"] {
        let message = format!("Execution Does Not Exist: '{execution}'");
        served.client.refused(action, request.clone(), "ExecutionDoesNotExist", &message).await;
    }
    served.stop().await;
}

/// Retention and a redrive at the same time: the execution is gone, or it runs and is kept.
#[tokio::test]
async fn a_redrive_and_the_end_of_retention_do_not_meet() {
    for _ in 0..8 {
        let folder = Folder::new();
        let (first, execution) = failed(&folder).await;
        first.stop().await;
        let retention = Retention { age: Duration::ZERO, ..Retention::default() };
        let data = DataDir::open(folder.path(), retention).expect("a data folder");
        let second = Served::of(data, Config::default()).await;
        let request = json!({"executionArn": execution.as_str()});
        let answer = second.client.call("RedriveExecution", request.clone()).await;
        if answer.status != 200 {
            assert!(answer.body.to_json().contains("ExecutionDoesNotExist"), "{answer:?}");
            second.stop().await;
            continue;
        }
        let copy = folder.killed();
        second.stop().await;
        let third = copy.serve().await;
        let types = third.client.event_types(&execution).await;
        assert_eq!(types.first().map(String::as_str), Some("ExecutionStarted"), "{types:?}");
        work(&third.client, "SendTaskSuccess", json!({"output": "1"})).await;
        assert_eq!(third.client.ended(&execution).await["status"], json!("SUCCEEDED"));
        third.stop().await;
    }
}
