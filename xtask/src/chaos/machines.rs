//! The machines whose executions are interrupted.

use serde_json::{Value, json};

use super::http::Client;
use crate::Result;

/// A kind of execution.
pub(super) struct Kind {
    pub(super) name: &'static str,
    definition: fn() -> Value,
    /// How often it is chosen.
    pub(super) weight: u64,
    pub(super) has_activity: bool,
}

/// The machine that starts executions of [`CHILD`].
pub(super) const PARENT: &str = "nested";
pub(super) const CHILD: &str = "child";

const fn kind(name: &'static str, weight: u64, definition: fn() -> Value) -> Kind {
    Kind { name, definition, weight, has_activity: false }
}

pub(super) const KINDS: &[Kind] = &[
    kind("task", 6, || in_a_row(&[("T", function("echo")), ("P", json!({"Type": "Pass"}))])),
    kind("wait", 4, || in_a_row(&[("W", wait()), ("T", function("echo"))])),
    kind("callback", 4, || in_a_row(&[("C", callback()), ("P", json!({"Type": "Pass"}))])),
    Kind { has_activity: true, ..kind("activity", 3, || in_a_row(&[("A", activity())])) },
    kind("retry", 3, || in_a_row(&[("F", flaky())])),
    kind("parallel", 3, parallel),
    kind("map", 2, map),
    kind(PARENT, 3, || in_a_row(&[("N", nested())])),
    kind("distributed", 1, distributed),
    kind("fails", 1, || {
        in_a_row(&[("W", wait()), ("F", json!({"Type": "Fail", "Error": "E", "Cause": "C"}))])
    }),
];

pub(super) fn arn(machine: &str) -> String {
    format!("arn:aws:states:us-east-1:123456789012:stateMachine:{machine}")
}

pub(super) const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

/// Creates the machines and the activity.
pub(super) fn create(client: &Client) -> Result<()> {
    client.call("CreateActivity", &json!({"name": "work"}))??;
    let child = (CHILD, in_a_row(&[("W", wait()), ("P", json!({"Type": "Pass"}))]));
    let kinds = KINDS.iter().map(|kind| (kind.name, (kind.definition)()));
    for (name, definition) in kinds.chain([child]) {
        let role = "arn:aws:iam::123456789012:role/chaos";
        let request = json!({"name": name, "roleArn": role, "definition": definition.to_string()});
        client.call("CreateStateMachine", &request)??;
    }
    Ok(())
}

/// A machine of states that follow one another.
fn in_a_row(states: &[(&str, Value)]) -> Value {
    let mut members = serde_json::Map::new();
    for (place, (name, state)) in states.iter().enumerate() {
        let mut state = state.clone();
        match states.get(place + 1) {
            _ if state["Type"] == "Fail" => {}
            Some((next, _)) => state["Next"] = json!(next),
            None => state["End"] = json!(true),
        }
        members.insert((*name).to_owned(), state);
    }
    json!({"StartAt": states.first().map(|(name, _)| name), "States": members})
}

fn wait() -> Value {
    json!({"Type": "Wait", "Seconds": 1})
}

fn function(name: &str) -> Value {
    json!({"Type": "Task", "Resource": format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")})
}

fn callback() -> Value {
    let parameters = json!({"FunctionName": "callback", "Payload": {"token.$": "$$.Task.Token"}});
    json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "Parameters": parameters})
}

/// A worker may never get the task that was given to it.
fn activity() -> Value {
    let retry = json!([{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 20}]);
    json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 20, "Retry": retry})
}

fn flaky() -> Value {
    let mut state = function("flaky");
    state["Parameters"] = json!({"attempt.$": "$$.State.RetryCount"});
    state["Retry"] = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2}]);
    state
}

fn parallel() -> Value {
    let branches = [
        in_a_row(&[("T", function("echo"))]),
        in_a_row(&[("W", wait()), ("V", wait())]),
        in_a_row(&[("F", flaky())]),
    ];
    in_a_row(&[("P", json!({"Type": "Parallel", "Branches": branches}))])
}

fn map() -> Value {
    let each = in_a_row(&[("T", function("echo")), ("W", wait())]);
    in_a_row(&[(
        "M",
        json!({"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 3, "ItemProcessor": each}),
    )])
}

fn nested() -> Value {
    json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": arn(CHILD), "Input": {"a": 1}},
        "ResultSelector": {"output.$": "$.Output"}
    })
}

fn distributed() -> Value {
    let mut each = in_a_row(&[("T", function("echo")), ("W", wait())]);
    each["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    in_a_row(&[("M", json!({"Type": "Map", "Label": "each", "ItemsPath": "$.items", "ItemProcessor": each}))])
}
