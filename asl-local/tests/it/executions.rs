//! Executions and their histories.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use asl_engine::{Clock, Failure, task_fn};
use asl_local::{Config, MockSource, MockedTasks, NoTestCase, Quotas};
use asl_value::{Value, json};

use crate::client::{Client, one_state, pass, text, wait};

#[tokio::test]
async fn an_execution_from_its_start_to_its_history() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", pass()).await;
    let request = json!({"stateMachineArn": machine.as_str(), "name": "run", "input": "[1, 2]"});
    let started = client.ok("StartExecution", request).await;
    let arn = text(&started, "executionArn");
    assert_eq!(arn, format!("{}:run", machine.replace(":stateMachine:", ":execution:")));
    let ended = client.ended(&arn).await;
    let expected = json!({
        "executionArn": arn.as_str(), "stateMachineArn": machine.as_str(), "name": "run", "status": "SUCCEEDED",
        "startDate": started["startDate"].clone(), "stopDate": ended["stopDate"].clone(),
        "input": "[1, 2]", "inputDetails": {"included": true},
        // An unchanged input keeps its text.
        "output": "[1, 2]", "outputDetails": {"included": true},
        "redriveCount": 0, "redriveStatus": "NOT_REDRIVABLE",
        "redriveStatusReason": "Execution is SUCCEEDED and cannot be redriven"
    });
    assert_eq!(ended, expected);
    let history = client.ok("GetExecutionHistory", json!({"executionArn": arn.as_str()})).await;
    let events = history["events"].as_array().unwrap();
    let shape =
        |event: &Value| format!("{}<-{} {}", event["id"], event["previousEventId"], text(event, "type"));
    assert_eq!(
        events.iter().map(shape).collect::<Vec<_>>(),
        ["1<-0 ExecutionStarted", "2<-0 PassStateEntered", "3<-2 PassStateExited", "4<-3 ExecutionSucceeded"]
    );
    let details = json!({"output": "[1, 2]", "outputDetails": {"truncated": false}});
    assert_eq!(events[3]["executionSucceededEventDetails"], details);

    let request = json!({"executionArn": arn.as_str(), "reverseOrder": true, "includeExecutionData": false, "maxResults": 3});
    let page = client.ok("GetExecutionHistory", request).await;
    assert_eq!(
        page["events"].as_array().unwrap().iter().map(shape).collect::<Vec<_>>()[0],
        "4<-3 ExecutionSucceeded"
    );
    assert_eq!(page["events"][0]["executionSucceededEventDetails"], json!({}));
    let request =
        json!({"executionArn": arn.as_str(), "reverseOrder": true, "nextToken": page["nextToken"].clone()});
    let page = client.ok("GetExecutionHistory", request).await;
    assert_eq!(
        page["events"].as_array().unwrap().iter().map(shape).collect::<Vec<_>>(),
        ["1<-0 ExecutionStarted"]
    );
    let of_it = client.ok("DescribeStateMachineForExecution", json!({"executionArn": arn})).await;
    assert_eq!(of_it["definition"], pass().to_json().into());
}

#[tokio::test]
async fn a_name_is_used_once() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", wait()).await;
    let start = |input: &str| json!({"stateMachineArn": machine.as_str(), "name": "n", "input": input});
    let first = client.ok("StartExecution", start("{}")).await;
    assert_eq!(client.ok("StartExecution", start("{}")).await, first);
    let arn = text(&first, "executionArn");
    let exists = format!("Execution Already Exists: '{arn}'");
    client.refused("StartExecution", start("[]"), "ExecutionAlreadyExists", &exists).await;
    let stop = json!({"executionArn": arn.as_str(), "error": "E", "cause": "C"});
    let stopped = client.ok("StopExecution", stop).await;
    client.refused("StartExecution", start("{}"), "ExecutionAlreadyExists", &exists).await;
    let ended = client.ended(&arn).await;
    assert_eq!(ended["stopDate"], stopped["stopDate"]);
    assert_eq!(["status", "error", "cause"].map(|name| text(&ended, name)), ["ABORTED", "E", "C"]);
    assert_eq!(client.event_types(&arn).await, ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]);
}

#[tokio::test]
async fn what_cannot_be_started() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", pass()).await;
    let invalid = |problem: &str| format!("Invalid State Machine Execution Input: '{problem}'");
    for (input, problem) in [
        ("", "Invalid execution input."),
        (" \n", "Invalid execution input."),
        (
            "not json",
            "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or \
             'false')",
        ),
        ("{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"),
    ] {
        let request = json!({"stateMachineArn": machine.as_str(), "input": input});
        client.refused("StartExecution", request, "InvalidExecutionInput", &invalid(problem)).await;
    }
    let request = json!({"stateMachineArn": machine.as_str(), "name": "a b"});
    client.refused("StartExecution", request, "InvalidName", "Invalid Name: 'a b'").await;
    let not_supported = "This operation is not supported by this type of state machine";
    let request = json!({"stateMachineArn": machine.as_str()});
    client.refused("StartSyncExecution", request, "StateMachineTypeNotSupported", not_supported).await;
    let gone = format!("{machine}x");
    let message = format!("State Machine Does Not Exist: '{gone}'");
    client
        .refused("StartExecution", json!({"stateMachineArn": gone}), "StateMachineDoesNotExist", &message)
        .await;
    let unknown = format!("{}:x", machine.replace(":stateMachine:", ":execution:"));
    let message = format!("Execution Does Not Exist: '{unknown}'");
    let request = json!({"executionArn": unknown});
    client.refused("GetExecutionHistory", request, "ExecutionDoesNotExist", &message).await;
}

#[tokio::test]
async fn express_executions() {
    let client = Client::new().await;
    let machine = client.machine("EXPRESS", pass()).await;
    let request = json!({"stateMachineArn": machine.as_str(), "name": "n", "input": "{\"a\": 1}"});
    let answer = client.ok("StartSyncExecution", request).await;
    assert_eq!(
        ["status", "input", "output"].map(|name| text(&answer, name)),
        ["SUCCEEDED", "{\"a\": 1}", "{\"a\": 1}"]
    );
    assert_eq!(answer["billingDetails"]["billedMemoryUsedInMB"], 64.into());
    assert_eq!(text(&answer, "executionArn").split(':').nth(5), Some("express"));

    let fail = one_state(json!({"Type": "Fail", "Error": "E", "Cause": "C"}));
    let failing = client.machine("EXPRESS", fail).await;
    let answer = client.ok("StartSyncExecution", json!({"stateMachineArn": failing})).await;
    assert_eq!(["status", "error", "cause"].map(|name| text(&answer, name)), ["FAILED", "E", "C"]);
    assert_eq!(answer["outputDetails"], json!({"included": true}));

    let arn = client.start(&machine, "{}").await;
    let message = "Invalid Arn: 'Resource type not valid in this context: express'";
    for action in ["DescribeExecution", "GetExecutionHistory", "StopExecution"] {
        client.refused(action, json!({"executionArn": arn.as_str()}), "InvalidArn", message).await;
    }
    let not_supported = "This operation is not supported by this type of state machine";
    let request = json!({"stateMachineArn": machine});
    client.refused("ListExecutions", request, "StateMachineTypeNotSupported", not_supported).await;

    let kept = Client::of(Config { express_history: true, ..Config::default() }).await;
    let machine = kept.machine("EXPRESS", pass()).await;
    let arn = kept.start(&machine, "{}").await;
    assert_eq!(text(&kept.ended(&arn).await, "status"), "SUCCEEDED");
    assert_eq!(kept.event_types(&arn).await.len(), 4);
}

#[tokio::test]
async fn executions_are_listed_newest_first() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", pass()).await;
    let mut arns = Vec::new();
    for _ in 0..3 {
        let arn = client.start(&machine, "{}").await;
        client.ended(&arn).await;
        arns.insert(0, arn);
    }
    let list = |more: Value| {
        let mut request = more.as_object().unwrap().clone();
        request.insert("stateMachineArn", machine.as_str().into());
        client.ok("ListExecutions", request.into())
    };
    let names = |listed: &Value| -> Vec<String> {
        listed["executions"].as_array().unwrap().iter().map(|item| text(item, "executionArn")).collect()
    };
    let first = list(json!({"maxResults": 2})).await;
    assert_eq!(names(&first), arns[..2]);
    let second = list(json!({"maxResults": 2, "nextToken": first["nextToken"].clone()})).await;
    assert_eq!((names(&second), second["nextToken"].is_null()), (arns[2..].to_vec(), true));
    assert_eq!(names(&list(json!({"statusFilter": "FAILED"})).await), Vec::<String>::new());
    assert_eq!(names(&list(json!({"statusFilter": "SUCCEEDED"})).await).len(), 3);
}

/// Measured on AWS: running executions are sorted by their start or redrive, the others by their end.
#[tokio::test]
async fn executions_are_listed_by_their_date() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", wait()).await;
    let apart = || tokio::time::sleep(std::time::Duration::from_millis(5));
    let mut arns = Vec::new();
    for name in ["a", "b", "c"] {
        let request = json!({"stateMachineArn": machine.as_str(), "name": name});
        arns.push(text(&client.ok("StartExecution", request).await, "executionArn"));
        apart().await;
    }
    for (action, execution, expected) in [
        ("StopExecution", 0, ["a", "c", "b"]),
        ("StopExecution", 1, ["b", "a", "c"]),
        ("RedriveExecution", 0, ["a", "b", "c"]),
        ("StopExecution", 2, ["c", "a", "b"]),
        ("StopExecution", 0, ["a", "c", "b"]),
    ] {
        client.ok(action, json!({"executionArn": arns[execution].as_str()})).await;
        apart().await;
        let mut names = Vec::new();
        let mut token = Value::Null;
        for _ in 0..3 {
            let request =
                json!({"stateMachineArn": machine.as_str(), "maxResults": 1, "nextToken": token.clone()});
            let listed = client.ok("ListExecutions", request).await;
            names.push(text(&listed["executions"][0], "name"));
            token = listed["nextToken"].clone();
        }
        assert_eq!(names, expected, "after {action} of {execution}");
    }
}

/// Seen in Step Functions Local: a `#` without a name does not select a test case.
#[tokio::test]
async fn a_mark_without_a_case_starts_without_mocks() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", pass()).await;
    let execution = client.start(&format!("{machine}#"), "{}").await;
    let ended = client.ended(&execution).await;
    assert_eq!((text(&ended, "status"), text(&ended, "stateMachineArn")), ("SUCCEEDED".to_owned(), machine));
    let express = client.machine("EXPRESS", pass()).await;
    let request = json!({"stateMachineArn": format!("{express}#")});
    assert_eq!(client.ok("StartSyncExecution", request).await["status"], "SUCCEEDED".into());
}

#[tokio::test]
async fn what_has_ended_is_forgotten_in_the_end() {
    let quotas = Quotas { ended_executions: 2, open_executions: 1, ..Quotas::default() };
    let client = Client::of(Config { quotas, ..Config::default() }).await;
    let machine = client.machine("STANDARD", pass()).await;
    let mut arns = Vec::new();
    for _ in 0..3 {
        let arn = client.start(&machine, "{}").await;
        client.ended(&arn).await;
        arns.push(arn);
    }
    let message = format!("Execution Does Not Exist: '{}'", arns[0]);
    let request = json!({"executionArn": arns[0].as_str()});
    client.refused("DescribeExecution", request, "ExecutionDoesNotExist", &message).await;
    client.ok("DescribeExecution", json!({"executionArn": arns[1].as_str()})).await;

    let waiting = client.machine("STANDARD", wait()).await;
    client.start(&waiting, "{}").await;
    let message = "The maximum number of open executions has been reached";
    client
        .refused("StartExecution", json!({"stateMachineArn": waiting}), "ExecutionLimitExceeded", message)
        .await;
}

#[tokio::test]
async fn a_machine_is_deleted_with_its_last_execution() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", wait()).await;
    let arn = client.start(&machine, "{}").await;
    let of = json!({"stateMachineArn": machine.as_str()});
    client.ok("DeleteStateMachine", of.clone()).await;
    assert_eq!(text(&client.ok("DescribeStateMachine", of.clone()).await, "status"), "DELETING");
    let message = format!("State Machine is being deleted: '{machine}'");
    client.refused("StartExecution", of.clone(), "StateMachineDeleting", &message).await;
    client.ok("StopExecution", json!({"executionArn": arn})).await;
    let message = format!("State Machine Does Not Exist: '{machine}'");
    client.refused("DescribeStateMachine", of, "StateMachineDoesNotExist", &message).await;
}

#[tokio::test]
async fn virtual_time_jumps_over_waits() {
    let client = Client::of(Config { clock: Clock::virtual_time(), ..Config::default() }).await;
    let machine = client.machine("STANDARD", wait()).await;
    let arn = client.start(&machine, "{}").await;
    let ended = client.ended(&arn).await;
    let took = ended["stopDate"].as_f64().unwrap() - ended["startDate"].as_f64().unwrap();
    assert!((600.0..601.0).contains(&took), "{took}");
}

struct OneCase;

impl MockSource for OneCase {
    fn mocks(&self, machine: &str, case: &str) -> Result<MockedTasks, NoTestCase> {
        if case != "Happy" {
            return Err(NoTestCase::new(format!("`{machine}` has only `Happy`")));
        }
        let handler = task_fn(|_: Value| async move { Ok::<_, Failure>(json!({"mocked": true})) });
        Ok(MockedTasks::new(["S"], handler))
    }
}

#[tokio::test]
async fn a_test_case_is_named_behind_the_machine() {
    let client = Client::of(Config { mocks: Some(Arc::new(OneCase)), ..Config::default() }).await;
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": true});
    let machine = client.machine("STANDARD", one_state(task)).await;
    let arn = client.start(&format!("{machine}#Happy"), "{}").await;
    assert_eq!(text(&client.ended(&arn).await, "output"), r#"{"mocked":true}"#);
    let arn = client.start(&machine, "{}").await;
    let ended = client.ended(&arn).await;
    assert_eq!(
        ["error", "cause"].map(|name| text(&ended, name)),
        [
            "States.Runtime",
            "no handler for `arn:aws:states:::dynamodb:getItem`: this server has activities, nested executions and \
             mocks, AWS services only with `--aws` or an endpoint, and Lambda functions also with \
             `--lambda-endpoint`"
        ]
    );
    let name = machine.rsplit(':').next().unwrap();
    let message = format!("no test case 'Sad' of state machine '{name}': `{name}` has only `Happy`");
    let request = json!({"stateMachineArn": format!("{machine}#Sad")});
    client.refused("StartExecution", request, "ValidationException", &message).await;
}

/// Calls the server before it returns.
struct Caller(Arc<OnceLock<Client>>);

impl MockSource for Caller {
    fn mocks(&self, machine: &str, case: &str) -> Result<MockedTasks, NoTestCase> {
        let client = self.0.get().expect("a server").clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let call = async move {
            let call = client.call("ListStateMachines", json!({}));
            tokio::time::timeout(Duration::from_secs(10), call).await.ok().map(|answer| answer.status)
        };
        match runtime.block_on(call) {
            Some(200) => OneCase.mocks(machine, case),
            answer => Err(NoTestCase::new(format!("the server answered {answer:?}"))),
        }
    }
}

#[tokio::test]
async fn a_source_of_mocks_may_call_the_server() {
    let called = Arc::new(OnceLock::new());
    let config = Config { mocks: Some(Arc::new(Caller(Arc::clone(&called)))), ..Config::default() };
    let client = Client::of(config).await;
    assert!(called.set(client.clone()).is_ok());
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "End": true});
    let machine = client.machine("STANDARD", one_state(task)).await;
    let arn = client.start(&format!("{machine}#Happy"), "{}").await;
    assert_eq!(text(&client.ended(&arn).await, "output"), r#"{"mocked":true}"#);
}

#[cfg(feature = "jsonata")]
#[tokio::test]
async fn jsonata_machines_run() {
    let client = Client::new().await;
    let state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.n + 1 %}", "End": true});
    let machine = client.machine("STANDARD", one_state(state)).await;
    let arn = client.start(&machine, r#"{"n": 1}"#).await;
    assert_eq!(text(&client.ended(&arn).await, "output"), "2");
}

/// The parsed input is passed on, not its text. A number keeps its written form until it is computed with.
#[tokio::test]
async fn inputs_as_they_are_handed_on() {
    let client = Client::new().await;
    let machine = client.machine("STANDARD", pass()).await;
    for (input, shown) in [
        (r#"{"a": 1, "b": 2, "a": 3}"#, r#"{"a":3,"b":2}"#),
        (r#"[{"x": {"k": 1.50, "\u006b": 2.50}}]"#, r#"[{"x":{"k":2.5}}]"#),
        (r#"{"a": 1.50, "b": [1e21]}"#, r#"{"a": 1.50, "b": [1e21]}"#),
    ] {
        let arn = client.start(&machine, input).await;
        let ended = client.ended(&arn).await;
        assert_eq!(text(&ended, "output"), shown, "{input}");
        let history = client.ok("GetExecutionHistory", json!({"executionArn": arn.as_str()})).await;
        let entered = &history["events"][1]["stateEnteredEventDetails"]["input"];
        assert_eq!(entered.as_str(), Some(shown), "{input}");
    }
    // In a part of the input, doubles are written as AWS writes them.
    let path = json!({"Type": "Pass", "InputPath": "$.b", "End": true});
    let machine = client.machine("STANDARD", one_state(path)).await;
    let arn =
        client.start(&machine, r#"{"b": {"n": 1789180622.50, "m": 0.0, "l": 123456789012345678901}}"#).await;
    assert_eq!(
        text(&client.ended(&arn).await, "output"),
        r#"{"n":1.7891806225E9,"m":0.0,"l":123456789012345678901}"#
    );
    let template = json!({"Type": "Pass", "Parameters": {"n.$": "$.n"}, "End": true});
    let machine = client.machine("STANDARD", one_state(template)).await;
    let arn = client.start(&machine, r#"{"n": 1789180622.50}"#).await;
    assert_eq!(text(&client.ended(&arn).await, "output"), r#"{"n":1.7891806225E9}"#);
}
