//! Renaming states and variables.

use serde_json::{Value, json};

use crate::support::{edited, open};

#[track_caller]
fn check(file: &str, text: &str, name: &str, expect: &str) {
    let mut opened = open(file, text);
    assert_ne!(opened.ask("textDocument/prepareRename", json!({})), Value::Null);
    let edit = opened.ask("textDocument/rename", json!({"newName": name}));
    assert_eq!(edited(&opened.text, edit["changes"][&opened.uri].as_array().unwrap()), expect);
}

#[track_caller]
fn refused(file: &str, text: &str, name: &str, reason: &str) {
    let found = open(file, text).try_ask("textDocument/rename", json!({"newName": name}));
    assert_eq!(found.unwrap_err(), reason);
}

#[test]
fn states() {
    let text = r#"{"StartAt": "‸A", "States": {"A": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "A"}], "Default": "B"}, "B": {"Type": "Pass", "Result": "A", "End": true}}}"#;
    let expect = r#"{"StartAt": "Say \"hi\"", "States": {"Say \"hi\"": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsNull": true, "Next": "Say \"hi\""}], "Default": "B"}, "B": {"Type": "Pass", "Result": "A", "End": true}}}"#;
    check("a.asl.json", text, "Say \"hi\"", expect);
    refused("a.asl.json", text, "B", "there is a state `B` already");
    refused("a.asl.json", text, "", "a state has a name of 1 to 80 characters; this one has 0");
    refused(
        "a.asl.json",
        &text.replace("}}}", "}}"),
        "X",
        "the text has errors, or forms of YAML such as aliases that renaming does not know",
    );
    let yaml = "StartAt: A\nStates:\n  'A':\n    Type: Pass\n    Next: \"B\"\n  ‸B: {Type: Succeed}\n";
    check(
        "a.asl.yaml",
        yaml,
        "It's: new",
        "StartAt: A\nStates:\n  'A':\n    Type: Pass\n    Next: \"It's: new\"\n  \"It's: new\": {Type: Succeed}\n",
    );
    check(
        "a.asl.yaml",
        &yaml.replace('‸', "").replace("'A'", "'‸A'"),
        "It's",
        "StartAt: It's\nStates:\n  'It''s':\n    Type: Pass\n    Next: \"B\"\n  B: {Type: Succeed}\n",
    );
    // A branch has states of its own.
    let text = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "‸J"}, "J": {"Type": "Succeed"}}}]}}}"#;
    check("a.asl.json", text, "K", &text.replace('‸', "").replace("\"J\"", "\"K\""));
}

#[test]
fn variables_in_both_languages() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
  "A": {"Type": "Pass", "Assign": {"to‸tal": "{% 5 %}", "other": 1}, "Next": "B"},
  "B": {"Type": "Pass", "Output": "{% $total + $states.input.total + $map([1], function($v) { $v * $total }) & '$total' & $totals %}", "Assign": {"total": "{% $total + 1 %}"}, "Next": "P"},
  "P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% \"x\\\"\" & $total %}", "End": true}}}]}
}}"#;
    let expect = text
        .replace('‸', "")
        .replace("\"total\":", "\"sum_1\":")
        .replace("$total ", "$sum_1 ")
        .replace("\"{% $total", "\"{% $sum_1");
    check("a.asl.json", text, "sum_1", &expect);
    refused("a.asl.json", text, "other", "there is a variable `other` already");
    refused("a.asl.json", text, "sum", "`$sum` has a meaning in JSONata already");
    refused(
        "a.asl.json",
        text,
        "1x",
        "`1x` is not the name of a variable: letters, digits and `_`, at most 80",
    );
    refused(
        "a.asl.json",
        text,
        "v",
        "an expression binds the same name itself: `$total + $states.input.total + $map([1], function($v) { $v * $total }) & '$total' & $totals`",
    );
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Assign:\n      n.$: $.n\n    Next: B\n  B:\n    Type: Pass\n    Parameters:\n      a.$: States.MathAdd($‸n, $.n)\n      b.$: $n.x\n      c: $n\n    End: true\n";
    let expect = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Assign:\n      count_1.$: $.n\n    Next: B\n  B:\n    Type: Pass\n    Parameters:\n      a.$: States.MathAdd($count_1, $.n)\n      b.$: $count_1.x\n      c: $n\n    End: true\n";
    check("a.asl.yaml", yaml, "count_1", expect);
}

#[test]
fn variables_of_branches_are_their_own() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
  {"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"x": 1}, "Next": "J"}, "J": {"Type": "Pass", "Output": "{% $‸x %}", "End": true}}},
  {"StartAt": "K", "States": {"K": {"Type": "Pass", "Assign": {"x": 1}, "Next": "L"}, "L": {"Type": "Pass", "Output": "{% $x %}", "End": true}}}]}}}"#;
    let expect = text.replace('‸', "").replacen("\"x\"", "\"y\"", 1).replacen("$x", "$y", 1);
    check("a.asl.json", text, "y", &expect);
}

#[test]
fn what_is_not_written_as_it_is_called_is_refused() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Assign": {"x‸y": 1}, "Next": "B"},
"B": {"Type": "Pass", "Output": "{% $\u0078y %}", "End": true}}}"#;
    refused("a.asl.json", text, "z", "line 2 writes `xy` with escapes, which renaming does not know");
    // In quotes of YAML, a new name could end the text.
    let template = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: '{\"StartAt\": \"A‸\", \"States\": {\"A\": {\"Type\": \"Succeed\"}}}'\n";
    refused("template.yaml", template, "It's", "there is no state and no variable here");
}

#[test]
fn a_comment_ends_a_block() {
    let text =
        "StartAt: A\nStates:\n  ‸A:\n    Comment: |\n      text\n    # next field\n    Type: Succeed\n";
    check("a.asl.yaml", text, "B", &text.replace('‸', "").replace(" A", " B"));
}
