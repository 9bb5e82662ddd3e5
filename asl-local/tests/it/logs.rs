//! Log records of executions.

use std::sync::{Arc, Mutex};

use asl_local::{Config, LogSink};
use asl_value::{Value, json};

use crate::client::{Client, ROLE, one_state, text};

const GROUP: &str = "/aws/vendedlogs/states/m";

#[derive(Default)]
struct Records(Mutex<Vec<Value>>);

impl LogSink for Records {
    fn record(&self, group: &str, record: Value) {
        assert_eq!(group, GROUP);
        self.0.lock().unwrap().push(record);
    }
}

/// The records of an execution of a machine with this logging: `id type details redrive_count`.
async fn check(kind: &str, state: Value, logging: Value, expected: &[&str]) {
    let records = Arc::new(Records::default());
    let config = Config { logs: vec![records.clone()], express_history: true, ..Config::default() };
    let client = Client::of(config).await;
    let mut logging = logging.as_object().unwrap().clone();
    let arn = format!("arn:aws:logs:us-east-1:123456789012:log-group:{GROUP}:*");
    logging.insert("destinations", json!([{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]));
    let request = json!({
        "name": "m", "definition": one_state(state).to_json(), "roleArn": ROLE, "type": kind,
        "loggingConfiguration": logging
    });
    let machine = text(&client.ok("CreateStateMachine", request).await, "stateMachineArn");
    let arn = client.start(&machine, "{\"n\":1}").await;
    let ended = client.ended(&arn).await;
    if kind == "STANDARD" && text(&ended, "status") == "FAILED" {
        client.ok("RedriveExecution", json!({"executionArn": arn.as_str()})).await;
        client.ended(&arn).await;
    }
    let records = records.0.lock().unwrap();
    assert!(records.iter().all(|record| text(record, "execution_arn") == arn));
    let line = |record: &Value| {
        let details = record["details"].to_json();
        format!("{} {} {details} {}", text(record, "id"), text(record, "type"), text(record, "redrive_count"))
    };
    assert_eq!(records.iter().map(line).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn machines_log_as_they_are_configured_to() {
    let pass = || json!({"Type": "Pass", "End": true});
    let fail = || json!({"Type": "Fail", "Error": "E"});
    let started = format!(r#"1 ExecutionStarted {{"roleArn":"{ROLE}"}} 0"#);
    check(
        "EXPRESS",
        pass(),
        json!({"level": "ALL"}),
        &[
            started.as_str(),
            r#"2 PassStateEntered {"name":"S"} 0"#,
            r#"3 PassStateExited {"name":"S"} 0"#,
            "4 ExecutionSucceeded {} 0",
        ],
    )
    .await;
    check("EXPRESS", pass(), json!({"level": "ERROR"}), &[]).await;
    check("EXPRESS", fail(), json!({"level": "OFF"}), &[]).await;
    check("EXPRESS", fail(), json!({"level": "FATAL"}), &[r#"3 ExecutionFailed {"error":"E"} 0"#]).await;
    check(
        "STANDARD",
        fail(),
        json!({"level": "ERROR", "includeExecutionData": true}),
        &[
            r#"2 FailStateEntered {"name":"S","input":"{\"n\":1}","inputDetails":{"truncated":false}} 0"#,
            r#"3 ExecutionFailed {"error":"E"} 0"#,
            r#"5 FailStateEntered {"name":"S","input":"{\"n\":1}","inputDetails":{"truncated":false}} 1"#,
            r#"6 ExecutionFailed {"error":"E"} 1"#,
        ],
    )
    .await;
}
