//! Task handlers: types, resolution, time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asl_engine::{
    Clock, Execution, Failure, HistoryRecorder, Outcome, Registry, Task, TaskHandler, TaskRefusal, TaskToken,
    task_fn,
};
use asl_model::Resource;
use asl_value::{Value, json};
use async_trait::async_trait;

use crate::registry::Named;
use crate::{engine, program, run};

pub(crate) fn task(resource: &str, more: &str) -> String {
    format!(
        r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "Resource": "{resource}", {more} "End": true}}}}}}"#
    )
}

pub(crate) const DOUBLE: &str = "arn:aws:lambda:us-east-1:123456789012:function:double";

#[tokio::test]
async fn a_handler_sees_its_state_attempt_and_token() {
    struct Look;
    #[async_trait]
    impl TaskHandler for Look {
        async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
            if task.attempt == 0 {
                return Err(Failure::new(
                    "First",
                    task.token.map(|token| token.to_string()).unwrap_or_default(),
                ));
            }
            let token = task.token.map(|token| token.to_string()).unwrap_or_default();
            Ok(
                json!({"state": task.state, "attempt": task.attempt, "same": token == task.arguments["token"].as_str().unwrap_or_default()}),
            )
        }
    }
    let resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
    let more = r#""Parameters": {"token.$": "$$.Task.Token"}, "Retry": [{"ErrorEquals": ["First"]}],"#;
    let report = run(&task(resource, more), json!({}), Registry::new().fallback(Look)).await;
    assert_eq!(report.outcome, Outcome::Succeeded(json!({"state": "T", "attempt": 1, "same": true})));
}

/// While a task is in flight virtual time is real, so that a call over the network is not cut off by its own timeout.
#[tokio::test]
async fn virtual_time_does_not_jump_over_a_task_in_flight() {
    let slow = task_fn(|_: Value| async {
        // Outside the engine's clock: a thread of its own.
        let (send, receive) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            send.send(()).ok();
        });
        receive.await.ok();
        Ok::<_, Failure>(Value::from("in time"))
    });
    let tasks = Registry::new().function("double", slow);
    let report = run(&task(DOUBLE, r#""TimeoutSeconds": 60,"#), json!({}), tasks).await;
    assert_eq!(report.outcome, Outcome::Succeeded(json!("in time")));
}

#[tokio::test]
async fn virtual_time_waits_for_the_timeout_of_a_task_in_flight() {
    let never = task_fn(|_: Value| async {
        std::future::pending::<()>().await;
        Ok::<_, Failure>(Value::Null)
    });
    let begun = std::time::Instant::now();
    let report =
        run(&task(DOUBLE, r#""TimeoutSeconds": 1,"#), json!({}), Registry::new().function("double", never))
            .await;
    assert_eq!(report.outcome.failure().and_then(|failure| failure.error.as_deref()), Some("States.Timeout"));
    assert!(begun.elapsed() >= Duration::from_millis(900));
}

#[tokio::test(start_paused = true)]
async fn a_map_runs_so_many_tasks_at_a_time() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (running, highest) = (Arc::clone(&now), Arc::clone(&most));
    let count = task_fn(move |_: Value| {
        let (running, highest) = (Arc::clone(&running), Arc::clone(&highest));
        async move {
            highest.fetch_max(running.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(1)).await;
            running.fetch_sub(1, Ordering::Relaxed);
            Ok::<_, Failure>(Value::Null)
        }
    });
    let tasks = Registry::new().function("double", count);
    for (wish, expect) in [("", 40), (r#""MaxConcurrency": 7,"#, 7), (r#""MaxConcurrency": 1000,"#, 40)] {
        most.store(0, Ordering::Relaxed);
        let definition = format!(
            r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", {wish} "End": true, "ItemProcessor": {}}}}}}}"#,
            task(DOUBLE, "")
        );
        let (engine, program) = (engine(tasks.clone()).clock(Clock::real()).build(), program(&definition));
        let items: Value = (0..200).collect();
        let report = engine.run(&program, Execution::new(items)).await;
        assert_eq!(report.outcome.status(), "SUCCEEDED");
        assert_eq!(most.load(Ordering::Relaxed), expect, "{wish}");
    }
}

/// A function has no workers: it has begun when it is called.
#[tokio::test(start_paused = true)]
async fn a_function_can_be_an_activity() {
    const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:a";
    let slow = task_fn(|seconds: u64| async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Failure>(seconds)
    });
    let tasks = Registry::new().resource(ACTIVITY, slow);
    for (resource, tasks) in [(ACTIVITY, tasks), (ACTIVITY, Registry::new().fallback(Named("silent")))] {
        let history = Arc::new(HistoryRecorder::new());
        let (engine, program) = (engine(tasks).build(), program(&task(resource, r#""TimeoutSeconds": 5,"#)));
        engine.run(&program, Execution::new(json!(1)).with_observer(history.clone())).await;
        let names: Vec<&str> = history.events().iter().map(|event| event.kind.name()).collect();
        assert_eq!(names[2..5], ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]);
    }
    let slow = task_fn(|_: Value| async {
        std::future::pending::<()>().await;
        Ok::<_, Failure>(Value::Null)
    });
    let tasks = Registry::new().resource(ACTIVITY, slow);
    let report = run(&task(ACTIVITY, r#""TimeoutSeconds": 5,"#), json!(1), tasks).await;
    assert_eq!(report.outcome.failure().and_then(|failure| failure.error.as_deref()), Some("States.Timeout"));
}

#[test]
fn a_token_is_not_printed_for_debugging() {
    let token = TaskToken::new("who knows it can complete the task");
    assert_eq!(format!("{token:?}"), "TaskToken(..)");
    assert_eq!(token.to_string(), "who knows it can complete the task");
}

/// Refuses arguments without an `id`. Otherwise waits a minute, and returns the time that was left.
struct Patient;

#[async_trait]
impl TaskHandler for Patient {
    fn check(&self, _: &str, _: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        arguments.get("id").map(|_| ()).ok_or_else(|| TaskRefusal::new("no id"))
    }
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let before = task.remaining();
        task.sleep(Duration::from_secs(60)).await;
        let seconds = |time: Option<Duration>| Value::from(time.map(|time| time.as_secs()));
        Ok(json!([seconds(before), seconds(task.remaining())]))
    }
}

#[tokio::test]
async fn refused_arguments_are_no_task_of_the_history() {
    let recorder = Arc::new(HistoryRecorder::new());
    let execution = Execution::new(json!({})).with_observer(recorder.clone());
    let tasks = Registry::new().function("double", Patient);
    let report = engine(tasks).build().run(&program(&task(DOUBLE, "")), execution).await;
    let failure = report.outcome.failure().unwrap();
    assert_eq!(failure.error.as_deref(), Some("States.Runtime"));
    let cause = "An error occurred while executing the state 'T' (entered at the event id #2). no id";
    assert_eq!(failure.cause.as_deref(), Some(cause));
    let kinds: Vec<_> = recorder.events().iter().map(|event| event.kind.name()).collect();
    assert_eq!(kinds, ["ExecutionStarted", "TaskStateEntered", "ExecutionFailed"]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_waits_and_knows_how_long_it_may() {
    let tasks = || Registry::new().function("double", Patient);
    let input = || json!({"id": 1});
    let report = run(&task(DOUBLE, r#""TimeoutSeconds": 100,"#), input(), tasks()).await;
    assert_eq!(report.outcome, Outcome::Succeeded(json!([100, 40])));
    let report = run(&task(DOUBLE, r#""TimeoutSeconds": 40,"#), input(), tasks()).await;
    assert_eq!(report.outcome.failure().unwrap().error.as_deref(), Some("States.Timeout"));
}

/// Waits for as long as its arguments say, submits the task and never returns.
struct Submitting;

#[async_trait]
impl TaskHandler for Submitting {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let seconds = task.arguments.as_i64().unwrap_or_default();
        task.sleep(Duration::from_secs(seconds.unsigned_abs())).await;
        task.submitted(json!({}));
        std::future::pending().await
    }
}

/// Documented.
#[tokio::test(start_paused = true)]
async fn a_running_function_misses_no_heartbeat() {
    for (action, seconds) in [("lambda:invoke", 7), ("sqs:sendMessage", 2)] {
        let begun = tokio::time::Instant::now();
        let task = task(
            &format!("arn:aws:states:::{action}.waitForTaskToken"),
            r#""TimeoutSeconds": 60, "HeartbeatSeconds": 2, "Parameters": 5,"#,
        );
        let report = run(&task, json!({}), Registry::new().fallback(Submitting)).await;
        assert_eq!(report.outcome.failure().unwrap().error.as_deref(), Some("States.Timeout"));
        assert_eq!(begun.elapsed().as_secs(), seconds, "{action}");
    }
}

/// Returns the execution of the task and, from a clone, whether the other clone was submitted.
struct Told;

#[async_trait]
impl TaskHandler for Told {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let clone = task.clone();
        let before = clone.is_submitted();
        task.submitted(json!({}));
        Ok(json!([task.identity.state_machine_name.as_str(), before, clone.is_submitted()]))
    }
}

#[tokio::test]
async fn a_clone_of_a_task_is_the_same_attempt() {
    let report = run(&task(DOUBLE, ""), json!({}), Registry::new().function("double", Told)).await;
    let machine = asl_engine::Execution::new(json!({})).identity().state_machine_name.clone();
    assert_eq!(report.outcome, Outcome::Succeeded(json!([machine.as_str(), false, true])));
}
