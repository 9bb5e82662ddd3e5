//! What survives the end of a server.

use std::time::Duration;

use asl_local::{Config, DataDir, Retention};
use asl_value::{Value, json};

use super::folder::{Folder, Served};
use crate::client::{Client, ROLE, one_state, pass, text};

/// A distributed Map of two children, one of which fails.
fn map() -> Value {
    let choice = json!({"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "F"}], "Default": "P"});
    json!({"StartAt": "M", "States": {"M": {
        "Type": "Map",
        "Label": "each",
        "ToleratedFailureCount": 1,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "X",
            "States": {"X": choice, "P": {"Type": "Pass", "End": true}, "F": {"Type": "Fail", "Error": "E"}}
        },
        "End": true
    }}})
}

/// Machines with versions, aliases and tags, activities, executions of all statuses, a Map Run. Returns the requests that
/// show them.
async fn fill(client: &Client) -> Vec<(&'static str, Value)> {
    let fail = one_state(json!({"Type": "Fail", "Error": "E", "Cause": "C"}));
    let wait = one_state(json!({"Type": "Wait", "Seconds": 600, "End": true}));
    let slow = json!({"StartAt": "S", "TimeoutSeconds": 1, "States": {"S": {"Type": "Wait", "Seconds": 600, "End": true}}});
    let [passes, fails, waits, times_out, maps] = [
        client.machine("STANDARD", pass()).await,
        client.machine("STANDARD", fail).await,
        client.machine("STANDARD", wait).await,
        client.machine("STANDARD", slow).await,
        client.machine("STANDARD", map()).await,
    ];
    let tags = json!([{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]);
    client.ok("TagResource", json!({"resourceArn": passes.as_str(), "tags": tags})).await;
    client.ok("UntagResource", json!({"resourceArn": passes.as_str(), "tagKeys": ["b"]})).await;
    let update = json!({"stateMachineArn": passes.as_str(), "roleArn": format!("{ROLE}2"), "publish": true, "versionDescription": "one"});
    client.ok("UpdateStateMachine", update).await;
    let version = format!("{passes}:1");
    let alias = json!({"name": "live", "routingConfiguration": [{"stateMachineVersionArn": version.as_str(), "weight": 100}]});
    let alias = text(&client.ok("CreateStateMachineAlias", alias).await, "stateMachineAliasArn");
    let activity = text(&client.ok("CreateActivity", json!({"name": "pack"})).await, "activityArn");

    let mut executions = Vec::new();
    for (machine, name, input) in [
        (&passes, "first", r#"{ "n" : 1.50 }"#),
        (&alias, "second", "[1, 2]"),
        (&version, "third", "\"\u{e9}\u{1f980}\""),
        (&fails, "fourth", "{}"),
        (&times_out, "fifth", "{}"),
        (&maps, "sixth", "[0, 1, 2]"),
        (&waits, "seventh", "{}"),
    ] {
        let request = json!({"stateMachineArn": machine.as_str(), "name": name, "input": input});
        executions.push(text(&client.ok("StartExecution", request).await, "executionArn"));
    }
    let waiting = executions.last().expect("an execution").as_str();
    client.ok("StopExecution", json!({"executionArn": waiting, "error": "Stop", "cause": "enough"})).await;
    for execution in &executions {
        client.ended(execution).await;
    }
    let map_run = client.ok("ListMapRuns", json!({"executionArn": executions[5].as_str()})).await;
    let map_run = text(&map_run["mapRuns"][0], "mapRunArn");

    let mut shown = vec![
        ("ListStateMachines", json!({})),
        ("ListActivities", json!({})),
        ("DescribeActivity", json!({"activityArn": activity})),
        ("ListTagsForResource", json!({"resourceArn": passes.as_str()})),
        ("ListStateMachineVersions", json!({"stateMachineArn": passes.as_str()})),
        ("ListStateMachineAliases", json!({"stateMachineArn": passes.as_str()})),
        ("DescribeStateMachineAlias", json!({"stateMachineAliasArn": alias.as_str()})),
        ("DescribeMapRun", json!({"mapRunArn": map_run.as_str()})),
        ("ListExecutions", json!({"mapRunArn": map_run.as_str()})),
        ("ListExecutions", json!({"mapRunArn": map_run.as_str(), "statusFilter": "FAILED"})),
        ("ListExecutions", json!({"stateMachineArn": passes.as_str(), "maxResults": 2})),
        ("ListExecutions", json!({"stateMachineArn": passes.as_str(), "statusFilter": "SUCCEEDED"})),
        ("ListExecutions", json!({"stateMachineArn": alias.as_str()})),
        ("ListExecutions", json!({"stateMachineArn": version.as_str()})),
    ];
    for machine in [&passes, &fails, &waits, &times_out, &maps, &version, &alias] {
        shown.push(("DescribeStateMachine", json!({"stateMachineArn": machine.as_str()})));
    }
    let children = client.ok("ListExecutions", json!({"mapRunArn": map_run})).await;
    executions.extend(
        children["executions"].as_array().expect("children").iter().map(|child| text(child, "executionArn")),
    );
    for execution in &executions {
        let arn = execution.as_str();
        shown.push(("DescribeExecution", json!({"executionArn": arn})));
        shown.push(("DescribeStateMachineForExecution", json!({"executionArn": arn})));
        shown.push(("ListMapRuns", json!({"executionArn": arn})));
        shown.push(("GetExecutionHistory", json!({"executionArn": arn})));
        shown.push(("GetExecutionHistory", json!({"executionArn": arn, "includeExecutionData": false})));
        shown.push((
            "GetExecutionHistory",
            json!({"executionArn": arn, "reverseOrder": true, "maxResults": 2}),
        ));
    }
    shown
}

async fn answers(client: &Client, requests: &[(&'static str, Value)]) -> Vec<Value> {
    let mut answers = Vec::new();
    for (action, request) in requests {
        answers.push(client.ok(action, request.clone()).await);
    }
    answers
}

#[tokio::test]
async fn everything_that_has_ended_looks_the_same_afterwards() {
    let folder = Folder::new();
    let served = folder.serve().await;
    let requests = fill(&served.client).await;
    let before = answers(&served.client, &requests).await;
    served.stop().await;
    for _ in 0..2 {
        let served = folder.serve().await;
        for ((action, request), expected) in requests.iter().zip(&before) {
            let found = served.client.ok(action, request.clone()).await;
            assert_eq!(&found, expected, "{action} {request}");
        }
        served.stop().await;
    }
}

#[tokio::test]
async fn names_stay_taken_and_pages_go_on() {
    let folder = Folder::new();
    let served = folder.serve().await;
    let machine = served.client.machine("STANDARD", pass()).await;
    let start = |name: &str| json!({"stateMachineArn": machine.as_str(), "name": name});
    for name in ["a", "b", "c"] {
        let execution = served.client.ok("StartExecution", start(name)).await;
        served.client.ended(&text(&execution, "executionArn")).await;
    }
    let list =
        |token: Value| json!({"stateMachineArn": machine.as_str(), "maxResults": 2, "nextToken": token});
    let page = served.client.ok("ListExecutions", list(Value::Null)).await;
    served.stop().await;

    let served = folder.serve().await;
    let taken = format!("Execution Already Exists: '{}:a'", machine.replace("stateMachine", "execution"));
    served.client.refused("StartExecution", start("a"), "ExecutionAlreadyExists", &taken).await;
    let rest = served.client.ok("ListExecutions", list(page["nextToken"].clone())).await;
    let names = |page: &Value| -> Vec<String> {
        page["executions"].as_array().expect("a list").iter().map(|item| text(item, "name")).collect()
    };
    assert_eq!((names(&page), names(&rest)), (vec!["c".into(), "b".into()], vec!["a".into()]));
    // Another one comes before them, and is listed with them.
    let execution = served.client.ok("StartExecution", start("d")).await;
    served.client.ended(&text(&execution, "executionArn")).await;
    let all = served.client.ok("ListExecutions", json!({"stateMachineArn": machine.as_str()})).await;
    assert_eq!(names(&all), ["d", "c", "b", "a"]);
    served.stop().await;
}

#[tokio::test]
async fn what_was_deleted_stays_deleted() {
    let folder = Folder::new();
    let served = folder.serve().await;
    let machine = served.client.machine("STANDARD", pass()).await;
    let activity = text(&served.client.ok("CreateActivity", json!({"name": "pack"})).await, "activityArn");
    let execution = served.client.start(&machine, "{}").await;
    served.client.ended(&execution).await;
    served.client.ok("DeleteStateMachine", json!({"stateMachineArn": machine})).await;
    served.client.ok("DeleteActivity", json!({"activityArn": activity})).await;
    served.stop().await;

    let served = folder.serve().await;
    for (list, members) in [("ListStateMachines", "stateMachines"), ("ListActivities", "activities")] {
        assert_eq!(served.client.ok(list, json!({})).await, json!({(members): []}));
    }
    // The execution knows its definition nevertheless.
    let request = json!({"executionArn": execution});
    let described = served.client.ok("DescribeStateMachineForExecution", request).await;
    assert_eq!(described["definition"], json!(pass().to_json()));
    served.stop().await;
}

#[tokio::test]
async fn executions_leave_the_memory_and_are_found() {
    let folder = Folder::new();
    let served = folder.serve().await;
    let machine = served.client.machine("STANDARD", pass()).await;
    let mut executions = Vec::new();
    for number in 0..400 {
        executions.push(served.client.start(&machine, &number.to_string()).await);
    }
    for (number, execution) in executions.iter().enumerate() {
        assert_eq!(served.client.ended(execution).await["output"], json!(number.to_string()));
    }
    let (mut token, mut listed) = (Value::Null, 0);
    loop {
        let request = json!({"stateMachineArn": machine.as_str(), "maxResults": 70, "nextToken": token});
        let page = served.client.ok("ListExecutions", request).await;
        listed += page["executions"].as_array().expect("a list").len();
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(listed, 400);
    served.stop().await;
}

#[tokio::test]
async fn executions_are_removed_by_age_and_size() {
    for retention in [
        Retention { age: Duration::ZERO, ..Retention::default() },
        Retention { bytes: 0, ..Retention::default() },
    ] {
        let folder = Folder::new();
        let served = folder.serve().await;
        let machine = served.client.machine("STANDARD", pass()).await;
        // Random characters, so that nothing saves their space.
        let noise: String = (0..200_000_u64)
            .map(|n| char::from(b'a' + (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 59) as u8 % 26))
            .collect();
        for _ in 0..50 {
            let execution = served.client.start(&machine, &json!(noise.as_str()).to_json()).await;
            served.client.ended(&execution).await;
        }
        served.stop().await;
        let size = || std::fs::metadata(folder.path().join("asl.sqlite")).expect("a database").len();
        let full = size();

        let data = DataDir::open(folder.path(), retention).expect("a data folder");
        let served = Served::of(data, Config::default()).await;
        let request = json!({"stateMachineArn": machine.as_str()});
        for _ in 0..500 {
            let listed = served.client.ok("ListExecutions", request.clone()).await;
            if listed["executions"] == json!([]) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(served.client.ok("ListExecutions", request).await["executions"], json!([]));
        served.stop().await;
        assert!(size() < full / 2, "{} of {full} bytes are left", size());
    }
}

#[tokio::test]
async fn a_definition_updates_the_machine_of_an_earlier_process() {
    use asl_model::ExecutionType;
    let folder = Folder::new();
    for definition in [pass(), pass(), one_state(json!({"Type": "Succeed"}))] {
        let server = asl_local::Server::bind_with_data("127.0.0.1:0", Config::default(), folder.open()).await;
        let server = server.expect("a server");
        let text = definition.to_json();
        server.put_state_machine("m", &text, ExecutionType::Standard).await.expect("a machine");
        let other = server.put_state_machine("m", &text, ExecutionType::Express).await.unwrap_err();
        assert_eq!(other.name(), "StateMachineAlreadyExists");
        let (_, served) = Client::serving(server, async {});
        served.await.expect("no panic").expect("served");
    }
    let served = folder.serve().await;
    let machines = served.client.ok("ListStateMachines", json!({})).await;
    let arn = text(&machines["stateMachines"][0], "stateMachineArn");
    let machine = served.client.ok("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    assert_eq!(machine["definition"], json!(one_state(json!({"Type": "Succeed"})).to_json()));
    served.stop().await;
}

#[tokio::test]
async fn a_synchronous_execution_that_was_answered_is_kept() {
    let folder = Folder::new();
    let config = || Config { express_history: true, ..Config::default() };
    let served = Served::of(folder.open(), config()).await;
    let machine = served.client.machine("EXPRESS", pass()).await;
    for _ in 0..8 {
        let ended =
            served.client.ok("StartSyncExecution", json!({"stateMachineArn": machine.as_str()})).await;
        let copy = folder.killed();
        let again = Served::of(copy.open(), config()).await;
        let request = json!({"executionArn": text(&ended, "executionArn")});
        let described = again.client.ok("DescribeExecution", request).await;
        assert_eq!(described["status"], json!("SUCCEEDED"));
        again.stop().await;
    }
    served.stop().await;
}
