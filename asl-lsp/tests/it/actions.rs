//! Corrections, and formatting.

use serde_json::{Value, json};

use crate::support::{edited, open};

/// Checks the titles of all actions at the mark.
#[track_caller]
fn titles(file: &str, text: &str, expect: &[&str]) {
    let mut opened = open(file, text);
    let range = opened.here();
    let found =
        opened.ask("textDocument/codeAction", json!({"range": range, "context": {"diagnostics": []}}));
    let titles: Vec<&str> =
        found.as_array().unwrap().iter().map(|action| action["title"].as_str().unwrap()).collect();
    assert_eq!(titles, expect);
}

/// Checks the text after an action at the mark.
#[track_caller]
fn check(file: &str, text: &str, title: &str, expect: &str) {
    let mut opened = open(file, text);
    let range = opened.here();
    let found =
        opened.ask("textDocument/codeAction", json!({"range": range, "context": {"diagnostics": []}}));
    let action = found.as_array().unwrap().iter().find(|action| action["title"] == title);
    let action = action.unwrap_or_else(|| panic!("`{title}` is not among {found:#}"));
    assert_eq!(edited(&opened.text, action["edit"]["changes"][&opened.uri].as_array().unwrap()), expect);
}

const J: &str = "a.asl.json";
const Y: &str = "a.asl.yaml";

#[test]
fn what_was_meant() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Res‸ouce": "arn:aws:states:::sqs:sendMessage", "End": true}}}"#;
    check(J, text, "Change to `Resource`", &text.replace('‸', "").replace("Resouce", "Resource"));
    let text = "StartAt: A\nStates:\n  A:\n    Type: Pas‸\n    End: true\n";
    check(Y, text, "Change to `Pass`", "StartAt: A\nStates:\n  A:\n    Type: Pass\n    End: true\n");
    let text = "StartAt: 'Starr'‸\nStates:\n  Start:\n    Type: Succeed\n";
    check(Y, text, "Change to `Start`", "StartAt: 'Start'\nStates:\n  Start:\n    Type: Succeed\n");
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:sendMesage‸", "End": true}}}"#;
    check(J, text, "Change to `sendMessage`", &text.replace('‸', "").replace("sendMesage", "sendMessage"));
}

#[test]
fn states_that_are_missing_or_too_many() {
    let text = "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\"Type\": \"Pass\", \"Next\": \"Shi‸p\"}\n  }\n}\n";
    let expect = "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\"Type\": \"Pass\", \"Next\": \"Ship\"},\n    \"Ship\": {\n      \"Type\": \"Pass\",\n      \"End\": true\n    }\n  }\n}\n";
    check(J, text, "Add the state `Ship`", expect);
    check(
        J,
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Shi‸p"}}}"#,
        "Add the state `Ship`",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "Ship"}, "Ship": {"Type": "Pass", "End": true}}}"#,
    );
    check(
        Y,
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: Sh‸ip # later\n",
        "Add the state `Ship`",
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: Ship # later\n  Ship:\n    Type: Pass\n    End: true\n",
    );
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "‸B": {"Type": "Succeed"}, "C": {"Type": "Succeed"}}}"#;
    check(
        J,
        text,
        "Remove the state `B`",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "C": {"Type": "Succeed"}}}"#,
    );
    check(
        Y,
        "StartAt: A\nStates:\n  A:\n    Type: Succeed\n  ‸B:\n    Type: Pass\n    End: true\n  C: {Type: Pass, Next: A}\n",
        "Remove the state `B`",
        "StartAt: A\nStates:\n  A:\n    Type: Succeed\n  C: {Type: Pass, Next: A}\n",
    );
    // Comments stay.
    check(
        Y,
        "StartAt: A\nStates:\n  A:\n    Type: Succeed # the end\n  # about B\n  ‸B:\n    Type: Pass\n    End: true\n  # about C\n  C: {Type: Pass, Next: A}\n",
        "Remove the state `B`",
        "StartAt: A\nStates:\n  A:\n    Type: Succeed # the end\n  # about B\n  # about C\n  C: {Type: Pass, Next: A}\n",
    );
    check(
        Y,
        "StartAt: A\nStates:\n  ‸B:\n    Type: Pass\n    Next: A\n  # about A\n  A:\n    Type: Succeed\n",
        "Remove the state `B`",
        "StartAt: A\nStates:\n  # about A\n  A:\n    Type: Succeed\n",
    );
    check(
        J,
        r#"{"StartAt": "A", "States": {"‸A": {"Type": "Pass"}}}"#,
        "End with `A`",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#,
    );
}

#[test]
fn conversion_is_offered_where_it_is_exact() {
    let exact = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Input‸Path": "$.a", "End": true}}}"#;
    titles(J, exact, &["Convert `A` to JSONata"]);
    titles(J, &exact.replace("$.a", "$..a"), &[]);
    titles(
        J,
        &exact
            .replace("\"Type\"", "\"QueryLanguage\": \"JSONata\", \"Type\"")
            .replace("\"InputPath\": \"$.a\", ", ""),
        &[],
    );
}

#[track_caller]
fn formatted(file: &str, text: &str, expect: &str) {
    let mut opened = open(file, text);
    let found =
        opened.ask("textDocument/formatting", json!({"options": {"tabSize": 2, "insertSpaces": true}}));
    let edits = found.as_array().cloned().unwrap_or_default();
    let after = edited(&opened.text, &edits);
    assert_eq!(after, expect);
    let mut again = open(file, &after);
    assert_eq!(
        again.ask("textDocument/formatting", json!({"options": {"tabSize": 2}})),
        Value::Array(Vec::new())
    );
}

#[test]
fn formatting_keeps_order_and_words() {
    formatted(
        J,
        "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Wait\",\n\"Seconds\":1.0e1,\"Comment\":\"\\u00e4\",\"End\":true}}}",
        "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\n      \"Type\": \"Wait\",\n      \"Seconds\": 1.0e1,\n      \"Comment\": \"\\u00e4\",\n      \"End\": true\n    }\n  }\n}\n",
    );
    formatted(
        J,
        "{\r\n\"a\": [1,2,{\"b\":3}], \"c\":{}}",
        "{\r\n  \"a\": [1, 2, {\"b\": 3}],\r\n  \"c\": {}\r\n}\r\n",
    );
    formatted(J, "{\"a\": ", "{\"a\": ");
    formatted(
        Y,
        "StartAt: A   \nStates:\t\n  A:\n    Comment: |\n      keep   \n\n    Type: Pass  # x  \n",
        "StartAt: A\nStates:\n  A:\n    Comment: |\n      keep   \n\n    Type: Pass  # x\n",
    );
}
