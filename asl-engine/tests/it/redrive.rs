//! Executions that continue where they stopped. Redrives of failed ones are in the suite.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{CancelToken, Clock, Execution, HistoryRecorder, Registry, Report};
use asl_value::{Value, json};

use crate::{engine, program};

const WAIT: &str = r#"{"StartAt": "W", "States": {
    "W": {"Type": "Wait", "Seconds": 60, "Next": "P"},
    "P": {"Type": "Pass", "End": true}}}"#;

const FAIL: &str = r#"{"StartAt": "P", "States": {
    "P": {"Type": "Pass", "Next": "F"},
    "F": {"Type": "Fail"}}}"#;

/// `id<-previous type` of the events.
fn lines(history: &HistoryRecorder) -> Vec<String> {
    let line =
        |event: &asl_engine::Event| format!("{}<-{} {}", event.id, event.previous_id, event.kind.name());
    history.events().iter().map(line).collect()
}

/// An execution that is cancelled after a number of seconds and then redriven.
async fn check(seconds: u64, expected: &[&str]) {
    let (history, token) = (Arc::new(HistoryRecorder::new()), CancelToken::new());
    let (engine, program) = (engine(Registry::new()).clock(Clock::real()).build(), program(WAIT));
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        token.cancel();
    };
    if seconds == 0 {
        token.cancel();
    }
    let execution = Execution::new(json!([1])).with_cancel(token.clone()).with_observer(history.clone());
    let (aborted, ()) = tokio::join!(engine.run(&program, execution.keeping_checkpoint()), cancel);
    assert_eq!(aborted.outcome.status(), "ABORTED");
    let redriven = Execution::redrive(aborted.checkpoint.unwrap()).with_observer(history.clone());
    let report = engine.run(&program, redriven).await;
    assert_eq!(report.outcome.output(), Some(&json!([1])));
    assert_eq!(
        (report.checkpoint, lines(&history)),
        (None, expected.iter().map(ToString::to_string).collect())
    );
}

#[tokio::test(start_paused = true)]
async fn an_aborted_execution_goes_on() {
    check(
        10,
        &[
            "1<-0 ExecutionStarted",
            "2<-0 WaitStateEntered",
            "3<-0 ExecutionAborted",
            "4<-3 ExecutionRedriven",
            "5<-2 WaitStateExited",
            "6<-5 PassStateEntered",
            "7<-6 PassStateExited",
            "8<-7 ExecutionSucceeded",
        ],
    )
    .await;
    // Aborted before it had done anything.
    check(
        0,
        &[
            "1<-0 ExecutionStarted",
            "2<-0 ExecutionAborted",
            "3<-2 ExecutionRedriven",
            "4<-0 WaitStateEntered",
            "5<-4 WaitStateExited",
            "6<-5 PassStateEntered",
            "7<-6 PassStateExited",
            "8<-7 ExecutionSucceeded",
        ],
    )
    .await;
}

async fn failed(execution: Execution) -> Report {
    engine(Registry::new()).build().run(&program(FAIL), execution).await
}

#[tokio::test]
async fn a_checkpoint_is_kept_on_request_and_may_be_used_again() {
    assert_eq!(failed(Execution::new(json!({}))).await.checkpoint, None);
    let first = failed(Execution::new(json!({})).keeping_checkpoint()).await.checkpoint.unwrap();
    let redriven = || failed(Execution::redrive(first.clone()));
    let (second, again) = (redriven().await, redriven().await);
    assert_eq!((second.events, second.outcome), (again.events, again.outcome));
    let second = second.checkpoint.unwrap();
    assert_eq!(Execution::redrive(first).identity().redrive_count, Some(1));
    assert_eq!(Execution::redrive(second).identity().redrive_count, Some(2));
}

#[tokio::test]
async fn a_checkpoint_of_another_program_fails_the_execution() {
    let checkpoint = failed(Execution::new(json!({})).keeping_checkpoint()).await.checkpoint.unwrap();
    let other = program(r#"{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}"#);
    let report = engine(Registry::new()).build().run(&other, Execution::redrive(checkpoint)).await;
    let failure = report.outcome.failure().unwrap();
    assert_eq!(failure.to_string(), "States.Runtime: the checkpoint belongs to another program");
}

#[tokio::test]
async fn the_input_of_a_checkpoint_is_not_printed() {
    let secret = Execution::new(Value::from("hunter2")).keeping_checkpoint();
    let checkpoint = failed(secret).await.checkpoint.unwrap();
    assert!(!format!("{checkpoint:?}").contains("hunter2"));
}
