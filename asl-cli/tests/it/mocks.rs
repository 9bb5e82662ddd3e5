//! `asl mocks`

use std::sync::Arc;
use std::time::Duration;

use asl_cli::mocks::MockConfig;
use asl_engine::{
    Clock, Engine, Execution, Failure, HistoryRecorder, Outcome, Record, Registry, Task, TaskHandler, load,
};
use asl_model::Source;
use asl_value::{Value, json};

use crate::support::{asl, file};

/// Answers with the number of the call. The arguments set after how many seconds, and how often it fails first.
#[derive(Default)]
struct Slow(std::sync::atomic::AtomicU64);

#[async_trait::async_trait]
impl TaskHandler for Slow {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let call = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        task.started(None);
        let seconds = task.arguments.get("seconds").and_then(Value::as_i64).unwrap_or_default();
        tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs())).await;
        let fails = task.arguments.get("fails").and_then(Value::as_i64).unwrap_or_default();
        if task.attempt < fails.unsigned_abs() {
            return Err(Failure::new("Busy", format!("call {call}")));
        }
        let wait = task.arguments.get("wait").cloned().unwrap_or(json!(0));
        Ok(json!({"call": (call), "state": (task.state), "wait": (wait)}))
    }
}

fn outcome(program: &asl_engine::Program, tasks: Registry, clock: Clock, input: &Value) -> (Outcome, Record) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let history = Arc::new(HistoryRecorder::new());
    let execution = Execution::new(input.clone()).with_observer(history.clone());
    let report =
        runtime.block_on(Engine::builder().tasks(tasks).clock(clock).build().run(program, execution));
    (report.outcome, Record::read(&json!({"events": (history.to_json())})).expect("a record"))
}

/// Runs the machine with tasks that take time, and again with the mocks of that run: it ends alike.
#[track_caller]
fn check(definition: Value, input: Value) {
    let program = load(&Source::json(definition.to_json())).expect("a valid definition").program;
    let slow = Registry::new().fallback(Slow::default());
    let (recorded, record) = outcome(&program, slow, Clock::real(), &input);
    let document = MockConfig::recorded("M", "C", &record).expect("mocks").to_json();
    let config = MockConfig::parse(&document).expect("a mock file");
    assert_eq!(config.to_json(), document);
    let mocked = Registry::new().fallback(config.case(None, None).expect("a case").handler());
    let (mocked, _) = outcome(&program, mocked, Clock::virtual_time(), &input);
    assert_eq!(mocked, recorded, "{document}");
}

fn task(rest: Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"});
    if let (Value::Object(task), Value::Object(rest)) = (&mut task, rest) {
        rest.into_members().into_iter().for_each(|(name, value)| drop(task.insert(name, value)));
    }
    task
}

fn map(concurrency: u64, start: &str, states: Value) -> Value {
    let processor = json!({"StartAt": start, "States": states});
    let map =
        json!({"Type": "Map", "MaxConcurrency": (concurrency), "ItemProcessor": processor, "End": true});
    json!({"StartAt": "Each", "States": {"Each": map}})
}

/// The later items end first, wait, and fail: the calls are recorded in another order than that of the items.
#[test]
fn mocks_repeat_an_execution() {
    let items = json!([{"seconds": 9, "wait": 1}, {"seconds": 1, "fails": 1}, {"seconds": 4, "wait": 3, "fails": 2}, {"seconds": 2}]);
    let retry = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 5}]);
    let states = json!({
        "A": (task(json!({"Retry": retry, "Next": "W"}))),
        "W": {"Type": "Wait", "SecondsPath": "$.wait", "Next": "B"},
        "B": (task(json!({"End": true})))
    });
    for concurrency in [0, 1, 2, 3] {
        check(map(concurrency, "A", states.clone()), items.clone());
    }
    // The inner Maps are retried while other items wait.
    let inner = map(2, "A", json!({"A": (task(json!({"End": true})))}));
    let mut inner = inner["States"]["Each"].clone();
    if let Value::Object(inner) = &mut inner {
        inner.insert("ItemsPath", json!("$.items"));
        inner.insert(
            "Retry",
            json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 1}]),
        );
        inner.insert("Catch", json!([{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]));
    }
    let states = json!({"Inner": inner, "Caught": {"Type": "Pass", "End": true}});
    let outer = json!([{"items": items.clone()}, {"items": [{"seconds": 3}, {"seconds": 1}]}, {"items": []}]);
    for concurrency in [0, 1, 2] {
        check(map(concurrency, "Inner", states.clone()), outer.clone());
    }
    // Without a retry an item fails while others run.
    let states = json!({"A": (task(json!({"Next": "B"}))), "B": (task(json!({"End": true})))});
    check(map(0, "A", states), items.clone());
    let branch = |name: &str, seconds: u64, fails: u64| {
        let parameters = json!({"seconds": (seconds), "fails": (fails)});
        let mut states = asl_value::Object::new();
        states.insert(name, task(json!({"Parameters": parameters, "End": true})));
        json!({"StartAt": name, "States": (Value::Object(states))})
    };
    for fails in [0, 1] {
        let branches = json!([(branch("Slow", 9, 0)), (branch("Fast", 1, fails))]);
        let catch = json!([{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]);
        let both = json!({"Type": "Parallel", "Branches": branches, "Catch": catch, "End": true});
        let caught = json!({"Type": "Pass", "End": true});
        check(json!({"StartAt": "Both", "States": {"Both": both, "Caught": caught}}), json!({}));
    }
}

#[test]
fn the_command_writes_a_mock_file() {
    let history = crate::support::scratch("mocks_history.json");
    let history = history.to_str().unwrap();
    let run = |mocks: &str, more: &[&str]| {
        let args =
            ["run", "orders.asl.json", "--mocks", mocks, "--input", r#"{"items":[1,2]}"#, "--format", "json"];
        asl(&[&args, more].concat(), "")
    };
    for case in ["Happy", "Busy", "Declined", "Lost"] {
        let recorded = run(&format!("orders.mocks.json#{case}"), &["--history", history]);
        let mocks = asl(&["mocks", history, "--machine", "Orders", "--case", case], "");
        assert_eq!((mocks.code, mocks.stderr.as_str()), (Some(0), ""), "{mocks:?}");
        let mocks = file("recorded.mocks.json", mocks.stdout);
        let mocked = run(&format!("{mocks}#Orders/{case}"), &[]);
        let end = |ran: &crate::support::Ran| {
            let json = ran.json();
            ["status", "output", "error", "cause"].map(|name| json.get(name).cloned())
        };
        assert_eq!(end(&mocked), end(&recorded), "{case}");
    }
}

#[track_caller]
fn check_command(name: &str, text: &str, code: i32, stderr: &str) {
    let path = file(name, text);
    let ran = asl(&["mocks", &path], "");
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert!(ran.stderr.contains(stderr), "{ran:?}");
}

#[test]
fn what_has_no_mocks() {
    check_command("mocks_bad.json", "{", 64, "mocks_bad.json`: EOF");
    check_command("mocks_empty.json", "{}", 64, "mocks_empty.json` is not a record: a history is an object");
    let started = r#"{"timestamp": 1, "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
        "executionStartedEventDetails": {"input": "{}"}}"#;
    check_command("mocks_open.json", &format!("[{started}]"), 0, "warning: the execution was running");
    file("mocks_described.describe.json", "{}");
    check_command(
        "mocks_described.json",
        &format!("[{started}]"),
        64,
        "a description of an execution has an `exec",
    );
}
