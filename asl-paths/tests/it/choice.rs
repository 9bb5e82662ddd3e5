//! Choice rules: every operator against every type, and what happens when a path leads nowhere.

use asl_paths::JsonPath;
use asl_query::{Expected, Language, SyntaxError};
use asl_value::Value;

use crate::setting::{Setting, told, with_field};

fn compile(rule: &str) -> Result<std::sync::Arc<dyn asl_query::Expr>, Vec<SyntaxError>> {
    with_field("Choices", Expected::Boolean, |field| JsonPath.condition(&Value::parse(rule).unwrap(), field))
}

#[track_caller]
fn check(rule: &str, input: &str, expect: &str) {
    let condition = compile(rule).unwrap_or_else(|errors| panic!("{rule}: {errors:?}"));
    let setting = Setting::new(input);
    assert_eq!(told(condition.eval(&setting.env())), expect, "{rule} {input}");
}

/// The columns of the tables below.
const VALUES: [&str; 12] = [
    "null",
    "true",
    "false",
    "0",
    "1.5",
    "-2",
    r#""""#,
    r#""b""#,
    r#""B""#,
    r#""2024-01-01T00:00:00Z""#,
    "[]",
    "{}",
];

/// Operator, operand, and one letter for each of [`VALUES`].
const LITERALS: [(&str, &str, &str); 23] = [
    ("StringEquals", r#""b""#, "-------y----"),
    ("StringLessThan", r#""b""#, "------y-yy--"),
    ("StringGreaterThan", r#""B""#, "-------y----"),
    ("StringLessThanEquals", r#""b""#, "------yyyy--"),
    ("StringGreaterThanEquals", r#""B""#, "-------yy---"),
    ("StringMatches", r#""*""#, "------yyyy--"),
    ("StringMatches", r#""2024-*Z""#, "---------y--"),
    ("NumericEquals", "0.0", "---y--------"),
    ("NumericLessThan", "0", "-----y------"),
    ("NumericGreaterThan", "0", "----y-------"),
    ("NumericLessThanEquals", "0", "---y-y------"),
    ("NumericGreaterThanEquals", "0", "---yy-------"),
    ("BooleanEquals", "false", "--y---------"),
    ("TimestampEquals", r#""2024-01-01T01:00:00+01:00""#, "---------y--"),
    ("TimestampLessThan", r#""2024-01-01T00:00:00.001Z""#, "---------y--"),
    ("TimestampGreaterThan", r#""2023-12-31T23:59:59Z""#, "---------y--"),
    ("TimestampLessThanEquals", r#""2024-01-01T00:00:00Z""#, "---------y--"),
    ("TimestampGreaterThanEquals", r#""2024-01-01T00:00:00Z""#, "---------y--"),
    ("IsNull", "true", "y-----------"),
    ("IsNumeric", "true", "---yyy------"),
    ("IsString", "true", "------yyyy--"),
    ("IsBoolean", "true", "-yy---------"),
    ("IsTimestamp", "true", "---------y--"),
];

#[test]
fn operators_by_type() {
    for (operator, operand, expect) in LITERALS {
        for (value, letter) in VALUES.iter().zip(expect.chars()) {
            let input = format!(r#"{{"x": {value}, "operand": {operand}}}"#);
            let answer = (letter == 'y').to_string();
            check(&format!(r#"{{"Variable": "$.x", "{operator}": {operand}}}"#), &input, &answer);
            if operator.starts_with("Is") {
                check(
                    &format!(r#"{{"Variable": "$.x", "{operator}": false}}"#),
                    &input,
                    &(letter != 'y').to_string(),
                );
            } else if operator != "StringMatches" {
                check(&format!(r#"{{"Variable": "$.x", "{operator}Path": "$.operand"}}"#), &input, &answer);
            }
        }
    }
}

#[test]
fn operands_of_another_type() {
    for operator in ["StringEqualsPath", "BooleanEqualsPath", "TimestampEqualsPath"] {
        for value in VALUES {
            let input = format!(r#"{{"x": {value}, "y": {{"not": 1}}}}"#);
            check(&format!(r#"{{"Variable": "$.x", "{operator}": "$.y"}}"#), &input, "false");
        }
    }
    // A value that is not a number counts as zero, but only on the right.
    for operand in ["false", "[6]", "null", r#""x""#, "{}"] {
        let input = format!(r#"{{"x": 8, "zero": 0, "y": {operand}}}"#);
        check(r#"{"Variable": "$.x", "NumericGreaterThanPath": "$.y"}"#, &input, "true");
        check(r#"{"Variable": "$.zero", "NumericEqualsPath": "$.y"}"#, &input, "true");
        check(r#"{"Variable": "$.y", "NumericEqualsPath": "$.zero"}"#, &input, "false");
    }
}

#[test]
fn strings_by_code_unit() {
    // U+FFFF before U+1F600 by code point, after it by UTF-16 code unit.
    check(r#"{"Variable": "$", "StringLessThan": "😀"}"#, "\"\u{ffff}\"", "false");
    check(r#"{"Variable": "$", "StringGreaterThan": "😀"}"#, "\"\u{ffff}\"", "true");
    check(r#"{"Variable": "$", "StringLessThan": "AB"}"#, r#""A""#, "true");
    check(r#"{"Variable": "$", "StringEquals": "A"}"#, r#""A ""#, "false");
}

#[test]
fn connectives() {
    let yes = r#"{"Variable": "$.n", "IsNumeric": true}"#;
    let no = r#"{"Variable": "$.n", "IsNull": true}"#;
    let broken = r#"{"Variable": "$.gone", "IsNull": true}"#;
    let input = r#"{"n": 1}"#;
    check(&format!(r#"{{"And": [{yes}, {yes}], "Next": "A"}}"#), input, "true");
    check(&format!(r#"{{"And": [{yes}, {no}, {broken}]}}"#), input, "false");
    check(&format!(r#"{{"Or": [{no}, {yes}, {broken}]}}"#), input, "true");
    check(&format!(r#"{{"Or": [{no}, {no}]}}"#), input, "false");
    check(&format!(r#"{{"Not": {no}, "Comment": "c"}}"#), input, "true");
    check(&format!(r#"{{"Not": {{"Or": [{no}, {{"And": [{yes}, {yes}]}}]}}}}"#), input, "false");
}

#[test]
fn presence() {
    for (path, present) in [
        ("$.a", true),
        ("$.b", true),
        ("$.gone", false),
        ("$.a.x", false),
        ("$.b[0]", false),
        ("$.c[1]", true),
        ("$.c[2]", false),
    ] {
        let input = r#"{"a": null, "b": {"x": 1}, "c": [1, 2]}"#;
        check(&format!(r#"{{"Variable": "{path}", "IsPresent": true}}"#), input, &present.to_string());
        check(&format!(r#"{{"Variable": "{path}", "IsPresent": false}}"#), input, &(!present).to_string());
    }
    check(r#"{"Variable": "$unassigned.x", "IsPresent": false}"#, "{}", "true");
}

#[test]
fn paths_that_lead_nowhere() {
    let cause = |path: &str| {
        format!(
            "States.Runtime: Invalid path '{path}': The choice state's condition path references an invalid value."
        )
    };
    for rule in
        [r#""BooleanEquals": true"#, r#""IsNull": true"#, r#""IsString": false"#, r#""StringMatches": "*""#]
    {
        check(&format!(r#"{{"Variable": "$.approved", {rule}}}"#), "{}", &cause("$.approved"));
    }
    check(r#"{"Variable": "$", "BooleanEqualsPath": "$.b.c"}"#, "{}", &cause("$.b.c"));
    check(r#"{"Variable": "$.s[0]", "IsNull": true}"#, r#"{"s": "x"}"#, &cause("$.s[0]"));
    check(r#"{"Variable": "$unassigned", "IsNull": true}"#, "{}", &cause("$unassigned"));
}

#[test]
fn context_and_variables() {
    check(r#"{"Variable": "$$.Map.Item.Index", "NumericEquals": 3}"#, "{}", "true");
    check(r#"{"Variable": "$n", "NumericGreaterThanPath": "$v.a[1]"}"#, "{}", "true");
    check(
        r#"{"Variable": "$['a b'].c", "NumericEqualsPath": "$$.Execution.Input.x"}"#,
        r#"{"a b": {"c": 1}}"#,
        "true",
    );
}

#[test]
fn what_is_no_rule() {
    for (rule, expect) in [
        (
            r#"{"Variable": "a", "IsNull": true}"#,
            "Value is not a Reference Path: Reference path didn't start with '$' at /States/S/Choices/Variable",
        ),
        (
            r#"{"Variable": "$[x]", "IsNull": true}"#,
            "Value is not a Reference Path: '[' must be followed by ' or '[' at /States/S/Choices/Variable",
        ),
        (
            r#"{"Variable": "$.a", "NumericEqualsPath": "States.MathAdd(1, 2)"}"#,
            "Value is not a Reference Path: Reference path didn't start with '$' at /States/S/Choices/NumericEqualsPath",
        ),
        (
            r#"{"Variable": "$.a", "TimestampEquals": "2024-01-01"}"#,
            "String does not match RFC3339 timestamp at /States/S/Choices/TimestampEquals",
        ),
        (
            r#"{"And": [{"Variable": "$.a", "IsNull": true}, {"Not": {"Variable": "$.a", "StringEquals": 1}}]}"#,
            "expected a string at `StringEquals`, found number at /States/S/Choices/And[1]/Not/StringEquals",
        ),
        (
            r#"{"Variable": "$.a", "IsNull": "true"}"#,
            "expected a boolean at `IsNull`, found string at /States/S/Choices/IsNull",
        ),
        (
            r#"{"Variable": "$.a", "StringEqualsPath": 1}"#,
            "expected a path at `StringEqualsPath`, found number at /States/S/Choices/StringEqualsPath",
        ),
        (r#"{"IsNull": true}"#, "`IsNull` needs a `Variable` at /States/S/Choices"),
        (
            r#"{"Variable": 1, "IsNull": true}"#,
            "expected a string at `Variable`, found number at /States/S/Choices/Variable",
        ),
        (
            r#"{"Variable": "$.a", "StringMatchesPath": "$.b"}"#,
            "expected `And`, `Or`, `Not` or a comparison operator in the choice rule at /States/S/Choices",
        ),
        (
            r#"{"Variable": "$.a", "IsNull": true, "IsString": true}"#,
            "a choice rule has one comparison operator, found `IsNull` and `IsString` at /States/S/Choices/IsString",
        ),
        (r#"{"Or": {}}"#, "expected an array, found object at /States/S/Choices/Or"),
        (r#"{"Not": []}"#, "expected a choice rule, found array at /States/S/Choices/Not"),
    ] {
        let errors = compile(rule).unwrap_err();
        assert_eq!(errors[0].to_string(), expect, "{rule}");
    }
    let two = r#"{"Or": [{"Variable": "a", "IsNull": true}, {"Variable": "b", "IsNull": 1}]}"#;
    assert_eq!(compile(two).unwrap_err().len(), 3);
}
