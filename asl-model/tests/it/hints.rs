//! The warnings of AWS.

use asl_model::{Severity, Source, parse};

use crate::diagnostics::with_state;

/// Checks the warnings about one state: AWS's code, the location below the state, and the exact place inside it.
#[track_caller]
fn check(state: &str, expect: &[(&str, &str, &str)]) {
    let parsed = parse(&Source::json(with_state(state)));
    let found = parsed.diagnostics.iter().map(|found| {
        assert_eq!((found.severity, found.aws), (Severity::Warning, Some(Severity::Warning)));
        let inner = found.inner.as_ref().unwrap_or(&found.location);
        (found.code.aws().unwrap(), found.location.location(), inner.location())
    });
    let found: Vec<_> = found.collect();
    let expect: Vec<_> = expect
        .iter()
        .map(|(code, place, inner)| (*code, format!("/States/X/{place}"), format!("/States/X/{inner}")))
        .collect();
    assert_eq!(found, expect, "{state}");
}

#[test]
fn no_dollar() {
    check(
        r#"{"Type": "Pass", "Next": "D", "Parameters": {"a": "$.a", "b.$": "$.b", "c": [{"d": "States.UUID()"}], "e": "$5"},
            "Assign": {"v": "$$.Execution.Id"}}"#,
        &[
            ("NO_DOLLAR", "Assign", "Assign/v"),
            ("NO_DOLLAR", "Parameters", "Parameters/a"),
            ("NO_DOLLAR", "Parameters", "Parameters/c[0]/d"),
        ],
    );
    check(
        r#"{"Type": "Map", "Next": "D", "ItemSelector": {"i": "$$.Map.Item.Value"}, "ItemProcessor":
            {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}}"#,
        &[("NO_DOLLAR", "ItemSelector", "ItemSelector/i")],
    );
    check(
        r#"{"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": "$.a"}, "Assign": {"v": "$.a"}, "Next": "D"}"#,
        &[],
    );
}

#[test]
fn no_path() {
    check(
        r#"{"Type": "Choice", "Default": "D", "Choices": [
            {"Variable": "$.a", "StringEquals": "$.b", "Next": "D"},
            {"Not": {"Variable": "$.a", "StringMatches": "$.b"}, "Next": "D"},
            {"And": [{"Variable": "$.a", "StringLessThan": "$['b']"}], "Next": "D"}]}"#,
        &[
            ("NO_PATH", "Choices[0]/StringEquals", "Choices[0]/StringEquals"),
            ("NO_PATH", "Choices[2]/And[0]/StringLessThan", "Choices[2]/And[0]/StringLessThan"),
        ],
    );
    let fail = r#"{"StartAt": "X", "States": {"X": {"Type": "Fail", "Error": "E", "Cause": "$.cause"}}}"#;
    let found = parse(&Source::json(fail)).diagnostics;
    assert_eq!(found[0].to_string().split(": ").next(), Some("NO_PATH"));
    assert_eq!(found[0].location.location(), "/States/X/Cause");
}

#[test]
fn static_results() {
    for result in [r#""$.a""#, r#"{"a": [{"b": "$$.Execution.Id"}]}"#, r#"{"a.$": "text"}"#] {
        check(
            &format!(r#"{{"Type": "Pass", "Result": {result}, "Next": "D"}}"#),
            &[("PASS_RESULT_IS_STATIC", "Result", "Result")],
        );
    }
    check(r#"{"Type": "Pass", "Result": {"price": "$5", "call": "States.UUID"}, "Next": "D"}"#, &[]);
}
