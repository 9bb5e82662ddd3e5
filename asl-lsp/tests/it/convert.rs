//! States of JSONPath as states of JSONata: the same executions, or a reason.

use asl_model::Source;
use asl_test::{Machine, Mocks, returns, throws};
use asl_value::Value;
use serde_json::json;

use crate::support::{edited, open};

/// The text of a machine whose second state has these fields, with the cursor in it.
fn machine(state: &str) -> String {
    format!(
        "{{\n  \"StartAt\": \"S\",\n  \"States\": {{\n    \"S\": {{\"Type\": \"Choice\", \"Choices\": [{{\"Variable\": \"$.never\", \"IsPresent\": true, \"Next\": \"C\"}}, {{\"Variable\": \"$.no\", \"IsPresent\": true, \"Next\": \"B\"}}], \"Default\": \"A\"}},\n    \"A\": {{‸{state}}},\n    \"B\": {{\"Type\": \"Succeed\"}},\n    \"C\": {{\"Type\": \"Pass\", \"Result\": \"c\", \"End\": true}}\n  }}\n}}"
    )
}

fn converted(text: &str) -> Result<String, String> {
    let mut opened = open("a.asl.json", text);
    let edit = opened.try_ask("asl/convertToJsonata", json!({}))?;
    let edits = edit["changes"][&opened.uri].as_array().unwrap().clone();
    Ok(edited(&opened.text, &edits))
}

/// Converts a state, and runs both forms with each input: output, path, calls and variables must be the same.
#[track_caller]
fn check(state: &str, inputs: &[&str]) {
    let before = machine(state).replace('‸', "");
    let after = converted(&machine(state)).unwrap();
    assert!(after.contains("\"QueryLanguage\": \"JSONata\""), "{after}");
    assert_eq!(open("a.asl.json", &after).diagnostics(), Vec::<String>::new(), "{after}");
    let answer = || -> Value {
        Value::parse(r#"{"total": 42, "lines": [{"sku": "a"}], "empty": [], "n": null, "one": [1]}"#).unwrap()
    };
    for input in inputs {
        for fails in [false, true] {
            let run = |text: &str| {
                let answers = if fails {
                    asl_test::Answers::from(throws("Broken", "it broke"))
                } else {
                    returns(answer()).into()
                };
                let run = Machine::new("m", Source::json(text))
                    .unwrap()
                    .run(Value::parse(input).unwrap(), Mocks::new().task("A", answers));
                let calls: Vec<String> = run.calls("A").iter().map(|call| call.to_json()).collect();
                format!(
                    "{:?}\n{:?}\n{calls:?}\n{:?}\n{:?}",
                    run.outcome(),
                    run.path(),
                    run.variables(),
                    run.duration()
                )
            };
            assert_eq!(run(&after), run(&before), "{input}\n{after}");
        }
    }
}

#[track_caller]
fn refused(state: &str, reason: &str) {
    assert_eq!(converted(&machine(state)).unwrap_err(), format!("`A`: {reason}"));
}

const TASK: &str = r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f""#;
const INPUTS: &[&str] = &[
    r#"{"a": {"b": [1, 2], "c d": "x", "n": null}, "list": [{"x": 1}], "empty": [], "single": [[7]], "total": 3}"#,
    r#"{"a": {"b": ["y", []], "c d": [], "n": 0}, "list": [], "empty": [1], "single": [{}], "total": "z"}"#,
];

#[test]
fn tasks() {
    check(&format!(r#"{TASK}, "Next": "B""#), INPUTS);
    check(&format!(r#"{TASK}, "InputPath": "$.a", "ResultPath": "$.price", "Next": "B""#), INPUTS);
    check(&format!(r#"{TASK}, "InputPath": "$.a['c d']", "ResultPath": null, "Next": "B""#), INPUTS);
    check(
        &format!(
            r#"{TASK}, "Parameters": {{"x.$": "$.a.b[0]", "y": ["k", {{"z.$": "$.a['c d']"}}], "e.$": "$.empty", "s.$": "$.single", "w.$": "$"}}, "OutputPath": "$.lines[0].sku", "Next": "B""#
        ),
        INPUTS,
    );
    check(
        &format!(
            r#"{TASK}, "ResultSelector": {{"t.$": "$.total", "l.$": "$.lines", "n.$": "$.n", "one.$": "$.one"}}, "Next": "B""#
        ),
        INPUTS,
    );
    check(
        &format!(
            r#"{TASK}, "ResultSelector": {{"t.$": "$.total", "k": [1, "x"]}}, "ResultPath": "$.result", "Next": "B""#
        ),
        INPUTS,
    );
    check(&format!(r#"{TASK}, "ResultPath": "$.total", "OutputPath": "$.total.lines", "Next": "B""#), INPUTS);
    check(&format!(r#"{TASK}, "OutputPath": null, "Next": "B""#), INPUTS);
    check(
        &format!(
            r#"{TASK}, "Assign": {{"v.$": "$.total", "w": 1, "i.$": "$$.Execution.Input.a"}}, "Next": "B""#
        ),
        INPUTS,
    );
    check(
        &format!(
            r#"{TASK}, "Catch": [{{"ErrorEquals": ["Broken"], "ResultPath": "$.error", "Next": "C"}}], "Next": "B""#
        ),
        INPUTS,
    );
    check(
        &format!(
            r#"{TASK}, "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "B", "Assign": {{"e.$": "$.Error"}}}}], "Next": "B""#
        ),
        INPUTS,
    );
    check(
        &format!(
            r#"{TASK}, "Catch": [{{"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "B"}}], "Next": "B""#
        ),
        INPUTS,
    );
    check(
        &format!(
            r#"{TASK}, "Parameters": {{"n.$": "States.ArrayLength($.list)"}}, "Retry": [{{"ErrorEquals": ["Broken"], "MaxAttempts": 1}}], "Next": "B""#
        ),
        INPUTS,
    );
}

#[test]
fn states_without_work() {
    check(r#""Type": "Pass", "Result": {"k": [1, "x"]}, "ResultPath": "$.new", "Next": "B""#, INPUTS);
    check(r#""Type": "Pass", "Parameters": {"x.$": "$.list", "y": null}, "Next": "B""#, INPUTS);
    check(r#""Type": "Pass", "InputPath": "$.a", "Next": "B""#, INPUTS);
    check(r#""Type": "Pass", "InputPath": "$.a", "OutputPath": "$.b", "Next": "B""#, INPUTS);
    check(r#""Type": "Pass", "Comment": "nothing", "Next": "B""#, INPUTS);
    check(
        r#""Type": "Wait", "SecondsPath": "$.seconds", "OutputPath": "$.x", "Next": "B""#,
        &[r#"{"seconds": 7, "x": [1]}"#],
    );
    check(r#""Type": "Wait", "Seconds": 5, "Assign": {"v.$": "$.a.b"}, "Next": "B""#, INPUTS);
    check(r#""Type": "Succeed", "InputPath": "$.a", "OutputPath": "$.b""#, INPUTS);
    check(r#""Type": "Fail", "ErrorPath": "$.e", "CausePath": "$.c""#, &[r#"{"e": "Bad", "c": "why"}"#]);
    check(
        r#""Type": "Parallel", "Branches": [{"StartAt": "X", "States": {"X": {"Type": "Pass", "OutputPath": "$.a", "End": true}}}], "ResultSelector": {"first.$": "$[0]"}, "ResultPath": "$.p", "Next": "B""#,
        INPUTS,
    );
}

#[test]
fn choices() {
    let rule =
        |rule: &str| format!(r#""Type": "Choice", "Choices": [{{{rule}, "Next": "C"}}], "Default": "B""#);
    for test in [
        r#""Variable": "$.total", "NumericEquals": 3"#,
        r#""Variable": "$.total", "NumericGreaterThan": 2"#,
        r#""Variable": "$.total", "StringEquals": "z""#,
        r#""Variable": "$.nothing", "IsPresent": true"#,
        r#""Variable": "$.a.n", "IsNull": true"#,
        r#""Variable": "$.total", "IsString": false"#,
        r#""Not": {"And": [{"Variable": "$.a", "IsPresent": true}, {"Or": [{"Variable": "$.total", "IsNumeric": true}, {"Variable": "$.a.n", "IsBoolean": true}]}]}"#,
        r#""Variable": "$.total", "NumericLessThanEqualsPath": "$.total""#,
    ] {
        check(&rule(test), INPUTS);
    }
    refused(&rule(r#""Variable": "$.a", "StringMatches": "x*""#), "`StringMatches` has no exact counterpart");
    for field in ["InputPath", "OutputPath"] {
        refused(
            &format!(r#"{}, "{field}": "$.a""#, rule(r#""Variable": "$.total", "NumericEquals": 3"#)),
            &format!(
                "`{field}` of a Choice is for all its rules, but in JSONata a rule that matches has its own output"
            ),
        );
    }
}

#[test]
fn what_is_not_exact_is_refused() {
    refused(
        &format!(r#"{TASK}, "Parameters": {{"x.$": "$..b"}}, "Next": "B""#),
        "`$..b` is more than names and indices",
    );
    refused(
        &format!(r#"{TASK}, "Parameters": {{"x.$": "$.a[*]"}}, "Next": "B""#),
        "`$.a[*]` is more than names and indices",
    );
    refused(
        &format!(r#"{TASK}, "Parameters": {{"x.$": "States.Format('{{}}', $.a)"}}, "Next": "B""#),
        "`States.Format` has no exact counterpart",
    );
    refused(
        &format!(r#"{TASK}, "Parameters": {{"x": "{{% 1 %}}"}}, "Next": "B""#),
        "`a template` contains the text `{% 1 %}`, which JSONata would evaluate",
    );
    refused(
        &format!(r#"{TASK}, "ResultPath": "$.a.b", "Next": "B""#),
        "`ResultPath` `$.a.b` is not one field of the input",
    );
    refused(&format!(r#"{TASK}, "InputPath": null, "Next": "B""#), "`InputPath` is null");
    refused(
        r#""Type": "Map", "ItemProcessor": {}, "Next": "B""#,
        "a Map is not converted: its items and its iterations read their input in several places",
    );
    assert_eq!(converted("{‸").unwrap_err(), "there is no state of JSONPath here");
}

#[test]
fn in_yaml() {
    let text = "StartAt: A\nStates:\n  A:\n    Type: Pa‸ss\n    Parameters:\n      x.$: $.a\n      y: [1]\n    Next: B\n  B:\n    Type: Succeed\n";
    let mut opened = open("a.asl.yaml", text);
    let edit = opened.ask("asl/convertToJsonata", json!({}));
    let after = edited(&opened.text, edit["changes"][&opened.uri].as_array().unwrap());
    let expect = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    QueryLanguage: JSONata\n    Output:\n      x: \"{% $states.input.a %}\"\n      \"y\": [1]\n    Next: B\n  B:\n    Type: Succeed\n";
    assert_eq!(after, expect);
}

#[test]
fn what_a_value_does_not_hold_is_not_lost() {
    let reason = "the text has errors, or forms of YAML that edits do not know: aliases, or a tag, an anchor or a comment in the state";
    let convert = |state: &str| {
        let text = format!("StartAt: A\nStates:\n  A:‸{state}\n  # about B\n  B:\n    Type: Succeed\n");
        open("a.asl.yaml", &text).try_ask("asl/convertToJsonata", json!({}))
    };
    for state in [
        " # first\n    Type: Pass\n    Next: B",
        "\n    Type: Pass\n    # where it leads\n    Next: B",
        "\n    Type: Pass # nothing\n    Next: B",
        "\n    Type: Pass\n    Result: &r {a: 1}\n    Next: B",
        "\n    Type: Pass\n    Result: {a: !!str 1}\n    Next: B",
        "\n    Type: Pass\n    Result: [a, # first\n      b]\n    Next: B",
        "\n    Type: Pass\n    Comment: | # text\n      a\n    Next: B",
        " {Type: Pass, Comment: !!str x, Next: B}",
    ] {
        assert_eq!(convert(state).unwrap_err(), reason, "{state}");
    }
    for state in [
        "\n    Type: Pass\n    Comment: 'a # & !b'\n    Result: {k: x&y!}\n    Next: B # last",
        "\n    Type: Pass\n    Comment: |\n      # text & more!\n      a\n    Next: B",
    ] {
        assert!(convert(state).is_ok(), "{state}: {:?}", convert(state));
    }
    let template = "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: A\n        States:\n          A:\n            Type: Ta‸sk\n            Resource: !GetAtt F.Arn\n            End: true\n";
    assert_eq!(
        open("template.yaml", template).try_ask("asl/convertToJsonata", json!({})).unwrap_err(),
        reason
    );
}
