//! The states that machines of the load are made of.

use serde_json::{Value, json};

use super::names::{ACTIVITY, CHILD, arn};

/// A machine of states that follow one another.
pub(super) fn in_a_row(states: &[(&str, Value)]) -> Value {
    let mut members = serde_json::Map::new();
    for (place, (name, state)) in states.iter().enumerate() {
        let mut state = state.clone();
        match states.get(place + 1) {
            _ if ["Fail", "Choice"].iter().any(|kind| state["Type"] == *kind) => {}
            Some((next, _)) => state["Next"] = json!(next),
            None => state["End"] = json!(true),
        }
        members.insert((*name).to_owned(), state);
    }
    json!({"StartAt": states.first().map(|(name, _)| name), "States": members})
}

pub(super) fn pass() -> Value {
    json!({"Type": "Pass"})
}

pub(super) fn wait(seconds: u32) -> Value {
    json!({"Type": "Wait", "Seconds": seconds})
}

pub(super) fn fail() -> Value {
    json!({"Type": "Fail", "Error": "E", "Cause": "C"})
}

/// A call of a function. Its payload is another one for each attempt of each state, so that repeated calls are known.
pub(super) fn function(name: &str) -> Value {
    json!({
        "Type": "Task",
        "Resource": format!("arn:aws:lambda:us-east-1:123456789012:function:{name}"),
        "Parameters": {
            "input.$": "$",
            "execution.$": "$$.Execution.Id",
            "state.$": "$$.State.Name",
            "attempt.$": "$$.State.RetryCount"
        }
    })
}

/// A function that is told how often the execution was redriven.
pub(super) fn redriven_function(name: &str) -> Value {
    let mut state = function(name);
    state["Parameters"]["redrive.$"] = json!("$$.Execution.RedriveCount");
    state
}

/// A function that gives somebody an errand: what to do for the execution.
pub(super) fn errand(what: &str) -> Value {
    let mut state = function("errand");
    state["Parameters"]["errand"] = json!(what);
    state["ResultPath"] = Value::Null;
    state
}

/// An errand that ends the task by its token.
pub(super) fn callback(what: &str) -> Value {
    let payload = json!({
        "errand": what,
        "token.$": "$$.Task.Token",
        "execution.$": "$$.Execution.Id",
        "input.$": "$"
    });
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "HeartbeatSeconds": 600,
        "Parameters": {"FunctionName": "errand", "Payload": payload}
    })
}

/// A worker may never get the task that was given to it.
pub(super) fn activity() -> Value {
    let retry = json!([{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 20}]);
    let parameters = json!({"input.$": "$", "execution.$": "$$.Execution.Id", "state.$": "$$.State.Name"});
    json!({
        "Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 20, "Retry": retry, "Parameters": parameters
    })
}

/// Fails at first, and is successful when it is retried.
pub(super) fn flaky() -> Value {
    let mut state = function("flaky");
    state["Retry"] = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2}]);
    state
}

pub(super) fn parallel(branches: &[Value]) -> Value {
    json!({"Type": "Parallel", "Branches": branches})
}

pub(super) fn map(each: &Value) -> Value {
    json!({"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 3, "ItemProcessor": each})
}

pub(super) fn distributed(mut each: Value) -> Value {
    each["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    json!({"Type": "Map", "Label": "each", "ItemsPath": "$.items", "ItemProcessor": each})
}

/// Starts an execution of [`CHILD`] and waits for its end.
pub(super) fn nested() -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": arn(CHILD), "Input": {"a": 1}},
        "ResultSelector": {"output.$": "$.Output"}
    })
}
