//! The five filters of a state, alone and together.

use asl_paths::JsonPath;
use asl_query::{DataFlow, FilterPath, FlowFields, Language};
use asl_value::{Pointer, Value, json};

use crate::setting::{Setting, told};

/// Compiles filters written as a state's fields.
fn compile(fields: &Value) -> Result<std::sync::Arc<dyn DataFlow>, Vec<asl_query::SyntaxError>> {
    let path = |name: &str| match fields.get(name) {
        None => FilterPath::Absent,
        Some(field) => field.as_str().map_or(FilterPath::Null, FilterPath::Path),
    };
    JsonPath.flow(&FlowFields {
        input_path: path("InputPath"),
        parameters: fields.get("Parameters"),
        result_selector: fields.get("ResultSelector"),
        result_path: path("ResultPath"),
        output_path: path("OutputPath"),
        ..FlowFields::none(&Pointer::root().key("States").key("S"))
    })
}

/// `expect`: the effective input, the arguments and the output, for a result of `{"r": 1}`.
#[track_caller]
fn check(fields: Value, input: &str, expect: [&str; 3]) {
    let flow = compile(&fields).unwrap();
    let setting = Setting::new(input);
    let env = setting.env();
    let entered = flow.enter(env.input, &env);
    let arguments = entered.clone().and_then(|input| flow.arguments(&env.with_input(&input)));
    let output = flow.exit(env.input.clone(), json!({"r": 1}), &env, None);
    assert_eq!(
        [told(entered), told(arguments), told(output)].each_ref().map(String::as_str),
        expect,
        "{fields}"
    );
}

#[test]
fn filters() {
    let input = r#"{"a": {"b": 2}, "c": [3]}"#;
    let raw = r#"{"a":{"b":2},"c":[3]}"#;
    check(json!({}), input, [raw, raw, r#"{"r":1}"#]);
    check(json!({"InputPath": "$", "ResultPath": "$", "OutputPath": "$"}), input, [raw, raw, r#"{"r":1}"#]);
    check(json!({"InputPath": "$.a"}), input, [r#"{"b":2}"#, r#"{"b":2}"#, r#"{"r":1}"#]);
    check(json!({"InputPath": null, "OutputPath": null}), input, ["{}", "{}", "{}"]);
    check(json!({"InputPath": "$.c[*]"}), input, ["[3]", "[3]", r#"{"r":1}"#]);
    check(
        json!({"InputPath": "$$.Execution.Input", "OutputPath": "$$.Map.Item"}),
        input,
        [r#"{"x":1}"#, r#"{"x":1}"#, r#"{"Index":3}"#],
    );
    check(json!({"InputPath": "$v.a", "OutputPath": "$n"}), input, ["[1,2]", "[1,2]", "5"]);
    check(
        json!({"InputPath": "$.a", "Parameters": {"n": 5, "p.$": "$.b"}}),
        input,
        [r#"{"b":2}"#, r#"{"n":5,"p":2}"#, r#"{"r":1}"#],
    );
    check(json!({"ResultPath": "$.a.r"}), input, [raw, raw, r#"{"a":{"b":2,"r":{"r":1}},"c":[3]}"#]);
    check(json!({"ResultPath": null}), input, [raw, raw, raw]);
    check(
        json!({"ResultSelector": {"x.$": "$.r", "whole.$": "$$.Map.Item.Index"}, "ResultPath": "$.s", "OutputPath": "$.s"}),
        input,
        [raw, raw, r#"{"x":1,"whole":3}"#],
    );
    check(json!({"OutputPath": "$.r"}), input, [raw, raw, "1"]);
}

#[test]
fn failures() {
    let missing = "States.Runtime: Invalid path '$.NoSuchPath' : No results for path: $['NoSuchPath']";
    check(json!({"InputPath": "$.NoSuchPath"}), "{}", [missing, missing, r#"{"r":1}"#]);
    check(
        json!({"OutputPath": "$.no.such.result.path"}),
        "{}",
        [
            "{}",
            "{}",
            "States.Runtime: Invalid path '$.no.such.result.path' : Missing property in path $['no']",
        ],
    );
    check(
        json!({"OutputPath": "$['a', 'b'].v"}),
        "{}",
        [
            "{}",
            "{}",
            "States.Runtime: Invalid path '$['a', 'b'].v' : Multi properties can only be used as path leafs: $['a', 'b']",
        ],
    );
    check(
        json!({"ResultPath": "$.x"}),
        r#""s""#,
        [r#""s""#, r#""s""#, r#"States.ReferencePathConflict: Unable to apply step "x" to input "s""#],
    );
    check(
        json!({"ResultSelector": {"x.$": "$.y"}}),
        "{}",
        [
            "{}",
            "{}",
            "States.Runtime: The JSONPath '$.y' specified for the field 'x.$' could not be found in the input '{\"r\":1}'",
        ],
    );
}

#[test]
fn an_output_nobody_shares_is_written_in_place() {
    let flow = compile(&json!({"ResultPath": "$.acc"})).unwrap();
    let raw = json!({"big": [1, 2, 3], "acc": 0});
    let big = raw["big"].clone();
    let setting = Setting::new("{}");
    let output = flow.exit(raw, json!(1), &setting.env(), None).unwrap();
    assert!(output["big"].same(&big));
    assert_eq!(output["acc"], json!(1));
}

#[test]
fn what_does_not_compile() {
    let errors = compile(&json!({
        "InputPath": "a", "OutputPath": "$.[", "ResultPath": "$$.x",
        "Parameters": {"p.$": 1}, "ResultSelector": {"q.$": "x"},
    }));
    let told: Vec<String> = errors.unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "Invalid path 'a' at /States/S/InputPath",
            "Invalid path '$.[' at /States/S/OutputPath",
            "Value is not a Reference Path: '$' must be followed by '.' or '[' at /States/S/ResultPath",
            "The value for the field 'p.$' must be a STRING that contains a JSONPath but was an NUMBER at /States/S/Parameters",
            "The value for the field 'q.$' must be a valid JSONPath or a valid intrinsic function call at /States/S/ResultSelector",
        ]
    );
    for path in ["a", "$.a[*]", "$.a[0,1]", "$.a[1:]", "$..a", "$.a[?(@.b)]", "$n", "States.UUID()"] {
        assert!(compile(&json!({"ResultPath": path})).is_err(), "{path}");
    }
}
