//! Cases of files: what passes, and how failures are shown.

use std::path::Path;

use asl_test::{Coverage, Options, TestFile, run_files};

use crate::support::{Folder, ORDERS, lines, run};

const MOCKS: &str = "
mocks:
  Price: {return: {total: 50}}
  sqs:sendMessage: {return: {MessageId: m-1}}
";

/// Runs one case with this body; its mismatches are these lines.
#[track_caller]
fn check(case: &str, expected: &[&str]) {
    let indented: String = case.trim().lines().map(|line| format!("    {line}\n")).collect();
    let text = format!("{MOCKS}\ncases:\n  - name: it\n{indented}");
    let folder = Folder::new().with("orders.asl.json", ORDERS).with("orders.test.yaml", &text);
    let results = run(&folder.path("orders.test.yaml"));
    assert_eq!(lines(&results[0]), expected, "{text}");
}

#[test]
fn everything_that_can_be_expected_passes() {
    check(
        "
input: {sku: mug}
expect:
  status: SUCCEEDED
  output: {total: 50}
  outputIncludes: {}
  path: [Price, Size, Both, Done]
  visits: {Left: 1, Right: 1, Wait: 0}
  calls: {price: [{sku: mug}], Right: {times: 1, includes: {MessageBody: mug}}, Price: 1}
  variables: {total: 50}
  durationSeconds: 0
  that:
    - $output.total = 50 and $count($path) = 4
    - '{% $visits.Both = 1 and $variables.total = 50 and $input.sku = \"mug\" %}'
",
        &[],
    );
    check("input: {sku: mug}", &[]);
}

#[test]
fn time_is_virtual() {
    let wait = "
input: {sku: mug}
mocks: {Price: {return: {total: 500}, delaySeconds: 1.5}}
expect: {durationSeconds: 3601.5, visits: {Wait: 1}}
";
    check(wait, &[]);
    let late = "
input: {sku: mug}
mocks: {Price: {return: {total: 500}, delaySeconds: 11}}
expect: {error: Refused, durationSeconds: {atLeast: 10, atMost: 10}, path: [Price, Sorry]}
";
    check(late, &[]);
    check(
        "input: {sku: mug}\nexpect: {durationSeconds: {atLeast: 1}}",
        &["durationSeconds", "- at least 1s", "+ 0s"],
    );
}

#[test]
fn answers_are_sequences_and_depend_on_arguments() {
    let twice = "
input: {sku: mug}
mocks: {Price: [{throw: Busy, times: 2}, {return: {total: 1}}]}
expect: {calls: {Price: 3}, durationSeconds: 6}
";
    check(twice, &[]);
    let when = "
input: {sku: cup}
mocks: {Price: [{when: {sku: mug}, return: {total: 1}}, {when: {sku: cup}, throw: {error: Unknown, cause: no cups}}]}
expect: {error: Refused, cause: we are sorry, causeIncludes: sorry}
";
    check(when, &[]);
    let used_up = "
input: {sku: mug}
mocks: {Price: [{throw: Busy}]}
expect: {status: FAILED}
";
    let line = "no answer is left in the mock `Price` for the task of `Price`, called with {\"sku\":\"mug\"}";
    check(used_up, &["tasks", line]);
}

#[test]
fn failures_show_what_differs() {
    check(
        "input: {sku: mug}\nexpect: {output: {total: 51, tax: 3}}",
        &["output", "at $.total", "- 51", "+ 50", "at $.tax", "- 3", "+ (nothing)"],
    );
    check(
        "input: {sku: mug}\nexpect: {path: [Price, Size, Wait, Both, Done]}",
        &["path", "Price", "Size", "- Wait", "Both", "Done"],
    );
    check("input: {sku: mug}\nexpect: {error: Refused}", &["status", "- an error", "+ SUCCEEDED"]);
    check(
        "input: {sku: mug}\nmocks: {Price: {throw: Unknown}}",
        &["status", "- SUCCEEDED", "+ FAILED, Refused: we are sorry"],
    );
    check(
        "input: {sku: mug}\nexpect: {calls: {sqs:sendMessage: 2}}",
        &["calls of sqs:sendMessage", "- 2", "+ 1"],
    );
    check(
        "input: {sku: mug}\nexpect: {calls: {Price: {includes: {sku: cup}}}}",
        &["calls of Price", "call 0", "at $.sku", "- \"cup\"", "+ \"mug\""],
    );
    check(
        "input: {sku: mug}\nexpect: {that: $output.total > 50}",
        &["that", "- $output.total > 50", "+ it is false"],
    );
    check("input: {sku: mug}\nexpect: {variables: {total: 5}}", &["variable total", "at $", "- 5", "+ 50"]);
    check("input: {sku: mug}\nexpect: {visits: {Left: 0}}", &["visits of Left", "- 0", "+ 1"]);
}

#[test]
fn files_give_inputs_and_answers() {
    let mocks = r#"{"StateMachines": {"orders": {"TestCases": {"Cheap": {"Price": "Cheap"}}}},
        "MockedResponses": {"Cheap": {"0": {"Return": {"total": 7}}}}}"#;
    let text = "
mocks: {Right: {return: {}}}
cases:
  - name: a mock file
    inputFile: input.json
    mockFile: mocks.json#Cheap
    expect: {output: {total: 7}, history: histories/cheap.json}
";
    let folder = Folder::new()
        .with("orders.asl.json", ORDERS)
        .with("orders.test.yaml", text)
        .with("mocks.json", mocks)
        .with("input.json", r#"{"sku": "mug"}"#);
    let path = folder.path("orders.test.yaml");
    let missing = run(&path);
    assert_eq!(lines(&missing[0])[2], "write it with --update");
    let file = asl_test::TestFile::read(&path).unwrap();
    assert!(file.run(0, true).unwrap().is_updated);
    let again = file.run(0, false).unwrap();
    assert!(again.has_passed(), "{:?}", lines(&again));

    // The history is also a record, which answers the tasks.
    let text = "
cases:
  - name: a record
    inputFile: input.json
    record: histories/cheap.json
    expect: {output: {total: 7}, history: histories/cheap.json}
";
    let folder = folder.with("orders.test.yaml", text);
    let recorded = run(&path);
    assert!(recorded[0].has_passed(), "{:?}", lines(&recorded[0]));
    drop(folder);
}

#[test]
fn machines_run_together() {
    let parent = r#"{"StartAt": "Start", "States": {"Start": {"Type": "Task",
        "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:child", "Input.$": "$"},
        "ResultSelector": {"total.$": "$.Output.total"}, "End": true}}}"#;
    let child = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "Next": "Price"}, "Price": {"Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price", "End": true}}}"#;
    let text = "
with: [{machine: child.asl.json, mocks: {price: {return: {total: 9}}}}]
cases:
  - name: the child runs
    expect: {output: {total: 9}, durationSeconds: {atLeast: 60, atMost: 61}}
  - name: the child is mocked
    mocks: {Start: {return: {Output: {total: 3}}}}
    expect: {output: {total: 3}, durationSeconds: 0}
";
    let folder = Folder::new()
        .with("parent.asl.json", parent)
        .with("child.asl.json", child)
        .with("parent.test.yaml", text);
    for result in run(&folder.path("parent.test.yaml")) {
        assert!(result.has_passed(), "{}: {:?}", result.name, lines(&result));
    }
    let items = covered(&folder.path("parent.test.yaml"));
    let expected = [("parent: Start", 2), ("child: W", 1), ("child: W → Price", 1), ("child: Price", 1)];
    assert_eq!(items, expected.map(|(label, hits)| (label.to_owned(), hits)));
}

/// The parts of the definitions of a test file: their machines, their labels, and how often they were reached.
fn covered(path: &Path) -> Vec<(String, u64)> {
    let files = [TestFile::read(path).unwrap()];
    let coverage = Coverage::of(&run_files(&files, &Options::default()));
    let definitions = coverage.definitions.into_iter();
    let items = definitions.flat_map(|of| {
        of.coverage
            .items
            .into_iter()
            .map(move |item| (format!("{}: {}", of.coverage.machine, item.label), item.hits))
    });
    items.collect()
}

/// The operands of a rule, each with how often it held and did not, for these inputs.
#[track_caller]
fn check_operands(rule: &str, inputs: &[&str], expected: &[(&str, u64, u64)]) {
    let language = if rule.contains("Condition") { "JSONata" } else { "JSONPath" };
    let machine = format!(
        r#"{{"StartAt": "S", "QueryLanguage": "{language}", "States": {{
            "S": {{"Type": "Choice", "Choices": [{{{rule}, "Next": "T"}}], "Default": "T"}}, "T": {{"Type": "Succeed"}}}}}}"#
    );
    let cases: Vec<String> = inputs
        .iter()
        .enumerate()
        .map(|(index, input)| {
            format!(
                "  - {{name: c{index}, input: {input}}}
"
            )
        })
        .collect();
    let folder = Folder::new().with("m.asl.json", &machine).with(
        "m.test.yaml",
        &format!(
            "cases:
{}",
            cases.concat()
        ),
    );
    let items = covered(&folder.path("m.test.yaml"));
    let hits = |operand: &str, verb: &str| {
        let label = format!("m: `{operand}` in rule 0 of S {verb}");
        items.iter().find(|(known, _)| *known == label).unwrap_or_else(|| panic!("{label} in {items:?}")).1
    };
    let found = expected
        .iter()
        .map(|(operand, ..)| (*operand, hits(operand, "holds"), hits(operand, "does not hold")));
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert_eq!(
        items.iter().filter(|(label, _)| label.contains('`')).count(),
        expected.len() * 2,
        "{items:?}"
    );
}

#[test]
fn operands_of_conditions_are_covered() {
    let is = |member: &str, test: &str| format!(r#"{{"Variable": "$.{member}", {test}}}"#);
    let (a, b) = (is("a", r#""NumericGreaterThan": 1"#), is("b", r#""IsPresent": true"#));
    let inputs = ["{a: 1}", "{a: 2}", "{a: 2, b: 0}"];
    check_operands(&format!(r#""And": [{a}, {b}]"#), &inputs, &[("And[0]", 2, 1), ("And[1]", 1, 1)]);
    check_operands(&format!(r#""Or": [{b}, {a}]"#), &inputs, &[("Or[0]", 1, 2), ("Or[1]", 1, 1)]);
    check_operands(&format!(r#""Not": {a}"#), &inputs, &[("Not", 2, 1)]);
    let nested = format!(r#""Or": [{{"Not": {{"And": [{a}, {b}]}}}}, {a}]"#);
    let expected = [
        ("Or[0]", 2, 1),
        ("Or[0]/Not", 1, 2),
        ("Or[0]/Not/And[0]", 2, 1),
        ("Or[0]/Not/And[1]", 1, 1),
        ("Or[1]", 1, 0),
    ];
    check_operands(&nested, &inputs, &expected);
    check_operands(&a[1..a.len() - 1], &inputs, &[]);
    let (a, b) = ("$states.input.a > 1", "$exists($states.input.b)");
    let condition = format!(r#""Condition": "{{% {a} and {b} %}}""#);
    check_operands(&condition, &inputs, &[(a, 2, 1), (b, 1, 1)]);
    check_operands(r#""Condition": "{% $random() > 2 or false %}""#, &inputs, &[]);
}

#[test]
fn a_machine_that_runs_in_circles_ends() {
    let circle = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": "C"}], "Default": "A"},
        "C": {"Type": "Succeed"}}}"#;
    let text = "{\"type\": \"EXPRESS\", \"cases\": [{\"name\": \"circle\", \"expect\": {\"error\": \"States.Runtime\"}}]}";
    let folder = Folder::new().with("circle.asl.json", circle).with("circle.test.json", text);
    let results = run(&folder.path("circle.test.json"));
    assert!(results[0].has_passed(), "{:?}", lines(&results[0]));
}
