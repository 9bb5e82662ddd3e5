//! Machines and adapters for tests.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Engine, Failure, Program, Registry, Task, TaskHandler, load, task_fn};
use asl_lambda::{Adapter, Config};
use asl_model::Source;
use asl_value::{Value, json};
use async_trait::async_trait;

/// A machine whose output is its input.
pub(crate) fn echo() -> Value {
    json!({"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}})
}

/// A machine with this output.
pub(crate) fn pass(result: &Value) -> Value {
    json!({"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "Result": result.clone(), "End": true}}})
}

/// A machine that fails with `Error` and `Cause` of its input.
pub(crate) fn fail() -> Value {
    json!({"StartAt": "Fail", "States": {"Fail": {"Type": "Fail", "ErrorPath": "$.Error", "CausePath": "$.Cause"}}})
}

/// A machine with one task, by the name of its function.
pub(crate) fn task(function: &str) -> Value {
    let resource = format!("arn:aws:lambda:us-east-1:123456789012:function:{function}");
    json!({"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": resource, "End": true}}})
}

/// A machine that waits for the `seconds` in its input.
pub(crate) fn wait() -> Value {
    json!({"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "SecondsPath": "$.seconds", "End": true}}})
}

/// `panic` panics with the text in its input, `trace` returns its trace header, and `slow` takes the `seconds` in its
/// input. Queues of SQS are full, and the activity `pack` starts after two seconds and takes the `seconds` in its input,
/// or one.
pub(crate) fn tasks() -> Registry {
    let panic = task_fn(|input: Value| async move {
        match input["panic"].as_str() {
            Some(text) => panic!("{text}"),
            None => Ok::<_, Failure>(input),
        }
    });
    let slow = task_fn(|input: Value| async move {
        tokio::time::sleep(Duration::from_secs_f64(input["seconds"].as_f64().unwrap_or_default())).await;
        Ok::<_, Failure>(input)
    });
    let full = task_fn(|_: Value| async move { Err::<Value, _>(Failure::new("SQS.Full", "no room")) });
    Registry::new()
        .function("panic", panic)
        .function("slow", slow)
        .function("trace", Trace)
        .service("sqs", "sendMessage", full)
        .resource("arn:aws:states:us-east-1:123456789012:activity:pack", Pack)
}

struct Pack;

#[async_trait]
impl TaskHandler for Pack {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        tokio::time::sleep(Duration::from_secs(2)).await;
        task.started(Some("worker".into()));
        let seconds = task.arguments["seconds"].as_f64().unwrap_or(1.0);
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        Ok(task.arguments)
    }
}

struct Trace;

#[async_trait]
impl TaskHandler for Trace {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        Ok(task.trace_header.map(Value::from).unwrap_or_default())
    }
}

#[track_caller]
pub(crate) fn program(definition: &Value) -> Arc<Program> {
    let loaded = load(&Source::json(definition.to_json())).expect("a valid definition");
    assert_eq!(loaded.diagnostics, []);
    loaded.program
}

#[track_caller]
pub(crate) fn adapter(definition: &Value, vars: &[(&str, &str)]) -> Adapter {
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::from_vars(vars).expect("a valid configuration");
    Adapter::new(program(definition), Engine::builder().tasks(tasks()).build(), config)
        .expect("handlers for all tasks")
}
