//! Half-typed text: every prefix of real definitions, and what twenty chosen ones still give.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{MARK, open, position, yaml};

/// Definitions of this repository, from its root.
const DEFINITIONS: [&str; 10] = [
    "asl-cli/examples/hello.asl.json",
    "asl-cli/examples/import.asl.json",
    "asl-cli/examples/orders.asl.json",
    "asl-cli/templates/new/workflow.asl.json",
    "asl-model/tests/it/data/totals.asl.json",
    "asl-graph/tests/data/jsonata.asl.json",
    "asl-graph/tests/data/languages.asl.json",
    "asl-graph/tests/data/loop.asl.json",
    "asl-graph/tests/data/nested.asl.json",
    "asl-graph/tests/data/self-loop.asl.json",
];

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap()
}

/// A definition as a file of a format: its name and its text.
fn file(format: &str, file: &str) -> (&'static str, String) {
    let text = read(file);
    match format {
        "json" => ("a.asl.json", text),
        _ => ("a.asl.yaml", yaml(&asl_value::Value::parse(&text).unwrap())),
    }
}

/// Asks for everything at the end of each prefix. Nothing may panic, and what is broken is reported.
fn survive(format: &str) {
    for definition in DEFINITIONS {
        let (name, text) = file(format, definition);
        for (offset, _) in text.char_indices() {
            let prefix = &text[..offset];
            let mut opened = open(name, prefix);
            let is_whole = format == "yaml" || serde_json::from_str::<Value>(prefix).is_ok();
            assert!(!opened.diagnostics().is_empty() || is_whole, "no diagnostics: {prefix}");
            let end = json!({"position": position(prefix, offset)});
            opened.ask("textDocument/completion", end.clone());
            opened.ask("textDocument/documentSymbol", json!({}));
            if offset % 25 == 0 {
                for method in [
                    "hover",
                    "definition",
                    "references",
                    "prepareRename",
                    "foldingRange",
                    "codeAction",
                    "formatting",
                ] {
                    let _ = opened.try_ask(&format!("textDocument/{method}"), end.clone());
                }
            }
        }
    }
}

#[test]
fn every_prefix_of_json() {
    survive("json");
}

#[test]
fn every_prefix_of_yaml() {
    survive("yaml");
}

/// Cuts a definition after the last of some texts that follow each other, and checks what is still said: the first
/// diagnostics, and proposals at the end.
#[track_caller]
fn check(format: &str, definition: &str, until: &[&str], diagnostics: &[&str], labels: &[&str]) {
    let (name, text) = file(format, definition);
    let mut end = 0;
    for part in until {
        end += text[end..].find(part).unwrap_or_else(|| panic!("`{part}` is not in {}", &text[end..]))
            + part.len();
    }
    let mut opened = open(name, &format!("{}{MARK}", &text[..end]));
    let found = opened.diagnostics();
    for expected in diagnostics {
        assert!(found.iter().any(|found| found.contains(expected)), "`{expected}` is not among {found:#?}");
    }
    let proposed = opened.labels();
    let shown: Vec<&str> = proposed.iter().map(String::as_str).take(labels.len()).collect();
    assert_eq!(shown, labels, "all: {proposed:?}");
}

const ORDERS: &str = "asl-cli/examples/orders.asl.json";
const NEW: &str = "asl-cli/templates/new/workflow.asl.json";
const NESTED: &str = "asl-graph/tests/data/nested.asl.json";
const LARGE: &str = "asl-graph/tests/data/jsonata.asl.json";

#[test]
fn ten_chosen_prefixes_of_json() {
    check("json", ORDERS, &["\"StartAt\": \""], &["ASL0001", "[States]"], &[]);
    check("json", ORDERS, &["\"Price\": {", "\"Type\": \""], &["ASL0001"], &["Task", "Pass", "Choice"]);
    check(
        "json",
        ORDERS,
        &["\"Type\": \"Task\",\n      "],
        &["ASL0001", "[Resource]"],
        &["Resource", "Comment"],
    );
    check("json", ORDERS, &["\"Next\": \"Fulfil"], &["Missing 'Next' target: Fulfil"], &["Price"]);
    check(
        "json",
        ORDERS,
        &["\"Branches\": [", "\"States\": {", "\"Pack\": {", "\"ItemProcessor\": {\n"],
        &["ASL0001"],
        &["StartAt", "States"],
    );
    check(
        "json",
        ORDERS,
        &["\"Parameters\": { \"FunctionName\": \"pick\", \""],
        &["ASL0001"],
        &["InvocationType"],
    );
    check(
        "json",
        ORDERS,
        &["\"Bill\": {", "\"Catch\": [{ \"ErrorEquals\": [\""],
        &["ASL0001"],
        &["States.ALL"],
    );
    check("json", NEW, &["\"Arguments\": {\"item\": \"{% $states."], &["ASL0001"], &["input", "context"]);
    check(
        "json",
        NEW,
        &["\"Total\": {", "\"total\": \"{% $round($"],
        &["ASL0001"],
        &["$states", "$unitPrice", "$rate"],
    );
    check(
        "json",
        NESTED,
        &["\"Inner\": {", "\"Catch\": [{ \"ErrorEquals\": [\"Skip\"], \"Next\": \""],
        &["ASL0001"],
        &["Inner"],
    );
}

#[test]
fn ten_chosen_prefixes_of_yaml() {
    check("yaml", ORDERS, &["States:\n  Price:\n    Type: "], &["ASL0006"], &["Task", "Pass", "Choice"]);
    check("yaml", ORDERS, &["Type: \"Task\"\n    R"], &["ASL0001", "[Resource]"], &["Resource", "Comment"]);
    check("yaml", ORDERS, &["Next: \"Fulfil\"\n  "], &["Missing 'Next' target: Fulfil"], &["Task state"]);
    check("yaml", ORDERS, &["Retry:\n      - "], &["ASL"], &["ErrorEquals", "Comment"]);
    check(
        "yaml",
        ORDERS,
        &["ItemProcessor:\n", "Pick:\n", "Type: \"Task\"\n", "Res"],
        &["ASL0001"],
        &["Resource"],
    );
    check(
        "yaml",
        ORDERS,
        &["Parameters:\n", "FunctionName: \"pick\"\n", "Pay"],
        &["ASL0001"],
        &["InvocationType"],
    );
    check("yaml", ORDERS, &["Bill:\n", "Catch:\n", "ErrorEquals:\n", "- "], &["ASL"], &["States.ALL"]);
    check("yaml", NEW, &["item: \"{% $states."], &["ASL0001"], &["input", "context"]);
    check("yaml", LARGE, &["Default: "], &["ASL"], &["Large?"]);
    check("yaml", NESTED, &["Left:\n", "Next: \""], &["ASL0001"], &["Left"]);
}
