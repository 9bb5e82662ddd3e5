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
fn tags_around_a_definition() {
    let template = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Layers: [!Ref A, !GetAtt B.Arn]\n      Definition:\n        StartAt: ‸A\n        States:\n          A: {Type: Task, Resource: !GetAtt F.Arn, Next: B}\n          B: {Type: Succeed}\n";
    let expect =
        template.replace('‸', "").replace("StartAt: A", "StartAt: C").replace("A: {Type", "C: {Type");
    check("template.yaml", template, "C", &expect);
}

#[test]
fn a_comment_ends_a_block() {
    let text =
        "StartAt: A\nStates:\n  ‸A:\n    Comment: |\n      text\n    # next field\n    Type: Succeed\n";
    check("a.asl.yaml", text, "B", &text.replace('‸', "").replace(" A", " B"));
}

/// A folder with files, and a link to it whose name needs escapes in a URI.
fn folder(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let home = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&home);
    let real = home.join("real");
    std::fs::create_dir_all(&real).unwrap();
    for (name, text) in files {
        std::fs::write(real.join(name), text).unwrap();
    }
    let link = home.join("100% #1");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    link
}

/// The URI of a file as an editor writes it that escapes no more than it must.
fn uri(path: &std::path::Path) -> String {
    format!("file://{}", path.to_str().unwrap().replace('%', "%25").replace('#', "%23").replace(' ', "%20"))
}

const ORDERS: &str = r#"{"StartAt": "‸Price", "States": {
  "Price": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price", "Assign": {"total.$": "$.total"}, "Next": "Ship"},
  "Ship": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody.$": "$total"}, "End": true}
}}"#;
const TESTS: &str = r#"# tests
mocks:
  Price: {return: {total: 42}}   # all
  sqs:sendMessage: {return: {}}
cases:
  - name: Price
    mocks:
      'Price': [{return: {total: 1, Price: 2}}]
    mockFile: mocks.json#shop/Happy
    expect:
      path: [Price, Ship]
      visits: {"Price": 1}
      calls: {Price: 1, Ship: 1}
      variables: {total: 1}
      that: $count($path[$ = 'Price']) = 1
"#;
const MOCKS: &str = r#"{"StateMachines": {
  "orders": {"TestCases": {"A": {"Price": "P"}}},
  "shop": {"TestCases": {"Happy": {"Price": "P", "Ship": "P"}, "Sad": {"Price": "P"}}},
  "other": {"TestCases": {"A": {"Price": "P"}}}
}, "MockedResponses": {"P": {"0": {"Return": {"Price": 1}}}, "Price": {"0": {"Return": {}}}}}"#;
const OTHER: &str = "machine: other.asl.json\nwith:\n  - machine: ./orders.asl.json\n    mocks: {Price: {return: 1}}\ncases:\n  - name: a\n    mocks: {Price: {return: 1}}\n";

/// The texts of files after a rename in `orders.asl.json`, each with its name, in order.
fn renamed_beside(
    folder: &std::path::Path,
    text: &str,
    name: &str,
    unsaved: &[(&str, &str)],
) -> Result<Vec<(String, String)>, String> {
    let uri_of = |name: &str| uri(&folder.join(name));
    let mut opened = crate::support::open_at(&uri_of("orders.asl.json"), text, &json!({}));
    for (name, text) in unsaved {
        let file = json!({"uri": uri_of(name), "languageId": "yaml", "version": 3, "text": text});
        opened.session.notify("textDocument/didOpen", &json!({"textDocument": file}));
    }
    let edit = opened.try_ask("textDocument/rename", json!({"newName": name}))?;
    let mut found: Vec<(String, String)> = Vec::new();
    for (uri, edits) in edit["changes"].as_object().unwrap() {
        let start = uri_of("");
        let name = uri.strip_prefix(&start).unwrap_or_else(|| panic!("{uri} is not in {start}"));
        let text = match (name, unsaved.iter().find(|(file, _)| *file == name)) {
            ("orders.asl.json", _) => opened.text.clone(),
            (_, Some((_, text))) => (*text).to_owned(),
            _ => std::fs::read_to_string(folder.join(name)).unwrap(),
        };
        found.push((name.to_owned(), edited(&text, edits.as_array().unwrap())));
    }
    found.sort();
    Ok(found)
}

#[test]
fn states_in_tests_and_mocks() {
    let files = [
        ("orders.test.yaml", TESTS),
        ("mocks.json", MOCKS),
        ("other.test.yaml", OTHER),
        ("jest.test.json", "{\"Price\": ["),
    ];
    let folder = folder("rename-beside", &files);
    std::fs::write(folder.join("orders.asl.json"), ORDERS.replace('‸', "")).unwrap();
    let found = renamed_beside(&folder, ORDERS, "It's: new", &[]).unwrap();
    let tests = TESTS
        .replace("  Price: {return: {total: 42}}", "  \"It's: new\": {return: {total: 42}}")
        .replace("'Price': [", "'It''s: new': [")
        .replace("[Price, Ship]", "[\"It's: new\", Ship]")
        .replace("{\"Price\": 1}", "{\"It's: new\": 1}")
        .replace("{Price: 1, ", "{\"It's: new\": 1, ");
    let mocks = MOCKS.replacen("\"Price\": \"P\"", "\"It's: new\": \"P\"", 3);
    let other = OTHER.replacen("{Price:", "{\"It's: new\":", 1);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["mocks.json", "orders.asl.json", "orders.test.yaml", "other.test.yaml"]);
    assert_eq!([&found[0].1, &found[2].1, &found[3].1], [&mocks, &tests, &other]);
    // What is not saved yet counts.
    let unsaved = TESTS.replace("[Price, Ship]", "[Price, Price, Ship]");
    let found = renamed_beside(&folder, ORDERS, "P", &[("orders.test.yaml", &unsaved)]).unwrap();
    assert!(found[2].1.contains("[P, P, Ship]"), "{}", found[2].1);
    // The name of a function that another task calls, too.
    let shared = ORDERS.replace("arn:aws:states:::sqs:sendMessage", "Price");
    let found = renamed_beside(&folder, &shared, "P", &[]).unwrap();
    assert!(
        found.iter().all(|(_, text)| !text.contains("mocks: {P:") && !text.contains("'P':")),
        "{found:?}"
    );
    assert!(found[2].1.contains("[P, Ship]"), "{}", found[2].1);
    // A variable.
    let variable = ORDERS.replace('‸', "").replace("total.$\": ", "to‸tal.$\": ");
    let found = renamed_beside(&folder, &variable, "sum_1", &[]).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].1, TESTS.replace("variables: {total: 1}", "variables: {sum_1: 1}"));
    // Aliases and merges.
    let aliases = TESTS.replace("{return: {total: 42}}", "&price {return: &all {total: 42}}").replace(
        "  - name: Price",
        "  - name: merged\n    mocks: {Price: *price, Ship: {return: {<<: *all, b: 1}}}\n  - name: Price",
    );
    std::fs::write(folder.join("orders.test.yaml"), &aliases).unwrap();
    let found = renamed_beside(&folder, ORDERS, "P", &[]).unwrap();
    assert!(found[2].1.contains("mocks: {P: *price, Ship: {return: {<<: *all, b: 1}}}"), "{}", found[2].1);
    assert!(found[2].1.contains("  P: &price {return: &all {total: 42}}"), "{}", found[2].1);
    // A test file that cannot be read.
    std::fs::write(folder.join("orders.test.yaml"), format!("{TESTS}  - [")).unwrap();
    assert_eq!(
        renamed_beside(&folder, ORDERS, "P", &[]).unwrap_err(),
        "`orders.test.yaml` is about this definition, and cannot be read or edited"
    );
}

#[test]
fn links_lead_where_the_client_looks() {
    let folder = folder("links-beside", &[("orders.test.yaml", TESTS), ("other.test.yaml", OTHER)]);
    std::fs::write(folder.join("orders.asl.json"), ORDERS.replace('‸', "")).unwrap();
    for (name, text, target) in
        [("orders.asl.json", ORDERS, "orders.test.yaml"), ("other.test.yaml", OTHER, "orders.asl.json")]
    {
        let mut opened = crate::support::open_at(&uri(&folder.join(name)), text, &json!({}));
        let found = opened.ask("textDocument/documentLink", json!({}));
        assert_eq!(found[0]["target"], uri(&folder.join(target)));
    }
}
