//! Time, real and virtual, and the turns that an execution leaves to others.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{
    CancelToken, Clock, Execution, Failure, HistoryRecorder, Limits, Outcome, Registry, task_fn,
};
use asl_value::{Value, json};

use crate::{engine, program};

const TASK: &str = r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f""#;

/// The timer of the deadline was set while the first task was in flight, before an hour was skipped.
#[tokio::test(start_paused = true)]
async fn a_timer_does_not_ring_late_by_what_was_skipped() {
    let definition = format!(
        r#"{{"StartAt": "A", "TimeoutSeconds": 3700, "States": {{
            "A": {{{TASK}, "Next": "B"}},
            "B": {{"Type": "Wait", "Seconds": 3600, "Next": "C"}},
            "C": {{{TASK}, "Parameters": {{"hang": true}}, "End": true}}}}}}"#
    );
    let tasks = Registry::new().function(
        "f",
        task_fn(|arguments: Value| async move {
            let seconds = if arguments.get("hang").is_some() { 1_000_000 } else { 1 };
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Ok::<_, Failure>(json!({}))
        }),
    );
    let begun = tokio::time::Instant::now();
    let report = engine(tasks).build().run(&program(&definition), Execution::new(json!({}))).await;
    assert!(matches!(report.outcome, Outcome::TimedOut(_)));
    let real = begun.elapsed().as_secs();
    assert!((99..=101).contains(&real), "{real} seconds");
}

/// Observed on AWS: each of them has its event, whichever failed the Map.
#[tokio::test(start_paused = true)]
async fn tasks_that_began_together_time_out_together() {
    let definition = format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true, "ItemProcessor": {{
            "StartAt": "A", "States": {{
                "A": {{{TASK}, "Next": "B"}},
                "B": {{{TASK}, "Parameters": 1000000, "TimeoutSeconds": 1, "End": true}}}}}}}}}}}}"#
    );
    let sleep = task_fn(|millis: u64| async move {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        Ok::<_, Failure>(json!({}))
    });
    let recorder = Arc::new(HistoryRecorder::new());
    let execution = Execution::new(json!([1, 10, 30, 20])).with_observer(recorder.clone());
    let tasks = Registry::new().function("f", sleep);
    let engine = engine(tasks).clock(Clock::real()).build();
    engine.run(&program(&definition), execution).await;
    let events = recorder.events();
    let timed_out = events.iter().filter(|event| event.kind.name() == "LambdaFunctionTimedOut");
    assert_eq!(timed_out.count(), 4);
}

/// Both futures run in one task: if the execution never let go, the other would never be polled.
async fn check_can_be_cancelled(definition: &str, input: Value, clock: Clock, tasks: Registry) {
    let token = CancelToken::new();
    let (engine, program) = (engine(tasks).clock(clock).build(), program(definition));
    let execution = Execution::new(input).with_limits(Limits::unlimited()).with_cancel(token.clone());
    let others = async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        token.cancel();
    };
    let (report, ()) = tokio::join!(engine.run(&program, execution), others);
    assert!(matches!(report.outcome, Outcome::Aborted(_)), "{:?}", report.outcome.status());
    assert!(report.transitions < 2_000, "{}", report.transitions);
}

#[tokio::test]
async fn many_jumps_in_a_row_leave_others_a_turn() {
    let definition = format!(
        r#"{{"StartAt": "A", "States": {{"A": {{{TASK}, "End": true,
            "Retry": [{{"ErrorEquals": ["States.ALL"], "MaxAttempts": 99999999, "BackoffRate": 1.0}}]}}}}}}"#
    );
    let tasks = Registry::new()
        .function("f", task_fn(|_: Value| async { Err::<Value, _>(Failure::new("Busy", "again")) }));
    check_can_be_cancelled(&definition, json!({}), Clock::virtual_time(), tasks).await;
}

#[tokio::test]
async fn many_short_iterations_leave_others_a_turn() {
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}"#;
    let items: Value = (0..100_000).collect();
    check_can_be_cancelled(definition, items, Clock::real(), Registry::new()).await;
}

#[tokio::test(start_paused = true)]
async fn thousands_of_executions_wait_at_once() {
    let definition =
        r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": true}}}"#;
    let (engine, program) = (engine(Registry::new()).clock(Clock::real()).build(), program(definition));
    let token = CancelToken::new();
    let runs = (0..10_000).map(|number| {
        let execution = Execution::new(json!(number % 60)).with_cancel(token.clone());
        engine.run(&program, execution)
    });
    let begun = tokio::time::Instant::now();
    let reports = futures_util::future::join_all(runs).await;
    assert_eq!(reports.iter().filter(|report| report.outcome.output().is_some()).count(), 10_000);
    assert_eq!(begun.elapsed().as_secs(), 59);
}

/// A Wait has another length, and a retry delay has its own. Virtual time shows both.
#[tokio::test(start_paused = true)]
async fn waits_have_a_scale() {
    let definition = format!(
        r#"{{"StartAt": "A", "States": {{
            "A": {{"Type": "Wait", "Seconds": 100, "Next": "B"}},
            "B": {{"Type": "Wait", "Timestamp": "1970-01-01T00:01:40Z", "Next": "C"}},
            "C": {{{TASK}, "Retry": [{{"ErrorEquals": ["Busy"], "IntervalSeconds": 7, "MaxAttempts": 1}}],
                "Catch": [{{"ErrorEquals": ["Busy"], "Next": "D"}}], "End": true}},
            "D": {{"Type": "Succeed"}}}}}}"#
    );
    for (scale, expected) in
        [(1.0, 107), (0.5, 50 + 25 + 7), (0.0, 7), (-1.0, 7), (2.0, 200 + 7), (f64::NAN, 7)]
    {
        for clock in [Clock::real(), Clock::virtual_time()] {
            let recorder = Arc::new(HistoryRecorder::new());
            let execution = Execution::new(json!({})).with_observer(recorder.clone());
            let clock = clock.starting_at(asl_value::Timestamp::EPOCH).with_wait_scale(scale);
            let busy = task_fn(|_: Value| async move { Err::<Value, _>(Failure::new("Busy", "try later")) });
            let engine = engine(Registry::new().function("f", busy)).clock(clock).build();
            engine.run(&program(&definition), execution).await;
            let events = recorder.events();
            let took = events.last().unwrap().timestamp.since(events[0].timestamp);
            assert_eq!(took.as_secs(), expected, "{scale}");
        }
    }
}
