//! Map Runs that are redriven after the server has ended, or was killed while they were.

use asl_value::{Value, json};

use super::folder::{Folder, Served};
use crate::client::{Client, text};
use crate::map_run_redrive::{Service, children, counts, map, map_run};

/// What is seen of an execution whose Map Run has ended, without times.
async fn seen(client: &Client, execution: &str, map_run: &str) -> Vec<Value> {
    let mut seen = Vec::new();
    let history = async |arn: &str| {
        let history =
            client.ok("GetExecutionHistory", json!({"executionArn": arn, "maxResults": 1000})).await;
        let events = history["events"].as_array().unwrap().iter().map(|event| {
            let mut members = event.as_object().unwrap().clone();
            members.remove("timestamp");
            Value::Object(members)
        });
        events.collect::<Value>()
    };
    seen.push(history(execution).await);
    let all = children(client, map_run, ("redriveFilter", "REDRIVEN")).await;
    let others = children(client, map_run, ("redriveFilter", "NOT_REDRIVEN")).await;
    for (input, arn) in all.into_iter().chain(others) {
        let described = client.ok("DescribeExecution", json!({"executionArn": arn.as_str()})).await;
        let members = ["status", "redriveCount", "output", "input", "redriveStatus", "error"];
        let shown: Value = members.iter().map(|name| described[*name].clone()).collect();
        let is_express = arn.contains(":express:");
        seen.push(json!([
            input,
            arn.as_str(),
            shown,
            if is_express { json!([]) } else { history(&arn).await }
        ]));
    }
    seen
}

/// A Map Run fails at items 0 and 1. The server ends, another one redrives it, and is killed while it runs.
async fn check(kind: &str, more: &[(&str, Value)], called: &[i64]) {
    let folder = Folder::new();
    let service = Service::new(&[0, 1], &[]);
    let first = Served::of(folder.open(), service.config()).await;
    let machine = first.client.machine("STANDARD", map(kind, more)).await;
    let execution = first.client.start(&machine, "[0,1,2,3]").await;
    first.client.ended(&execution).await;
    let arn = map_run(&first.client, &execution).await;
    counts(&first.client, &arn, "FAILED 0: pending 2, failed 2, total 4, resultsWritten 2").await;
    first.stop().await;

    // Item 0 succeeds in the redrive, item 1 is held.
    service.repair(&[1]);
    let second = Served::of(folder.open(), service.config()).await;
    let of_it = json!({"executionArn": execution.as_str()});
    let failed = children(&second.client, &arn, ("statusFilter", "FAILED")).await;
    assert_eq!(failed.len(), 2);
    second.client.ok("RedriveExecution", of_it.clone()).await;
    counts(&second.client, &arn, "RUNNING 1: pending 2, running 1, succeeded 1, total 4").await;
    second.client.ok("UpdateMapRun", json!({"mapRunArn": arn.as_str(), "toleratedFailureCount": 3})).await;
    // What follows from it is written.
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    let copy = folder.killed();
    let killed = Service::new(&[], &[1]);
    let third = Served::of(copy.open(), killed.config()).await;
    counts(&third.client, &arn, "RUNNING 1: pending 2, running 1, succeeded 1, total 4").await;
    let running = children(&third.client, &arn, ("statusFilter", "RUNNING")).await;
    assert_eq!(running, [failed[1].clone()]);
    assert_eq!(children(&third.client, &arn, ("statusFilter", "FAILED")).await, []);

    for (served, service) in [(&second, &service), (&third, &killed)] {
        service.release();
        let ended = served.client.ended(&execution).await;
        assert_eq!(text(&ended, "output"), "[0,10,20,30]", "{ended}");
        let described =
            counts(&served.client, &arn, "SUCCEEDED 1: succeeded 4, total 4, resultsWritten 4").await;
        assert_eq!(described["toleratedFailureCount"], json!(3));
    }
    assert_eq!(service.called(), called);
    // A child that had succeeded is not called again, one that was in flight is.
    assert_eq!(killed.called(), [1, 2, 3]);
    let expected = seen(&second.client, &execution, &arn).await;
    assert_eq!(seen(&third.client, &execution, &arn).await, expected);
    second.stop().await;
    third.stop().await;
    // All of it is kept.
    for folder in [&folder, &copy] {
        let fourth = Served::of(folder.open(), Service::new(&[], &[]).config()).await;
        assert_eq!(seen(&fourth.client, &execution, &arn).await, expected);
        counts(&fourth.client, &arn, "SUCCEEDED 1: succeeded 4, total 4, resultsWritten 4").await;
        fourth.stop().await;
    }
}

#[tokio::test]
async fn a_map_run_is_redriven_after_a_restart() {
    check("STANDARD", &[], &[0, 1, 2, 3]).await;
    check("EXPRESS", &[], &[0, 1, 2, 3]).await;
}

/// A Map Run that was redriven by one server, and failed again, is redriven by the next.
#[tokio::test]
async fn a_map_run_is_redriven_by_one_server_after_another() {
    let folder = Folder::new();
    let service = Service::new(&[0, 1, 2], &[]);
    let mut started = None;
    for (run, down) in [&[0i64, 1, 2][..], &[1, 2], &[2, 3], &[]].into_iter().enumerate() {
        let served = Served::of(folder.open(), service.config()).await;
        service.repair(&[]);
        service.down.lock().unwrap().extend(down);
        let execution = match &started {
            None => {
                let machine = served.client.machine("STANDARD", map("STANDARD", &[])).await;
                started.insert(served.client.start(&machine, "[0,1,2,3]").await)
            }
            Some(execution) => {
                served.client.ok("RedriveExecution", json!({"executionArn": execution.as_str()})).await;
                execution
            }
        };
        let ended = served.client.ended(execution).await;
        let arn = map_run(&served.client, execution).await;
        let expected = [
            "FAILED 0: pending 2, failed 2, total 4, resultsWritten 2",
            "FAILED 1: pending 1, succeeded 1, failed 2, total 4, resultsWritten 3",
            "FAILED 2: succeeded 2, failed 2, total 4, resultsWritten 4",
            "SUCCEEDED 3: succeeded 4, total 4, resultsWritten 4",
        ];
        counts(&served.client, &arn, expected[run]).await;
        let calls = [&[0i64, 1][..], &[0, 1, 2], &[1, 2, 3], &[2, 3]];
        assert_eq!(service.called(), calls[run]);
        if run == 3 {
            assert_eq!(text(&ended, "output"), "[0,10,20,30]", "{ended}");
            for (redrives, input) in [("1", "0"), ("2", "1"), ("2", "2"), ("1", "3")] {
                let redriven = children(&served.client, &arn, ("redriveFilter", "REDRIVEN")).await;
                let child = redriven.iter().find(|(known, _)| known == input).expect("a child");
                let of_it = json!({"executionArn": child.1.as_str()});
                let described = served.client.ok("DescribeExecution", of_it).await;
                assert_eq!(described["redriveCount"].to_string(), redrives, "{input}");
            }
        }
        served.stop().await;
    }
}
