//! The language in the fields of a state.

use asl_jsonata::Jsonata;
use asl_query::{
    Env, EvalError, Expected, FlowFields, Language, QueryField, Scope, Site, SyntaxErrorKind, Yields,
};
use asl_value::{Pointer, Value, json};

use crate::CountingHost;

fn shown(evaluated: Result<Value, EvalError>) -> String {
    match evaluated {
        Ok(value) => value.to_json(),
        Err(error) => format!("{} {error}", error.location().map_or("-", |location| location.as_str())),
    }
}

/// The field `name` of a state, one expression.
#[track_caller]
fn check(name: &str, expected: Expected, text: &str, expect: &str) {
    let pointer = Pointer::root().key("States").key("S").key(name);
    let field = QueryField::new(&pointer, name, Site::Scalar).expecting(expected);
    let expr = Jsonata.scalar(text, &field).unwrap();
    let scope = Scope::default();
    let input = json!({"n": 3, "f": 2.5, "s": "x", "t": "2026-01-01T00:00:00Z", "none": null});
    let host = CountingHost::default();
    let env = Env::new(&input, &scope, &host);
    assert_eq!(shown(expr.eval(&env)), expect, "{name} {text}");
}

/// `expect` without the words around it.
#[track_caller]
fn wrong(name: &str, expected: Expected, text: &str, wanted: &str, found: &str) {
    let expect = format!(
        "{name} States.QueryEvaluationError: The JSONata expression '{}' specified for the field '{name}' returned an \
         unexpected result type. Expected '{wanted}', but was {found}",
        text.trim_start_matches("{%").trim_end_matches("%}").trim(),
    );
    check(name, expected, text, &expect);
}

#[test]
fn types() {
    let [seconds, timeout] = [Expected::Integer { min: 0 }, Expected::Integer { min: 1 }];
    check("Seconds", seconds, "{% $states.input.n %}", "3");
    check("Seconds", seconds, "{%$states.input.f * 2%}", "5");
    wrong("Seconds", seconds, "{% $states.input.f %}", "integer", "'number' for value: 2.5");
    wrong("Seconds", seconds, "{% $states.input.s %}", "number", "'string' for value: \"x\"");
    wrong("Seconds", seconds, "{% -1 %}", "non-negative integer", "'number' for value: -1");
    wrong("Seconds", seconds, "{% 1e300 %}", "integer", "'number' for value: 1.0E300");
    wrong("TimeoutSeconds", timeout, "{% 0 %}", "positive integer", "'number' for value: 0");
    let percentage = Expected::Number { min: 0.0, max: 100.0 };
    check("ToleratedFailurePercentage", percentage, "{% 0.5 %}", "0.5");
    wrong(
        "ToleratedFailurePercentage",
        percentage,
        "{% 101 %}",
        "number between 0 and 100",
        "'number' for value: 101",
    );
    check("Condition", Expected::Boolean, "{% 1 = 1 %}", "true");
    wrong("Condition", Expected::Boolean, "{% 'true' %}", "boolean", "'string' for value: \"true\"");
    check("Error", Expected::String, "{% 'E' %}", "\"E\"");
    wrong("Error", Expected::String, "{% $states.input.none %}", "string", "'null' for value: null");
    check("Items", Expected::Array, "{% [] %}", "[]");
    wrong("Items", Expected::Array, "{% {'a':1} %}", "array", "'object' for value: {\"a\":1}");
    check("Timestamp", Expected::Timestamp, "{% $states.input.t %}", "\"2026-01-01T00:00:00Z\"");
    wrong("Timestamp", Expected::Timestamp, "{% 1 %}", "string", "'number' for value: 1");
    check(
        "Timestamp",
        Expected::Timestamp,
        "{% 'soon' %}",
        "Timestamp States.QueryEvaluationError: The Timestamp field cannot be parsed as an ISO-8601 extended offset \
         date-time format string: soon",
    );
}

/// What AWS has not foreseen has an id instead of a code.
#[test]
fn internal_errors() {
    check(
        "Output",
        Expected::Any,
        "{% $base64decode('!') %}",
        "Output States.QueryEvaluationError: The JSONata expression '$base64decode('!')' specified for the field \
         'Output' threw an internal error during evaluation (00000000-0000-4000-8000-000000000001)",
    );
}

/// Every hole of a template that is refused: its kind, its range in the string, and where it is.
#[track_caller]
fn refused(json: Value, expect: &[&str]) {
    let pointer = Pointer::root().key("States").key("S").key("Arguments");
    let field = QueryField::new(&pointer, "Arguments", Site::Arguments);
    let errors = Jsonata.template(&json, &field).unwrap_err();
    let shown: Vec<String> = errors
        .iter()
        .map(|error| {
            let unavailable = if error.kind == SyntaxErrorKind::Unavailable { "unavailable " } else { "" };
            format!("{unavailable}{:?} {error}", error.range)
        })
        .collect();
    assert_eq!(shown, expect);
}

#[test]
fn all_errors_of_a_template_with_their_places() {
    refused(
        json!({"a": ["{% 1 2 %}", "{% 1 %}"], "a/b": {"c": "{%  $x + y %}"}, "{% ( %}": "{% $states.result %}", "d": "{% %}"}),
        &[
            "5..6 Syntax error: 2 at /States/S/Arguments/a[0]",
            "unavailable 9..10 Reference to 'y' at the top level is not supported. at \
             /States/S/Arguments/a/b/c",
            "unavailable 0..0 Field '$states.result' does not exist. at /States/S/Arguments/{% ( %}",
            "0..0 Unexpected end of expression at /States/S/Arguments/d",
        ],
    );
}

/// A data flow: arguments of `input`, then output of `result`.
#[track_caller]
fn flow(arguments: Option<Value>, output: Option<Value>, yields: Yields, expect: [&str; 2]) {
    let pointer = Pointer::root().key("States").key("S");
    let fields = FlowFields {
        arguments: arguments.as_ref(),
        output: output.as_ref(),
        yields,
        ..FlowFields::none(&pointer)
    };
    let flow = Jsonata.flow(&fields).unwrap();
    let (raw, scope, host) = (json!({"n": 3}), Scope::default(), CountingHost::default());
    let env = Env::new(&raw, &scope, &host);
    assert!(flow.enter(&raw, &env).unwrap().same(&raw));
    let output = flow.exit(raw.clone(), json!({"r": 1, "Error": "E"}), &env, None);
    assert_eq!([shown(flow.arguments(&env)), shown(output)], expect);
}

#[test]
fn flows() {
    let result = r#"{"r":1,"Error":"E"}"#;
    flow(None, None, Yields::Result, [r#"{"n":3}"#, result]);
    flow(Some(json!({"m": "{% $states.input.n %}"})), None, Yields::Result, [r#"{"m":3}"#, result]);
    let both = json!(["{% $states.input.n %}", "{% $states.result.r %}"]);
    flow(None, Some(both), Yields::Result, [r#"{"n":3}"#, "[3,1]"]);
    let caught = json!(["{% $states.input.n %}", "{% $states.errorOutput.Error %}"]);
    flow(None, Some(caught), Yields::ErrorOutput, [r#"{"n":3}"#, r#"[3,"E"]"#]);
    let absent = "Output/a[0] States.QueryEvaluationError: The JSONata expression '$states.result.x' specified for the \
                  field 'Output/a[0]' returned nothing (undefined).";
    flow(None, Some(json!({"a": ["{% $states.result.x %}"]})), Yields::Result, [r#"{"n":3}"#, absent]);
    flow(
        None,
        Some(json!("{% $keys($states) %}")),
        Yields::Nothing,
        [r#"{"n":3}"#, r#"["input","context"]"#],
    );
}

#[test]
fn an_absent_items_is_the_input() {
    let pointer = Pointer::root().key("Items");
    let field = QueryField::new(&pointer, "Items", Site::Items).expecting(Expected::Array);
    let items = Jsonata.input(&field).unwrap();
    let (scope, host) = (Scope::default(), CountingHost::default());
    for (input, expect) in [
        (json!([1]), "[1]"),
        (
            json!({"a": 1}),
            "- States.QueryEvaluationError: Map state input must be an array but was: {\"a\":1}",
        ),
    ] {
        let env = Env::new(&input, &scope, &host);
        assert_eq!(shown(items.eval(&env)), expect);
    }
}
