//! States into a Parallel state.

use serde_json::json;

use super::{CHILD, J, PARALLEL, TASK, Y, check, extracted, machine, refused, same};
use crate::support::open_at;

#[test]
fn states_in_json() {
    let text = r#"{
  "StartAt": "T",
  "States": {
    «"T": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
      "Next": "Is it 1?"
    },
    "Is it 1?": {
      "Type": "Choice",
      "Choices": [{"Variable": "$.total", "NumericEquals": 1, "Next": "Last"}],
      "Default": "P"
    },
    "P": {"Type": "Pass", "Result": [[]], "Next": "Last"}»,
    "Last": {"Type": "Succeed"}
  }
}
"#;
    let expect = r#"{
  "StartAt": "T group",
  "States": {
    "T group": {
      "Type": "Parallel",
      "Branches": [
        {
          "StartAt": "T",
          "States": {
            "T": {
              "Type": "Task",
              "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
              "Next": "Is it 1?"
            },
            "Is it 1?": {
              "Type": "Choice",
              "Choices": [{"Variable": "$.total", "NumericEquals": 1, "Next": "T end"}],
              "Default": "P"
            },
            "P": {"Type": "Pass", "Result": [[]], "End": true},
            "T end": {
              "Type": "Succeed"
            }
          }
        }
      ],
      "OutputPath": "$[0]",
      "Next": "Last"
    },
    "Last": {"Type": "Succeed"}
  }
}
"#;
    check(J, text, PARALLEL, expect);
}

#[test]
fn states_in_one_line() {
    check(
        J,
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, «"B": {"Type": "Pass", "Output": "{% [$states.input] %}", "Next": "C"}, "C": {"Type": "Pass", "End": true}»}}"#,
        PARALLEL,
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B group"}, "B group": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "Output": "{% [$states.input] %}", "Next": "C"}, "C": {"Type": "Pass", "End": true}}}], "Output": "{% $states.result[0] %}", "End": true}}}"#,
    );
}

#[test]
fn states_in_yaml() {
    let text = "# orders
StartAt: 'A'
States:
  # the first
  «A:
    Type: Pass # passes
    Comment: |
      # not a comment
        deeper

    Next: T
  # the second
  T:
    Type: Task
    Resource: arn:aws:lambda:us-east-1:123456789012:function:f
    Catch:
      - ErrorEquals: [States.ALL]
        Next: B # it broke
    Next: B # it is done»
  # the third
  B:
    Type: Succeed
";
    let expect = "# orders
StartAt: 'A group'
States:
  # the first
  A group:
    Type: Parallel
    Branches:
      - StartAt: A
        States:
          A:
            Type: Pass # passes
            Comment: |
              # not a comment
                deeper

            Next: T
          # the second
          T:
            Type: Task
            Resource: arn:aws:lambda:us-east-1:123456789012:function:f
            Catch:
              - ErrorEquals: [States.ALL]
                Next: A end # it broke
            End: true # it is done
          A end:
            Type: Succeed
    OutputPath: $[0]
    Next: B
  # the third
  B:
    Type: Succeed
";
    check(Y, text, PARALLEL, expect);
    // In brackets.
    check(
        Y,
        "StartAt: A\nStates: {«A: {Type: Pass, Next: B}», B: {Type: Succeed}}\n",
        PARALLEL,
        "StartAt: A group\nStates: {\"A group\": {\"Type\": \"Parallel\", \"Branches\": [{\"StartAt\": \"A\", \"States\": {A: {Type: Pass, End: true}}}], \"OutputPath\": \"$[0]\", \"Next\": \"B\"}, B: {Type: Succeed}}\n",
    );
}

#[test]
fn tags_and_templates() {
    let template = "Resources:
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      Layers: [!Ref A]
      Definition:
        StartAt: A
        States:
          «A:
            Type: Task
            Resource: !GetAtt F.Arn # the function
            Parameters: {x: !Ref B, y: [!Sub '${C}']}
            Next: B»
          B: {Type: Succeed}
";
    let after = extracted("template.yaml", template, PARALLEL).unwrap_or_else(|reason| panic!("{reason}"));
    assert!(
        after.text.contains(
            "                  A:
                    Type: Task
                    Resource: !GetAtt F.Arn # the function
                    Parameters: {x: !Ref B, y: [!Sub '${C}']}
                    End: true
"
        ),
        "{}",
        after.text
    );
    let embedded = "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: |\n        {\"StartAt\": \"A\", \"States\": {\n          «\"A\": {\"Type\": \"Pass\",\n            \"End\": true}»}}\n";
    let after = extracted("template.yaml", embedded, PARALLEL).unwrap_or_else(|reason| panic!("{reason}"));
    let opened = open_at("file:///nowhere/template.yaml", &after.text, &json!({}));
    assert_eq!(opened.diagnostics(), Vec::<String>::new(), "{}", after.text);
    refused(
        "template.yaml",
        template,
        CHILD,
        "only the definition of a file of its own can be divided into two files",
    );
}

#[test]
fn regions_that_are_none() {
    let two_ways = r#"«"S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "V"}], "Default": "W"}», "V": {"Type": "Succeed"}, "W": {"Type": "Succeed"}"#;
    refused(J, &machine("JSONPath", two_ways), PARALLEL, "they lead to `V` and `W`");
    let handler = format!(
        r#"«"S": {{"Type": "Pass", "Next": "T"}}, "T": {{{TASK}, "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "W"}}], "Next": "V"}}», "V": {{"Type": "Succeed"}}, "W": {{"Type": "Succeed"}}"#
    );
    refused(J, &machine("JSONPath", &handler), PARALLEL, "they lead to `V` and `W`");
    let in_the_middle = r#""S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "V"}], "Default": "W"}, «"V": {"Type": "Pass", "Next": "W"}, "W": {"Type": "Succeed"}»"#;
    refused(J, &machine("JSONPath", in_the_middle), PARALLEL, "they are entered at `V` and `W`");
    let ends = r#"«"S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "V"}], "Default": "W"}, "V": {"Type": "Succeed"}», "W": {"Type": "Succeed"}"#;
    refused(J, &machine("JSONPath", ends), PARALLEL, "they lead to `W`, but `V` ends the machine");
    refused(
        J,
        r#"{"StartAt": "S", "States": {«"S": {"Type": "Pass", "End": true}»}"#,
        PARALLEL,
        "the text has errors, or forms of YAML such as aliases that edits do not know",
    );
    // Not a whole name.
    refused(
        J,
        &machine("JSONPath", r#""«S»": {"Type": "Succeed"}"#)
            .replace("«S»", "S")
            .replace("Succeed", "Suc«ce»ed"),
        PARALLEL,
        "no action",
    );
}

#[test]
fn variables_of_a_region() {
    let read = r#"«"S": {"Type": "Pass", "Assign": {"x": 1}, "Next": "V"}», "V": {"Type": "Pass", "Output": "{% $x %}", "End": true}"#;
    refused(J, &machine("JSONata", read), PARALLEL, "the variable `x` is read by other states");
    let inner = r#"«"S": {"Type": "Pass", "Assign": {"x": 1}, "Next": "V"}», "V": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% $x %}", "End": true}}}]}"#;
    refused(J, &machine("JSONata", inner), PARALLEL, "the variable `x` is read by other states");
    let assigned = r#""S": {"Type": "Pass", "Assign": {"x": 1}, "Next": "V"}, «"V": {"Type": "Pass", "Assign": {"x": 2}, "End": true}»"#;
    refused(J, &machine("JSONata", assigned), PARALLEL, "the variable `x` is assigned by other states, too");
    let again = r#"«"S": {"Type": "Pass", "Assign": {"x": "{% $exists($x) ? $x + 1 : 1 %}"}, "Output": "{% $exists($x) ? $x : 0 %}", "Next": "V"}», "V": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input > 3 %}", "Next": "W"}], "Default": "S"}, "W": {"Type": "Succeed"}"#;
    refused(
        J,
        &machine("JSONata", again),
        PARALLEL,
        "the states are entered again, with the last value of the variable `x`",
    );
    // Inside, and around.
    let own = r#""S": {"Type": "Pass", "Assign": {"y": [[]]}, "Next": "V"}, «"V": {"Type": "Pass", "Assign": {"x": "{% $y %}"}, "Next": "W"}, "W": {"Type": "Pass", "Output": {"x": "{% $x %}", "y": "{% $y %}"}, "End": true}»"#;
    let text = machine("JSONata", own);
    let after = extracted(J, &text, PARALLEL).unwrap_or_else(|reason| panic!("{reason}"));
    same(J, &text.replace(['«', '»'], ""), &after.text, PARALLEL);
}

#[test]
fn errors_and_the_context_of_a_region() {
    for (language, states) in [
        ("JSONPath", format!(r#"«"S": {{"Type": "Pass", "Parameters": {{"s.$": "$$.State.Name", "e.$": "$$.Execution.Input"}}, "Next": "T"}}, "T": {{{TASK}, "TimeoutSeconds": 5, "Retry": [{{"ErrorEquals": ["Broken"], "MaxAttempts": 2}}], "Next": "V"}}», "V": {{"Type": "Pass", "End": true}}"#)),
        ("JSONata", format!(r#"«"S": {{"Type": "Pass", "Output": {{"s": "{{% $states.context.State.Name %}}"}}, "Next": "T"}}, "T": {{{TASK}, "Next": "V"}}», "V": {{"Type": "Pass", "End": true}}"#)),
        ("JSONPath", r#"«"S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "W"}], "Default": "V"}, "W": {"Type": "Fail", "Error": "Bad", "Cause": "why"}», "V": {"Type": "Pass", "End": true}"#.to_owned()),
        ("JSONPath", r#"«"S": {"Type": "Choice", "Choices": [{"Variable": "$.a", "StringEquals": "x", "Next": "V"}]}», "V": {"Type": "Pass", "End": true}"#.to_owned()),
        ("JSONPath", r#"«"S": {"Type": "Pass", "InputPath": "$.c.d", "Next": "V"}», "V": {"Type": "Pass", "End": true}"#.to_owned()),
        ("JSONata", r#"«"S": {"Type": "Pass", "Output": "{% $states.input.c.d %}", "Next": "V"}», "V": {"Type": "Pass", "End": true}"#.to_owned()),
        // In an iteration.
        ("JSONPath", r#""S": {"Type": "Map", "ItemsPath": "$.items", "ItemProcessor": {"StartAt": "I", "States": {«"I": {"Type": "Pass", "Parameters": {"i.$": "$$.Map.Item.Index"}, "Next": "K"}», "K": {"Type": "Pass", "End": true}}}, "End": true}"#.to_owned()),
    ] {
        let text = machine(language, &states);
        let after = extracted(J, &text, PARALLEL).unwrap_or_else(|reason| panic!("{reason}\n{text}"));
        same(J, &text.replace(['«', '»'], ""), &after.text, PARALLEL);
    }
}
