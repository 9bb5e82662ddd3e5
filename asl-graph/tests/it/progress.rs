//! What histories say of states.

use asl_graph::{Chart, Layout, Progress, mermaid, svg};
use asl_model::{Source, parse};
use asl_value::{Value, json};

fn entered(id: u64, previous: u64, kind: &str, name: &str) -> Value {
    let time = id as f64;
    json!({"id": id, "previousEventId": previous, "timestamp": time, "type": format!("{kind}StateEntered"),
        "stateEnteredEventDetails": {"name": name, "input": "{}"}})
}

fn exited(id: u64, previous: u64, kind: &str, name: &str) -> Value {
    let time = id as f64;
    json!({"id": id, "previousEventId": previous, "timestamp": time, "type": format!("{kind}StateExited"),
        "stateExitedEventDetails": {"name": name, "output": "{}"}})
}

fn event(id: u64, previous: u64, kind: &str) -> Value {
    let time = id as f64;
    json!({"id": id, "previousEventId": previous, "timestamp": time, "type": kind})
}

#[track_caller]
fn check(events: Vec<Value>, expected: &[&str]) {
    let progress = Progress::of_history(&Value::Array(events.into()));
    let found: Vec<String> = progress
        .iter()
        .map(|(name, state)| format!("{name}: {} {}", state.status.name(), state.summary()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_retried_and_caught_task() {
    let events = vec![
        event(1, 0, "ExecutionStarted"),
        entered(2, 0, "Task", "Charge"),
        event(3, 2, "TaskScheduled"),
        event(4, 3, "TaskFailed"),
        event(5, 4, "TaskScheduled"),
        event(6, 5, "TaskTimedOut"),
        exited(7, 6, "Task", "Charge"),
        entered(8, 7, "Fail", "Give up"),
        event(9, 8, "ExecutionFailed"),
    ];
    check(events, &["Charge: caught 1 retry · 5.00 s", "Give up: failed "]);
}

#[test]
fn a_map_of_which_one_iteration_fails() {
    let events = vec![
        event(1, 0, "ExecutionStarted"),
        entered(2, 0, "Map", "Each"),
        event(3, 2, "MapStateStarted"),
        event(4, 3, "MapIterationStarted"),
        event(5, 3, "MapIterationStarted"),
        event(6, 3, "MapIterationStarted"),
        entered(7, 4, "Pass", "One"),
        exited(8, 7, "Pass", "One"),
        event(9, 8, "MapIterationSucceeded"),
        entered(10, 5, "Wait", "Two"),
        entered(11, 6, "Fail", "Three"),
        event(12, 11, "MapIterationFailed"),
        event(13, 11, "MapStateFailed"),
        event(14, 13, "ExecutionFailed"),
    ];
    check(events, &["Each: failed ", "One: succeeded 1.00 s", "Three: failed ", "Two: aborted "]);
}

#[test]
fn a_parallel_that_is_retried() {
    let events = vec![
        event(1, 0, "ExecutionStarted"),
        entered(2, 0, "Parallel", "Both"),
        event(3, 2, "ParallelStateStarted"),
        entered(4, 3, "Task", "One"),
        event(5, 4, "TaskScheduled"),
        event(6, 5, "TaskFailed"),
        event(7, 6, "ParallelStateStarted"),
        entered(8, 7, "Task", "One"),
        event(9, 8, "TaskScheduled"),
        exited(10, 9, "Task", "One"),
        exited(11, 10, "Parallel", "Both"),
        event(12, 11, "ExecutionSucceeded"),
    ];
    check(events, &["Both: succeeded 1 retry · 9.00 s", "One: aborted 2× · 2.00 s"]);
}

#[test]
fn a_loop_that_still_runs() {
    let mut events = vec![event(1, 0, "ExecutionStarted")];
    for id in [2, 4, 6] {
        events.extend([entered(id, id - 2, "Pass", "A"), exited(id + 1, id, "Pass", "A")]);
    }
    events.push(entered(8, 7, "Wait", "B"));
    check(events, &["A: succeeded 3× · 3.00 s", "B: running "]);
}

#[test]
fn hostile_histories_say_nothing() {
    for text in [
        "null",
        "{}",
        r#"{"events": 1}"#,
        r#"[1, {}, {"id": 1}, {"id": 1, "type": "PassStateExited", "previousEventId": 1}]"#,
        r#"[{"id": 2, "previousEventId": 9, "type": "TaskScheduled", "timestamp": 1e300}]"#,
        r#"[{"id": 3, "previousEventId": 3, "type": "PassStateEntered", "stateEnteredEventDetails": {"name": 3}}]"#,
    ] {
        assert_eq!(Progress::of_history(&Value::parse(text).unwrap()), Progress::default(), "{text}");
    }
}

#[test]
fn drawings_show_it() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
    let chart = Chart::of(&parse(&Source::json(text)).machine.unwrap());
    let events = json!([entered(2, 0, "Pass", "A"), exited(3, 2, "Pass", "A")]);
    let progress = Progress::of_history(&events);
    let drawing = svg(&Layout::of(&chart).unwrap(), Some(&progress));
    assert!(drawing.contains(r#"<g class="succeeded">"#) && drawing.contains("1.00 s"), "{drawing}");
    let chart = mermaid(&chart, Some(&progress));
    assert!(chart.contains(r#"n1["A<br/>1.00 s"]"#) && chart.contains("class n1 succeeded"), "{chart}");
}
