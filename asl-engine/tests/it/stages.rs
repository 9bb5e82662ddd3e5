//! What observers see of the data between the input and the output of a state.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use asl_engine::{Execution, Failure, Registry, StageRecorder, Task, TaskHandler};
use asl_value::{Value, json};
use async_trait::async_trait;

use crate::{engine, program};

/// Fails with each of these errors, then succeeds with its arguments.
struct Fails {
    errors: Vec<&'static str>,
    calls: AtomicUsize,
}

#[async_trait]
impl TaskHandler for Fails {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        match self.errors.get(call) {
            Some(error) => Err(Failure::new(*error, "no luck")),
            None => Ok(json!({"got": task.arguments})),
        }
    }
}

async fn stages_of(definition: &Value, input: Value, errors: &[&'static str], most_bytes: usize) -> Value {
    let stages = Arc::new(StageRecorder::new(most_bytes));
    let tasks = Registry::new().fallback(Fails { errors: errors.to_vec(), calls: AtomicUsize::new(0) });
    let execution = Execution::new(input).with_observer(stages.clone());
    engine(tasks).build().run(&program(&definition.to_json()), execution).await;
    assert!(stages.bytes() <= most_bytes);
    stages.to_json()
}

#[track_caller]
fn check(
    definition: Value,
    input: Value,
    errors: &[&'static str],
    expected: Value,
) -> impl Future<Output = ()> + use<> {
    let (place, errors) = (std::panic::Location::caller(), errors.to_vec());
    async move {
        let found = stages_of(&definition, input, &errors, 1 << 20).await;
        assert_eq!(found.to_json(), expected.to_json(), "{place}");
    }
}

fn alone(state: Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

#[tokio::test(start_paused = true)]
async fn each_filter_of_a_task() {
    let state = json!({
        "Type": "Task", "Resource": FUNCTION, "InputPath": "$.a", "Parameters": {"b.$": "$"},
        "ResultSelector": {"c.$": "$.got.b"}, "ResultPath": "$.d", "OutputPath": "$.d", "End": true,
        "Assign": {"v.$": "$.got"}
    });
    check(
        alone(state),
        json!({"a": 1}),
        &[],
        json!({"2": [{
            "attempt": 0, "input": {"a": 1}, "afterInputPath": 1, "afterParameters": {"b": 1},
            "result": {"got": {"b": 1}}, "afterResultSelector": {"c": 1}, "afterResultPath": {"a": 1, "d": {"c": 1}},
            "output": {"c": 1}, "variables": {}, "assigned": {"v": {"b": 1}}
        }]}),
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn each_attempt_and_what_handles_its_error() {
    let definition = json!({"StartAt": "V", "States": {
        "V": {"Type": "Pass", "Assign": {"n": 7}, "Next": "S"},
        "S": {"Type": "Task", "Resource": FUNCTION, "End": true,
              "Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["Busy"], "MaxAttempts": 1}],
              "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "F"}]},
        "F": {"Type": "Fail", "Error": "Gone"}
    }});
    let input = json!({"a": 1});
    let caught = json!({"a": 1, "error": {"Error": "Broken", "Cause": "no luck"}});
    check(
        definition,
        input.clone(),
        &["Busy", "Broken"],
        json!({
            "2": [{"attempt": 0, "input": {"a": 1}, "afterInputPath": {"a": 1}, "afterParameters": {"a": 1},
                   "result": {"a": 1}, "afterResultSelector": {"a": 1}, "afterResultPath": {"a": 1},
                   "output": {"a": 1}, "variables": {}, "assigned": {"n": 7}}],
            "4": [
                {"attempt": 0, "input": {"a": 1}, "afterInputPath": {"a": 1}, "afterParameters": {"a": 1},
                 "variables": {"n": 7}, "error": "Busy", "cause": "no luck", "retry": 1},
                {"attempt": 1, "input": {"a": 1}, "afterInputPath": {"a": 1}, "afterParameters": {"a": 1},
                 "output": caught.clone(), "variables": {"n": 7}, "error": "Broken", "cause": "no luck", "catch": 0}
            ],
            "12": [{"attempt": 0, "input": caught, "variables": {"n": 7}, "error": "Gone"}]
        }),
    )
    .await;
}

#[cfg(feature = "jsonata")]
#[tokio::test(start_paused = true)]
async fn states_without_paths_have_fewer_stages() {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {
        "S": {"Type": "Task", "Resource": FUNCTION, "Arguments": {"n": "{% $states.input.n %}"},
              "Output": "{% $states.result.got.n + 1 %}", "Next": "C"},
        "C": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input = 2 %}", "Next": "B"}]},
        "B": {"Type": "Pass", "Output": "{% $nothing() %}", "End": true}
    }});
    let found = stages_of(&definition, json!({"n": 1}), &[], 1 << 20).await;
    assert_eq!(
        found["2"],
        json!([{"attempt": 0, "input": {"n": 1}, "afterArguments": {"n": 1}, "result": {"got": {"n": 1}}, "output": 2,
                "variables": {}}])
    );
    assert_eq!(found["7"], json!([{"attempt": 0, "input": 2, "output": 2, "variables": {}}]), "{found}");
    assert_eq!(found["9"][0]["error"], json!("States.QueryEvaluationError"), "{found}");
}

#[tokio::test(start_paused = true)]
async fn a_map_and_its_iterations() {
    let definition = alone(json!({
        "Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"i.$": "$$.Map.Item.Value"}, "MaxConcurrency": 1,
        "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "OutputPath": "$.i", "End": true}}},
        "End": true
    }));
    let found = stages_of(&definition, json!({"items": [5, 6]}), &[], 1 << 20).await;
    let map = &found["2"][0];
    assert_eq!(map["afterItemsPath"], json!([5, 6]));
    assert_eq!(map["afterItemSelector"], json!([{"i": 5}, {"i": 6}]));
    assert_eq!((&map["result"], &map["output"]), (&json!([5, 6]), &json!([5, 6])));
    let iterations = found.as_object().expect("visits").values().skip(1);
    let outputs: Vec<&Value> = iterations.map(|visit| &visit[0]["output"]).collect();
    assert_eq!(outputs, [&json!(5), &json!(6)]);
}

#[tokio::test(start_paused = true)]
async fn what_succeeded_first_is_forgotten_first() {
    let definition = json!({"StartAt": "M", "States": {
        "M": {"Type": "Map", "MaxConcurrency": 1, "End": true, "ItemProcessor": {"StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": FUNCTION, "Next": "P",
                  "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "P"}]},
            "P": {"Type": "Pass", "Parameters": {"long": "x".repeat(1000)}, "ResultPath": null, "End": true}
        }}}
    }});
    let items: Value = (0..50).map(Value::from).collect();
    let all = stages_of(&definition, items.clone(), &[], 1 << 20).await;
    assert_eq!(all.as_object().map(|visits| visits.len()), Some(101));
    let some = stages_of(&definition, items.clone(), &[], 32 << 10).await;
    let kept: Vec<String> = some.as_object().expect("visits").keys().map(ToString::to_string).collect();
    assert!(kept.len() < 40 && kept.len() > 5, "{kept:?}");
    // The first visit of all, that of the Map, has not ended until the last.
    let last = all.as_object().and_then(|visits| visits.keys().last()).map(ToString::to_string);
    assert_eq!(kept.last(), last.as_ref());
    // A visit that takes most of the room is not kept.
    assert_eq!(stages_of(&definition, items, &[], 100).await, json!({}));
}
