//! Outlines of executions that run.

use std::sync::{Arc, Mutex};

use asl_engine::{Event, EventKind, Execution, Outline, Registry};
use asl_value::json;

use crate::{engine, program};

/// The states that an execution enters, with their depths.
async fn entered(definition: &str) -> Vec<(String, usize)> {
    let seen = Arc::new(Mutex::new((Outline::default(), Vec::new())));
    let observer = Arc::clone(&seen);
    let observer = move |event: Event| {
        let (outline, entered) = &mut *observer.lock().unwrap();
        let step = outline.follow(&event);
        if let EventKind::StateEntered { name, .. } = &event.kind {
            entered.push((name.to_string(), step.depth));
        }
    };
    let items = json!([[0, 1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 1, 1, 1], [1]]);
    let execution = Execution::new(items).with_observer(Arc::new(observer));
    let report = engine(Registry::new()).build().run(&program(definition), execution).await;
    assert_eq!(report.outcome.status(), "SUCCEEDED", "{report:?}");
    let seen = seen.lock().unwrap();
    seen.1.clone()
}

/// However many states are aborted with a state that fails, what comes next is where it was.
#[tokio::test]
async fn what_follows_a_failure_that_was_caught_stays_in_its_iteration() {
    let inside = r#""StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 0, "Next": "First"}], "Default": "W"},
        "W": {"Type": "Wait", "Seconds": 9, "End": true},
        "First": {"Type": "Wait", "Seconds": 1, "Next": "F"},
        "F": {"Type": "Fail"}}"#;
    let after = r#""After": {"Type": "Pass", "Next": "Last"}, "Last": {"Type": "Pass", "End": true}"#;
    let catch = r#""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "After"}]"#;
    let definition = format!(
        r#"{{"StartAt": "Outer", "States": {{"Outer": {{"Type": "Map", "MaxConcurrency": 2, "Next": "End",
            "ItemProcessor": {{"StartAt": "Inner", "States": {{
                "Inner": {{"Type": "Map", "ItemProcessor": {{{inside}}}, {catch}, "Next": "After"}}, {after}}}}}}},
            "End": {{"Type": "Succeed"}}}}}}"#
    );
    for (name, depth) in entered(&definition).await {
        let expected = match name.as_str() {
            "Outer" | "End" => 0,
            "Inner" | "After" | "Last" => 2,
            _ => 4,
        };
        assert_eq!(depth, expected, "{name}");
    }
}
