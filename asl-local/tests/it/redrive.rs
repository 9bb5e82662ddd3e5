//! RedriveExecution.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use asl_engine::{Clock, Failure, task_fn};
use asl_local::{Config, MockSource, MockedTasks, NoTestCase, Quotas};
use asl_value::{Value, json};

use crate::client::{Client, one_state, pass, text, wait};

/// A task that succeeds the third time it is called.
struct ThirdTime;

impl MockSource for ThirdTime {
    fn mocks(&self, _: &str, _: &str) -> Result<MockedTasks, NoTestCase> {
        let calls = Arc::new(AtomicUsize::new(0));
        let handler = task_fn(move |_: Value| {
            let call = calls.fetch_add(1, Ordering::Relaxed);
            async move { if call < 2 { Err(Failure::new("Busy", "later")) } else { Ok(json!("done")) } }
        });
        Ok(MockedTasks::new(["S"], handler))
    }
}

async fn client() -> Client {
    Client::of(Config { mocks: Some(Arc::new(ThirdTime)), clock: Clock::virtual_time(), ..Config::default() })
        .await
}

fn task() -> Value {
    one_state(json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": true}))
}

/// `redriveCount`, `redriveStatus`, `redriveStatusReason`
fn redrive_members(described: &Value) -> String {
    format!(
        "{} {} {}",
        described["redriveCount"], described["redriveStatus"], described["redriveStatusReason"]
    )
}

#[tokio::test]
async fn a_failed_execution_goes_on_under_its_name() {
    let client = client().await;
    let machine = client.machine("STANDARD", task()).await;
    let arn = client.start(&format!("{machine}#Third"), "[1, 2]").await;
    let failed = client.ended(&arn).await;
    assert_eq!(
        (text(&failed, "status"), redrive_members(&failed)),
        ("FAILED".into(), r#"0 "REDRIVABLE" null"#.into())
    );
    assert!(failed["redriveDate"].is_null());

    let first =
        client.ok("RedriveExecution", json!({"executionArn": arn.as_str(), "clientToken": "a"})).await;
    let again = client.ended(&arn).await;
    assert_eq!((text(&again, "status"), &again["redriveDate"]), ("FAILED".into(), &first["redriveDate"]));
    assert!(first["redriveDate"].as_f64() >= failed["stopDate"].as_f64(), "{first} {failed}");
    // A known token returns the same date and does nothing.
    let same = client.ok("RedriveExecution", json!({"executionArn": arn.as_str(), "clientToken": "a"})).await;
    assert_eq!((same, client.ended(&arn).await), (first, again));

    client.ok("RedriveExecution", json!({"executionArn": arn.as_str(), "clientToken": "b"})).await;
    let ended = client.ended(&arn).await;
    assert_eq!(
        (text(&ended, "output"), ended["startDate"].clone()),
        (r#""done""#.into(), failed["startDate"].clone())
    );
    let reason = "Execution is SUCCEEDED and cannot be redriven";
    assert_eq!(redrive_members(&ended), format!(r#"2 "NOT_REDRIVABLE" "{reason}""#));
    let types = client.event_types(&arn).await;
    let attempt = ["TaskScheduled", "TaskStarted"];
    let failure = ["TaskFailed", "ExecutionFailed", "ExecutionRedriven"];
    let mut expected = vec!["ExecutionStarted", "TaskStateEntered"];
    expected.extend([&attempt[..], &failure, &attempt, &failure, &attempt].concat());
    expected.extend(["TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"]);
    assert_eq!(types, expected);
    let request = json!({"executionArn": arn.as_str()});
    client.refused("RedriveExecution", request, "ExecutionNotRedrivable", reason).await;
    let listed = client.ok("ListExecutions", json!({"stateMachineArn": machine})).await;
    let listed = &listed["executions"][0];
    assert_eq!((&listed["redriveCount"], &listed["redriveDate"]), (&2.into(), &ended["redriveDate"]));
}

#[tokio::test]
async fn an_execution_that_runs_again_is_running() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", wait()).await;
    let arn = client.start(&machine, "{}").await;
    let request = json!({"executionArn": arn.as_str()});
    let running = "Execution is RUNNING and cannot be redriven";
    client.refused("RedriveExecution", request.clone(), "ExecutionNotRedrivable", running).await;
    for count in 1..=2 {
        client.ok("StopExecution", request.clone()).await;
        client.ok("RedriveExecution", request.clone()).await;
        let described = client.ok("DescribeExecution", request.clone()).await;
        assert_eq!(text(&described, "status"), "RUNNING");
        assert_eq!(redrive_members(&described), format!(r#"{count} "NOT_REDRIVABLE" "{running}""#));
        assert!(described["stopDate"].is_null() && described["error"].is_null(), "{described}");
        client.refused("RedriveExecution", request.clone(), "ExecutionNotRedrivable", running).await;
    }
    let deleted = client.ok("DeleteStateMachine", json!({"stateMachineArn": machine})).await;
    assert_eq!(deleted, json!({}));
    client.ok("StopExecution", request.clone()).await;
    let deleting = "State machine is in DELETING status";
    client.refused("RedriveExecution", request, "ExecutionNotRedrivable", deleting).await;
}

#[tokio::test]
async fn what_cannot_be_redriven() {
    let quotas = Quotas { open_executions: 1, ..Quotas::default() };
    let client = Client::of(Config { quotas, ..Config::default() }).await;
    let machine = client.machine("STANDARD", wait()).await;
    let unknown = format!("{}:x", machine.replace(":stateMachine:", ":execution:"));
    let message = format!("Execution Does Not Exist: '{unknown}'");
    client
        .refused("RedriveExecution", json!({"executionArn": unknown}), "ExecutionDoesNotExist", &message)
        .await;
    let stopped = client.start(&machine, "{}").await;
    client.ok("StopExecution", json!({"executionArn": stopped.as_str()})).await;
    client.start(&machine, "{}").await;
    let full = "The maximum number of open executions has been reached";
    client
        .refused("RedriveExecution", json!({"executionArn": stopped}), "ExecutionLimitExceeded", full)
        .await;
    let express = client.machine("EXPRESS", pass()).await;
    let express = express.replace(":stateMachine:", ":express:") + ":n:id";
    let message = "Invalid Arn: 'Resource type not valid in this context: express'";
    client.refused("RedriveExecution", json!({"executionArn": express}), "InvalidArn", message).await;
    let request = json!({"executionArn": machine, "clientToken": ""});
    let message = "1 validation error detected: Value '' at 'clientToken' failed to satisfy constraint: Member must \
                   have length greater than or equal to 1";
    client.refused("RedriveExecution", request, "ValidationException", message).await;
}

/// Two redrives of one execution: it is removed once, and counts once.
#[tokio::test]
async fn a_redriven_execution_ends_once_more() {
    let quotas = Quotas { ended_executions: 2, open_executions: 1, ..Quotas::default() };
    let client = Client::of(Config { quotas, ..Config::default() }).await;
    let machine = client.machine("STANDARD", one_state(json!({"Type": "Fail"}))).await;
    let first = client.start(&machine, "{}").await;
    client.ended(&first).await;
    for _ in 0..5 {
        client.ok("RedriveExecution", json!({"executionArn": first.as_str()})).await;
        client.ended(&first).await;
    }
    let second = client.start(&machine, "{}").await;
    client.ended(&second).await;
    assert_eq!(text(&client.ended(&first).await, "status"), "FAILED");
    let third = client.start(&machine, "{}").await;
    client.ended(&third).await;
    let message = format!("Execution Does Not Exist: '{first}'");
    let request = json!({"executionArn": first});
    client.refused("RedriveExecution", request, "ExecutionDoesNotExist", &message).await;
}
