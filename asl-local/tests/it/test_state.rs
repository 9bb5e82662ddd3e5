//! TestState.

use asl_value::{Value, json};

use crate::client::{Client, ROLE};

const INVOKE: &str = "arn:aws:states:::lambda:invoke";

fn request(state: Value, more: Value) -> Value {
    let mut request = more.as_object().unwrap().clone();
    request.insert("definition", state.to_json().into());
    request.into()
}

#[tokio::test]
async fn a_state_is_tested_alone() {
    let client = Client::new().await;
    let pass = json!({"Type": "Pass", "InputPath": "$.a", "Next": "B"});
    let answer = client.ok("TestState", request(pass.clone(), json!({"input": "{ \"a\": 1 }"}))).await;
    assert_eq!(answer, json!({"output": "1", "nextState": "B", "status": "SUCCEEDED"}));
    let detailed = json!({"input": "{ \"a\": 1 }", "inspectionLevel": "DEBUG"});
    let answer = client.ok("TestState", request(pass, detailed)).await;
    assert_eq!(
        answer["inspectionData"],
        json!({"input": "{ \"a\": 1 }", "afterInputPath": "1", "afterParameters": "1",
            "afterResultSelector": "1", "afterResultPath": "1"})
    );
    let machine =
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}});
    let answer = client.ok("TestState", request(machine, json!({"stateName": "B"}))).await;
    assert_eq!(answer, json!({"output": "{}", "status": "SUCCEEDED"}));
}

/// Unchanged documents and parts keep their text; new ones are compact.
#[tokio::test]
async fn data_keep_their_text() {
    let client = Client::new().await;
    let branches = json!([{"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}]);
    let processor = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    let input = r#"{ "items": [1,  2], "more": [ {"a": 1} ] }"#;
    let result = r#"[ {"b":  2} ]"#;
    for (state, stage, expected) in [
        (json!({"Type": "Parallel", "Branches": branches.clone()}), "afterResultSelector", result),
        (json!({"Type": "Parallel", "Branches": branches.clone()}), "afterResultPath", result),
        (
            json!({"Type": "Parallel", "Branches": branches.clone(), "ResultSelector": {"first.$": "$[0]"}}),
            "afterResultPath",
            r#"{"first":{"b":2}}"#,
        ),
        (
            json!({"Type": "Map", "ItemProcessor": processor.clone(), "ItemsPath": "$.more"}),
            "afterItemsPath",
            r#"[ {"a": 1} ]"#,
        ),
        (
            json!({"Type": "Map", "ItemProcessor": processor.clone(), "ItemsPath": "$.items",
                "ItemSelector": {"n.$": "$$.Map.Item.Value"}}),
            "afterItemSelector",
            r#"[{"n":1},{"n":2}]"#,
        ),
        (
            json!({"Type": "Map", "ItemProcessor": processor, "InputPath": "$.items"}),
            "afterInputPath",
            "[1,  2]",
        ),
        (
            json!({"Type": "Task", "Resource": INVOKE, "InputPath": "$.more"}),
            "afterParameters",
            r#"[ {"a": 1} ]"#,
        ),
        (json!({"Type": "Task", "Resource": INVOKE}), "result", result),
        (json!({"Type": "Task", "Resource": INVOKE}), "input", input),
    ] {
        let mut state = state.as_object().unwrap().clone();
        state.insert("Next", "B".into());
        let more = json!({"input": input, "inspectionLevel": "TRACE",
            "mock": {"result": result, "fieldValidationMode": "NONE"}});
        let answer = client.ok("TestState", request(state.into(), more)).await;
        assert_eq!(answer["inspectionData"][stage].as_str(), Some(expected), "{stage}: {answer}");
    }
    let untouched = json!({"Type": "Parallel", "Branches": branches, "Next": "B"});
    let answer = client.ok("TestState", request(untouched, json!({"mock": {"result": result}}))).await;
    assert_eq!(answer["output"].as_str(), Some(result));
}

#[tokio::test]
async fn tasks_are_mocked_or_done() {
    let client = Client::new().await;
    let activity = client.ok("CreateActivity", json!({"name": "a"})).await;
    let machine = client.machine("STANDARD", crate::client::pass()).await;
    let start = json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": true,
        "Parameters": {"StateMachineArn": machine}, "ResultSelector": {"arn.$": "$.ExecutionArn"}});
    let answer = client.ok("TestState", request(start, json!({"roleArn": ROLE}))).await;
    assert_eq!(answer["status"], "SUCCEEDED".into(), "{answer}");

    let task = json!({"Type": "Task", "Resource": activity["activityArn"].clone(), "Next": "B",
        "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]});
    let failing = json!({"mock": {"errorOutput": {"error": "E", "cause": "c"}}, "inspectionLevel": "TRACE"});
    let answer = client.ok("TestState", request(task.clone(), failing)).await;
    assert_eq!(answer["status"], "RETRIABLE".into());
    assert_eq!(
        answer["inspectionData"]["errorDetails"],
        json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 1})
    );
    let mock = json!({"mock": {"result": "{\"a\":1}"}, "variables": "{\"v\":1}"});
    let answer = client.ok("TestState", request(task, mock)).await;
    assert_eq!(answer, json!({"output": "{\"a\":1}", "nextState": "B", "status": "SUCCEEDED"}));
}

#[tokio::test]
async fn what_is_refused() {
    let client = Client::new().await;
    let task = json!({"Type": "Task", "Resource": INVOKE, "End": true});
    let pass = json!({"Type": "Pass", "End": true});
    for (state, more, message) in [
        (task.clone(), json!({}), "RoleArn must be specified when testing a Task state"),
        (
            json!({"StartAt": "A", "States": {"A": pass.clone()}}),
            json!({"stateName": "B"}),
            "State not found in definition",
        ),
        (
            pass.clone(),
            json!({"mock": {"result": "1"}}),
            "State type 'Pass' is not supported when a mock is specified",
        ),
        (
            task.clone(),
            json!({"mock": {"result": "1", "errorOutput": {"error": "E"}}}),
            "A test mock should have only one of the following fields: [result, errorOutput].",
        ),
        (
            task.clone(),
            json!({"mock": {"result": "1"}, "revealSecrets": true}),
            "TestState does not support RevealSecrets when a mock is specified.",
        ),
        (task.clone(), json!({"mock": {"result": "{"}}), "Mocked result must be valid JSON"),
        (
            task.clone(),
            json!({"mock": {"result": "1"}, "context": "{\"Pokedex\": 1}"}),
            "Invalid Context object provided: Field 'Pokedex' is not allowed",
        ),
        (
            task.clone(),
            json!({"mock": {"fieldValidationMode": "LAX"}}),
            "1 validation error detected: Value 'LAX' at 'mock.fieldValidationMode' failed to satisfy constraint: \
             Member must satisfy enum value set: [STRICT, PRESENT, NONE]",
        ),
    ] {
        client.refused("TestState", request(state, more), "ValidationException", message).await;
    }
    let message = "Invalid State Machine Execution Input: 'Invalid execution input.'";
    client.refused("TestState", request(pass, json!({"input": ""})), "InvalidExecutionInput", message).await;
    let map = json!({"Type": "Map", "End": true,
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}});
    let message = "TestState API does not support Map or Parallel states. Supported state types include: [Task, \
                   Wait, Pass, Succeed, Fail, Choice]";
    client.refused("TestState", request(map, json!({})), "InvalidDefinition", message).await;
    let answer = client.call("TestState", request(json!({"Type": "Pss"}), json!({}))).await;
    let message = answer.body["message"].as_str().unwrap();
    assert!(
        message.starts_with("Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: "),
        "{message}"
    );
}
