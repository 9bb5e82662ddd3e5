//! States into another state machine.

use asl_model::Source;
use asl_test::{Machine, Mocks, returns};
use asl_value::Value;

use super::{CHILD, INPUTS, J, Y, extracted, machine, refused};

/// Checks the output of two machines against that of one: the task gets what the execution of the other one yields.
#[track_caller]
fn runs_in_two(whole: &str, parent: &str, child: &str, input: &str) {
    let machine =
        |text: &str| Machine::new("m", Source::json(text)).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let output = |run: asl_test::TestRun| match run.outcome() {
        asl_engine::Outcome::Succeeded(output) => output.clone(),
        other => panic!("{other:?}"),
    };
    let input = || Value::parse(input).unwrap();
    let parent =
        machine(&parent.replace("${CheckItArn}", "arn:aws:states:us-east-1:123456789012:stateMachine:c"));
    let begun = parent.run(
        input(),
        Mocks::new().task("Check it execution", returns(Value::parse(r#"{"Output": 0}"#).unwrap())),
    );
    let given = begun.calls("Check it execution")[0].get("Input").unwrap().clone();
    let ended = output(machine(child).run(given, Mocks::new()));
    let result = returns(Value::Object([(asl_value::Text::from("Output"), ended)].into_iter().collect()));
    let run = parent.run(input(), Mocks::new().task("Check it execution", result));
    assert_eq!(output(run), output(machine(whole).run(input(), Mocks::new())));
}

#[test]
fn another_machine() {
    let text = r#"{
    "StartAt": "S",
    "States": {
        "S": {"Type": "Pass", "Result": {"k": [1]}, "Next": "Check it"},
        «"Check it": {"Type": "Pass", "ResultPath": "$.checked", "Next": "V"},
        "V": {"Type": "Choice", "Choices": [{"Variable": "$.k", "IsPresent": true, "Next": "W"}], "Default": "W"}»,
        "W": {"Type": "Succeed"}
    }
}"#;
    let after = extracted(J, text, CHILD).unwrap_or_else(|reason| panic!("{reason}"));
    let (name, child) = after.created.unwrap();
    assert_eq!(name, "orders-check-it.asl.json");
    assert_eq!(
        child,
        r#"{
    "StartAt": "Check it",
    "States": {
        "Check it": {"Type": "Pass", "ResultPath": "$.checked", "Next": "V"},
        "V": {"Type": "Choice", "Choices": [{"Variable": "$.k", "IsPresent": true, "Next": "Check it end"}], "Default": "Check it end"},
        "Check it end": {
            "Type": "Succeed"
        }
    }
}
"#
    );
    assert!(
        after.text.contains(
            r#"        "Check it execution": {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Parameters": {
                "StateMachineArn": "${CheckItArn}",
                "Input.$": "$"
            },
            "OutputPath": "$.Output",
            "Next": "W"
        },"#
        ),
        "{}",
        after.text
    );
    for input in INPUTS {
        runs_in_two(&text.replace(['«', '»'], ""), &after.text, &child, input);
    }
    let yaml = "QueryLanguage: JSONata\nStartAt: A\nStates:\n  «A:\n    Type: Pass\n    Comment: |\n      text\n        deeper\n    Next: B»\n  B:\n    Type: Succeed\n";
    let after = extracted(Y, yaml, CHILD).unwrap_or_else(|reason| panic!("{reason}"));
    assert_eq!(
        after.created.unwrap(),
        ("orders-a.asl.yaml".to_owned(), "QueryLanguage: JSONata\nStartAt: A\nStates:\n  A:\n    Type: Pass\n    Comment: |\n      text\n        deeper\n    End: true\n".to_owned())
    );
    refused(
        J,
        &machine(
            "JSONata",
            r#""S": {"Type": "Pass", "Assign": {"x": 1}, "Next": "V"}, «"V": {"Type": "Pass", "Output": "{% $x %}", "End": true}»"#,
        ),
        CHILD,
        "they read the variable `x`, which another execution has not",
    );
    refused(
        J,
        &machine(
            "JSONPath",
            r#"«"S": {"Type": "Pass", "Parameters": {"x.$": "$$.Execution.Id"}, "End": true}»"#,
        ),
        CHILD,
        "they read the context object, which is another one in another execution",
    );
}
