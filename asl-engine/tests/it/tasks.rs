//! Task handlers: types, resolution, time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use asl_engine::{
    Clock, ErrorName, Execution, Failure, HistoryRecorder, Outcome, Registry, Task, TaskHandler, TaskToken,
    task_fn,
};
use asl_model::Resource;
use asl_value::{Value, json};
use async_trait::async_trait;

use crate::{engine, program, run};

fn task(resource: &str, more: &str) -> String {
    format!(
        r#"{{"StartAt": "T", "States": {{"T": {{"Type": "Task", "Resource": "{resource}", {more} "End": true}}}}}}"#
    )
}

const DOUBLE: &str = "arn:aws:lambda:us-east-1:123456789012:function:double";

/// Answers with its name.
struct Named(&'static str);

#[async_trait]
impl TaskHandler for Named {
    async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
        Ok(self.0.into())
    }
}

#[tokio::test]
async fn typed_functions_read_and_write_serde_types() {
    #[derive(serde::Deserialize)]
    struct Order {
        amount: u32,
    }
    let tasks = || {
        Registry::new()
            .function("double", task_fn(|order: Order| async move { Ok::<_, Failure>(order.amount * 2) }))
    };
    let report = run(&task(DOUBLE, ""), json!({"amount": 21}), tasks()).await;
    assert_eq!(report.outcome, Outcome::Succeeded(json!(42)));

    let report = run(&task(DOUBLE, ""), json!({"amount": "much"}), tasks()).await;
    let failure = report.outcome.failure().unwrap();
    assert_eq!(failure.error.as_deref(), Some("States.TaskFailed"));
    let cause = failure.cause.as_deref().unwrap();
    assert!(
        cause.starts_with("the input of the task in state `T` does not fit: invalid type: string"),
        "{cause}"
    );
}

#[derive(Debug)]
enum OrderError {
    Empty,
    Unreadable(std::num::ParseIntError),
    Refused(Failure),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            OrderError::Empty => "nothing to price",
            OrderError::Unreadable(_) => "no amount",
            OrderError::Refused(_) => "refused",
        })
    }
}

impl std::error::Error for OrderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OrderError::Empty => None,
            OrderError::Unreadable(source) => Some(source),
            OrderError::Refused(source) => Some(source),
        }
    }
}

impl ErrorName for OrderError {
    fn error_name(&self) -> &str {
        match self {
            OrderError::Empty => "EmptyOrder",
            OrderError::Unreadable(_) => "UnreadableOrder",
            OrderError::Refused(_) => "RefusedOrder",
        }
    }
}

fn order(amount: &str) -> Result<i64, OrderError> {
    match amount {
        "" => Err(OrderError::Empty),
        "refused" => Err(OrderError::Refused(Failure::new("Declined", "no funds"))),
        amount => amount.parse().map_err(OrderError::Unreadable),
    }
}

#[tokio::test]
async fn errors_of_every_kind_fail_the_task() {
    async fn check(input: &str, task_of: impl TaskHandler + 'static, error: &str, cause: &str) {
        let report = run(&task(DOUBLE, ""), json!(input), Registry::new().function("double", task_of)).await;
        let failure = report.outcome.failure().unwrap();
        assert_eq!((failure.error.as_deref(), failure.cause.as_deref()), (Some(error), Some(cause)));
    }
    const ANY: &str = "States.TaskFailed";
    let digit = "invalid digit found in string";
    check(
        "x",
        task_fn(|text: String| async move { text.parse::<i64>() }),
        ANY,
        &format!("ParseIntError: {digit}"),
    )
    .await;
    check("x", task_fn(|text: String| async move { Err::<(), _>(text) }), ANY, "x").await;
    let boxed =
        |text: String| async move { Ok::<i64, Box<dyn std::error::Error + Send + Sync>>(text.parse()?) };
    check("x", task_fn(boxed), ANY, digit).await;
    let anyhow = |text: String| async move { text.parse::<i64>().with_context(|| format!("order `{text}`")) };
    check("x", task_fn(anyhow), ANY, &format!("order `x`: {digit}")).await;
    check("x", task_fn(|_: String| async move { Err::<(), _>(anyhow::anyhow!("gone")) }), ANY, "gone").await;
    // A failure is what it says, however it comes.
    check("", task_fn(|_: String| async move { Err::<(), _>(Failure::new("E", "c")) }), "E", "c").await;
    let inside = |text: String| async move {
        let context = order(&text).map_err(Box::<dyn std::error::Error + Send + Sync>::from)?;
        Ok::<i64, Box<dyn std::error::Error + Send + Sync>>(context)
    };
    check("refused", task_fn(inside), "Declined", "no funds").await;
    // A type has names where somebody says that they count.
    let direct = |text: String| async move { order(&text) };
    check("", task_fn(direct), ANY, "OrderError: nothing to price").await;
    check("x", task_fn(direct), ANY, &format!("OrderError: no amount: {digit}")).await;
    check("", task_fn(direct).named(), "EmptyOrder", "nothing to price").await;
    check("x", task_fn(direct).named(), "UnreadableOrder", "no amount").await;
    let with_question_mark = |text: String| async move { Ok::<i64, Failure>(order(&text)?) };
    check("", task_fn(with_question_mark), "EmptyOrder", "nothing to price").await;
    let by_hand = |text: String| async move { text.parse::<i64>().map_err(Failure::from_error) };
    check("x", task_fn(by_hand), ANY, &format!("ParseIntError: {digit}")).await;
}

#[tokio::test]
async fn values_of_serde_json_are_values() {
    let echo = |value: serde_json::Value| async move { Ok::<_, Failure>(value) };
    let input = serde_json::json!({"n": 1, "big": u64::MAX, "list": [null, 0.1, "a"]});
    let tasks = Registry::new().function("double", task_fn(echo));
    let report = engine(tasks).build().run(&program(&task(DOUBLE, "")), Execution::new(input.clone())).await;
    assert_eq!(serde_json::Value::from(report.outcome.output().unwrap()), input);
    let path = asl_paths::Path::parse("$.list[2]").unwrap();
    assert_eq!(*path.select(&input).unwrap(), json!("a"));
    assert_eq!(*path.select(input).unwrap(), json!("a"));
}

#[tokio::test]
async fn a_value_goes_through_a_function_without_a_copy() {
    let echo =
        Registry::new().function("double", task_fn(|value: Value| async move { Ok::<_, Failure>(value) }));
    let input = json!({"large": [1, 2, 3]});
    let report = run(&task(DOUBLE, ""), input.clone(), echo).await;
    assert!(report.outcome.output().unwrap().same(&input));
}

#[tokio::test]
async fn the_most_particular_handler_is_called() {
    #[track_caller]
    fn check(registry: &Registry, resource: &str, expect: Option<&str>) {
        let handler = registry.resolve(&resource.into());
        assert_eq!(handler.is_some(), expect.is_some(), "{resource}");
    }
    let some = Registry::new().resource(DOUBLE, Named("exact")).function("f", Named("function")).service(
        "aws-sdk:s3",
        "getObject",
        Named("service"),
    );
    check(&some, DOUBLE, Some("exact"));
    check(&some, "arn:aws:lambda:eu-west-1:999999999999:function:f:PROD", Some("function"));
    check(&some, "arn:aws:states:::aws-sdk:s3:getObject", Some("service"));
    check(&some, "arn:aws:states:::aws-sdk:s3:putObject", None);

    let all = some.function("double", Named("function")).fallback(Named("fallback"));
    for (resource, expect) in [
        (DOUBLE, "exact"),
        ("arn:aws:lambda:eu-west-1:999999999999:function:double", "function"),
        ("arn:aws:states:::aws-sdk:s3:getObject.waitForTaskToken", "service"),
        ("arn:aws:states:::sqs:sendMessage", "fallback"),
    ] {
        let report = run(&task(resource, ""), json!({}), all.clone()).await;
        assert_eq!(report.outcome, Outcome::Succeeded(json!(expect)), "{resource}");
    }
}

#[test]
fn missing_handlers_are_found_before_anything_runs() {
    let program = program(&task(DOUBLE, ""));
    let missing = Registry::new();
    let missing: Vec<&str> =
        missing.missing(&program).into_iter().map(|resource| resource.as_str()).collect();
    assert_eq!(missing, [DOUBLE]);
    assert!(Registry::new().fallback(Named("any")).missing(&program).is_empty());
}

#[test]
fn what_a_handler_cannot_do_is_found_before_anything_runs() {
    struct Picky;
    #[async_trait]
    impl TaskHandler for Picky {
        fn serves(&self, resource: &Resource) -> Result<(), String> {
            if resource.as_str() == DOUBLE { Err("it is odd".to_owned()) } else { Ok(()) }
        }
        async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
            Ok(Value::Null)
        }
    }
    let program = program(&task(DOUBLE, ""));
    let picky = Registry::new().fallback(Picky);
    let refused = picky.refused(&program);
    assert_eq!(refused, [(&Resource::from(DOUBLE), "it is odd".to_owned())]);
    assert!(picky.function("double", Named("other")).refused(&program).is_empty());
    assert!(Registry::new().refused(&program).is_empty());
}

#[test]
fn what_distributed_maps_need_is_found_before_anything_runs() {
    let distributed = r#""ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},"#;
    let map = |name: &str, config: &str, more: &str, inner: &str| {
        format!(
            r#"{{"StartAt": "{name}", "States": {{"{name}": {{"Type": "Map", {more}
                "ItemProcessor": {{{config} {}, "End": true}}}}}}"#,
            &inner[1..inner.len()],
        )
    };
    let end = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;
    let reader = r#""ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": "b", "Key": "k"}},"#;
    let writer =
        r#""ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},"#;
    let formatted =
        r#""ResultWriter": {"WriterConfig": {"OutputType": "JSON", "Transformation": "COMPACT"}},"#;
    let inner = map("Inner", distributed, &format!("{reader}{writer}"), end);
    let check = |definition: &str, expected: &[(&str, Option<&str>, Option<&str>)]| {
        let program = program(definition);
        let found = program.distributed_maps();
        let found: Vec<_> = found.iter().map(|map| (map.state.as_str(), map.reads, map.writes)).collect();
        assert_eq!(found, expected);
    };
    check(&map("Outer", "", "", &inner), &[("Inner", Some("s3:getObject"), Some("s3:putObject"))]);
    check(&map("Outer", distributed, formatted, end), &[("Outer", None, None)]);
    check(&map("Outer", "", "", end), &[]);
}

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

/// A function knows nothing of workers: it has begun when it is called.
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

/// Refuses arguments without an `id`; else waits a minute, and says how long anybody would have waited.
struct Patient;

#[async_trait]
impl TaskHandler for Patient {
    fn check(&self, _: &str, _: &Resource, arguments: &mut Value) -> Result<(), String> {
        arguments.get("id").map(|_| ()).ok_or_else(|| "no id".to_owned())
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

/// Waits as long as its arguments say, submits the task and never answers.
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

/// Tells whose task it is and, from a clone, whether the other one was submitted.
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
