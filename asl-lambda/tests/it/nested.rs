//! Executions that start others in the same process.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Engine, HistoryRecorder};
use asl_lambda::{Adapter, Config, Invocation, InvocationError, handle};
use asl_value::{Timestamp, Value, json};

use crate::machine::{echo, program, task, tasks, wait};
use crate::runtime_api::FUNCTION_ARN;

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";

fn arn(machine: &str) -> String {
    format!("arn:aws:states:eu-west-1:123456789012:stateMachine:{machine}")
}

/// A machine that starts an execution of `machine` with its own input.
fn parent(machine: &str, pattern: &str) -> Value {
    json!({"StartAt": "Start", "States": {"Start": {
        "Type": "Task", "Resource": format!("arn:aws:states:::states:startExecution{pattern}"),
        "Parameters": {"StateMachineArn": arn(machine), "Name": "child", "Input.$": "$"}, "End": true
    }}})
}

/// A machine that times out.
fn late() -> Value {
    json!({"StartAt": "Wait", "TimeoutSeconds": 1, "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": true}}})
}

struct Run {
    answer: Result<Value, InvocationError>,
    took: Duration,
    lines: Vec<Value>,
    types: Vec<&'static str>,
}

fn run(main: &Value, input: Value, deadline: Option<u64>) -> Run {
    let others = [
        ("echo", echo()),
        ("wait", wait()),
        ("fail", crate::machine::fail()),
        ("loop", parent("loop", ".sync")),
        ("trace", task("trace")),
        ("late", late()),
    ];
    let others = others.map(|(name, definition)| (name.to_owned(), program(&definition)));
    let engine = Engine::builder().tasks(tasks()).build();
    let vars = [("ASL_LOG_LEVEL", "FATAL"), ("ASL_METRICS_NAMESPACE", "Test")];
    let config = Config::from_vars(vars.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
    let adapter = Adapter::with_others(program(main), others, engine, config).unwrap();
    let lines = Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let history = Arc::new(HistoryRecorder::new());
    let mut invocation = Invocation::new("r-1")
        .with_function_arn(FUNCTION_ARN)
        .with_trace_header(TRACE)
        .with_observer(history.clone())
        .with_log(Arc::new(move |line: &Value| sink.lock().unwrap().push(line.clone())));
    if let Some(seconds) = deadline {
        let now = Timestamp::from(std::time::SystemTime::now());
        invocation = invocation.with_deadline(now.plus(Duration::from_secs(seconds)));
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let begun = tokio::time::Instant::now();
        let answer = handle(&adapter, input, invocation).await;
        let types = history.events().iter().map(|event| event.kind.name()).collect();
        let lines = std::mem::take(&mut *lines.lock().unwrap());
        Run { answer, took: begun.elapsed(), lines, types }
    })
}

#[test]
fn an_execution_can_wait_for_another() {
    let run = run(&parent("echo", ".sync:2"), json!({"n": 1}), None);
    let output = run.answer.unwrap();
    assert_eq!(output["Output"], json!({"n": 1}));
    assert_eq!(
        output["ExecutionArn"],
        json!("arn:aws:states:eu-west-1:123456789012:express:echo:child:r-1-1")
    );
    assert_eq!(output["StateMachineArn"], json!(arn("echo")));
    assert_eq!((&output["Status"], &output["Name"]), (&json!("SUCCEEDED"), &json!("child")));
    assert!(output["StopDate"].as_i64() >= output["StartDate"].as_i64());
    let work = ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"];
    assert_eq!(run.types[2..6], work);
    let text = self::run(&parent("echo", ".sync"), json!({"n": 1}), None).answer.unwrap();
    assert_eq!((&text["Input"], &text["Output"]), (&json!("{\"n\":1}"), &json!("{\"n\":1}")));
}

#[test]
fn another_is_part_of_the_same_trace() {
    let output = run(&parent("trace", ".sync:2"), json!({}), None).answer.unwrap();
    assert_eq!(output["Output"], json!(TRACE));
}

#[test]
fn the_failure_of_another_is_a_failed_task() {
    let run = run(&parent("fail", ".sync"), json!({"Error": "E", "Cause": "c"}), None);
    let error = run.answer.unwrap_err();
    assert_eq!(error.error_type(), "States.TaskFailed");
    let cause = Value::parse(error.error_message()).unwrap();
    assert_eq!(
        (&cause["Status"], &cause["Error"], &cause["Cause"]),
        (&json!("FAILED"), &json!("E"), &json!("c"))
    );
    // Both executions fail, each with its own log record.
    let arns: Vec<&str> = run.lines.iter().filter_map(|line| line.get("execution_arn")?.as_str()).collect();
    assert_eq!(arns.len(), 2);
    assert!(arns[0].contains(":express:fail:child:") && arns[1].contains(":express:orders:r-1:"), "{arns:?}");
    let metrics: Vec<&str> =
        run.lines.iter().filter_map(|line| line.get("StateMachineArn")?.as_str()).collect();
    assert_eq!(metrics, [arn("fail"), arn("orders")]);
}

#[test]
fn the_timeout_of_another_is_reported_with_its_error() {
    let error = run(&parent("late", ".sync"), json!({}), None).answer.unwrap_err();
    let cause = Value::parse(error.error_message()).unwrap();
    assert_eq!((&cause["Status"], &cause["Error"]), (&json!("TIMED_OUT"), &json!("States.Timeout")));
}

#[test]
fn one_that_nobody_waits_for_ends_before_the_answer() {
    let run = run(&parent("wait", ""), json!({"seconds": 60}), None);
    let output = run.answer.unwrap();
    let members: Vec<&str> = output.as_object().unwrap().keys().map(|name| name.as_str()).collect();
    assert_eq!(members, ["ExecutionArn", "SdkHttpMetadata", "SdkResponseMetadata", "StartDate"]);
    assert_eq!(run.took.as_secs(), 60);
    // Its failure does not fail the execution that started it.
    assert!(self::run(&parent("fail", ""), json!({"Error": "E", "Cause": "c"}), None).answer.is_ok());
}

#[test]
fn all_end_at_the_deadline() {
    for pattern in ["", ".sync"] {
        let run = run(&parent("wait", pattern), json!({"seconds": 250}), Some(20));
        assert!((19..=20).contains(&run.took.as_secs()), "{:?}", run.took);
        assert_eq!(run.answer.is_ok(), pattern.is_empty());
    }
}

#[test]
fn what_goes_on_starting_itself_ends() {
    let run = run(&parent("loop", ".sync"), json!({}), None);
    assert_eq!(run.answer.unwrap_err().error_type(), "States.TaskFailed");
    let failed: Vec<&Value> = run.lines.iter().filter(|line| line.get("execution_arn").is_some()).collect();
    assert_eq!(failed.len(), 33);
    let cause = failed[0]["details"]["cause"].as_str().unwrap();
    assert!(
        cause.starts_with("more than 32 executions have each started the next one (Service: "),
        "{cause}"
    );
}

#[test]
fn what_cannot_be_started_is_told() {
    let refused = |definition: Value| {
        let error = run(&definition, json!({}), None).answer.unwrap_err();
        (error.error_type().to_owned(), error.error_message().to_owned())
    };
    let (error, cause) = refused(parent("other", ".sync"));
    assert_eq!(error, "StepFunctions.StateMachineDoesNotExistException");
    assert!(
        cause.starts_with(&format!("State Machine Does Not Exist: '{}' (Service: ", arn("other"))),
        "{cause}"
    );
    let named = json!({"StartAt": "Start", "States": {"Start": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": true,
        "Parameters": {"StateMachineArn": arn("echo"), "Name": "a b", "Input": "{"}
    }}});
    assert_eq!(refused(named).0, "StepFunctions.InvalidNameException");
    // The main machine can be started, too.
    let own = json!({"StartAt": "Start", "States": {"Start": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "End": true,
        "Parameters": {"StateMachineArn": arn("orders"), "Input": "{"}
    }}});
    assert_eq!(refused(own).0, "StepFunctions.InvalidExecutionInputException");
}

#[test]
fn a_machine_alone_starts_no_other() {
    let engine = Engine::builder().build();
    let error = Adapter::new(program(&parent("echo", ".sync")), engine, Config::default()).unwrap_err();
    assert_eq!(error.error_type(), "MissingTaskHandler");
}
