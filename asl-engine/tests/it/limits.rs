//! What an execution may use.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use asl_engine::{Execution, Failure, HistoryRecorder, Limits, Registry, Report, task_fn};
use asl_value::{Value, json};

use crate::{engine, program};

async fn run(definition: &str, input: Value, limits: Limits, tasks: Registry) -> (Report, Vec<&'static str>) {
    let history = Arc::new(HistoryRecorder::new());
    let execution = Execution::new(input).with_limits(limits).with_observer(history.clone());
    let report = engine(tasks).build().run(&program(definition), execution).await;
    (report, history.events().iter().map(|event| event.kind.name()).collect())
}

/// An execution of four events.
#[tokio::test]
async fn the_last_place_of_a_history_is_for_the_end() {
    let definition = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;
    for (events, status) in [(5, "SUCCEEDED"), (4, "SUCCEEDED"), (3, "FAILED"), (2, "FAILED")] {
        let limits = Limits { events: Some(events), ..Limits::standard() };
        let (report, names) = run(definition, json!({}), limits, Registry::new()).await;
        assert_eq!(report.outcome.status(), status, "{events}");
        assert_eq!(report.events, events.min(4));
        assert_eq!(names.len() as u64, events.min(4), "{names:?}");
        let end = if status == "FAILED" { "ExecutionFailed" } else { "ExecutionSucceeded" };
        assert_eq!(names.last(), Some(&end));
    }
}

/// Observed on AWS: the event with the last number follows the one before it, whichever strand that is of.
#[tokio::test]
async fn the_end_of_a_full_history_follows_its_last_event() {
    let passes = |next: &str| {
        format!(
            r#"{{"A": {{"Type": "Pass", "Next": "B"}}, "B": {{"Type": "Choice", "Default": "A", "Choices":
                [{{"Variable": "$.no", "IsPresent": true, "Next": "{next}"}}]}}, "{next}": {{"Type": "Succeed"}}}}"#
        )
    };
    let branch = |next: &str| format!(r#"{{"StartAt": "A", "States": {}}}"#, passes(next));
    let parallel = format!(
        r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "End": true, "Branches": [{}, {}]}}}}}}"#,
        branch("C"),
        branch("C").replace("\"A\"", "\"X\"").replace("\"B\"", "\"Y\"").replace("\"C\"", "\"Z\"")
    );
    for definition in [branch("C"), parallel] {
        let history = Arc::new(HistoryRecorder::new());
        let limits = Limits { events: Some(100), ..Limits::standard() };
        let execution = Execution::new(json!({})).with_limits(limits).with_observer(history.clone());
        engine(Registry::new()).build().run(&program(&definition), execution).await;
        let events = history.events();
        let last = events.last().expect("an event");
        assert_eq!((events.len(), last.kind.name()), (100, "ExecutionFailed"));
        assert_eq!((last.id, last.previous_id), (100, 99));
    }
}

#[tokio::test]
async fn no_task_is_called_whose_event_has_no_place() {
    let calls = Arc::new(AtomicUsize::new(0));
    let definition = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}}}"#;
    for (events, expect) in [(3, 0), (4, 0), (5, 1), (7, 1)] {
        calls.store(0, Ordering::Relaxed);
        let counter = Arc::clone(&calls);
        let count = task_fn(move |value: Value| {
            counter.fetch_add(1, Ordering::Relaxed);
            async move { Ok::<_, Failure>(value) }
        });
        let limits = Limits { events: Some(events), ..Limits::standard() };
        run(definition, json!({}), limits, Registry::new().function("f", count)).await;
        assert_eq!(calls.load(Ordering::Relaxed), expect, "{events}");
    }
}

#[tokio::test]
async fn errors_and_causes_are_cut_to_what_the_api_can_show() {
    let definition = |resource: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{
                "A": {{"Type": "Task", "Resource": "{resource}", "End": true, "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "F"}}]}},
                "F": {{"Type": "Fail", "ErrorPath": "$.Error", "CausePath": "$.Cause"}}}}}}"#
        )
    };
    let tasks = Registry::new().fallback(task_fn(|_: Value| async {
        Err::<Value, _>(Failure::new("é".repeat(300), "ü".repeat(40_000)))
    }));
    let long = definition("arn:aws:lambda:us-east-1:123456789012:function:f");
    for (limits, [error, cause]) in
        [(Limits::standard(), [256, 32_768]), (Limits::unlimited(), [300, 40_000])]
    {
        let (report, _) = run(&long, json!({}), limits, tasks.clone()).await;
        let failure = report.outcome.failure().unwrap();
        assert_eq!(failure.error.as_ref().unwrap().chars().count(), error);
        assert_eq!(failure.cause.as_ref().unwrap().chars().count(), cause);
    }
}

#[tokio::test]
async fn a_variable_that_is_replaced_counts_once() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": "0123456789"}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"x": "9876543210"}, "Next": "C"},
        "C": {"Type": "Pass", "Assign": {"y": "0123456789"}, "End": true}}}"#;
    for (bytes, state) in [(24, None), (20, Some("C")), (11, Some("A"))] {
        let limits = Limits { variables_bytes: Some(bytes), ..Limits::standard() };
        let (report, _) = run(definition, json!({}), limits, Registry::new()).await;
        assert_eq!(report.state.as_deref(), state, "{bytes}");
    }
}

/// A hundred doublings of a document that shares its halves: lengths do not fit any integer.
#[tokio::test]
async fn lengths_beyond_all_bounds_are_added_without_a_panic() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"l.$": "$", "r.$": "$"}, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.l.l.l.l.l.l.l.l.l.l", "IsPresent": true, "Next": "C"}], "Default": "A"},
        "C": {"Type": "Pass", "Parameters": {"l.$": "$", "r.$": "$"}, "Next": "D"},
        "D": {"Type": "Pass", "Parameters": {"l.$": "$.l.l", "r.$": "$"}, "Assign": {"x.$": "$", "y.$": "$"}, "Next": "E"},
        "E": {"Type": "Pass", "Assign": {"x.$": "$", "y.$": "$"}, "Result": 1, "End": true}}}"#;
    let doubled = (0..100).fold(json!({}), |value, _| json!([value.clone(), value]));
    let history = Limits { events: Some(1_000), ..Limits::unlimited() };
    let execution = Execution::new(doubled).with_limits(history);
    let report = engine(Registry::new()).build().run(&program(definition), execution).await;
    assert_eq!(report.outcome.output(), Some(&json!(1)));
}

/// UNRECORDED on AWS; what has failed has not succeeded.
#[tokio::test]
async fn a_state_whose_results_are_too_large_together_has_not_succeeded() {
    let inner = |name: &str| {
        let result = "x".repeat(60);
        format!(
            r#"{{"StartAt": "{name}", "States": {{"{name}": {{"Type": "Pass", "Result": "{result}", "End": true}}}}}}"#
        )
    };
    let map = format!(r#""Type": "Map", "ItemProcessor": {}"#, inner("A"));
    let parallel = format!(r#""Type": "Parallel", "Branches": [{}, {}]"#, inner("A"), inner("B"));
    for (state, last) in [(map, "MapStateFailed"), (parallel, "ParallelStateFailed")] {
        let definition = format!(r#"{{"StartAt": "M", "States": {{"M": {{{state}, "End": true}}}}}}"#);
        let limits = Limits { payload_bytes: Some(100), ..Limits::standard() };
        let (report, names) = run(&definition, json!([1, 2]), limits, Registry::new()).await;
        let failure = report.outcome.failure().unwrap();
        assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
        assert_eq!(names[names.len() - 2..], [last, "ExecutionFailed"]);
        assert!(!names.iter().any(|name| name.ends_with("StateSucceeded")), "{names:?}");
    }
}
