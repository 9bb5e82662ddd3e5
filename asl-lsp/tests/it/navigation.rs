//! Definitions and references of states and variables.

use serde_json::json;

use crate::support::open;

#[track_caller]
fn check(name: &str, text: &str, definition: &[&str], references: &[&str]) {
    let mut opened = open(name, text);
    let found = opened.ask("textDocument/definition", json!({}));
    assert_eq!(opened.parts(&found), definition);
    let found = opened.ask("textDocument/references", json!({"context": {"includeDeclaration": false}}));
    assert_eq!(opened.parts(&found), references);
    let found = opened.ask("textDocument/documentHighlight", json!({}));
    assert_eq!(found.as_array().unwrap().len(), definition.len() + references.len());
}

const MACHINE: &str = r#"{
  "StartAt": "Check it",
  "States": {
    "Check it": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "Ship"}], "Default": "Sh‸ip"},
    "Ship": {"Type": "Task", "Resource": "x", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Check it"}], "End": true}
  }
}"#;

#[test]
fn states() {
    check("a.asl.json", MACHINE, &["5:Ship"], &["4:Ship", "4:Ship"]);
    check(
        "a.asl.json",
        &MACHINE.replace('‸', "").replace("    \"Ship", "    \"‸Ship"),
        &["5:Ship"],
        &["4:Ship", "4:Ship"],
    );
    check(
        "a.asl.json",
        &MACHINE.replace('‸', "").replace("\"StartAt\": \"", "\"StartAt\": \"‸"),
        &["4:Check it"],
        &["2:Check it", "5:Check it"],
    );
    let yaml = "StartAt: 'A'\nStates:\n  A:\n    Type: Pass\n    Next: B‸\n  \"B\": {Type: Pass, Next: A}\n";
    check("a.asl.yaml", yaml, &["6:B"], &["5:B"]);
}

#[test]
fn states_of_branches_are_their_own() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Parallel", "Next": "Z", "Branches": [
  {"StartAt": "Z", "States": {"Z": {"Type": "Pass", "Next": "Z2"}, "Z2": {"Type": "Succeed"}}}]},
  "Z": {"Type": "Succeed"}}}"#;
    check("a.asl.json", &text.replace("\"Next\": \"Z\"", "\"Next\": \"Z‸\""), &["3:Z"], &["1:Z"]);
    check("a.asl.json", &text.replace("\"StartAt\": \"Z\"", "\"StartAt\": \"‸Z\""), &["2:Z"], &["2:Z"]);
}

#[test]
fn variables() {
    let text = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
  "A": {"Type": "Pass", "Assign": {"total": "{% 5 %}"}, "Next": "B"},
  "B": {"Type": "Pass", "Output": "{% $tot‸al + ($x := $total; $x) & '$total' %}", "Assign": {"total": "{% $total + 1 %}"}, "End": true}
}}"#;
    check("a.asl.json", text, &["2:total", "3:total"], &["3:total", "3:total", "3:total"]);
    let text = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Assign:\n      total.$: $.n\n    Next: B\n  B:\n    Type: Pass\n    Parameters:\n      a.$: \"States.MathAdd($tot‸al, $.total)\"\n    End: true\n";
    check("a.asl.yaml", text, &["6:total"], &["11:total"]);
}

#[test]
fn nothing_is_named_elsewhere() {
    check(
        "a.asl.json",
        &MACHINE.replace('‸', "").replace("\"Type\": \"Choice\"", "\"Type\": \"Cho‸ice\""),
        &[],
        &[],
    );
}
