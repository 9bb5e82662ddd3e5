//! Names of variables, and which of them may be assigned where.

use crate::diagnostics::{SCHEMA, check, check_state, with_state};

/// Checks the problem of a name that a Pass state assigns; `None` if there is none.
#[track_caller]
fn name(key: &str, expect: Option<(&str, &str)>) {
    let definition = with_state(&format!(r#"{{"Type": "Pass", "Assign": {{"{key}": "$.a"}}, "Next": "D"}}"#));
    let expect: Vec<_> =
        expect.map(|(code, message)| (code, message, "/States/X/Assign")).into_iter().collect();
    check(&definition, &expect);
}

#[test]
fn names() {
    for good in ["a.$", "order_id.$", "größe.$", "注文.$", "x1.$", "क्ष.$"] {
        name(good, None);
    }
    let bad = |name: &str| format!("Variable name '{name}' is not a valid identifier.");
    for wrong in ["", "_a", "1a", "a.b", "a[0]", "a b", "$a", "a-b"] {
        name(&format!("{wrong}.$"), Some(("INVALID_VARIABLE_NAME", &bad(wrong))));
    }
    let long = "a".repeat(81);
    let message = format!("Variable name '{long}' is longer than 80 characters.");
    name(&format!("{long}.$"), Some(("INVALID_VARIABLE_NAME", &message)));
    name("states.$", Some(("RESERVED_VARIABLE_NAME", "Variable name 'states' is reserved.")));
    // In JSONata the key is the name.
    check(
        &with_state(r#"{"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"a.$": 1}, "Next": "D"}"#),
        &[("INVALID_VARIABLE_NAME", &bad("a.$"), "/States/X/Assign")],
    );
    check_state(
        r#"{"Type": "Pass", "Assign": "$.a", "Next": "D"}"#,
        &[("Expected value of type [OBJECT]", "/Assign")],
    );
}

/// A definition whose state `P` runs a branch that assigns `x`, with more members of `P` and more states.
fn branch(around: &str, states: &str) -> String {
    format!(
        r#"{{"StartAt": "P", "States": {{{states} "P": {{"Type": "Parallel", "End": true, {around} "Branches": [
            {{"StartAt": "B", "States": {{"B": {{"Type": "Pass", "Assign": {{"x": 1}}, "End": true}}}}}}]}}}}}}"#
    )
}

#[test]
fn an_inner_machine_has_names_of_its_own() {
    let taken = [(
        SCHEMA,
        "Variable 'x' is already assigned in an outer scope.",
        "/States/P/Branches[0]/States/B/Assign",
    )];
    check(&branch("", ""), &[]);
    check(&branch(r#""Assign": {"y": 1},"#, ""), &[]);
    check(&branch(r#""Assign": {"x.$": "$[0]"},"#, ""), &taken);
    check(
        &branch(
            r#""Catch": [{"ErrorEquals": ["E"], "Assign": {"x": 1}, "Next": "F"}],"#,
            r#""F": {"Type": "Fail"},"#,
        ),
        &[],
    );
    let rule = r#""C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Assign": {"x": 2}, "Next": "P"}], "Default": "P"},"#;
    check(&branch("", rule).replace(r#""StartAt": "P""#, r#""StartAt": "C""#), &taken);
    // Siblings do not see each other's variables, and the executions of a distributed Map see none.
    let machine = |name: &str| {
        format!(
            r#""StartAt": "{name}", "States": {{"{name}": {{"Type": "Pass", "Assign": {{"x": 1}}, "End": true}}}}"#
        )
    };
    check(
        &with_state(&format!(
            r#"{{"Type": "Parallel", "Next": "D", "Branches": [{{{}}}, {{{}}}]}}"#,
            machine("A"),
            machine("B")
        )),
        &[],
    );
    check(
        &with_state(&format!(
            r#"{{"Type": "Map", "Next": "D", "Assign": {{"x": 1}}, "ItemProcessor": {{"ProcessorConfig":
                {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}, {}}}}}"#,
            machine("A")
        )),
        &[],
    );
}
