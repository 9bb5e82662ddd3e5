//! What compile makes of good and bad definitions.

use asl_engine::{Registry, compile, load};
use asl_model::{Pass, Source, State, StateKind, StateMachine, Transition};
use asl_value::json;

use crate::{program, run};

/// `expect`: `message at location`, one a diagnostic.
#[track_caller]
fn check(states: &str, expect: &[&str]) {
    let definition = format!(r#"{{"StartAt": "A", "States": {states}}}"#);
    let found = load(&Source::json(definition.as_str()));
    let found = found.map_or_else(|error| error.into_parts().1, |loaded| loaded.diagnostics);
    let found = found.iter().map(|found| format!("{} at {}", found.message, found.location.location()));
    let found: Vec<String> = found.collect();
    assert_eq!(found, expect, "{definition}");
}

#[test]
fn reports_all_expressions_that_are_wrong() {
    let template = "must be a valid JSONPath or a valid intrinsic function call";
    check(
        r#"{"A": {"Type": "Pass", "Parameters": {"x.$": "$[", "y": {"z.$": "States.Nope()"}}, "InputPath": "$.[", "Next": "B"},
            "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "ResultPath": "$.a[*]",
                  "TimeoutSecondsPath": "$..t", "Catch": [{"ErrorEquals": ["E"], "ResultPath": "nope", "Next": "C"}], "Next": "C"},
            "C": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": true, "Assign": {"v.$": "oops"}, "Next": "D"}], "Default": "D"},
            "D": {"Type": "Map", "ItemsPath": "$.x", "ItemSelector": {"i.$": "x"}, "End": true,
                  "ItemProcessor": {"StartAt": "E", "States": {"E": {"Type": "Pass", "OutputPath": "$[", "End": true}}}}}"#,
        &[
            "Invalid path '$.[' at /States/A/InputPath",
            &format!("The value for the field 'x.$' {template} at /States/A/Parameters"),
            &format!("The value for the field 'z.$' {template} at /States/A/Parameters"),
            "Value is not a Reference Path: '.' must be followed by a name at /States/B/TimeoutSecondsPath",
            "Value is not a Reference Path: Reference path didn't start with '$' at /States/B/Catch[0]/ResultPath",
            "Value is not a Reference Path: '[' must be followed by ' or '[' at /States/B/ResultPath",
            &format!("The value for the field 'v.$' {template} at /States/C/Choices[0]/Assign"),
            "Invalid path '$[' at /States/D/ItemProcessor/States/E/OutputPath",
            &format!("The value for the field 'i.$' {template} at /States/D/ItemSelector"),
        ],
    );
}

/// What cannot be read does not hide what is wrong elsewhere, be it in the same state.
#[test]
fn expressions_are_checked_beside_what_cannot_be_read() {
    let template = "must be a valid JSONPath or a valid intrinsic function call";
    check(
        r#"{"A": {"Type": "Pass", "Parameters": {"x.$": "$["}, "Next": "NOPE"},
            "B": {"Type": "Pas"},
            "C": {"Type": "Choice", "Choices": [
                {"Variable": "$.[", "IsNull": "yes", "Assign": {"v.$": "y"}, "Next": "D"},
                {"Variable": "x", "IsNull": true, "Assign": {"v.$": "z"}}, 5], "Default": "D"},
            "D": {"Type": "Task", "Resource": 5, "TimeoutSecondsPath": "t", "End": true, "Catch": [
                {"ErrorEquals": ["E"], "ResultPath": "e"}]}}"#,
        &[
            "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/B/Type",
            "Expected value of type [BOOLEAN] at /States/C/Choices[0]/IsNull",
            "These fields are required: [Next] at /States/C/Choices[1]",
            "Expected value of type [OBJECT] at /States/C/Choices[2]",
            "Expected value of type [STRING] at /States/D/Resource",
            "These fields are required: [Next] at /States/D/Catch[0]",
            &format!("The value for the field 'x.$' {template} at /States/A/Parameters"),
            &format!("The value for the field 'v.$' {template} at /States/C/Choices[0]/Assign"),
            "Value is not a Reference Path: Reference path didn't start with '$' at /States/C/Choices[1]/Variable",
            &format!("The value for the field 'v.$' {template} at /States/C/Choices[1]/Assign"),
            "Value is not a Reference Path: Reference path didn't start with '$' at /States/D/TimeoutSecondsPath",
            "Value is not a Reference Path: Reference path didn't start with '$' at /States/D/Catch[0]/ResultPath",
            "Missing 'Next' target: NOPE at /States/A/Next",
        ],
    );
}

/// A text is let through for what will be substituted, a program is not.
#[test]
fn what_is_to_be_substituted_does_not_run() {
    check(
        r#"{"A": {"Type": "Wait", "Timestamp": "${When}", "End": true}}"#,
        &["String does not match RFC3339 timestamp at /States/A/Timestamp"],
    );
}

/// AWS names the field that holds a template; the string inside is reported as well.
#[test]
fn an_expression_in_a_template_is_found() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true, "Parameters": {"l": [{"x.$": "$.a[oops"}]}}}}"#;
    let source = Source::json(text);
    let (_, found) = load(&source).unwrap_err().into_parts();
    assert_eq!(found[0].location.location(), "/States/A/Parameters");
    assert_eq!(found[0].inner.as_ref().unwrap().location(), "/States/A/Parameters/l[0]/x.$");
    assert_eq!(&text[source.find(&found[0]).unwrap()], "[oops");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_format_that_is_left_out_says_so() {
    check(
        r#"{"A": {"Type": "Pass", "Next": "B"},
            "B": {"Type": "Map", "End": true, "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": "C", "States": {"C": {"Type": "Succeed"}}},
                "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"},
                    "ReaderConfig": {"InputType": "PARQUET"}}}}"#,
        &["this program cannot read Parquet files: it is built without the feature `parquet` at \
             /States/B/ItemReader/ReaderConfig/InputType"],
    );
}

#[cfg(not(feature = "jsonata"))]
#[test]
fn a_language_that_is_left_out_says_so() {
    check(
        r#"{"A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "End": true}}"#,
        &[
            "the query language JSONata is not part of this build, which lacks the feature `jsonata` of asl-engine at /States/A",
        ],
    );
}

/// A machine made in Rust has not been parsed: compile checks it like a text.
#[test]
fn machines_built_in_rust_are_checked_too() {
    let pass = Pass::new(Transition::Next("Nowhere".into()));
    let state = State::new("A", StateKind::Pass(pass));
    let error = compile(&StateMachine::new("A", [state].into_iter().collect())).unwrap_err();
    let messages: Vec<&str> = error.diagnostics().iter().map(|found| found.message.as_str()).collect();
    assert_eq!(messages, ["Missing 'Next' target: Nowhere", "Workflow has no terminal state"]);
}

/// A machine in a machine in a machine: as deep as a document may be.
#[tokio::test]
async fn deeply_nested_machines_compile_and_run() {
    let depth = 49;
    let mut machine = r#"{"StartAt": "S", "States": {"S": {"Type": "Succeed"}}}"#.to_owned();
    for level in 0..depth {
        machine = format!(
            r#"{{"StartAt": "P{level}", "States": {{"P{level}": {{"Type": "Parallel", "Branches": [{machine}], "End": true}}}}}}"#
        );
    }
    let report = run(&machine, json!("x"), Registry::new()).await;
    let mut output = report.outcome.output().unwrap().clone();
    for _ in 0..depth {
        output = output[0].clone();
    }
    assert_eq!(output, json!("x"));
    assert_eq!(report.transitions, depth + 1);
}

#[track_caller]
fn check_references(states: &str, expected: &[(&str, &[&str])]) {
    let program = program(&format!(r#"{{"StartAt": "A", "States": {{{states}}}}}"#));
    let found = program.variable_references();
    let found: Vec<(&str, Vec<&str>)> = found
        .iter()
        .map(|(state, names)| (state.as_str(), names.iter().map(|name| &**name).collect()))
        .collect();
    let expected: Vec<(&str, Vec<&str>)> =
        expected.iter().map(|(state, names)| (*state, names.to_vec())).collect();
    assert_eq!(found, expected, "{states}");
}

/// Recorded: sorted names, of states that read some; what is only assigned does not count.
#[test]
fn states_tell_which_variables_they_read() {
    check_references(r#""A": {"Type": "Pass", "Assign": {"x": 1}, "End": true}"#, &[]);
    check_references(
        r#""A": {"Type": "Pass", "InputPath": "$b.c", "Parameters": {"p.$": "States.Format('{}{}', $a, States.ArrayLength($d[0]))"},
            "OutputPath": "$e", "Assign": {"x.$": "$f"}, "Next": "B"},
           "B": {"Type": "Choice", "Default": "C", "Choices": [{"Not": {"Variable": "$g", "NumericEqualsPath": "$h.i"},
            "Next": "C", "Assign": {"y.$": "$j"}}]},
           "C": {"Type": "Wait", "SecondsPath": "$k", "Next": "D"},
           "D": {"Type": "Fail", "ErrorPath": "$l", "CausePath": "States.JsonToString($m)"}"#,
        &[("A", &["a", "b", "d", "e", "f"]), ("B", &["g", "h", "j"]), ("C", &["k"]), ("D", &["l", "m"])],
    );
    check_references(
        r#""A": {"Type": "Map", "ItemsPath": "$a", "ItemSelector": {"s.$": "$b"}, "MaxConcurrencyPath": "$c", "End": true,
            "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"f.$": "$d", "i.$": "$.x", "c.$": "$$.State.Name"}, "TimeoutSecondsPath": "$e", "End": true,
                "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"z.$": "$f"}, "Next": "J"}]},
              "J": {"Type": "Succeed"}}}}"#,
        &[("A", &["a", "b", "c"]), ("I", &["d", "e", "f"])],
    );
}

#[cfg(feature = "jsonata")]
#[test]
fn jsonata_states_tell_which_variables_they_read() {
    check_references(
        r#""A": {"Type": "Pass", "QueryLanguage": "JSONata", "Next": "B", "Assign": {"x": "{% $b + $sum($a) %}"},
            "Output": {"o": "{% ($local := $states.input; $local.n + $c.d) %}", "p": ["$z", "{% $map([1], function($v) { $v + $e }) %}"]}},
           "B": {"Type": "Choice", "QueryLanguage": "JSONata", "Default": "C", "Choices": [{"Condition": "{% $g %}", "Next": "C"}]},
           "C": {"Type": "Succeed"}"#,
        &[("A", &["a", "b", "c", "e"]), ("B", &["g"])],
    );
}
