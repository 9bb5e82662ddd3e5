//! Events as AWS shows them.

use std::sync::Arc;

use asl_engine::{Clock, Event, Execution, HistoryRecorder, Interest, Observer, Registry};
use asl_value::{Timestamp, json};

use crate::{engine, program};

const PASS: &str = r#"{"StartAt": "Hello", "States": {"Hello": {"Type": "Pass", "End": true}}}"#;

#[tokio::test(start_paused = true)]
async fn the_json_is_that_of_get_execution_history() {
    let start = Timestamp::parse("2026-01-01T00:00:00.5Z").unwrap();
    let history = Arc::new(HistoryRecorder::new());
    let engine = engine(Registry::new()).clock(Clock::virtual_time().starting_at(start)).build();
    engine.run(&program(PASS), Execution::new(json!({"a": 1})).with_observer(history.clone())).await;
    assert_eq!(
        history.to_json(),
        json!([
            {"timestamp": 1767225600.5, "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
             "executionStartedEventDetails": {"input": "{\"a\":1}", "inputDetails": {"truncated": false},
                                              "roleArn": "arn:aws:iam::123456789012:role/machine"}},
            {"timestamp": 1767225600.5, "type": "PassStateEntered", "id": 2, "previousEventId": 0,
             "stateEnteredEventDetails": {"name": "Hello", "input": "{\"a\":1}", "inputDetails": {"truncated": false}}},
            {"timestamp": 1767225600.5, "type": "PassStateExited", "id": 3, "previousEventId": 2,
             "stateExitedEventDetails": {"name": "Hello", "output": "{\"a\":1}", "outputDetails": {"truncated": false}}},
            {"timestamp": 1767225600.5, "type": "ExecutionSucceeded", "id": 4, "previousEventId": 3,
             "executionSucceededEventDetails": {"output": "{\"a\":1}", "outputDetails": {"truncated": false}}},
        ])
    );
}

#[tokio::test]
async fn who_is_not_interested_is_not_called() {
    struct Deaf;
    impl Observer for Deaf {
        fn interest(&self) -> Interest {
            Interest::None
        }
        fn on_event(&self, event: Event) {
            panic!("told of {}", event.kind.name());
        }
    }
    let report = engine(Registry::new())
        .build()
        .run(&program(PASS), Execution::new(json!({})).with_observer(Arc::new(Deaf)))
        .await;
    // They are counted all the same: causes name the event at which a state was entered.
    assert_eq!(report.events, 4);
}

#[tokio::test]
async fn a_seeded_run_repeats() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {
        "id.$": "States.UUID()", "n.$": "States.MathRandom(1, 1000000)"}, "End": true}}}"#;
    let run = |seed| async move {
        let engine = engine(Registry::new()).entropy(asl_engine::SeededEntropy::new(seed)).build();
        engine.run(&program(definition), Execution::new(json!({}))).await.outcome
    };
    assert_eq!(run(7).await, run(7).await);
    assert_ne!(run(7).await, run(8).await);
}

/// The events of what is aborted count too: a cause names the event at which its state was entered.
#[tokio::test(start_paused = true)]
async fn a_cause_is_the_same_whether_somebody_listens_or_not() {
    let wait = |name: &str| {
        format!(
            r#"{{"StartAt": "{name}", "States": {{"{name}": {{"Type": "Wait", "Seconds": 9, "End": true}}}}}}"#
        )
    };
    let definition = format!(
        r#"{{"StartAt": "A", "States": {{
            "A": {{"Type": "Parallel", "Next": "B", "Catch": [{{"ErrorEquals": ["Down"], "Next": "B"}}], "Branches": [{}, {},
                {{"StartAt": "F", "States": {{"F": {{"Type": "Fail", "Error": "Down"}}}}}}]}},
            "B": {{"Type": "Pass", "InputPath": "$.nowhere", "End": true}}}}}}"#,
        wait("V"),
        wait("W")
    );
    let clock = Clock::virtual_time().starting_at(Timestamp::EPOCH);
    let (engine, program) = (engine(Registry::new()).clock(clock).build(), program(&definition));
    let unheard = engine.run(&program, Execution::new(json!({}))).await;
    let history = Arc::new(HistoryRecorder::new());
    let heard = engine.run(&program, Execution::new(json!({})).with_observer(history.clone())).await;
    assert_eq!(unheard, heard);
    assert_eq!(heard.events, history.events().len() as u64);
    let cause = heard.outcome.failure().and_then(|failure| failure.cause.clone()).unwrap();
    assert!(cause.contains("executing the state 'B' (entered at the event id #11)."), "{cause}");
}
