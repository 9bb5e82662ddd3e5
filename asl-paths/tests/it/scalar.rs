//! Fields that are one path: AWS's texts for each.

use asl_paths::JsonPath;
use asl_query::{Expected, Language};

use crate::setting::{Setting, told, with_field};

#[track_caller]
fn check(field: &str, expected: Expected, text: &str, input: &str, expect: &str) {
    let expression = with_field(field, expected, |field| JsonPath.scalar(text, field)).unwrap();
    let setting = Setting::new(input);
    let told = told(expression.eval(&setting.env()));
    assert_eq!(told.strip_prefix("States.Runtime: ").unwrap_or(&told), expect, "{field} {text} {input}");
}

const NATURAL: Expected = Expected::Integer { min: 0 };
const POSITIVE: Expected = Expected::Integer { min: 1 };

#[test]
fn wait() {
    let seconds = |input, expect| check("SecondsPath", NATURAL, "$.p", input, expect);
    seconds(r#"{"p": 3}"#, "3");
    seconds("{}", "The SecondsPath parameter does not reference an input value: $.p");
    seconds(r#"{"p": 1.5}"#, "The SecondsPath parameter cannot be parsed as a long value: $.p == 1.5");
    seconds(r#"{"p": -1.5}"#, "The SecondsPath parameter cannot be parsed as a long value: $.p == -1.5");
    seconds(
        r#"{"p": {"raw": "3"}}"#,
        r#"The SecondsPath parameter cannot be parsed as a long value: $.p == {"raw":"3"}"#,
    );
    seconds(r#"{"p": -1}"#, "The SecondsPath parameter references a negative value: $.p == -1");
    check("SecondsPath", NATURAL, "$n", "{}", "5");

    let timestamp = |input, expect: &str| check("TimestampPath", Expected::Timestamp, "$.t", input, expect);
    timestamp(r#"{"t": "2016-12-05T21:29:29Z"}"#, r#""2016-12-05T21:29:29Z""#);
    timestamp("{}", "The TimestampPath parameter does not reference an input value: $.t");
    let bad = "The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string";
    timestamp(r#"{"t": "2016-12-05T21:29:29"}"#, &format!("{bad}: $.t == 2016-12-05T21:29:29"));
    timestamp(r#"{"t": 7}"#, &format!("{bad}: $.t == 7"));
}

#[test]
fn timeouts() {
    for field in ["TimeoutSecondsPath", "HeartbeatSecondsPath"] {
        let seconds = |input, expect: &str| check(field, POSITIVE, "$.t", input, expect);
        seconds(r#"{"t": 30}"#, "30");
        seconds("{}", "Invalid path '$.t' : No results for path: $['t']");
        seconds(
            r#"{"t": 0}"#,
            &format!("The {field} parameter references a value that is not positive: $.t == 0"),
        );
        seconds(
            r#"{"t": "x"}"#,
            &format!("The {field} parameter cannot be parsed as a long value: $.t == x"),
        );
    }
}

#[test]
fn map() {
    for (field, plain) in
        [("MaxConcurrencyPath", "MaxConcurrency"), ("ToleratedFailureCountPath", "ToleratedFailureCount")]
    {
        let count = |input, expect: &str| check(field, NATURAL, "$.v", input, expect);
        count(r#"{"v": 1}"#, "1");
        count(
            r#"{"v": "NoNumber"}"#,
            &format!(r#"The {field} field refers to value "NoNumber" which is not a valid integer: $.v"#),
        );
        count(
            r#"{"v": {}}"#,
            &format!(r#"The {field} field refers to value "{{}}" which is not a valid integer: $.v"#),
        );
        count(r#"{"v": "12"}"#, "12");
        count(r#"{"v": "+1"}"#, "1");
        count(r#"{"v": "-1"}"#, &format!("{plain} cannot be negative."));
        for text in ["", " 1", "1.0", "0x1", "99999999999999999999"] {
            check(
                field,
                NATURAL,
                "$.v",
                &format!(r#"{{"v": "{text}"}}"#),
                &format!(r#"The {field} field refers to value "{text}" which is not a valid integer: $.v"#),
            );
        }
        count(r#"{"v": -1}"#, &format!("{plain} cannot be negative."));
        count("{}", "Invalid path '$.v' : No results for path: $['v']");
    }
    let percentage = |input, expect| {
        check(
            "ToleratedFailurePercentagePath",
            Expected::Number { min: 0.0, max: 100.0 },
            "$.v",
            input,
            expect,
        );
    };
    percentage(r#"{"v": 1.5}"#, "1.5");
    percentage(
        r#"{"v": "NoNumber"}"#,
        r#"The ToleratedFailurePercentagePath field refers to value "NoNumber" which is not a valid float: $.v"#,
    );
    percentage(r#"{"v": "1.5"}"#, "1.5");
    percentage(
        r#"{"v": "NaN"}"#,
        r#"The ToleratedFailurePercentagePath field refers to value "NaN" which is not a valid float: $.v"#,
    );
    percentage(r#"{"v": "101"}"#, "ToleratedFailurePercentage must be between 0 and 100.");
    percentage(r#"{"v": 100.5}"#, "ToleratedFailurePercentage must be between 0 and 100.");
    percentage(r#"{"v": -1}"#, "ToleratedFailurePercentage must be between 0 and 100.");
    let items = |input, expect| check("MaxItemsPath", NATURAL, "$.v", input, expect);
    items(
        r#"{"v": 1.5}"#,
        r#"The MaxItemsPath field refers to value "1.5" which is not a valid integer: $.v"#,
    );
    items(r#"{"v": -1}"#, "-1");
    items(r#"{"v": "2"}"#, "2");
    items(r#"{"v": "-2"}"#, "-2");
    check("MaxConcurrencyPath", NATURAL, "$s", "{}", "7");
    check("MaxItemsPerBatchPath", NATURAL, "$.v", r#"{"v": "3"}"#, "3");
    check("MaxInputBytesPerBatchPath", NATURAL, "$.v", r#"{"v": "100"}"#, "100");
    check(
        "SecondsPath",
        NATURAL,
        "$.v",
        r#"{"v": "3"}"#,
        "The SecondsPath parameter cannot be parsed as a long value: $.v == 3",
    );
}

#[test]
fn items() {
    let items = |text, input, expect| check("ItemsPath", Expected::Array, text, input, expect);
    items("$.list", r#"{"list": [1]}"#, "[1]");
    items("$v.a", "{}", "[1,2]");
    items("$.list", r#"{"list": {}}"#, r#"Reference path "$.list" must point to array."#);
    items("$$.Execution.Input", "{}", r#"Reference path "$.Execution.Input" must point to array."#);
    items(
        "$.objects",
        r#"{"a": 1}"#,
        r#"States.ReferencePathConflict: Unable to apply step "objects" to input {"a":1}"#,
    );
    check("ItemsPath", Expected::Any, "$.list", r#"{"list": {}}"#, "{}");
}

#[test]
fn fail() {
    for field in ["ErrorPath", "CausePath"] {
        let texted = |text, input, expect: &str| check(field, Expected::String, text, input, expect);
        texted("$.e", r#"{"e": "Oops"}"#, r#""Oops""#);
        texted(
            "$$.Execution.Input.e",
            "{}",
            &format!(
                "The JSONPath '$$.Execution.Input.e' specified for the field '{field}' could not be found in the input \
             '{{\"Execution\":{{\"Input\":{{\"x\":1}}}},\"Map\":{{\"Item\":{{\"Index\":3}}}}}}'"
            ),
        );
        texted(
            "$.ErrorX",
            r#"{"e": 1}"#,
            &format!(
                "The JSONPath '$.ErrorX' specified for the field '{field}' could not be found in the input '{{\"e\":1}}'"
            ),
        );
        texted("States.Format('{}!', $n)", "{}", r#""5!""#);
        texted("$n", "{}", &format!("The {field} field must be a string but was: 5"));
    }
}

#[test]
fn what_does_not_compile() {
    for (field, text, expect) in [
        (
            "SecondsPath",
            "States.MathAdd(1, 2)",
            "Value is not a Reference Path: Reference path didn't start with '$' at /States/S/SecondsPath",
        ),
        (
            "ItemsPath",
            "$.a[*]",
            "Value is not a Reference Path: '[' must be followed by ' or '[' at /States/S/ItemsPath",
        ),
        ("InputPath", "x", "Invalid path 'x' at /States/S/InputPath"),
        (
            "CausePath",
            "States.Nope()",
            "The value for the field 'CausePath' must be a valid JSONPath or a valid intrinsic function call at /States/S/CausePath",
        ),
    ] {
        let errors = with_field(field, Expected::Any, |field| JsonPath.scalar(text, field)).unwrap_err();
        assert_eq!(errors[0].to_string(), expect);
    }
}
