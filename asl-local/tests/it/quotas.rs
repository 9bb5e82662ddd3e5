//! Each row of the table of quotas in the README: what happens beyond it.

use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use asl_engine::{Failure, Task, TaskHandler};
use asl_local::{Config, MockSource, MockedTasks, NoTestCase, Quotas};
use asl_value::{Object, Value, json};
use async_trait::async_trait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::client::{Client, ROLE, pass, text, wait};

async fn with(quotas: Quotas) -> Client {
    Client::of(Config { quotas, ..Config::default() }).await
}

fn create(name: &str, definition: &Value) -> Value {
    json!({"name": name, "definition": definition.to_json(), "roleArn": ROLE})
}

fn with_comment(length: usize) -> Value {
    json!({"Comment": "x".repeat(length), "StartAt": "S", "States": {"S": {"Type": "Succeed"}}})
}

#[tokio::test]
async fn definitions_of_all_machines_and_versions() {
    let client = with(Quotas { definition_bytes: 3000, ..Quotas::default() }).await;
    let message = "The definitions of all state machines have more than 3000 bytes";
    let arn =
        text(&client.ok("CreateStateMachine", create("a", &with_comment(1000))).await, "stateMachineArn");
    client
        .refused("CreateStateMachine", create("b", &with_comment(2000)), "StateMachineLimitExceeded", message)
        .await;
    let update = |length: usize| json!({"stateMachineArn": arn.as_str(), "definition": with_comment(length).to_json(), "publish": true});
    client.ok("UpdateStateMachine", update(1001)).await;
    client.refused("UpdateStateMachine", update(1002), "StateMachineLimitExceeded", message).await;
    client.ok("DeleteStateMachine", json!({"stateMachineArn": arn.as_str()})).await;
    client.ok("CreateStateMachine", create("b", &with_comment(2000))).await;
}

#[tokio::test]
async fn versions_of_a_machine() {
    let client = with(Quotas { versions: 2, ..Quotas::default() }).await;
    let arn = text(&client.ok("CreateStateMachine", create("a", &pass())).await, "stateMachineArn");
    let update = |length: usize| json!({"stateMachineArn": arn.as_str(), "definition": with_comment(length).to_json()});
    for length in [1, 2] {
        client.ok("UpdateStateMachine", update(length)).await;
        client.ok("PublishStateMachineVersion", json!({"stateMachineArn": arn.as_str()})).await;
    }
    client.ok("UpdateStateMachine", update(3)).await;
    let message = "The maximum number of versions has been reached: 2";
    let publish = json!({"stateMachineArn": arn.as_str()});
    client.refused("PublishStateMachineVersion", publish, "ServiceQuotaExceededException", message).await;
}

#[tokio::test]
async fn payloads_of_one_history() {
    let client = with(Quotas { history_bytes: 10_000, ..Quotas::default() }).await;
    // Each iteration creates a new payload of a kilobyte.
    let states = json!({
        "S": {"Type": "Pass", "Parameters": {"b.$": "$.b", "id.$": "States.UUID()"}, "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.id", "IsNull": true, "Next": "E"}], "Default": "S"},
        "E": {"Type": "Succeed"}
    });
    let machine = client.machine("STANDARD", json!({"StartAt": "S", "States": states})).await;
    let arn = client.start(&machine, &json!({"b": "x".repeat(1000)}).to_json()).await;
    let ended = client.ended(&arn).await;
    assert_eq!(
        [text(&ended, "status"), text(&ended, "error"), text(&ended, "cause")],
        [
            "FAILED",
            "States.DataLimitExceeded",
            "The history holds more than 10000 bytes of payloads, the quota of this server."
        ]
    );
}

#[tokio::test]
async fn bytes_of_all_that_is_remembered() {
    // Each execution takes some 9 KB: itself, its input as text and as a value, its events.
    let client = with(Quotas { kept_bytes: 30_000, ..Quotas::default() }).await;
    let quick = client.machine("STANDARD", pass()).await;
    let input = json!({"b": "x".repeat(3000)}).to_json();
    let mut arns = Vec::new();
    for _ in 0..4 {
        let arn = client.start(&quick, &input).await;
        client.ended(&arn).await;
        arns.push(arn);
    }
    let first = client.call("DescribeExecution", json!({"executionArn": arns[0].as_str()})).await;
    assert!(text(&first.body, "__type").ends_with("#ExecutionDoesNotExist"), "{first:?}");
    client.ok("DescribeExecution", json!({"executionArn": arns[3].as_str()})).await;

    let slow = client.machine("STANDARD", wait()).await;
    for _ in 0..2 {
        client.start(&slow, &input).await;
    }
    let message = "The maximum number of open executions has been reached";
    let start = json!({"stateMachineArn": slow.as_str(), "input": json!({"b": "x".repeat(9000)}).to_json()});
    client.refused("StartExecution", start, "ExecutionLimitExceeded", message).await;
}

#[tokio::test]
async fn bytes_of_histories_that_grow() {
    let client = with(Quotas { kept_bytes: 3 << 20, ..Quotas::default() }).await;
    let ended = client.machine("STANDARD", pass()).await;
    let ended = client.start(&ended, "{}").await;
    client.ended(&ended).await;
    let states = json!({
        "S": {"Type": "Pass", "Parameters": {"b.$": "$.b", "id.$": "States.UUID()"}, "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.id", "IsNull": true, "Next": "E"}], "Default": "S"},
        "E": {"Type": "Succeed"}
    });
    let machine = client.machine("STANDARD", json!({"StartAt": "S", "States": states})).await;
    let arn = client.start(&machine, &json!({"b": "x".repeat(100_000)}).to_json()).await;
    let stopped = client.ended(&arn).await;
    let cause = "All executions take more than 3145728 bytes of memory, the quota of this server.";
    assert_eq!([text(&stopped, "status"), text(&stopped, "cause")], ["FAILED", cause]);
    let first = client.call("DescribeExecution", json!({"executionArn": ended})).await;
    assert!(text(&first.body, "__type").ends_with("#ExecutionDoesNotExist"), "{first:?}");
}

/// Starts executions one after the other, and returns which of them are still known in the end.
async fn known_after(quotas: Quotas, definition: Value, inputs: &[&str], stop: Option<&str>) -> Vec<bool> {
    let client = with(quotas).await;
    let machine = client.machine("STANDARD", definition).await;
    let mut arns = Vec::new();
    for input in inputs {
        let arn = client.start(&machine, input).await;
        if let Some(cause) = stop {
            client.ok("StopExecution", json!({"executionArn": arn.as_str(), "cause": cause})).await;
        }
        client.ended(&arn).await;
        arns.push(arn);
    }
    let mut known = Vec::new();
    for arn in arns {
        known.push(client.call("DescribeExecution", json!({"executionArn": arn})).await.status == 200);
    }
    known
}

/// What counts is the memory that they take, whatever takes it.
#[tokio::test]
async fn memory_of_executions_that_have_ended() {
    let quotas = |ended_bytes| Quotas { ended_bytes, ..Quotas::default() };
    let long = json!({"b": "x".repeat(3000)}).to_json();
    let known = known_after(quotas(30_000), pass(), &[long.as_str(); 4], None).await;
    assert_eq!(known, [false, true, true, true]);
    // A thousand empty arrays are 3 KB of text, and take 64 KB.
    let many = format!("[{}[]]", "[],".repeat(1000));
    let known = known_after(quotas(200_000), pass(), &[many.as_str(); 4], None).await;
    assert_eq!(known, [false, false, true, true]);
    // Somebody stops them and says why at length.
    let cause = "x".repeat(30_000);
    let known = known_after(quotas(80_000), wait(), &["{}"; 3], Some(&cause)).await;
    assert_eq!(known, [false, true, true]);
    // One that is larger than all that may be kept is kept alone.
    let known = known_after(quotas(1), pass(), &[long.as_str(); 2], None).await;
    assert_eq!(known, [false, true]);
}

/// Those that run do not count for it, so that nothing is forgotten because others run.
#[tokio::test]
async fn running_executions_are_no_ended_ones() {
    let client = with(Quotas { ended_bytes: 30_000, ..Quotas::default() }).await;
    let quick = client.machine("STANDARD", pass()).await;
    let slow = client.machine("STANDARD", wait()).await;
    let ended = client.start(&quick, "{}").await;
    client.ended(&ended).await;
    for _ in 0..5 {
        client.start(&slow, &json!({"b": "x".repeat(9000)}).to_json()).await;
    }
    let other = client.start(&quick, "{}").await;
    client.ended(&other).await;
    client.ok("DescribeExecution", json!({"executionArn": ended})).await;
}

#[tokio::test]
async fn settings_of_machines_count_with_their_definitions() {
    let client = with(Quotas { definition_bytes: 3000, ..Quotas::default() }).await;
    let message = "The definitions of all state machines have more than 3000 bytes";
    let logging = |length: usize| json!({"level": "OFF", "destinations": [{"other": "x".repeat(length)}]});
    let with = |name: &str, length: usize| {
        let mut request = create(name, &pass()).as_object().unwrap().clone();
        request.insert("loggingConfiguration", logging(length));
        Value::Object(request)
    };
    client.refused("CreateStateMachine", with("a", 3000), "StateMachineLimitExceeded", message).await;
    let arn = text(&client.ok("CreateStateMachine", with("a", 1000)).await, "stateMachineArn");
    let update = json!({"stateMachineArn": arn, "loggingConfiguration": (logging(2000))});
    client.refused("UpdateStateMachine", update, "StateMachineLimitExceeded", message).await;
}

/// Calls the server when it is dropped, and notes whether that responds.
struct CallsWhenDropped(Arc<OnceLock<Client>>, mpsc::Sender<bool>);

impl Drop for CallsWhenDropped {
    fn drop(&mut self) {
        let client = self.0.get().unwrap().clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let call = async move {
            let call = client.call("ListStateMachines", json!({}));
            tokio::time::timeout(Duration::from_secs(10), call).await.is_ok()
        };
        // On a thread of its own, because this one has a runtime.
        let called = std::thread::spawn(move || runtime.block_on(call)).join();
        self.1.send(called.unwrap()).unwrap();
    }
}

#[async_trait]
impl TaskHandler for CallsWhenDropped {
    async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
        Ok(json!({}))
    }
}

struct Source(Arc<OnceLock<Client>>, mpsc::Sender<bool>);

impl MockSource for Source {
    fn mocks(&self, _: &str, _: &str) -> Result<MockedTasks, NoTestCase> {
        Ok(MockedTasks::new(["S"], CallsWhenDropped(Arc::clone(&self.0), self.1.clone())))
    }
}

#[tokio::test]
async fn mocks_of_removed_executions_may_call_the_server() {
    let (sender, dropped) = mpsc::channel();
    let known = Arc::new(OnceLock::new());
    let executions = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let handle = executions.handle().clone();
    let (_stop, stopped) = oneshot::channel::<()>();
    std::thread::spawn(move || executions.block_on(stopped));
    let client = Client::of(Config {
        mocks: Some(Arc::new(Source(Arc::clone(&known), sender))),
        executions: Some(handle),
        quotas: Quotas { ended_executions: 1, ..Quotas::default() },
        ..Config::default()
    })
    .await;
    assert!(known.set(client.clone()).is_ok());
    let machine = client.machine("STANDARD", pass()).await;
    for _ in 0..2 {
        let arn = client.start(&format!("{machine}#case"), "{}").await;
        client.ended(&arn).await;
    }
    let responded = tokio::task::spawn_blocking(move || dropped.recv_timeout(Duration::from_secs(30)));
    assert_eq!(responded.await.unwrap(), Ok(true));
}

#[tokio::test]
async fn a_definition_counts_once() {
    let client = with(Quotas { kept_bytes: 100_000, ..Quotas::default() }).await;
    let machine =
        text(&client.ok("CreateStateMachine", create("a", &with_comment(50_000))).await, "stateMachineArn");
    let mut arns = Vec::new();
    for _ in 0..10 {
        let arn = client.start(&machine, "{}").await;
        client.ended(&arn).await;
        arns.push(arn);
    }
    client.ok("DescribeExecution", json!({"executionArn": arns[0].as_str()})).await;
}

#[tokio::test]
async fn bytes_of_a_page_of_history() {
    let client = with(Quotas { page_bytes: 5000, ..Quotas::default() }).await;
    let machine = client.machine("STANDARD", pass()).await;
    let arn = client.start(&machine, &json!({"b": "x".repeat(2000)}).to_json()).await;
    client.ended(&arn).await;
    let (mut token, mut counts) = (Value::Null, Vec::new());
    loop {
        let page =
            client.ok("GetExecutionHistory", json!({"executionArn": arn.as_str(), "nextToken": token})).await;
        counts.push(page["events"].as_array().unwrap().len());
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(counts, [2, 2]);
}

/// Sends a part of a request and returns the connection.
async fn stalled(client: &Client, part: &str) -> TcpStream {
    let mut stream = client.connect().await;
    stream.write_all(part.as_bytes()).await.unwrap();
    stream
}

const BODY: &str = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-target: AWSStepFunctions.ListStateMachines\r\n\
                    content-length: 1000\r\n\r\n{";

async fn is_closed(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await;
    read.is_ok()
}

#[tokio::test]
async fn connections_that_wait_give_way() {
    let client = with(Quotas { connections: 8, ..Quotas::default() }).await;
    let mut stalled_ones = Vec::new();
    for part in ["", "POST / HT", BODY].iter().cycle().take(30) {
        stalled_ones.push(stalled(&client, part).await);
    }
    client.ok("ListStateMachines", json!({})).await;
    assert!(is_closed(&mut stalled_ones[0]).await);
}

#[tokio::test]
async fn a_connection_is_not_closed_while_its_answer_is_sent() {
    let quotas = Quotas { connections: 2, page_bytes: usize::MAX, ..Quotas::default() };
    let client = with(quotas).await;
    let states = (0..32).map(|n| {
        let state = match n {
            31 => json!({"Type": "Succeed"}),
            _ => json!({"Type": "Pass", "Next": format!("S{}", n + 1)}),
        };
        (format!("S{n}"), state)
    });
    let states: Object = states.collect();
    let machine = client.machine("STANDARD", json!({"StartAt": "S0", "States": states})).await;
    let arn = client.start(&machine, &json!("x".repeat(200_000)).to_json()).await;
    client.ended(&arn).await;
    // More than the buffers of the sockets hold.
    let body = json!({"executionArn": arn}).to_json();
    let head = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-target: AWSStepFunctions.GetExecutionHistory";
    let request = format!("{head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let mut slow = stalled(&client, &request).await;
    slow.readable().await.unwrap();
    let mut idle = client.connect().await;
    client.ok("ListStateMachines", json!({})).await;
    assert!(is_closed(&mut idle).await);
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", body.len())), "{head}: {} bytes", body.len());
}

#[tokio::test]
async fn memory_of_bodies_that_are_not_complete() {
    let quotas = Quotas { request_bytes: 4000, waiting_bytes: 10_000, ..Quotas::default() };
    let client = with(quotas).await;
    let part = format!("{}{}", BODY.replace("1000", "3999"), "x".repeat(3000));
    let mut stalled_ones = Vec::new();
    for _ in 0..20 {
        stalled_ones.push(stalled(&client, &part).await);
    }
    // Another body needs memory, too.
    client.ok("ListStateMachines", json!({"nextToken": Value::Null, "x": "x".repeat(3000)})).await;
    assert!(is_closed(&mut stalled_ones[0]).await);
}

#[tokio::test]
async fn time_of_a_request() {
    let client = with(Quotas { request_time: Duration::from_millis(200), ..Quotas::default() }).await;
    for (part, answer) in [("", ""), ("POST / HT", ""), (BODY, "HTTP/1.1 408 ")] {
        let mut stream = stalled(&client, part).await;
        let mut read = Vec::new();
        let done = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut read)).await;
        done.expect("closed").unwrap();
        let read = String::from_utf8(read).unwrap();
        assert!(read.starts_with(answer), "{part:?}: {read}");
    }
}

#[tokio::test]
async fn hosts_and_origins() {
    let config = Config { allowed_hosts: vec!["asl.test".into()], ..Config::default() };
    let client = Client::of(config).await;
    for (method, headers, expected) in [
        ("POST", "host: 127.0.0.1:1", 200),
        ("POST", "host: asl.test", 200),
        ("POST", "host: evil.example", 403),
        ("GET", "host: evil.example", 403),
        ("GET", "host: localhost\r\norigin: http://evil.example", 403),
        ("POST", "host: localhost\r\norigin: http://localhost", 200),
        ("POST", "host: localhost\r\norigin: null", 403),
        ("OPTIONS", "host: evil.example", 403),
        ("POST", "x-no: host", 403),
    ] {
        let mut stream = client.connect().await;
        let request = format!(
            "{method} / HTTP/1.1\r\n{headers}\r\nconnection: close\r\ncontent-length: 2\r\n\
             x-amz-target: AWSStepFunctions.ListStateMachines\r\n\r\n{{}}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{method} {headers}: {answer}");
    }
}

#[tokio::test]
async fn memory_of_a_running_execution() {
    let client = with(Quotas { execution_bytes: 100_000, ..Quotas::default() }).await;
    let iterations = json!({
        "Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"text.$": "$.text"}, "ResultPath": Value::Null, "End": true,
        "ItemProcessor": {"StartAt": "P", "States": {"P": {
            "Type": "Pass", "Parameters": {"id.$": "States.UUID()", "text.$": "$.text"}, "End": true
        }}}
    });
    let machine = client.machine("STANDARD", json!({"StartAt": "M", "States": {"M": iterations}})).await;
    let input = json!({"items": (0..50).map(Value::from).collect::<Vec<_>>(), "text": "x".repeat(5000)});
    let arn = client.start(&machine, &input.to_json()).await;
    let ended = client.ended(&arn).await;
    assert_eq!([text(&ended, "status"), text(&ended, "error")], ["FAILED", "States.DataLimitExceeded"]);
}
