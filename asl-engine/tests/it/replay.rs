//! `Engine::replay_record`

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{
    CancelToken, Clock, DifferenceKind, Engine, Execution, Failure, HistoryRecorder, Program, Record,
    RecordReplay, Registry, SeededEntropy, Task, TaskHandler, load,
};
use asl_model::Source;
use asl_value::{Object, Text, Value, json};

/// The arguments set how long a call takes, how often it fails first, and whether it reports a worker or a submission.
struct Told;

#[async_trait::async_trait]
impl TaskHandler for Told {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let number =
            |name: &str| task.arguments.get(name).and_then(Value::as_i64).unwrap_or_default().unsigned_abs();
        if number("worker") > 0 {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        task.started(Some("worker-1".into()));
        if number("submits") > 0 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            task.submitted(json!({"job": 1}));
        }
        tokio::time::sleep(Duration::from_secs(number("seconds"))).await;
        if task.attempt < number("fails") {
            return Err(Failure::new("Busy", format!("attempt {}", task.attempt)));
        }
        Ok(json!({"state": (task.state), "seconds": (number("seconds")), "token": (task.token.is_some())}))
    }
}

/// Must not be called.
struct Never;

#[async_trait::async_trait]
impl TaskHandler for Never {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        panic!("`{}` is called", task.state)
    }
}

fn program(definition: &Value) -> Arc<Program> {
    load(&Source::json(definition.to_json())).expect("a valid definition").program
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(work)
}

/// Runs an execution and returns its history. It may be cancelled after some seconds.
fn recorded(definition: &Value, input: &Value, stopped_after: Option<u64>) -> Value {
    let history = Arc::new(HistoryRecorder::new());
    let engine = Engine::builder().tasks(Registry::new().fallback(Told)).clock(Clock::real());
    let engine = engine.entropy(SeededEntropy::new(77)).build();
    let cancel = CancelToken::new();
    let execution = Execution::new(input.clone()).with_observer(history.clone()).with_cancel(cancel.clone());
    let program = program(definition);
    block_on(async {
        let stop = async {
            match stopped_after {
                Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
                None => std::future::pending().await,
            }
            cancel.cancel();
            std::future::pending::<()>().await;
        };
        tokio::select! { _ = engine.run(&program, execution) => (), () = stop => () }
    });
    json!({"events": (history.to_json())})
}

fn replay(definition: &Value, record: &Value) -> (RecordReplay, Value) {
    let history = Arc::new(HistoryRecorder::new());
    let engine = Engine::builder().tasks(Registry::new().fallback(Never)).build();
    let record = Record::read(record).expect("a record");
    let replay = block_on(engine.replay_record(&program(definition), &record, history.clone()));
    (replay.expect("a replay"), history.to_json())
}

/// The events without what depends on the clock and on chance.
fn steps(history: &Value) -> Vec<String> {
    let step = |event: &Value| {
        let mut event = event.as_object().expect("an event").clone();
        event.remove("timestamp");
        event.remove("mapRunStartedEventDetails");
        Value::from(event).to_json()
    };
    history.as_array().expect("events").iter().map(step).collect()
}

/// Replays an execution: it does the same, event by event.
#[track_caller]
fn check(definition: &Value, input: Value, stopped_after: Option<u64>) {
    let record = recorded(definition, &input, stopped_after);
    let (replay, history) = replay(definition, &record);
    assert!(replay.is_same(), "{:?}", replay.differences);
    if stopped_after.is_some() {
        // It may have been stopped between two events of the same instant.
        return;
    }
    let (found, expected) = (steps(&history), steps(&record["events"]));
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
}

fn task(more: Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"});
    if let (Value::Object(task), Value::Object(more)) = (&mut task, more) {
        more.into_members().into_iter().for_each(|(name, value)| drop(task.insert(name, value)));
    }
    task
}

fn machine(states: &[(&str, Value)]) -> Value {
    let members: Object = states.iter().map(|(name, state)| (Text::from(*name), state.clone())).collect();
    json!({"StartAt": (states[0].0), "States": (Value::from(members))})
}

fn map(concurrency: u64, states: &[(&str, Value)]) -> Value {
    json!({"Type": "Map", "MaxConcurrency": (concurrency), "ItemProcessor": (machine(states)), "End": true})
}

fn items() -> Value {
    json!([
        {"seconds": 9, "wait": 1},
        {"seconds": 1, "wait": 0, "fails": 1},
        {"seconds": 4, "wait": 3, "fails": 2},
        {"seconds": 2, "wait": 2},
        {"seconds": 2, "wait": 2}
    ])
}

#[test]
fn strands_take_turns_as_they_did() {
    let retry = json!([{"ErrorEquals": ["Busy"], "IntervalSeconds": 5, "JitterStrategy": "FULL", "MaxDelaySeconds": 7}]);
    let steps = [
        ("A", task(json!({"Retry": retry, "ResultPath": "$.a", "Next": "W"}))),
        ("W", json!({"Type": "Wait", "SecondsPath": "$.wait", "Next": "B"})),
        (
            "B",
            task(
                json!({"Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {"submits": 1, "seconds.$": "$.wait"}, "End": true}),
            ),
        ),
    ];
    for concurrency in [0, 1, 2, 3] {
        check(&machine(&[("Each", map(concurrency, &steps))]), items(), None);
    }
    for seconds in [0, 1, 2, 6, 9] {
        check(&machine(&[("Each", map(2, &steps))]), items(), Some(seconds));
    }
}

#[test]
fn failures_stop_what_runs_beside_them() {
    let failing =
        [("A", task(json!({"ResultPath": "$.a", "Next": "P"}))), ("P", json!({"Type": "Pass", "End": true}))];
    check(&machine(&[("Each", map(0, &failing))]), items(), None);
    let timed = [("A", task(json!({"TimeoutSeconds": 2, "End": true})))];
    check(&machine(&[("Each", map(0, &timed))]), items(), None);
    let caught = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Caught"}]);
    let mut inner = map(2, &failing);
    if let Value::Object(inner) = &mut inner {
        inner.remove("End");
        inner.insert("ItemsPath", json!("$.items"));
        inner.insert(
            "Retry",
            json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 1}]),
        );
        inner.insert("Catch", caught.clone());
        inner.insert("Next", json!("Caught"));
    }
    let outer = [("Inner", inner), ("Caught", json!({"Type": "Pass", "End": true}))];
    let lists = json!([{"items": (items())}, {"items": [{"seconds": 3}, {"seconds": 1}]}, {"items": []}]);
    for concurrency in [0, 1, 2] {
        check(&machine(&[("Each", map(concurrency, &outer))]), lists.clone(), None);
    }
    let branch = |name: &str, seconds: u64, fails: u64| {
        machine(&[(name, task(json!({"Parameters": {"seconds": (seconds), "fails": (fails)}, "End": true})))])
    };
    let wait = machine(&[("Wait", json!({"Type": "Wait", "Seconds": 5, "End": true}))]);
    for fails in [0, 1] {
        let branches = json!([(branch("Slow", 9, 0)), (branch("Fast", 1, fails)), (wait.clone())]);
        let both = json!({"Type": "Parallel", "Branches": branches, "Catch": (caught.clone()), "End": true});
        check(&machine(&[("Both", both), ("Caught", json!({"Type": "Pass", "End": true}))]), json!({}), None);
    }
}

#[test]
fn activities_heartbeats_and_evaluations() {
    let activity = |more: Value| {
        let mut state = task(json!({"Resource": "arn:aws:states:us-east-1:123456789012:activity:a"}));
        if let (Value::Object(state), Value::Object(more)) = (&mut state, more) {
            more.into_members().into_iter().for_each(|(name, value)| drop(state.insert(name, value)));
        }
        state
    };
    check(&machine(&[("A", activity(json!({"End": true})))]), json!({"worker": 1, "seconds": 2}), None);
    // Only the handler of missed heartbeats fits.
    let beats = activity(json!({"TimeoutSeconds": 60, "HeartbeatSeconds": 5, "End": true,
        "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Beat"}]}));
    let beat = json!({"Type": "Succeed"});
    check(&machine(&[("A", beats), ("Beat", beat)]), json!({"worker": 1, "seconds": 30}), None);
    let wrong =
        json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $number('x') %}", "End": true});
    check(&machine(&[("A", wrong.clone())]), json!({}), None);
    let branches = json!([
        (machine(&[("B", wrong)])),
        (machine(&[("C", json!({"Type": "Wait", "Seconds": 1, "End": true}))]))
    ]);
    check(
        &machine(&[("P", json!({"Type": "Parallel", "Branches": branches, "End": true}))]),
        json!({}),
        None,
    );
}

#[test]
fn a_distributed_map_takes_its_recorded_end() {
    let processor = |state: Value| {
        json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "A", "States": {"A": state}})
    };
    let map = |state: Value| {
        json!({"Type": "Map", "ItemProcessor": (processor(state)), "ResultPath": "$.results",
        "ItemsPath": "$.items", "Next": "After", "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "After"}]})
    };
    let after = json!({"Type": "Pass", "End": true});
    let input = json!({"items": [{"seconds": 1}, {"seconds": 3}]});
    check(
        &machine(&[("Each", map(task(json!({"End": true})))), ("After", after.clone())]),
        input.clone(),
        None,
    );
    check(&machine(&[("Each", map(json!({"Type": "Fail", "Error": "No"}))), ("After", after)]), input, None);
}

#[track_caller]
fn check_changed(before: &Value, after: &Value, input: Value, expected: &[&str]) {
    let (replay, _) = replay(after, &recorded(before, &input, None));
    let found: Vec<String> =
        replay.differences.iter().filter(|found| !found.is_chance).map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

fn orders(limit: u64, next: &str) -> Value {
    machine(&[
        ("Price", task(json!({"ResultPath": "$.price", "Next": "Check"}))),
        (
            "Check",
            json!({"Type": "Choice", "Default": next, "Choices": [
                {"Variable": "$.price.seconds", "NumericGreaterThan": (limit), "Next": "Refuse"}]}),
        ),
        ("Ship", task(json!({"End": true}))),
        ("Refuse", json!({"Type": "Fail", "Error": "TooDear"})),
    ])
}

#[test]
fn another_definition_goes_another_way() {
    let input = json!({"seconds": 7});
    check_changed(&orders(10, "Ship"), &orders(10, "Ship"), input.clone(), &[]);
    check_changed(
        &orders(10, "Ship"),
        &orders(5, "Ship"),
        input.clone(),
        &[
            "in state `Check`, the next step differs: recorded enters `Ship`, now enters `Refuse`",
            "the end differs at `/status`: recorded \"SUCCEEDED\", now \"FAILED\"",
            "the end differs at `/error`: recorded nothing, now \"TooDear\"",
            "the end differs at `/cause`: recorded nothing, now null",
        ],
    );
    check_changed(
        &orders(5, "Ship"),
        &orders(10, "Ship"),
        input.clone(),
        &[
            "in state `Check`, the next step differs: recorded enters `Refuse`, now enters `Ship`",
            "in state `Ship`, the next step differs: recorded enters `Refuse`, now waits for the result of a call that was not \
             recorded",
            "the end differs at `/status`: recorded \"FAILED\", now \"RUNNING\"",
        ],
    );
    // A state in between changes nothing but the step.
    let mut longer = orders(10, "Log");
    if let Value::Object(longer) = &mut longer
        && let Some(Value::Object(mut states)) = longer.remove("States")
    {
        states.insert("Log", json!({"Type": "Wait", "Seconds": 3600, "Next": "Ship"}));
        longer.insert("States", states.into());
    }
    check_changed(
        &orders(10, "Ship"),
        &longer,
        input,
        &["in state `Check`, the next step differs: recorded enters `Ship`, now enters `Log`"],
    );
}

#[test]
fn tasks_that_change() {
    let before =
        machine(&[("A", task(json!({"Parameters": {"seconds": 7, "n": [1, {"m": 2}]}, "End": true})))]);
    let arguments =
        machine(&[("A", task(json!({"Parameters": {"seconds": 7, "n": [1, {"m": 3}]}, "End": true})))]);
    check_changed(
        &before,
        &arguments,
        json!({}),
        &["in state `A`, the arguments differ at `/n/1/m`: recorded 2, now 3"],
    );
    let resource = machine(&[(
        "A",
        task(json!({"Resource": "arn:aws:lambda:us-east-1:123456789012:function:g",
        "Parameters": {"seconds": 7, "n": [1, {"m": 2}]}, "End": true})),
    )]);
    check_changed(
        &before,
        &resource,
        json!({}),
        &[
            "in state `A`, the resource differs: recorded \"arn:aws:lambda:us-east-1:123456789012:function:f\", now \"arn:aws:lambda:us-east-1:123456789012:function:g\"",
        ],
    );
    let timeout = machine(&[(
        "A",
        task(json!({"TimeoutSeconds": 3, "Parameters": {"seconds": 7, "n": [1, {"m": 2}]}, "End": true})),
    )]);
    check_changed(
        &before,
        &timeout,
        json!({}),
        &[
            "in state `A`, the next step differs: recorded the task returns, now the task times out",
            "the end differs at `/status`: recorded \"SUCCEEDED\", now \"FAILED\"",
            "the end differs at `/error`: recorded nothing, now \"States.Timeout\"",
            "the end differs at `/cause`: recorded nothing, now null",
        ],
    );
}

#[test]
fn a_task_that_moves_into_a_branch_keeps_its_result() {
    let before = machine(&[("A", task(json!({"Next": "B"}))), ("B", json!({"Type": "Pass", "End": true}))]);
    let branches = json!([(machine(&[("A", task(json!({"End": true})))]))]);
    let both = json!({"Type": "Parallel", "Branches": branches, "OutputPath": "$[0]", "Next": "B"});
    let after = machine(&[("Both", both), ("B", json!({"Type": "Pass", "End": true}))]);
    check_changed(
        &before,
        &after,
        json!({"seconds": 1}),
        &["the next step differs: recorded enters `A`, now enters `Both`"],
    );
}

#[test]
fn chance_is_told_apart() {
    let text = "{% {'id': $uuid(), 'at': $now(), 'n': $random(), 'of': $states.context.Execution.Name} %}";
    let definition = machine(&[
        ("A", json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": text, "Next": "B"})),
        ("B", task(json!({"Next": "C"}))),
        ("C", json!({"Type": "Pass", "Parameters": {"fixed": 1, "was.$": "$.state"}, "End": true})),
    ]);
    let record = recorded(&definition, &json!({}), None);
    let (replay, _) = replay(&definition, &record);
    assert!(replay.is_same(), "{:?}", replay.differences);
    let kinds: Vec<DifferenceKind> = replay.differences.iter().map(|found| found.kind).collect();
    assert!(
        kinds.contains(&DifferenceKind::Output) && kinds.contains(&DifferenceKind::Arguments),
        "{kinds:?}"
    );
    // What follows from chance and something else does not hide a real difference.
    let other = machine(&[
        ("A", json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": text, "Next": "B"})),
        ("B", task(json!({"Next": "C"}))),
        ("C", json!({"Type": "Pass", "Parameters": {"fixed": 2, "was.$": "$.state"}, "End": true})),
    ]);
    let (replay, _) = self::replay(&other, &record);
    assert_eq!(
        replay.first().map(ToString::to_string).as_deref(),
        Some("in state `C`, the output differs at `/fixed`: recorded 1, now 2")
    );
}

/// A history that was exported while its execution ran.
#[test]
fn an_execution_that_still_ran() {
    let definition = orders(10, "Ship");
    let record = recorded(&definition, &json!({"seconds": 7}), None);
    let events: Vec<Value> = record["events"].as_array().unwrap().iter().take(9).cloned().collect();
    let (replay, _) = replay(&definition, &json!({"events": (Value::Array(events.into()))}));
    assert!(replay.is_same() && replay.report.is_none() && replay.recorded.is_none(), "{replay:?}");
}

/// One definition is changed so that it never ends. The other record has thousands of events.
#[test]
fn a_replay_is_bounded() {
    let before = machine(&[("A", json!({"Type": "Pass", "End": true}))]);
    let endless = machine(&[
        (
            "A",
            json!({"Type": "Choice", "Default": "A", "Choices": [{"Variable": "$", "IsNull": true, "Next": "B"}]}),
        ),
        ("B", json!({"Type": "Succeed"})),
    ]);
    let (replay, _) = replay(&endless, &recorded(&before, &json!({}), None));
    let end = replay.differences.last().map(ToString::to_string);
    let full = "the end differs at `/cause`: recorded nothing, now \"The execution reached the maximum number of history events (25000).\"";
    assert_eq!(end.as_deref(), Some(full), "{:?}", replay.differences);
    let task = task(json!({"Parameters": {}, "ResultPath": null, "End": true}));
    let items: Value = (0..1_000).map(Value::from).collect();
    let long = machine(&[("Each", map(0, &[("A", task)]))]);
    check_changed(&long, &long, items, &[]);
}
