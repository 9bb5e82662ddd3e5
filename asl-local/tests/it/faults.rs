//! Faults: clients that disconnect, invalid bodies, too many requests, a shutdown in between.

use std::time::Duration;

use asl_local::{Config, Machines, Quotas};
use asl_model::ExecutionType;
use asl_value::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::sync::oneshot;

use crate::client::{Client, ROLE, one_state, pass, text, wait};

fn target(action: &str) -> String {
    format!("POST / HTTP/1.1\r\nx-amz-target: AWSStepFunctions.{action}")
}

#[tokio::test]
async fn clients_that_leave_do_no_harm() {
    let client = Client::of(Config { express_history: true, ..Config::default() }).await;
    let express =
        client.machine("EXPRESS", one_state(json!({"Type": "Wait", "Seconds": 1, "End": true}))).await;
    let start = json!({"stateMachineArn": express.as_str(), "name": "left"}).to_json();
    let start = format!("host: localhost\r\ncontent-length: {}\r\n\r\n{start}", start.len());
    for half in [
        "POST / HT".to_owned(),
        format!("{}\r\n", target("ListStateMachines")),
        format!("{}\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{{\"max", target("ListStateMachines")),
        // A complete request whose client does not wait for the response. The execution continues.
        format!("{}\r\n{start}", target("StartSyncExecution")),
    ] {
        let mut stream = client.connect().await;
        stream.write_all(half.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        // Until the server has seen it.
        client.ok("ListStateMachines", json!({})).await;
    }
    let mut arns = Vec::new();
    while arns.is_empty() {
        let listed = client.ok("ListExecutions", json!({"stateMachineArn": express.as_str()})).await;
        arns.extend(listed["executions"].as_array().unwrap().iter().map(|item| text(item, "executionArn")));
    }
    assert_eq!(text(&client.ended(&arns[0]).await, "status"), "SUCCEEDED");
}

#[tokio::test]
async fn bodies_that_are_no_requests() {
    let client = Client::new().await;
    let check = async |action: &str, body: &[u8], expected: &str| {
        let head = format!("{}\r\nconnection: close\r\ncontent-length: {}", target(action), body.len());
        let answer = client.send_bytes(&head, body).await;
        let error = text(&answer.body, "__type");
        let found = format!(
            "{} {} {}",
            answer.status,
            error.rsplit('#').next().unwrap(),
            text(&answer.body, "message")
        );
        assert!(found.starts_with(expected), "{found}");
    };
    let serialization = "400 SerializationException ";
    let deep = "[".repeat(100_000);
    let bodies: [&[u8]; 8] =
        [b"not json", b"{", b"\"text\"", b"7", b"null", b"\xff\xfe{}", b"{\"a\": 1}}", deep.as_bytes()];
    for body in bodies {
        check("ListStateMachines", body, serialization).await;
    }
    let long = format!("{{\"maxResults\": {}}}", "9".repeat(1000));
    for body in [
        r#"{"maxResults": 1e400}"#,
        r#"{"maxResults": 1.5}"#,
        r#"{"maxResults": 99999999999999999999}"#,
        &long,
    ] {
        check("ListStateMachines", body.as_bytes(), serialization).await;
    }
    let positive = "400 ValidationException 1 validation error detected: Value '-1' at 'maxResults' failed to satisfy \
                    constraint: Member must have value greater than or equal to 0";
    check("ListStateMachines", br#"{"maxResults": -1}"#, positive).await;
    for (action, body, found) in [
        ("StartExecution", r#"{"stateMachineArn": 1}"#, "expected String at 'stateMachineArn', found number"),
        (
            "StartExecution",
            r#"{"stateMachineArn": {}}"#,
            "expected String at 'stateMachineArn', found object",
        ),
        (
            "StartExecution",
            r#"{"stateMachineArn": "a", "input": {}}"#,
            "expected String at 'input', found object",
        ),
        (
            "GetExecutionHistory",
            r#"{"executionArn": "a", "reverseOrder": "yes"}"#,
            "expected Boolean at 'reverseOrder', found string",
        ),
        ("TagResource", r#"{"resourceArn": "a", "tags": {}}"#, "expected List at 'tags', found object"),
    ] {
        check(action, body.as_bytes(), &format!("{serialization}{found}")).await;
    }
    let missing = "400 ValidationException 3 validation errors detected: Value null at 'name' failed";
    check("CreateStateMachine", b"{}", missing).await;
    // A chunked body.
    let head = format!("{}\r\nconnection: close\r\ntransfer-encoding: chunked", target("ListStateMachines"));
    let answer = client.send_bytes(&head, b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n").await;
    assert_eq!((answer.status, answer.body), (200, json!({"stateMachines": []})));
}

#[tokio::test]
async fn definitions_and_requests_have_a_largest_size() {
    const MOST: usize = 1_048_576;
    let client = Client::new().await;
    let definition = |length: usize| {
        let with = |comment: &str| {
            format!(r#"{{"Comment": "{comment}", "StartAt": "S", "States": {{"S": {{"Type": "Succeed"}}}}}}"#)
        };
        with(&"x".repeat(length - with("").len()))
    };
    let create =
        |name: &str, length: usize| json!({"name": name, "definition": definition(length), "roleArn": ROLE});
    client.ok("CreateStateMachine", create("most", MOST)).await;
    let answer = client.call("CreateStateMachine", create("more", MOST + 1)).await;
    let message = text(&answer.body, "message");
    let rule =
        "'definition' failed to satisfy constraint: Member must have length less than or equal to 1048576";
    assert!(answer.status == 400 && message.ends_with(rule) && message.len() < 8192, "{}", message.len());
    // The host of the machines gets the same answers.
    let machines = Machines::new(Config::default());
    machines.create_state_machine("most", &definition(MOST), ExecutionType::Standard).unwrap();
    let refused = machines.create_state_machine("more", &definition(MOST + 1), ExecutionType::Standard);
    assert_eq!(refused.unwrap_err().message(), message);

    let machine = client.machine("STANDARD", pass()).await;
    let input = |length: usize| json!({"stateMachineArn": machine.as_str(), "input": format!("\"{}\"", "x".repeat(length - 2))});
    client.ok("StartExecution", input(262_144)).await;
    let answer = client.call("StartExecution", input(262_145)).await;
    let rule = "'input' failed to satisfy constraint: Member must have length less than or equal to 262144";
    assert!(answer.status == 400 && text(&answer.body, "message").ends_with(rule));

    let limit = Quotas::default().request_bytes;
    let head = format!("{}\r\nconnection: close", target("ListStateMachines"));
    let answer = client.send(&head, &format!("{{{}", " ".repeat(limit))).await;
    assert_eq!(
        (answer.status, text(&answer.body, "message")),
        (413, format!("the request has more than {limit} bytes"))
    );
}

#[tokio::test]
async fn ten_thousand_executions_wait_together() {
    const MANY: usize = 10_000;
    let client = Client::new().await;
    let machine = client.machine("STANDARD", wait()).await;
    let mut started = Vec::new();
    for _ in 0..MANY / 100 {
        let requests = (0..100).map(|_| client.start(&machine, "{}"));
        started.extend(futures_util::future::join_all(requests).await);
    }
    let one_more = json!({"stateMachineArn": machine.as_str()});
    let message = "The maximum number of open executions has been reached";
    client.refused("StartExecution", one_more, "ExecutionLimitExceeded", message).await;
    assert_eq!(count(&client, &machine, "RUNNING").await, MANY);
    // All of them are waiting now, so the paused clock advances by itself.
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(601)).await;
    tokio::time::resume();
    assert_eq!(count(&client, &machine, "SUCCEEDED").await, MANY);
    for arn in [started.first(), started.last()] {
        let types = client.event_types(arn.unwrap()).await;
        assert_eq!(types, ["ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"]);
    }
}

/// Executions of this status, page by page.
async fn count(client: &Client, machine: &str, status: &str) -> usize {
    let (mut count, mut token) = (0, Value::Null);
    loop {
        let request = json!({
            "stateMachineArn": machine, "statusFilter": status, "maxResults": 1000, "nextToken": token.clone()
        });
        let page = client.ok("ListExecutions", request).await;
        count += page["executions"].as_array().unwrap().len();
        token = page["nextToken"].clone();
        if token.is_null() {
            return count;
        }
    }
}

#[tokio::test]
async fn a_server_ends_while_executions_run() {
    let (stop, stopped) = oneshot::channel::<()>();
    let (client, server) =
        Client::until(Config::default(), async { stopped.await.unwrap_or_default() }).await;
    let machine = client.machine("STANDARD", wait()).await;
    client.start(&machine, "{}").await;
    let express = client.machine("EXPRESS", wait()).await;
    let activity = text(&client.ok("CreateActivity", json!({"name": "a"})).await, "activityArn");
    let call = |action: &'static str, request: Value| {
        let client = client.clone();
        tokio::spawn(async move { client.call(action, request).await })
    };
    let synchronous = call("StartSyncExecution", json!({"stateMachineArn": express}));
    let poll = call("GetActivityTask", json!({"activityArn": activity}));
    let mut stalled = client.connect().await;
    stalled
        .write_all(
            format!("{}\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{{", target("ListStateMachines"))
                .as_bytes(),
        )
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    let answer = synchronous.await.unwrap();
    assert_eq!((answer.status, text(&answer.body, "message")), (503, "the server is shutting down".into()));
    assert_eq!(poll.await.unwrap().body, json!({}));
    let ended = tokio::time::timeout(Duration::from_secs(60), server).await;
    ended.expect("it ends").unwrap().unwrap();
}
