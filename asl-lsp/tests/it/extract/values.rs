//! Expressions into variables.

use super::{J, TASK, VARIABLE, Y, check, extracted, machine, refused, same};

#[test]
fn values() {
    check(
        J,
        &format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "T", "States": {{"T": {{{TASK}, "Arguments": {{"items": "{{% $states.input.«c».d %}}"}}, "Output": ["{{% $states.input.c.d %}}"], "End": true}}}}}}"#
        ),
        VARIABLE,
        &format!(
            r#"{{"QueryLanguage": "JSONata", "StartAt": "T items", "States": {{"T items": {{"Type": "Pass", "Assign": {{"items": "{{% $states.input.c.d %}}"}}, "Next": "T"}}, "T": {{{TASK}, "Arguments": {{"items": "{{% $items %}}"}}, "Output": ["{{% $items %}}"], "End": true}}}}}}"#
        ),
    );
    check(
        Y,
        "StartAt: S\nStates:\n  S:\n    Type: Pass\n    Next: V\n  # V\n  V:\n    Type: Pass\n    Parameters:\n      x y.$: States.«JsonToString»($.c)\n      more:\n        - z.$: States.JsonToString($.c) # again\n    End: true\n",
        VARIABLE,
        "StartAt: S\nStates:\n  S:\n    Type: Pass\n    Next: V xy\n  # V\n  V xy:\n    Type: Pass\n    Assign:\n      xy.$: States.JsonToString($.c)\n    Next: V\n  V:\n    Type: Pass\n    Parameters:\n      x y.$: $xy\n      more:\n        - z.$: $xy # again\n    End: true\n",
    );
    // A loop evaluates it each time.
    let again = r#"{
  "QueryLanguage": "JSONata",
  "StartAt": "S",
  "States": {
    "S": {"Type": "Pass", "Output": "{% $type($states.input) = «'number'» and $states.input < 3 ? $states.input + 1 : 0 %}", "Next": "V"},
    "V": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input > 2 or $states.input = 0 %}", "Next": "W"}], "Default": "S"},
    "W": {"Type": "Succeed"}
  }
}"#;
    let after = extracted(J, again, VARIABLE).unwrap_or_else(|reason| panic!("{reason}"));
    same(J, &again.replace(['«', '»'], ""), &after.text, VARIABLE);
    let condition = again.replace(['«', '»'], "").replace("> 2", "«> 2»");
    let after = extracted(J, &condition, VARIABLE).unwrap_or_else(|reason| panic!("{reason}"));
    assert!(after.text.contains(r#""Condition": "{% $condition %}""#), "{}", after.text);
    same(J, &condition.replace(['«', '»'], ""), &after.text, VARIABLE);
}

#[test]
fn values_that_may_change() {
    let task = |fields: &str| machine("JSONata", &format!(r#""S": {{{TASK}, {fields}, "End": true}}"#));
    refused(
        J,
        &task(r#""Output": "{% $states.«input» %}""#),
        VARIABLE,
        "`S` does not always evaluate it, or not before its work",
    );
    refused(
        J,
        &task(r#""Arguments": "{% $states.«result» %}""#),
        VARIABLE,
        "`$states` has another value each time, or in each state",
    );
    refused(
        J,
        &task(r#""Arguments": "{% «$random»() %}""#),
        VARIABLE,
        "`$random` has another value each time, or in each state",
    );
    refused(
        J,
        &task(r#""Arguments": "{% $states.context.«State».Name %}""#),
        VARIABLE,
        "`$states` has another value each time, or in each state",
    );
    refused(
        J,
        &task(
            r#""Arguments": "{% $states.«input».a.b %}", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}]"#,
        ),
        VARIABLE,
        "`Catch` takes `States.ALL`, also if the expression fails, but that of a state before does not",
    );
    let second = r#""S": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "V"}, {"Condition": "{% $states.«input».a %}", "Next": "V"}]}, "V": {"Type": "Succeed"}"#;
    refused(
        J,
        &machine("JSONata", second),
        VARIABLE,
        "`S` does not always evaluate it, or not before its work",
    );
    let path =
        |fields: &str| machine("JSONPath", &format!(r#""S": {{"Type": "Pass", {fields}, "End": true}}"#));
    refused(
        J,
        &path(r#""Parameters": {"x.$": "States.«UUID»()"}"#),
        VARIABLE,
        "`States.UUID` has another value each time, or in each state",
    );
    refused(
        J,
        &path(r#""Parameters": {"x.$": "$$.«State».Name"}"#),
        VARIABLE,
        "`$$` has another value each time, or in each state",
    );
    refused(
        J,
        &path(r#""InputPath": "$.a", "Parameters": {"x.$": "$.«b»"}"#),
        VARIABLE,
        "`InputPath` of `S` makes another `$` of the input",
    );
}
