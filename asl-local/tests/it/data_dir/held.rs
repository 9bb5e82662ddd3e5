//! Executions that a server cannot continue, and machines that are being deleted when it ends.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Failure, task_fn};
use asl_local::{Config, MockSource, MockedTasks, NoTestCase};
use asl_value::{Value, json};
use rusqlite::Connection;

use super::folder::{Folder, Served};
use crate::client::{Client, one_state, pass, text};

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:a";

fn change(folder: &Folder, sql: &str) {
    let database = Connection::open(folder.path().join("asl.sqlite")).expect("a database");
    database.execute_batch(sql).expect("changed");
}

fn turns(folder: &Folder) -> i64 {
    let database = Connection::open(folder.path().join("asl.sqlite")).expect("a database");
    database.query_row("SELECT count(*) FROM turns", [], |row| row.get(0)).expect("a number")
}

async fn work(client: &Client) {
    let task = client.ok("GetActivityTask", json!({"activityArn": ACTIVITY})).await;
    client.ok("SendTaskSuccess", json!({"taskToken": task["taskToken"].clone(), "output": "1"})).await;
}

/// A folder with an execution that waits for its second task, as the folder is left when the process is killed.
async fn killed() -> (Folder, String) {
    let folder = Folder::new();
    let served = folder.serve().await;
    served.client.ok("CreateActivity", json!({"name": "a"})).await;
    let first = json!({"Type": "Task", "Resource": ACTIVITY, "Next": "B"});
    let second = json!({"Type": "Task", "Resource": ACTIVITY, "End": true});
    let machine = json!({"StartAt": "A", "States": {"A": first, "B": second}});
    let machine = served.client.machine("STANDARD", machine).await;
    let execution = served.client.start(&machine, "{}").await;
    work(&served.client).await;
    for _ in 0..500 {
        let types = served.client.event_types(&execution).await;
        if types.iter().filter(|name| *name == "ActivityScheduled").count() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let copy = folder.killed();
    served.stop().await;
    (copy, execution)
}

/// Each turn is now what the header was, which no version can continue from.
const SPOIL: &str = "CREATE TABLE saved AS SELECT * FROM turns;
    UPDATE turns SET body = (SELECT body FROM saved WHERE number = 0) WHERE number > 0;";

const REPAIR: &str = "DELETE FROM turns; INSERT INTO turns SELECT * FROM saved;";

#[tokio::test]
async fn an_execution_that_cannot_be_continued_keeps_its_journal() {
    let (folder, execution) = killed().await;
    let before = turns(&folder);
    assert!(before > 1, "{before} turns");
    change(&folder, SPOIL);
    for _ in 0..2 {
        let served = folder.serve().await;
        let described =
            served.client.ok("DescribeExecution", json!({"executionArn": execution.as_str()})).await;
        assert_eq!(described["status"], json!("RUNNING"), "{described}");
        served.stop().await;
        assert_eq!(turns(&folder), before);
    }
    // A version that can continue it does.
    change(&folder, REPAIR);
    let served = folder.serve().await;
    work(&served.client).await;
    assert_eq!(served.client.ended(&execution).await["output"], json!("1"));
    served.stop().await;
}

#[tokio::test]
async fn an_execution_that_cannot_be_continued_can_be_stopped() {
    let (folder, execution) = killed().await;
    change(&folder, SPOIL);
    let served = folder.serve().await;
    let stop = json!({"executionArn": execution.as_str(), "error": "Stop", "cause": "enough"});
    served.client.ok("StopExecution", stop).await;
    served.stop().await;
    let served = folder.serve().await;
    let ended = served.client.ended(&execution).await;
    let found = ["status", "error", "cause"].map(|name| ended[name].clone());
    assert_eq!(found, [json!("ABORTED"), json!("Stop"), json!("enough")]);
    served.stop().await;
}

/// One case, in which no task is mocked.
struct Unmocked;

impl MockSource for Unmocked {
    fn mocks(&self, _: &str, _: &str) -> Result<MockedTasks, NoTestCase> {
        let nothing = task_fn(|_: Value| async { Ok::<_, Failure>(Value::Null) });
        Ok(MockedTasks::new([""; 0], nothing))
    }
}

#[tokio::test]
async fn an_execution_without_its_mocks_holds_up_nothing_else() {
    let config = || Config { mocks: Some(Arc::new(Unmocked)), ..Config::default() };
    let wait = one_state(json!({"Type": "Wait", "Seconds": 1, "End": true}));
    let folder = Folder::new();
    let served = Served::of(folder.open(), config()).await;
    let machine = served.client.machine("STANDARD", wait).await;
    let mocked = served.client.start(&format!("{machine}#Case"), "{}").await;
    let other = served.client.start(&machine, "{}").await;
    let copy = folder.killed();
    served.stop().await;

    let served = copy.serve().await;
    assert_eq!(served.client.ended(&other).await["status"], json!("SUCCEEDED"));
    let described = served.client.ok("DescribeExecution", json!({"executionArn": mocked.as_str()})).await;
    assert_eq!(described["status"], json!("RUNNING"));
    served.stop().await;
    let served = Served::of(copy.open(), config()).await;
    assert_eq!(served.client.ended(&mocked).await["status"], json!("SUCCEEDED"));
    served.stop().await;
}

#[tokio::test]
async fn a_machine_that_was_being_deleted_is_gone_after_a_restart() {
    let wait = one_state(json!({"Type": "Wait", "Seconds": 600, "End": true}));
    let folder = Folder::new();
    let served = folder.serve().await;
    let machine = served.client.machine("EXPRESS", wait).await;
    served.client.start(&machine, "{}").await;
    served.client.ok("DeleteStateMachine", json!({"stateMachineArn": machine.as_str()})).await;
    let described =
        served.client.ok("DescribeStateMachine", json!({"stateMachineArn": machine.as_str()})).await;
    assert_eq!(described["status"], json!("DELETING"));
    let (copy, name) = (folder.killed(), text(&described, "name"));
    served.stop().await;

    let served = copy.serve().await;
    assert_eq!(served.client.ok("ListStateMachines", json!({})).await["stateMachines"], json!([]));
    let role = described["roleArn"].clone();
    let again: Value =
        json!({"name": name, "definition": pass().to_json(), "roleArn": role, "type": "STANDARD"});
    served.client.ok("CreateStateMachine", again).await;
    served.stop().await;
}
