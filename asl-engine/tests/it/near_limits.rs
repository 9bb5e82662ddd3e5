//! What an execution nearly had too much of.

use asl_engine::{Clock, Execution, Limits, Registry};
use asl_value::{Value, json};

use crate::{engine, program};

/// Runs these states from `A` on with an input of `bytes` bytes; the report names these limits.
#[track_caller]
fn check(states: &str, bytes: usize, limits: Limits, expected: &[&str]) {
    let definition = format!(r#"{{"StartAt": "A", "States": {states}}}"#);
    let input = Value::from("x".repeat(bytes - 2));
    let execution = Execution::new(input).with_limits(limits);
    let engine = engine(Registry::new()).clock(Clock::virtual_time()).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(engine.run(&program(&definition), execution));
    let found: Vec<String> = report.near_limits.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{states}");
}

#[test]
fn what_is_near_a_limit_is_reported_once() {
    let pass = |more: &str| format!(r#"{{"A": {{"Type": "Pass", "End": true{more}}}}}"#);
    let plain = pass("");
    check(&plain, 100_000, Limits::standard(), &[]);
    check(&plain, 209_000, Limits::standard(), &[]);
    check(&plain, 250_000, Limits::standard(), &["state `A`: 250000 of 262144 bytes of a payload (95 %)"]);
    check(&plain, 262_145, Limits::standard(), &["state `A`: 262145 of 262144 bytes of a payload (100 %)"]);
    let grows = pass(r#", "Parameters": {"a.$": "$", "b.$": "$"}"#);
    check(&grows, 120_000, Limits::standard(), &["state `A`: 240011 of 262144 bytes of a payload (91 %)"]);
    let assigns = pass(r#", "Assign": {"v.$": "$"}, "OutputPath": null"#);
    let limits = Limits { payload_bytes: None, variables_bytes: Some(240_000), ..Limits::standard() };
    let assigned = [
        "state `A`: 230000 of 262144 bytes that one `Assign` may set (87 %)",
        "state `A`: 230000 of 240000 bytes of variables (95 %)",
    ];
    check(&assigns, 230_000, limits, &assigned);
    let limits = Limits { events: Some(5), ..Limits::standard() };
    check(&plain, 2, limits, &["state `A`: 4 of 5 events of a history (80 %)"]);
    let wait = |seconds: u32| format!(r#"{{"A": {{"Type": "Wait", "Seconds": {seconds}, "End": true}}}}"#);
    check(&wait(200), 2, Limits::express(), &[]);
    let near = "state `A`: 4m40s of the 5 minutes that an execution may take (93 %)";
    check(&wait(280), 2, Limits::express(), &[near]);
    let over = "state `A`: 5 minutes of the 5 minutes that an execution may take (100 %)";
    check(&wait(400), 2, Limits::express(), &[over]);
    let year = "state `A`: 365 days of the 365 days that an execution may take (100 %)";
    check(&wait(40_000_000), 2, Limits::standard(), &[year]);
}

#[test]
fn children_of_a_distributed_map_count() {
    let map = r#"{"A": {"Type": "Map", "End": true, "ItemsPath": "$$.Execution.Input.items", "ItemSelector": {"text.$": "$$.Execution.Input.text"},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Big", "States": {"Big": {"Type": "Pass", "Parameters": {"a.$": "$.text", "b.$": "$.text"}, "Next": "Small"},
            "Small": {"Type": "Pass", "Result": 1, "End": true}}}}}"#;
    let definition = format!(r#"{{"StartAt": "A", "States": {map}}}"#);
    let input = json!({"items": [1], "text": "x".repeat(4_000)});
    let limits = Limits { payload_bytes: Some(10_000), ..Limits::standard() };
    let engine = engine(Registry::new()).build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report =
        runtime.block_on(engine.run(&program(&definition), Execution::new(input).with_limits(limits)));
    let found: Vec<String> = report.near_limits.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["state `Big`: 8015 of 10000 bytes of a payload (80 %)"]);
}
