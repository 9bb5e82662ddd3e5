//! What is proposed where, and what accepting it writes.

use crate::support::open;

/// Checks that the first proposals at the mark are these, in this order.
#[track_caller]
fn first(name: &str, text: &str, expect: &[&str]) {
    let labels = open(name, text).labels();
    let shown: Vec<&str> = labels.iter().map(String::as_str).take(expect.len()).collect();
    assert_eq!(shown, expect, "all: {labels:?}");
}

/// Checks that all proposals at the mark are these.
#[track_caller]
fn only(name: &str, text: &str, expect: &[&str]) {
    assert_eq!(open(name, text).labels(), expect);
}

/// Checks what is among the proposals, and what is not.
#[track_caller]
fn has(name: &str, text: &str, expect: &[&str], not: &[&str]) {
    let labels = open(name, text).labels();
    for label in expect {
        assert!(labels.iter().any(|found| found == label), "`{label}` is not among {labels:?}");
    }
    for label in not {
        assert!(!labels.iter().any(|found| found == label), "`{label}` is among {labels:?}");
    }
}

/// Checks the text after a proposal was accepted.
#[track_caller]
fn accept(name: &str, text: &str, label: &str, expect: &str) {
    assert_eq!(open(name, text).accepted(label), expect);
}

const J: &str = "a.asl.json";
const Y: &str = "a.asl.yaml";

#[test]
fn names_of_states() {
    let states = r#""States": {"A": {"Type": "Pass", "Next": "‸"}, "B": {"Type": "Succeed"}, "C c": {"Type": "Fail"}}}"#;
    only(J, &format!(r#"{{"StartAt": "A", {states}"#), &["B", "C c", "A"]);
    only(J, r#"{"StartAt": ‸, "States": {"A": {"Type": "Pass"}, "B": {}}}"#, &["A", "B"]);
    accept(
        J,
        r#"{"StartAt": ‸, "States": {"A": {"Type": "Pass"}}}"#,
        "A",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}"#,
    );
    accept(
        J,
        r#"{"StartAt": "x‸y", "States": {"A": {"Type": "Pass"}}}"#,
        "A",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}"#,
    );
    only(Y, "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: ‸\n  B:\n    Type: Succeed\n", &["B", "A"]);
    only(
        Y,
        "StartAt: A\nStates:\n  A:\n    Type: Choice\n    Choices:\n      - Next: ‸\n  B b:\n    Type: Succeed\n",
        &["B b", "A"],
    );
    accept(
        Y,
        "StartAt: ‸\nStates:\n  B b:\n    Type: Succeed\n",
        "B b",
        "StartAt: B b\nStates:\n  B b:\n    Type: Succeed\n",
    );
    // A catcher of a branch sees the states of the branch.
    let branch = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "I", "States": {
        "I": {"Type": "Task", "Catch": [{"ErrorEquals": ["x"], "Next": "‸"}]}, "J": {"Type": "Succeed"}}}]}}}"#;
    only(J, branch, &["J", "I"]);
    only(J, r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Default": "‸"#, &["A"]);
}

#[test]
fn fields_by_type_and_language() {
    first(J, r#"{"StartAt": "A", "States": {"A": {"Type": "Task", ‸}}}"#, &["Resource", "Comment"]);
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", ‸}}}"#,
        &["Parameters", "ResultPath", "Catch", "Next"],
        &["Arguments", "Choices", "Type", "Output"],
    );
    has(
        J,
        r#"{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Task", "‸"}}}"#,
        &["Arguments", "Output", "Retry"],
        &["Parameters", "ResultPath"],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", "QueryLanguage": "JSONata", "A‸"}}}"#,
        &["Arguments"],
        &["Parameters"],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Choice", "Choices": [{‸}]}}}"#,
        &["Next", "Variable", "StringEquals", "And"],
        &["Condition", "Resource"],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {‸}}}}}"#,
        &["Mode", "ExecutionType"],
        &["Next"],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", "Retry": [{"‸"}]}}}"#,
        &["ErrorEquals", "BackoffRate", "JitterStrategy"],
        &["Next"],
    );
    has(J, "{‸}", &["StartAt", "States", "QueryLanguage", "TimeoutSeconds"], &["Type"]);
    has(
        Y,
        "StartAt: A\nStates:\n  A:\n    Type: Wait\n    ‸\n",
        &["Seconds", "TimestampPath", "Next"],
        &["Resource", "Type"],
    );
    has(
        Y,
        "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Sec‸\n  B:\n    Type: Pass\n",
        &["Seconds", "SecondsPath"],
        &["Type"],
    );
    has(
        Y,
        "States:\n  A:\n    Type: Task\n    Retry:\n      - ErrorEquals: [x]\n        ‸\n",
        &["MaxAttempts"],
        &["ErrorEquals", "Next"],
    );
    has(
        Y,
        "States:\n  A:\n    Type: Task\n    Catch:\n      - ‸\n",
        &["ErrorEquals", "Next"],
        &["MaxAttempts"],
    );
    has(Y, "‸\n", &["StartAt", "States"], &["Type"]);
}

#[test]
fn accepted_fields_leave_json() {
    accept(
        J,
        r#"{"States": {"A": {"Type": "Pass" ‸}}}"#,
        "End",
        r#"{"States": {"A": {"Type": "Pass", "End": true}}}"#,
    );
    accept(
        J,
        r#"{"States": {"A": {‸ "Type": "Pass"}}}"#,
        "End",
        r#"{"States": {"A": {"End": true, "Type": "Pass"}}}"#,
    );
    accept(
        J,
        r#"{"States": {"A": {"Type": "Pass", "E‸"}}}"#,
        "End",
        r#"{"States": {"A": {"Type": "Pass", "End": true}}}"#,
    );
    accept(
        J,
        r#"{"States": {"A": {"Type": "Task", "Reso‸": "x"}}}"#,
        "Resource",
        r#"{"States": {"A": {"Type": "Task", "Resource": "x"}}}"#,
    );
    accept(
        J,
        r#"{"States": {"A": {"Type": "Task", ‸}}}"#,
        "Retry",
        r#"{"States": {"A": {"Type": "Task", "Retry": [$1]}}}"#,
    );
    accept(
        Y,
        "States:\n  A:\n    Type: Task\n    Re‸\n",
        "Resource",
        "States:\n  A:\n    Type: Task\n    Resource: $1\n",
    );
    accept(
        Y,
        "States:\n  A:\n    Type: Task\n    ‸\n",
        "Retry",
        "States:\n  A:\n    Type: Task\n    Retry: \n  - $1\n",
    );
}

#[test]
fn words_of_the_language() {
    first(J, r#"{"States": {"A": {"Type": "‸"}}}"#, &["Task", "Pass", "Choice"]);
    only(J, r#"{"QueryLanguage": "‸"}"#, &["JSONPath", "JSONata"]);
    only(J, r#"{"States": {"A": {"Type": "Task", "Retry": [{"JitterStrategy": ‸}]}}}"#, &["NONE", "FULL"]);
    only(J, r#"{"States": {"A": {"Type": "Pass", "End": ‸}}}"#, &["true", "false"]);
    only(Y, "States:\n  A:\n    Type: Pass\n    End: ‸\n", &["true", "false"]);
    only(
        Y,
        "States:\n  A:\n    Type: Map\n    ItemProcessor:\n      ProcessorConfig:\n        Mode: ‸\n",
        &["INLINE", "DISTRIBUTED"],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", "Catch": [{"ErrorEquals": ["States.Timeout", "‸"]}]}, "F": {"Type": "Fail", "Error": "Broke"}}}"#,
        &["States.ALL", "States.TaskFailed", "Broke"],
        &["States.Timeout"],
    );
}

#[test]
fn whole_states() {
    let expect = "{\"StartAt\": \"A\", \"States\": {\n  \"${1:Wait}\": {\n  \"Type\": \"Wait\",\n  \"Seconds\": ${2:10},\n  \"Next\": \"$9\"\n\\}\n}}";
    accept(J, "{\"StartAt\": \"A\", \"States\": {\n  ‸\n}}", "Wait state", expect);
    has(
        J,
        r#"{"StartAt": "Begin", "States": {‸}}"#,
        &["Begin", "Task: Lambda function state", "Map state"],
        &["Resource"],
    );
    let expect = "StartAt: A\nStates:\n  ${1:Succeed}:\n  Type: Succeed\n";
    accept(Y, "StartAt: A\nStates:\n  ‸\n", "Succeed state", expect);
}

#[test]
fn resources_and_their_parameters() {
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", "Resource": "‸"}}}"#,
        &[
            "arn:aws:states:::lambda:invoke",
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "arn:aws:states:::aws-sdk:",
        ],
        &["arn:aws:states:::sqs:sendMessage.sync"],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:‸"}}}"#,
        &["arn:aws:states:::aws-sdk:s3:"],
        &[],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:‸"}}}"#,
        &["arn:aws:states:::aws-sdk:sqs:sendMessage"],
        &["arn:aws:states:::aws-sdk:sqs:addNothing"],
    );
    first(
        J,
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {‸}}}}"#,
        &["QueueUrl", "QueueUrl.$", "MessageBody", "MessageBody.$"],
    );
    has(
        J,
        r#"{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:sendMessage",
        "Arguments": {"QueueUrl": "x", ‸}}}}"#,
        &["MessageBody"],
        &["QueueUrl", "MessageBody.$"],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"MessageAttributes": {"x": {‸}}}}}}"#,
        &["DataType"],
        &["QueueUrl"],
    );
    has(
        J,
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"InvocationType": "‸"}}}}"#,
        &["Event", "RequestResponse"],
        &[],
    );
    has(
        Y,
        "States:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::sqs:sendMessage\n    Parameters:\n      ‸\n",
        &["QueueUrl"],
        &["Resource"],
    );
    only(
        J,
        r#"{"States": {"A": {"Type": "Map", "ItemReader": {"Resource": "‸"}}}}"#,
        &["arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2"],
    );
}

#[test]
fn jsonata() {
    let state = |fields: &str| {
        format!(
            r#"{{"QueryLanguage": "JSONata", "States": {{"A": {{"Type": "Task", "Assign": {{"total": 1}}, {fields}}}}}}}"#
        )
    };
    has(J, &state(r#""Output": "{% $‸ %}""#), &["$states", "$total", "$sum", "$partition"], &["$eval"]);
    only(J, &state(r#""Output": "{% $states.‸ %}""#), &["input", "context", "result"]);
    only(J, &state(r#""Arguments": "{% $states.‸ %}""#), &["input", "context"]);
    only(J, &state(r#""Catch": [{"Output": "{% $states.‸ %}"}]"#), &["input", "context", "errorOutput"]);
    only(J, &state(r#""Output": "{% $states.context.Map.Item.‸"#), &["Index", "Value", "Key", "Source"]);
    has(J, &state(r#""Output": "{% ($x := 5; $‸) %}""#), &["$x", "$total"], &[]);
    only(J, &state(r#""Output": "{% 'text $‸' %}""#), &[]);
    only(J, &state(r#""Comment": "plain $‸""#), &[]);
    accept(J, &state(r#""Output": "{% $su‸ %}""#), "$sum", &state(r#""Output": "{% \$sum($1) %}""#));
    accept(J, &state(r#""Output": "{% 1 + $to‸ %}""#), "$total", &state(r#""Output": "{% 1 + \$total %}""#));
    has(
        Y,
        "QueryLanguage: JSONata\nStates:\n  A:\n    Type: Pass\n    Output: \"{% $states.input & $‸ %}\"\n",
        &["$uppercase"],
        &[],
    );
    has(
        Y,
        "QueryLanguage: JSONata\nStates:\n  A:\n    Type: Pass\n    Output: >-\n      {%\n        $‸\n      %}\n",
        &["$uppercase"],
        &[],
    );
    accept(
        Y,
        "QueryLanguage: JSONata\nStates:\n  A:\n    Type: Pass\n    Output: |\n      {%\n        $upp‸\n",
        "$uppercase",
        "QueryLanguage: JSONata\nStates:\n  A:\n    Type: Pass\n    Output: |\n      {%\n        \\$uppercase($1)\n",
    );
}

#[test]
fn jsonpath() {
    let state = |fields: &str| {
        format!(r#"{{"States": {{"A": {{"Type": "Task", "Assign": {{"total.$": "$.n"}}, {fields}}}}}}}"#)
    };
    has(J, &state(r#""InputPath": "‸""#), &["$.", "$$.", "$total"], &["States.Format"]);
    has(J, &state(r#""Parameters": {"a.$": "‸"}"#), &["$.", "States.Format", "$total"], &[]);
    has(
        J,
        &state(r#""Parameters": {"a.$": "States.Format('{}', ‸)"}"#),
        &["$.", "States.UUID", "$total"],
        &[],
    );
    only(J, &state(r#""Parameters": {"a.$": "States.Format('{} ‸"}"#), &[]);
    only(J, &state(r#""Parameters": {"a.$": "$$.State.‸"}"#), &["Name", "EnteredTime", "RetryCount"]);
    accept(
        J,
        &state(r#""Parameters": {"a.$": "States.Fo‸"}"#),
        "States.Format",
        &state(r#""Parameters": {"a.$": "States.Format($1)"}"#),
    );
    accept(J, &state(r#""OutputPath": "$to‸""#), "$total", &state(r#""OutputPath": "\$total""#));
}

#[test]
fn variables_follow_scope() {
    let text = r#"{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Pass", "Assign": {"outer": 1}},
        "P": {"Type": "Parallel", "Branches": [{"States": {"X": {"Type": "Pass", "Assign": {"inner": 1}, "Output": "{% $‸ %}"}}},
        {"States": {"Y": {"Type": "Pass", "Assign": {"other": 1}}}}]}}}"#;
    has(J, text, &["$outer", "$inner"], &["$other"]);
}

#[test]
fn inside_templates() {
    let template = "Resources:\n  Machine:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition:\n        StartAt: A\n        States:\n          A:\n            Type: Pass\n            ‸\n";
    has("template.yaml", template, &["Next", "Result"], &["StartAt"]);
    let template = "Resources:\n  Machine:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub |\n        {\n          \"StartAt\": \"A\",\n          \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"‸\"}, \"B\": {}}\n        }\n";
    only("template.yaml", template, &["B", "A"]);
    let template = r#"{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {"StartAt": "‸", "States": {"A": {}}}}}}}"#;
    only("template.json", template, &["A"]);
}

#[test]
fn test_files() {
    has("a.test.yaml", "cases:\n  - name: x\n    ‸\n", &["input", "mocks", "expect"], &["name", "Type"]);
    has(
        "a.test.json",
        r#"{"cases": [{"name": "x", "expect": {‸}}]}"#,
        &["status", "output", "path"],
        &["mocks"],
    );
}

#[test]
fn plain_clients_get_plain_text() {
    let mut opened = crate::support::open_at(
        "file:///a.asl.json",
        r#"{"States": {"A": {"Type": "Task", ‸}}}"#,
        &serde_json::json!({}),
    );
    assert_eq!(opened.accepted("Resource"), r#"{"States": {"A": {"Type": "Task", "Resource": ""}}}"#);
}
