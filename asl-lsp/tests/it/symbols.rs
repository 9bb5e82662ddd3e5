//! Symbols, folding and selections.

use serde_json::{Value, json};

use crate::support::open;

fn shown(symbols: &Value, depth: usize, lines: &mut Vec<String>) {
    for symbol in symbols.as_array().unwrap() {
        lines.push(format!(
            "{}{} {}",
            "  ".repeat(depth),
            symbol["name"].as_str().unwrap(),
            symbol["detail"].as_str().unwrap()
        ));
        shown(&symbol["children"], depth + 1, lines);
    }
}

#[track_caller]
fn check(name: &str, text: &str, expect: &[&str]) {
    let found = open(name, text).ask("textDocument/documentSymbol", json!({}));
    let mut lines = Vec::new();
    shown(&found, 0, &mut lines);
    assert_eq!(lines, expect);
}

#[test]
fn states_with_those_inside() {
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Map\n    ItemProcessor:\n      StartAt: I\n      States:\n        I:\n          Type: Pass\n  B:\n    Type: Fail\n";
    check("a.asl.yaml", yaml, &["A Map", "  I Pass", "B Fail"]);
    check("a.asl.json", r#"{"States": {"A": {"Type": "Task"}, "B": {"Ty"#, &["A Task", "B "]);
    let template = format!(
        "Resources:\n  Orders:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n{}",
        yaml.replace("StartAt: A", "        StartAt: A").replace("\n", "\n        ")
    );
    check("template.yaml", &template, &["Orders state machine", "  A Map", "    I Pass", "  B Fail"]);
}

#[test]
fn folds_what_has_several_lines() {
    let json =
        "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\n      \"Type\": \"Pass\"\n    }\n  }\n}\n";
    let found = open("a.asl.json", json).ask("textDocument/foldingRange", json!({}));
    let lines = |found: &Value| -> Vec<(u64, u64)> {
        found
            .as_array()
            .unwrap()
            .iter()
            .map(|range| (range["startLine"].as_u64().unwrap(), range["endLine"].as_u64().unwrap()))
            .collect()
    };
    assert_eq!(lines(&found), [(0, 6), (2, 5), (3, 4)]);
    let yaml =
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Comment: |\n      one\n      two\n    End: true\n";
    let found = open("a.asl.yaml", yaml).ask("textDocument/foldingRange", json!({}));
    assert_eq!(lines(&found), [(0, 7), (1, 7), (2, 7), (4, 6)]);
}

#[test]
fn selections_grow() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pa‸ss"}}}"#;
    let mut opened = open("a.asl.json", text);
    let position =
        opened.ask("textDocument/selectionRange", json!({"positions": [{"line": 0, "character": 44}]}));
    let mut at = &position[0];
    let mut widths = Vec::new();
    while !at.is_null() {
        widths.push(
            at["range"]["end"]["character"].as_u64().unwrap()
                - at["range"]["start"]["character"].as_u64().unwrap(),
        );
        at = &at["parent"];
    }
    assert_eq!(widths, [4, 6, 14, 16, 21, 23, 33, 51]);
}
