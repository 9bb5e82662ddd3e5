//! The machines of a simulation.

use asl_value::{Object, Value, json};

/// The activity that workers poll.
pub(super) const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

/// The machine that others start.
pub(super) const CHILD: &str = "child";

/// The machine with a distributed Map, its concurrency at first, and how many failed children it tolerates.
pub(super) const MAP: &str = "map";
pub(super) const CONCURRENCY: u64 = 2;
pub(super) const TOLERATED: u64 = 2;

/// The machines that clients start.
pub(super) const KINDS: [&str; 8] =
    ["row", "row", "callback", "activity", MAP, "express-map", "nested", "parallel"];

pub(super) fn arn(machine: &str) -> String {
    format!("arn:aws:states:us-east-1:123456789012:stateMachine:{machine}")
}

/// All machines by name.
pub(super) fn all() -> Vec<(&'static str, Value)> {
    let row =
        || in_a_row(&[("A", function("A")), ("W", wait(20)), ("B", function("B")), ("C", function("C"))]);
    let callbacks =
        in_a_row(&[("K", callback("K", Some(60))), ("L", callback("L", None)), ("A", function("A"))]);
    let branches = [
        in_a_row(&[("D", function("D")), ("V", wait(3600))]),
        in_a_row(&[("K", callback("K", None))]),
        in_a_row(&[("M", inline_map())]),
    ];
    let branches: Value = branches.into_iter().collect();
    let parallel = json!({"Type": "Parallel", "ResultSelector": {"n.$": "$[0].n"}, "Branches": branches});
    vec![
        (CHILD, row()),
        ("row", row()),
        ("callback", callbacks),
        ("activity", in_a_row(&[("T", activity()), ("A", function("A"))])),
        (MAP, in_a_row(&[("M", map("STANDARD", true)), ("A", function("A"))])),
        ("express-map", in_a_row(&[("M", map("EXPRESS", false))])),
        ("nested", in_a_row(&[("N", nested()), ("A", function("A"))])),
        ("parallel", in_a_row(&[("P", parallel), ("A", function("A"))])),
    ]
}

/// A machine of states that follow one another.
fn in_a_row(states: &[(&str, Value)]) -> Value {
    let mut members = Object::new();
    for (place, (name, state)) in states.iter().enumerate() {
        let Value::Object(mut state) = state.clone() else { continue };
        match states.get(place + 1) {
            Some((next, _)) => state.insert("Next", (*next).into()),
            None => state.insert("End", true.into()),
        };
        members.insert(*name, Value::Object(state));
    }
    json!({"StartAt": states.first().map(|(name, _)| *name), "States": Value::Object(members)})
}

fn wait(seconds: u64) -> Value {
    json!({"Type": "Wait", "Seconds": seconds})
}

/// What a function is told.
fn payload(state: &str) -> Object {
    let payload = json!({
        "execution.$": "$$.Execution.Id", "redrive.$": "$$.Execution.RedriveCount", "state": state,
        "attempt.$": "$$.State.RetryCount", "n.$": "$.n"
    });
    payload.as_object().cloned().unwrap_or_default()
}

fn busy() -> Value {
    json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2}])
}

fn function(state: &str) -> Value {
    json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.Payload", "Retry": busy(),
        "Parameters": {"FunctionName": "f", "Payload": Value::Object(payload(state))}
    })
}

fn callback(state: &str, heartbeat: Option<u64>) -> Value {
    let mut payload = payload(state);
    payload.insert("token.$", "$$.Task.Token".into());
    let task = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "f", "Payload": Value::Object(payload)},
        "Retry": [{"ErrorEquals": ["States.HeartbeatTimeout"], "IntervalSeconds": 1, "MaxAttempts": 3}]
    });
    let Value::Object(mut task) = task else { return task };
    if let Some(seconds) = heartbeat {
        task.insert("HeartbeatSeconds", seconds.into());
    }
    Value::Object(task)
}

/// A worker may never get the task that was given to it.
fn activity() -> Value {
    json!({
        "Type": "Task", "Resource": ACTIVITY, "Parameters": Value::Object(payload("T")), "TimeoutSeconds": 120,
        "Retry": [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1000, "BackoffRate": 1}]
    })
}

fn inline_map() -> Value {
    json!({
        "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemSelector": {"n.$": "$$.Map.Item.Value"},
        "ItemProcessor": in_a_row(&[("E", function("E")), ("U", wait(3))])
    })
}

fn map(kind: &str, has_callbacks: bool) -> Value {
    let mut first = function("F");
    if let Value::Object(task) = &mut first {
        let mut payload = payload("F");
        payload.insert("parent.$", "$.parent".into());
        task.insert("Parameters", json!({"FunctionName": "f", "Payload": Value::Object(payload)}));
    }
    let mut states = vec![("F", first), ("W", wait(5))];
    if has_callbacks {
        states.push(("K", callback("K", None)));
    }
    let Value::Object(mut each) = in_a_row(&states) else { return Value::Null };
    each.insert("ProcessorConfig", json!({"Mode": "DISTRIBUTED", "ExecutionType": kind}));
    json!({
        "Type": "Map", "Label": "each", "ItemsPath": "$.items", "MaxConcurrency": CONCURRENCY,
        "ToleratedFailureCount": TOLERATED, "ItemProcessor": Value::Object(each),
        "ItemSelector": {"n.$": "$$.Map.Item.Value", "parent.$": "$$.Execution.Id"},
        "ResultSelector": {"n": 1}
    })
}

/// Starts an execution of [`CHILD`] and waits for its end.
fn nested() -> Value {
    json!({
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "OutputPath": "$.Output",
        "Parameters": {
            "StateMachineArn": arn(CHILD),
            "Input": {
                "n.$": "$.n", "parent.$": "$$.Execution.Id", "redrive.$": "$$.Execution.RedriveCount",
                "attempt.$": "$$.State.RetryCount"
            }
        }
    })
}
