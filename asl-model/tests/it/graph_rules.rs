//! Targets, terminal states, reachability, names.

use crate::diagnostics::check;
use asl_model::{Source, edges, parse};

const TARGET: &str = "MISSING_TRANSITION_TARGET";
const NO_END: (&str, &str, &str) = ("MISSING_END_STATE", "Workflow has no terminal state", "none");

#[track_caller]
fn check_states(start: &str, states: &str, expect: &[(&str, &str, &str)]) {
    check(&format!(r#"{{"StartAt": "{start}", "States": {{{states}}}}}"#), expect);
}

#[test]
fn targets_exist() {
    check_states(
        "A",
        r#""A": {"Type": "Pass", "Next": "NOPE"}"#,
        &[(TARGET, "Missing 'Next' target: NOPE", "/States/A/Next"), NO_END],
    );
    check_states(
        "C",
        r#""C": {"Type": "Choice", "Default": "D", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "E"}]}"#,
        &[
            (TARGET, "Missing 'Next' target: E", "/States/C/Choices[0]/Next"),
            (TARGET, "Missing 'Next' target: D", "/States/C/Default"),
            NO_END,
        ],
    );
    check_states(
        "T",
        r#""T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "NOPE"}]}"#,
        &[(TARGET, "Missing 'Next' target: NOPE", "/States/T/Catch[0]/Next")],
    );
    // No transition leaves a branch: its names are separate.
    check_states(
        "P",
        r#""D": {"Type": "Succeed"}, "P": {"Type": "Parallel", "Next": "D", "Branches": [
            {"StartAt": "B", "States": {"B": {"Type": "Pass", "Next": "D"}, "E": {"Type": "Succeed"}}}]}"#,
        &[
            (TARGET, "Missing 'Next' target: D", "/States/P/Branches[0]/States/B/Next"),
            (TARGET, "State \"E\" is not reachable.", "/States/P/Branches[0]/States/E"),
        ],
    );
}

#[test]
fn the_start_exists() {
    check_states(
        "NOPE",
        r#""A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}"#,
        &[
            (TARGET, "Missing 'Next' target: NOPE", "/StartAt"),
            (TARGET, "State \"A\" is not reachable.", "/States/A"),
            (TARGET, "State \"B\" is not reachable.", "/States/B"),
        ],
    );
    check_states(
        "M",
        r#""M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "a", "States": {"A": {"Type": "Succeed"}}}}"#,
        &[
            (TARGET, "Missing 'Next' target: a", "/States/M/ItemProcessor/StartAt"),
            (TARGET, "State \"A\" is not reachable.", "/States/M/ItemProcessor/States/A"),
        ],
    );
}

#[test]
fn a_machine_ends() {
    let cycle = r#""A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}"#;
    check_states("A", cycle, &[NO_END]);
    // The unreachable state is not reported then.
    check_states("A", &format!(r#"{cycle}, "C": {{"Type": "Pass", "Next": "A"}}"#), &[NO_END]);
    // A terminal state counts even if it cannot be reached.
    check_states(
        "A",
        &format!(r#"{cycle}, "C": {{"Type": "Succeed"}}"#),
        &[(TARGET, "State \"C\" is not reachable.", "/States/C")],
    );
    check_states("A", r#""A": {"Type": "Fail"}"#, &[]);
}

#[test]
fn states_are_reachable() {
    check_states(
        "A",
        r#""A": {"Type": "Succeed"}, "a/b": {"Type": "Succeed"}"#,
        &[(TARGET, "State \"a/b\" is not reachable.", "/States/a/b")],
    );
    // Unreachable states that lead to one another remain unreachable.
    check_states(
        "A",
        r#""A": {"Type": "Succeed"}, "B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Pass", "Next": "B"}"#,
        &[
            (TARGET, "State \"B\" is not reachable.", "/States/B"),
            (TARGET, "State \"C\" is not reachable.", "/States/C"),
        ],
    );
    check_states(
        "M",
        r#""M": {"Type": "Map", "End": true, "Iterator": {"StartAt": "A", "States":
            {"A": {"Type": "Succeed"}, "X": {"Type": "Succeed"}}}}"#,
        &[(TARGET, "State \"X\" is not reachable.", "/States/M/Iterator/States/X")],
    );
    // The targets of a state that cannot be read are not known.
    check_states(
        "A",
        r#""A": {"Type": "Pas", "Next": "B"}, "B": {"Type": "Succeed"}"#,
        &[(
            "SCHEMA_VALIDATION_FAILED",
            "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]",
            "/States/A/Type",
        )],
    );
}

#[test]
fn names() {
    let long = "ü".repeat(81);
    check_states(
        &long,
        &format!(r#""{long}": {{"Type": "Succeed"}}"#),
        &[(
            "INVALID_STATE_NAME",
            "the name of a state must have 1 to 80 characters, this one has 81",
            &format!("/States/{long}"),
        )],
    );
    let fits = "ü".repeat(80);
    check_states(&fits, &format!(r#""{fits}": {{"Type": "Succeed"}}"#), &[]);
    check_states(
        "P",
        r#""P": {"Type": "Parallel", "Next": "Add", "Branches": [
            {"StartAt": "Add", "States": {"Add": {"Type": "Succeed"}}}]}, "Add": {"Type": "Succeed"}"#,
        &[("DUPLICATE_STATE_NAME", "Duplicate State name: Add", "/States/Add")],
    );
    let map = |name: &str, next: &str| {
        format!(
            r#""{name}": {{"Type": "Map", "Label": "L", {next}, "ItemProcessor": {{"ProcessorConfig":
                {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}, "StartAt": "In {name}", "States":
                {{"In {name}": {{"Type": "Succeed"}}}}}}}}"#
        )
    };
    check_states(
        "M",
        &format!("{}, {}", map("M", r#""Next": "N""#), map("N", r#""End": true"#)),
        &[("DUPLICATE_LABEL_NAME", "another Map has the label `L`", "/States/N/Label")],
    );
}

#[test]
fn repeated_keys() {
    check(
        r#"{"StartAt": "B", "StartAt": "A", "States": {"A": {"Type": "Pass", "Type": "Succeed"}}}"#,
        &[
            ("ASL0004", "the key `StartAt` is repeated; the last one counts", "/StartAt"),
            ("ASL0004", "the key `Type` is repeated; the last one counts", "/States/A/Type"),
        ],
    );
}

#[test]
fn edges_tell_the_ways() {
    let text = include_str!("data/orders.asl.json");
    let machine = parse(&Source::json(text)).machine.unwrap();
    let ways: Vec<String> = edges(&machine)
        .map(|edge| format!("{} -> {} {}", edge.from, edge.to, edge.pointer().location()))
        .collect();
    assert!(ways.contains(&"Validate -> IsValid /States/Validate/Next".to_owned()), "{ways:#?}");
    let document = asl_model::Value::parse(text).unwrap();
    for edge in edges(&machine) {
        assert_eq!(
            document.pointer(&edge.pointer()).and_then(|value| value.as_str()),
            Some(edge.to.as_str())
        );
    }
}
