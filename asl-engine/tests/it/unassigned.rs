//! Variables that a state reads although no way to it assigns them.

use asl_engine::load;
use asl_model::{Code, Source};

/// `expect`: `variable location`, one a warning.
#[track_caller]
fn check(states: &str, expect: &[&str]) {
    let definition = format!(r#"{{"StartAt": "A", "States": {states}}}"#);
    let loaded = load(&Source::json(definition.as_str())).unwrap();
    let found: Vec<String> = loaded
        .diagnostics
        .iter()
        .filter(|found| found.code == Code::UNASSIGNED_VARIABLE)
        .map(|found| {
            assert!(!found.is_error() && found.aws.is_none());
            let name = found.message.split('`').nth(1).unwrap_or_default();
            format!("{name} {}", found.location.location())
        })
        .collect();
    assert_eq!(found, expect, "{definition}");
}

#[test]
fn ways_of_jsonpath() {
    let reads = r#""Parameters": {"x.$": "$v"}, "End": true"#;
    check(&format!(r#"{{"A": {{"Type": "Pass", {reads}}}}}"#), &["$v /States/A"]);
    let assigns = r#""Assign": {"v": 1}, "Next": "B""#;
    check(&format!(r#"{{"A": {{"Type": "Pass", {assigns}}}, "B": {{"Type": "Pass", {reads}}}}}"#), &[]);
    check(
        &format!(
            r#"{{"A": {{"Type": "Choice", "Default": "B", "Choices": [
                {{"Variable": "$.a", "IsNull": true, "Assign": {{"v": 1}}, "Next": "B"}}]}},
              "B": {{"Type": "Pass", {reads}}}}}"#
        ),
        &[],
    );
    check(
        &format!(
            r#"{{"A": {{"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", {assigns},
                "Catch": [{{"ErrorEquals": ["E"], "Next": "C"}}]}},
              "B": {{"Type": "Pass", {reads}}}, "C": {{"Type": "Pass", {reads}}}}}"#
        ),
        &["$v /States/C"],
    );
    check(
        r#"{"A": {"Type": "Pass", "Assign": {"v.$": "$v"}, "Next": "B"}, "B": {"Type": "Pass", "Next": "C"},
            "C": {"Type": "Choice", "Choices": [{"Variable": "$v", "NumericEquals": 1, "Next": "A"}], "Default": "D"},
            "D": {"Type": "Succeed"}}"#,
        &[],
    );
}

#[test]
fn machines_inside_machines() {
    let map = |assign: &str| {
        format!(
            r#"{{"A": {{"Type": "Pass", "Assign": {{"{assign}": 1}}, "Next": "M"}},
              "M": {{"Type": "Map", "End": true, "ItemProcessor": {{"StartAt": "I", "States": {{
                "I": {{"Type": "Pass", "Assign": {{"w": 2}}, "Next": "J"}},
                "J": {{"Type": "Pass", "Parameters": {{"x.$": "$v", "y.$": "$w"}}, "End": true}}}}}}}}}}"#
        )
    };
    check(&map("v"), &[]);
    check(&map("u"), &["$v /States/M/ItemProcessor/States/J"]);
    check(
        r#"{"A": {"Type": "Parallel", "Next": "B", "Branches": [
                {"StartAt": "C", "States": {"C": {"Type": "Pass", "Assign": {"v": 1}, "End": true}}},
                {"StartAt": "D", "States": {"D": {"Type": "Pass", "Parameters": {"x.$": "$v"}, "End": true}}}]},
            "B": {"Type": "Pass", "Parameters": {"x.$": "$v"}, "End": true}}"#,
        &["$v /States/A/Branches[1]/States/D", "$v /States/B"],
    );
}

#[cfg(feature = "jsonata")]
#[test]
fn names_that_jsonata_binds_itself() {
    let state = |output: &str| {
        format!(
            r#"{{"A": {{"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{{% {output} %}}", "End": true}}}}"#
        )
    };
    check(&state("$sum([1, 2]) & $states.input.a"), &[]);
    check(&state("($x := 1; $map([1], function($y) { $y + $x }))"), &[]);
    check(&state("$x & $uuid()"), &["$x /States/A"]);
}

#[test]
fn machines_too_large_to_look_at() {
    let names: Vec<String> = (0..2_000).map(|name| format!(r#""v{name}": 1"#)).collect();
    let states: Vec<String> = (0..2_000)
        .map(|state| {
            format!(
                r#""S{state}": {{"Type": "Pass", "Parameters": {{"x.$": "$w"}}, "Next": "S{}"}}"#,
                state + 1
            )
        })
        .collect();
    check(
        &format!(
            r#"{{"A": {{"Type": "Pass", "Assign": {{{}}}, "Next": "S0"}}, {}, "S2000": {{"Type": "Succeed"}}}}"#,
            names.join(","),
            states.join(",")
        ),
        &[],
    );
}
