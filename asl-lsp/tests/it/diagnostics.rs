//! Diagnostics: those of the validator, with places in the file.

use serde_json::json;

use crate::support::{open, open_at};

#[track_caller]
fn check(name: &str, text: &str, expect: &[&str]) {
    assert_eq!(open(name, text).diagnostics(), expect);
}

#[test]
fn of_valid_and_invalid_definitions() {
    check("a.asl.json", r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#, &[]);
    check(
        "a.asl.json",
        "{\r\n\"StartAt\": \"A\",\r\n\"States\": {\"😀\": {\"Type\": \"Pass\", \"Nxt\": \"B\", \"End\": true}}}",
        &[
            "3:35 ASL0013 Field 'Nxt' is not supported\ndid you mean `Next`?",
            "2:12 ASL0019 Missing 'Next' target: A\ndid you mean `😀`?",
            "3:12 ASL0020 State \"😀\" is not reachable.",
        ],
    );
    check(
        "a.asl.yaml",
        "\u{feff}StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n",
        &[
            "5:11 ASL0019 Missing 'Next' target: B\ndid you mean `A`?",
            "1:2 ASL0021 Workflow has no terminal state",
        ],
    );
    let query = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output": "{% $nope( %}", "End": true}}}"#;
    check("a.asl.json", query, &["1:89 ASL0033 Expected \")\" before end of expression"]);
}

#[test]
fn half_typed_text_has_both_kinds() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "C": {"Type": "#;
    check(
        "a.asl.json",
        text,
        &[
            "1:77 ASL0001 Unexpected end-of-input: expected close marker for Object",
            "1:65 ASL0005 These fields are required: [Type]",
            "1:59 ASL0019 Missing 'Next' target: B\ndid you mean `A`?",
        ],
    );
    check(
        "a.asl.yaml",
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n   C\n",
        &[
            "6:4 ASL0001 while parsing a block mapping, did not find expected key",
            "5:11 ASL0019 Missing 'Next' target: B\ndid you mean `A`?",
            "1:1 ASL0021 Workflow has no terminal state",
        ],
    );
}

#[test]
fn inside_templates() {
    let template = "Resources:\n  Machine:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Type: EXPRESS\n      DefinitionSubstitutions: {F: !Ref X}\n      Definition:\n        StartAt: A\n        States:\n          A:\n            Type: Task\n            Resource: ${F}\n            Next: B\n";
    let found = [
        "13:19 ASL0019 Missing 'Next' target: B\ndid you mean `A`?",
        "8:9 ASL0021 Workflow has no terminal state",
    ];
    check("template.yaml", template, &found);
    let template = "Resources:\n  Machine:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub |\n        {\n          \"StartAt\": \"A\",\n          \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}}\n        }\n";
    check(
        "template.yaml",
        template,
        &[
            "8:52 ASL0019 Missing 'Next' target: B\ndid you mean `A`?",
            "6:9 ASL0021 Workflow has no terminal state",
        ],
    );
    let template = r#"{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}}}"}}}}"#;
    check(
        "template.json",
        template,
        &[
            "1:174 ASL0019 Missing 'Next' target: B\ndid you mean `A`?",
            "1:102 ASL0021 Workflow has no terminal state",
        ],
    );
}

#[test]
fn of_test_files() {
    check(
        "a.test.yaml",
        "cases:\n  - name: x\n    expects: {}\n",
        &["3:5  unknown field `expects` at `/cases[0]`; did you mean `expect`?"],
    );
    // Those of another tool are not its business.
    check("a.test.json", r#"{"suites": []}"#, &[]);
    check("a.test.json", r#"{"$schema": "https://json-schema.org/x", "suites": []}"#, &[]);
    for own in [r#""$schema": "docs/asl-test.schema.json""#, r#""machine": "a.asl.json""#] {
        let text = format!("{{{own}, \"suites\": []}}");
        assert!(!open("a.test.json", &text).diagnostics().is_empty(), "{text}");
    }
}

#[test]
fn other_files_have_none() {
    check("package.json", "{\"name\": \"x\",", &[]);
    check("values.yaml", "a: [", &[]);
}

#[test]
fn related_places() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}}}"#;
    let opened = open("a.asl.json", text);
    let found = opened.session.diagnostics(&opened.uri);
    let related = &found[0]["relatedInformation"][0];
    assert_eq!(
        (&related["message"], &related["location"]["range"]["start"]["character"]),
        (&json!("another state is called `A`"), &json!(28))
    );
}

#[test]
fn positions_in_bytes_when_negotiated() {
    let text = r#"{"StartAt": "😀", "States": {"A": {"Type": "Succeed"}}, "X": 1}"#;
    let starts = |capabilities| {
        let opened = open_at("file:///nowhere/a.asl.json", text, &capabilities);
        opened.session.diagnostics(&opened.uri)[0]["range"]["start"]["character"].clone()
    };
    assert_eq!(starts(json!({})), 56);
    assert_eq!(starts(json!({"general": {"positionEncodings": ["utf-8"]}})), 58);
}

#[test]
fn incremental_changes() {
    let mut opened = open("a.asl.json", r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
    assert_eq!(opened.diagnostics().len(), 0);
    let range = json!({"start": {"line": 0, "character": 43}, "end": {"line": 0, "character": 50}});
    let change = json!({"textDocument": {"uri": opened.uri, "version": 2}, "contentChanges": [{"range": range, "text": "Suceed"}]});
    assert_eq!(opened.session.notify("textDocument/didChange", &change), [opened.uri.clone()]);
    let message = "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]";
    assert_eq!(opened.diagnostics(), [format!("1:43 ASL0007 {message}\ndid you mean `Succeed`?")]);
}
