//! The problems of invalid definitions: code, message and location, in order.

use asl_model::{Code, Source, parse};

/// Checks the errors and warnings of a definition: AWS's code (ours if AWS has none), message and location.
#[track_caller]
pub(crate) fn check(definition: &str, expect: &[(&str, &str, &str)]) {
    let parsed = parse(&Source::json(definition));
    let found: Vec<(&str, &str, String)> = parsed
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let location = diagnostic.aws_location().unwrap_or_else(|| "none".to_owned());
            (diagnostic.code.aws().unwrap_or(diagnostic.code.id()), diagnostic.message.as_str(), location)
        })
        .collect();
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|(code, message, place)| (*code, *message, &**place)).collect();
    assert_eq!(found, expect, "{definition}");
}

/// A definition whose state `X` is `state`, followed by the Succeed state `D`.
pub(crate) fn with_state(state: &str) -> String {
    format!(r#"{{"StartAt": "X", "States": {{"X": {state}, "D": {{"Type": "Succeed"}}}}}}"#)
}

/// Checks the problems of one state, whose locations begin with `/States/X`; `D` can be reached from it.
#[track_caller]
pub(crate) fn check_state(state: &str, expect: &[(&str, &str)]) {
    let full: Vec<(&str, &str, String)> = expect
        .iter()
        .map(|(message, place)| ("SCHEMA_VALIDATION_FAILED", *message, format!("/States/X{place}")))
        .collect();
    let full: Vec<(&str, &str, &str)> =
        full.iter().map(|(code, message, place)| (*code, *message, &**place)).collect();
    check(&with_state(state), &full);
}

pub(crate) const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";

#[test]
fn the_document() {
    check("", &[(SCHEMA, "Definition must be a valid JSON object", "none")]);
    check(" \n", &[(SCHEMA, "Definition must be a valid JSON object", "none")]);
    check("[]", &[(SCHEMA, "Definition must be a valid JSON object", "none")]);
    check("null", &[(SCHEMA, "Definition must be a valid JSON object", "none")]);
    check("{}", &[(SCHEMA, "These fields are required: [States, StartAt]", "/")]);
    check(r#"{"StartAt": "A"}"#, &[(SCHEMA, "These fields are required: [States]", "/")]);
    check(
        r#"{"States": {"A": {"Type": "Succeed"}}}"#,
        &[(SCHEMA, "These fields are required: [StartAt]", "/")],
    );
    check(r#"{"StartAt": "A", "States": {}}"#, &[(SCHEMA, "Value cannot be empty", "/States")]);
    check(r#"{"StartAt": "A", "States": []}"#, &[(SCHEMA, "Expected value of type [OBJECT]", "/States")]);
    check(
        r#"{"StartAt": 1, "States": {"A": {"Type": "Succeed"}}}"#,
        &[(SCHEMA, "Expected value of type [STRING]", "/StartAt")],
    );
    check(
        r#"{"Version": "2.0", "TimeoutSeconds": 1.5, "Comment": 7, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
        &[
            (SCHEMA, "Value should be one of the following: [1.0]", "/Version"),
            (SCHEMA, "Expected value of type Integer", "/TimeoutSeconds"),
            (SCHEMA, "Expected value of type [STRING]", "/Comment"),
        ],
    );
    check(
        r#"{"Version": "1.0", "TimeoutSeconds": 0, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
        &[],
    );
    check(
        r#"{"startAt": "A", "Owner": "me", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#,
        &[(SCHEMA, "Field 'startAt' is not supported", "/"), (SCHEMA, "Field 'Owner' is not supported", "/")],
    );
}

#[test]
fn json_syntax() {
    let token = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    #[track_caller]
    fn syntax(text: &str, message: &str, line: usize, column: usize) {
        let place = format!("[Source: (String)\"{text}\"; line: {line}, column: {column}]");
        let message = format!("{message}\n at {place}");
        check(text, &[("INVALID_JSON_DESCRIPTION", &message, &place)]);
    }
    syntax("not a definition", &format!("Unrecognized token 'not': was expecting {token}"), 1, 4);
    syntax(
        r#"{"A": 1"#,
        r#"Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"A": 1"; line: 1, column: 1])"#,
        1,
        8,
    );
    syntax(
        "{a: 1}",
        "Unexpected character ('a' (code 97)): was expecting double-quote to start field name",
        1,
        3,
    );
    syntax(
        "{\"A\": 1,\n}",
        "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
        2,
        2,
    );
    syntax(
        r#"{"A" 1}"#,
        "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
        1,
        7,
    );
    syntax(
        r#"{"A": [1 2]}"#,
        "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
        1,
        11,
    );
    syntax(
        r#"{"A": 1 "B"}"#,
        "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
        1,
        10,
    );
    syntax(
        r#"{"A": ]}"#,
        &format!("Unexpected character (']' (code 93)): expected a valid value {token}"),
        1,
        8,
    );
    syntax(r#"{"A": "b"#, "Unexpected end-of-input in VALUE_STRING", 1, 9);
    syntax(r#"{"A": 01}"#, "Invalid numeric value: Leading zeroes not allowed", 1, 9);
    syntax(r#"{"A": "b\"#, "Unexpected end-of-input in character escape sequence", 1, 10);
    syntax(r#"{"A": "\x"}"#, "Unrecognized character escape 'x' (code 120)", 1, 10);
    syntax(
        "{\"A\": \"a\nb\"}",
        "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in \
         string value",
        2,
        1,
    );
}

#[test]
fn query_languages() {
    let machine = |language: &str, state: &str| {
        format!(r#"{{"QueryLanguage": {language}, "StartAt": "X", "States": {{"X": {state}}}}}"#)
    };
    let downgrade = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    let path_only = |name: &str| {
        format!(
            "The QueryLanguage is set to 'JSONata', but field '{name}' is only supported for the 'JSONPath' QueryLanguage"
        )
    };
    let query_only = |name: &str| {
        format!(
            "The QueryLanguage is set to 'JSONPath', but field '{name}' is only supported for the 'JSONata' QueryLanguage"
        )
    };
    check(
        &machine(
            r#""JSONata""#,
            r#"{"Type": "Pass", "QueryLanguage": "JSONPath", "Output": 1, "End": true}"#,
        ),
        &[(SCHEMA, downgrade, "/States/X")],
    );
    check(
        &machine(
            r#""JSONPath""#,
            r#"{"Type": "Pass", "QueryLanguage": "JSONata", "Output": 1, "End": true}"#,
        ),
        &[],
    );
    check(
        &machine(r#""JSONPath""#, r#"{"Type": "Pass", "Output": "{% 1 %}", "End": true}"#),
        &[(SCHEMA, &query_only("Output"), "/States/X")],
    );
    check(
        &machine(
            r#""JSONata""#,
            r#"{"Type": "Pass", "InputPath": "$", "ResultPath": null, "Result": 1, "End": true}"#,
        ),
        &[
            (SCHEMA, &path_only("InputPath"), "/States/X"),
            (SCHEMA, &path_only("ResultPath"), "/States/X"),
            (SCHEMA, &path_only("Result"), "/States/X"),
        ],
    );
    let words = "Value should be one of the following: [JSONPath, JSONata]";
    check(
        &machine(r#""jsonata""#, r#"{"Type": "Pass", "InputPath": "$", "End": true}"#),
        &[(SCHEMA, words, "/QueryLanguage"), (SCHEMA, &path_only("InputPath"), "/States/X")],
    );
    check(
        &machine("5", r#"{"Type": "Pass", "End": true}"#),
        &[(SCHEMA, "Expected value of type [STRING]", "/QueryLanguage")],
    );
    check(
        &machine(
            r#""JSONPath""#,
            r#"{"Type": "Pass", "QueryLanguage": "jsonpath", "InputPath": "$", "End": true}"#,
        ),
        &[(SCHEMA, words, "/States/X/QueryLanguage"), (SCHEMA, &path_only("InputPath"), "/States/X")],
    );
    // Inner machines use the language of the whole machine, not that of the enclosing state.
    check(
        &machine(
            r#""JSONPath""#,
            r#"{"Type": "Map", "QueryLanguage": "JSONata", "Items": [1], "End": true, "ItemProcessor":
                {"StartAt": "P", "States": {"P": {"Type": "Pass", "Output": 1, "End": true}}}}"#,
        ),
        &[(SCHEMA, &query_only("Output"), "/States/X/ItemProcessor/States/P")],
    );
    check(
        &machine(
            r#""JSONata""#,
            r#"{"Type": "Choice", "Default": "X", "Choices": [
                {"Variable": "$.a", "IsNull": true, "Next": "X"}, {"Condition": "yes", "Next": "X"}]}"#,
        ),
        &[
            (SCHEMA, &path_only("Variable"), "/States/X/Choices[0]"),
            (SCHEMA, "Expected value of type [BOOLEAN]", "/States/X/Choices[1]/Condition"),
        ],
    );
    check(
        &machine(r#""JSONPath""#, r#"{"Type": "Choice", "Choices": [{"Condition": true, "Next": "X"}]}"#),
        &[(SCHEMA, &query_only("Condition"), "/States/X/Choices[0]")],
    );
    check(
        &machine(r#""JSONata""#, r#"{"Type": "Wait", "Seconds": "soon", "End": true}"#),
        &[(SCHEMA, "Expected value of type Integer", "/States/X/Seconds")],
    );
    check(
        &machine(r#""JSONata""#, r#"{"Type": "Wait", "SecondsPath": "$.s", "End": true}"#),
        &[(SCHEMA, &path_only("SecondsPath"), "/States/X")],
    );
    check(
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
            {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}]}}}"#,
        &[(SCHEMA, "Field 'QueryLanguage' is not supported", "/States/P/Branches[0]")],
    );
    for name in ["ItemProcessor", "Iterator"] {
        check(
            &format!(
                r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true, "{name}":
                    {{"QueryLanguage": "JSONata", "StartAt": "A", "States": {{"A": {{"Type": "Succeed"}}}}}}}}}}}}"#
            ),
            &[(SCHEMA, "Field 'QueryLanguage' is not supported", &format!("/States/M/{name}"))],
        );
    }
}

#[test]
fn states_in_general() {
    let types = "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]";
    check_state(r#"{"Type": "Unknown", "End": true}"#, &[(types, "/Type")]);
    check_state(r#"{"Type": "pass", "End": true}"#, &[(types, "/Type")]);
    check_state(r#"{"Type": 1}"#, &[("Expected value of type [STRING]", "/Type")]);
    check_state(r#"{"Next": "D"}"#, &[("These fields are required: [Type]", "")]);
    check_state("7", &[("Expected value of type [OBJECT]", "")]);
    check_state(
        r#"{"Type": "Pass"}"#,
        &[("This object should have only one of the following fields: [Next, End]", "")],
    );
    check_state(
        r#"{"Type": "Pass", "End": false}"#,
        &[("This object should have only one of the following fields: [Next, End]", "")],
    );
    check_state(
        r#"{"Type": "Pass", "Next": "D", "End": true}"#,
        &[("There should only be one of the following fields: [Next, End]", "")],
    );
    check_state(r#"{"Type": "Pass", "Next": "D", "End": false}"#, &[]);
    check_state(r#"{"Type": "Pass", "Next": 5}"#, &[("Expected value of type [STRING]", "/Next")]);
    check_state(
        r#"{"Type": "Pass", "InputPath": 5, "Next": "D"}"#,
        &[("Expected value of type [STRING]", "/InputPath")],
    );
    check_state(
        r#"{"Type": "Pass", "InputPath": null, "OutputPath": null, "ResultPath": null, "Next": "D"}"#,
        &[],
    );
    // In the order of the text.
    check_state(
        r#"{"Type": "Pass", "Retry": [], "next": "D", "Comment": 1, "Next": "D"}"#,
        &[
            ("Field 'Retry' is not supported", ""),
            ("Field 'next' is not supported", ""),
            ("Expected value of type [STRING]", "/Comment"),
        ],
    );
}

#[test]
fn fields_of_another_type_of_state() {
    let kinds = [
        ("Pass", r#""Next": "D""#),
        ("Wait", r#""Seconds": 1, "Next": "D""#),
        ("Choice", r#""Choices": [{"Variable": "$.a", "IsNull": true, "Next": "D"}]"#),
        ("Parallel", r#""Next": "D", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}]"#),
        ("Map", r#""Next": "D", "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Succeed"}}}"#),
    ];
    for (kind, rest) in kinds {
        check_state(
            &format!(r#"{{"Type": "{kind}", "TimeoutSeconds": 5, {rest}}}"#),
            &[("Field 'TimeoutSeconds' is not supported", "")],
        );
        if !matches!(kind, "Parallel" | "Map") {
            for name in ["Retry", "Catch"] {
                check_state(
                    &format!(r#"{{"Type": "{kind}", "{name}": [], {rest}}}"#),
                    &[(&format!("Field '{name}' is not supported"), "")],
                );
            }
        }
    }
    for (kind, name) in
        [("Succeed", "TimeoutSeconds"), ("Succeed", "Next"), ("Fail", "Catch"), ("Fail", "InputPath")]
    {
        let definition =
            format!(r#"{{"StartAt": "X", "States": {{"X": {{"Type": "{kind}", "{name}": "X"}}}}}}"#);
        check(&definition, &[(SCHEMA, &format!("Field '{name}' is not supported"), "/States/X")]);
    }
}

#[test]
fn aws_joins_them_into_one_message() {
    let parsed = parse(&Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "A"}}}"#));
    let texts: Vec<String> = parsed.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(texts.join(", "), "MISSING_END_STATE: Workflow has no terminal state at null");
}

#[test]
fn codes_are_one_table() {
    for code in Code::ALL {
        assert_eq!(Code::from_id(code.id()), Some(*code));
        assert!(code.id().starts_with("ASL") && code.id().len() == 7, "{code}");
        assert!(code.summary().ends_with('.'), "{code}");
    }
    assert_eq!(Code::from_id("ASL9999"), None);
    let sorted = Code::ALL.windows(2).all(|pair| pair[0].id() < pair[1].id());
    assert!(sorted, "codes stand in the order of their numbers");
}
