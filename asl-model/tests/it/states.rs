//! The problems of each type of state.

use asl_model::{Code, Source, parse};

use crate::diagnostics::{SCHEMA, check, check_state, with_state};

#[test]
fn tasks() {
    let task = |rest: &str| {
        format!(r#"{{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", {rest}, "Next": "D"}}"#)
    };
    check_state(r#"{"Type": "Task", "Next": "D"}"#, &[("These fields are required: [Resource]", "")]);
    check_state(&task(r#""TimeoutSeconds": 0"#), &[("Minimum value is 1", "/TimeoutSeconds")]);
    check_state(&task(r#""TimeoutSeconds": -1"#), &[("Minimum value is 1", "/TimeoutSeconds")]);
    check_state(&task(r#""TimeoutSeconds": 100000000"#), &[("Maximum value is 99999999", "/TimeoutSeconds")]);
    check_state(&task(r#""TimeoutSeconds": 1e300"#), &[("Maximum value is 99999999", "/TimeoutSeconds")]);
    check_state(
        &task(r#""HeartbeatSeconds": 1.5"#),
        &[("Expected value of type Integer", "/HeartbeatSeconds")],
    );
    check_state(&task(r#""TimeoutSeconds": "5""#), &[("Expected value of type Integer", "/TimeoutSeconds")]);
    check_state(
        &task(r#""TimeoutSeconds": 5, "TimeoutSecondsPath": "$.t""#),
        &[("There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath]", "")],
    );
    check_state(
        &task(r#""TimeoutSeconds": 5, "HeartbeatSeconds": 5"#),
        &[("`HeartbeatSeconds` 5 must be smaller than `TimeoutSeconds` 5", "/HeartbeatSeconds")],
    );
    check_state(
        &task(r#""Credentials": {}"#),
        &[("The field 'RoleArn' is required but was missing", "/Credentials")],
    );
    check_state(
        &task(r#""Credentials": {"roleArn": "r"}"#),
        &[("The field 'RoleArn' is required but was missing", "/Credentials")],
    );
    check_state(&task(r#""Credentials": {"RoleArn.$": "$.role"}"#), &[]);
    check_state(&task(r#""Credentials": "r""#), &[("Expected value of type [OBJECT]", "/Credentials")]);
    check_state(
        r#"{"Type": "Task", "Resource": "arn:aws:states:eu-west-1:123456789012:activity:a", "Credentials": {"RoleArn": "r"}, "Next": "D"}"#,
        &[("The field 'Credentials' is not supported for activities", "/Credentials")],
    );
}

#[test]
fn resources() {
    let task = |arn: &str| format!(r#"{{"Type": "Task", "Resource": "{arn}", "Next": "D"}}"#);
    let unknown = |arn: &str| {
        format!(
            "The resource provided {arn} is not recognized. The value is not a valid resource ARN, or the resource is not \
             available in this region."
        )
    };
    for arn in [
        "arn:aws:states:::dynamodb:query",
        "arn:aws:states:::lambda:invoke.sync",
        "arn:aws:states:::sqs:sendMessage.sync:2",
        "arn:aws:s3:::bucket",
        "arn:aws:states:::lambda",
        "arn:aws:lambda:eu-west-1:123456789012:layer:l",
    ] {
        check_state(&task(arn), &[(&unknown(arn), "/Resource")]);
    }
    // Not an error: a program may provide the service itself.
    check_state(
        &task("arn:aws:states:::weather:forecast"),
        &[(&unknown("arn:aws:states:::weather:forecast"), "/Resource")],
    );
    for arn in ["lambda", "", "arn"] {
        check_state(&task(arn), &[("Value is not a valid resource ARN", "/Resource")]);
    }
    for arn in [
        "arn:aws:lambda:eu-west-1:123456789012:function:f",
        "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST",
        "arn:aws-cn:states:::aws-sdk:s3:getObject",
        "arn:aws:states:::states:startExecution.sync:2",
        "arn:aws:states:eu-west-1:123456789012:activity:a",
        "${Function}",
        "arn:${AWS::Partition}:states:::lambda:invoke",
    ] {
        check_state(&task(arn), &[]);
    }
}

#[test]
fn waits() {
    let several =
        "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]";
    let none = "This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]";
    check_state(r#"{"Type": "Wait", "Next": "D"}"#, &[(none, "")]);
    check_state(r#"{"Type": "Wait", "Seconds": 1, "TimestampPath": "$.t", "Next": "D"}"#, &[(several, "")]);
    check_state(r#"{"Type": "Wait", "Seconds": -1, "Next": "D"}"#, &[("Minimum value is 0", "/Seconds")]);
    check_state(
        r#"{"Type": "Wait", "Seconds": 100000000, "Next": "D"}"#,
        &[("Maximum value is 99999999", "/Seconds")],
    );
    let rfc = "String does not match RFC3339 timestamp";
    for bad in ["2016-12-05T21:29:29", "tomorrow", "2016-12-05 21:29:29Z", "2016-12-05t21:29:29z"] {
        check_state(
            &format!(r#"{{"Type": "Wait", "Timestamp": "{bad}", "Next": "D"}}"#),
            &[(rfc, "/Timestamp")],
        );
    }
    for good in ["2016-12-05T21:29:29Z", "2016-12-05T21:29:29.5+01:00", "${When}"] {
        check_state(&format!(r#"{{"Type": "Wait", "Timestamp": "{good}", "Next": "D"}}"#), &[]);
    }
}

#[test]
fn fails() {
    let fail = |rest: &str| format!(r#"{{"StartAt": "X", "States": {{"X": {{"Type": "Fail"{rest}}}}}}}"#);
    check(&fail(""), &[]);
    check(
        &fail(r#", "Error": "E", "ErrorPath": "$.e", "Cause": 1"#),
        &[
            (SCHEMA, "There should only be one of the following fields: [Error, ErrorPath]", "/States/X"),
            (SCHEMA, "Expected value of type [STRING]", "/States/X/Cause"),
        ],
    );
}

#[test]
fn choices() {
    let rule = |rule: &str| format!(r#"{{"Type": "Choice", "Choices": [{rule}], "Default": "D"}}"#);
    let selectors =
        "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]";
    let nested = "The object must have only one of the following fields, [And, Or, Not, Variable]";
    check_state(r#"{"Type": "Choice", "Default": "D"}"#, &[("These fields are required: [Choices]", "")]);
    check_state(
        r#"{"Type": "Choice", "Choices": [], "Default": "D"}"#,
        &[("Value cannot be empty", "/Choices")],
    );
    check_state(
        r#"{"Type": "Choice", "Choices": {}, "Default": "D"}"#,
        &[("Expected value of type [ARRAY]", "/Choices")],
    );
    check_state(
        &rule(r#"{"Variable": "$.a", "IsNull": true}"#),
        &[("These fields are required: [Next]", "/Choices[0]")],
    );
    check_state(&rule(r#"{"IsNull": true, "Next": "D"}"#), &[(selectors, "/Choices[0]")]);
    check_state(&rule(r#"{"Variable": "$.a", "Not": {}, "Next": "D"}"#), &[(selectors, "/Choices[0]")]);
    check_state(
        &rule(r#"{"Variable": "$.a", "NumericEquals": 1, "StringEquals": "1", "Next": "D"}"#),
        &[("There should only be one of the following fields: [StringEquals, NumericEquals]", "/Choices[0]")],
    );
    check_state(&rule(r#"{"And": [], "Next": "D"}"#), &[("Value cannot be empty", "/Choices[0]/And")]);
    check_state(
        &rule(r#"{"Not": {"Variable": "$.a", "IsNull": true, "Next": "D"}, "Next": "D"}"#),
        &[("Field 'Next' is not supported", "/Choices[0]/Not")],
    );
    check_state(
        &rule(r#"{"Or": [{"Variable": "$.a", "IsNull": true}, {"Condition": true}, 5], "Next": "D"}"#),
        &[
            (nested, "/Choices[0]/Or[1]"),
            ("Field 'Condition' is not supported", "/Choices[0]/Or[1]"),
            ("Expected value of type [OBJECT]", "/Choices[0]/Or[2]"),
        ],
    );
    check_state(
        &rule(r#"{"And": {}, "Next": "D"}"#),
        &[("Expected value of type [ARRAY]", "/Choices[0]/And")],
    );
    check_state(&rule(r#"{"Variable": "$.t", "TimestampEquals": "${When}", "Next": "D"}"#), &[]);
    for (operator, operand, message) in [
        ("StringEquals", "1", "Expected value of type [STRING]"),
        ("NumericLessThanPath", "1", "Expected value of type [STRING]"),
        ("NumericEquals", r#""1""#, "Expected value of type [NUMBER]"),
        ("IsPresent", r#""true""#, "Expected value of type [BOOLEAN]"),
        ("BooleanEquals", "0", "Expected value of type [BOOLEAN]"),
        ("TimestampLessThan", r#""noon""#, "String does not match RFC3339 timestamp"),
        ("TimestampLessThan", "12", "Expected value of type [STRING]"),
    ] {
        check_state(
            &rule(&format!(r#"{{"Variable": "$.a", "{operator}": {operand}, "Next": "D"}}"#)),
            &[(message, &format!("/Choices[0]/{operator}"))],
        );
    }
    // The rules after a bad one keep their places.
    check(
        &with_state(&rule(r#"5, {"Variable": "$.a", "IsNull": true, "Next": "NOPE"}"#)),
        &[
            (SCHEMA, "Expected value of type [OBJECT]", "/States/X/Choices[0]"),
            ("MISSING_TRANSITION_TARGET", "Missing 'Next' target: NOPE", "/States/X/Choices[1]/Next"),
        ],
    );
}

#[test]
fn misspelt_operators_are_explained() {
    let definition =
        with_state(r#"{"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEqual": 1, "Next": "D"}]}"#);
    let parsed = parse(&Source::json(definition));
    let [rule, field] = parsed.diagnostics.as_slice() else { panic!("{:?}", parsed.diagnostics) };
    assert_eq!((rule.code, field.code), (Code::CHOICE_RULE, Code::UNKNOWN_FIELD));
    assert_eq!(
        rule.help.as_deref(),
        Some("`NumericEqual` is not an operator; did you mean `NumericEquals`?")
    );
}

#[test]
fn recovery() {
    let task = |rest: &str| {
        format!(r#"{{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "D", {rest}}}"#)
    };
    let alone = "States.ALL must appear alone and at end of list";
    check_state(&task(r#""Retry": [], "Catch": []"#), &[]);
    check_state(&task(r#""Retry": {}"#), &[("Expected value of type [ARRAY]", "/Retry")]);
    check_state(&task(r#""Retry": [{}]"#), &[("These fields are required: [ErrorEquals]", "/Retry[0]")]);
    check_state(
        &task(r#""Retry": [{"ErrorEquals": []}]"#),
        &[("Value cannot be empty", "/Retry[0]/ErrorEquals")],
    );
    check_state(
        &task(r#""Retry": [{"ErrorEquals": ["A", 5]}]"#),
        &[("Expected value of type [STRING]", "/Retry[0]/ErrorEquals[1]")],
    );
    check_state(
        &task(r#""Retry": [{"ErrorEquals": ["States.ALL", "A"]}]"#),
        &[(alone, "/Retry[0]/ErrorEquals")],
    );
    check_state(
        &task(
            r#""Catch": [{"ErrorEquals": ["States.ALL"], "Next": "D"}, {"ErrorEquals": ["A"], "Next": "D"}]"#,
        ),
        &[(alone, "/Catch[0]/ErrorEquals")],
    );
    check_state(&task(r#""Retry": [{"ErrorEquals": ["A"]}, {"ErrorEquals": ["States.ALL"]}]"#), &[]);
    check_state(
        &task(
            r#""Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": -1, "MaxAttempts": 100000000, "BackoffRate": 0.5,
                "MaxDelaySeconds": 0, "JitterStrategy": "SOME"}]"#,
        ),
        &[
            ("Minimum value is 0", "/Retry[0]/IntervalSeconds"),
            ("Value should be one of the following: [NONE, FULL]", "/Retry[0]/JitterStrategy"),
            ("Maximum value is 99999999", "/Retry[0]/MaxAttempts"),
            ("Minimum value is 1", "/Retry[0]/MaxDelaySeconds"),
            ("Minimum value is 1.0", "/Retry[0]/BackoffRate"),
        ],
    );
    check_state(
        &task(r#""Retry": [{"ErrorEquals": ["A"], "IntervalSeconds": 0, "MaxDelaySeconds": 31622400}]"#),
        &[],
    );
    check_state(
        &task(r#""Retry": [{"ErrorEquals": ["A"], "MaxDelaySeconds": 31622401}]"#),
        &[("Maximum value is 31622400", "/Retry[0]/MaxDelaySeconds")],
    );
    check_state(
        &task(r#""Catch": [{"ErrorEquals": ["A"]}]"#),
        &[("These fields are required: [Next]", "/Catch[0]")],
    );
    check_state(
        &task(r#""Catch": [{"ErrorEquals": ["A"], "Output": 1, "Next": "D"}]"#),
        &[(
            "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
            "/Catch[0]",
        )],
    );
}

#[test]
fn handlers_that_get_nothing() {
    let task = |rest: &str| {
        with_state(&format!(
            r#"{{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "D", {rest}}}"#
        ))
    };
    check(
        &task(r#""Retry": [{"ErrorEquals": ["A", "B"]}, {"ErrorEquals": ["C", "A"]}]"#),
        &[(
            "ASL0037",
            "`A` is handled earlier in the list; this one never receives it",
            "/States/X/Retry[1]/ErrorEquals[1]",
        )],
    );
    check(
        &task(r#""Catch": [{"ErrorEquals": ["States.Runtime"], "Next": "D"}]"#),
        &[(
            "ASL0037",
            "`States.Runtime` ends the execution; it is neither retried nor caught",
            "/States/X/Catch[0]/ErrorEquals[0]",
        )],
    );
}

#[test]
fn parallels() {
    check_state(r#"{"Type": "Parallel", "Next": "D"}"#, &[("These fields are required: [Branches]", "")]);
    check_state(
        r#"{"Type": "Parallel", "Branches": [], "Next": "D"}"#,
        &[("Value cannot be empty", "/Branches")],
    );
    check_state(
        r#"{"Type": "Parallel", "Branches": [{}, {"StartAt": "B", "States": {"B": {"Type": "Pass"}}}], "Next": "D"}"#,
        &[
            ("These fields are required: [States, StartAt]", "/Branches[0]"),
            (
                "This object should have only one of the following fields: [Next, End]",
                "/Branches[1]/States/B",
            ),
        ],
    );
}

#[test]
fn maps() {
    const PROCESSOR: &str = r#""StartAt": "B", "States": {"B": {"Type": "Succeed"}}"#;
    let map =
        |rest: &str| format!(r#"{{"Type": "Map", "Next": "D", {rest}, "ItemProcessor": {{{PROCESSOR}}}}}"#);
    let config = |config: &str| {
        format!(
            r#"{{"Type": "Map", "Next": "D", "ItemProcessor": {{"ProcessorConfig": {config}, {PROCESSOR}}}}}"#
        )
    };
    let distributed = |rest: &str| {
        format!(
            r#"{{"Type": "Map", "Next": "D", {rest}, "ItemProcessor": {{"ProcessorConfig":
                {{"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}, {PROCESSOR}}}}}"#
        )
    };
    check_state(
        r#"{"Type": "Map", "Next": "D"}"#,
        &[("This object should have only one of the following fields: [ItemProcessor, Iterator]", "")],
    );
    check_state(
        &map(&format!(r#""Iterator": {{{PROCESSOR}}}"#)),
        &[("There should only be one of the following fields: [ItemProcessor, Iterator]", "")],
    );
    check_state(
        &map(r#""Parameters": {}, "ItemSelector": {}"#),
        &[("There should only be one of the following fields: [ItemSelector, Parameters]", "")],
    );
    check_state(&map(r#""MaxConcurrency": -1"#), &[("Minimum value is 0", "/MaxConcurrency")]);
    check_state(
        &map(r#""MaxConcurrency": 1, "MaxConcurrencyPath": "$.m""#),
        &[("There should only be one of the following fields: [MaxConcurrency, MaxConcurrencyPath]", "")],
    );
    check_state(&config(r#"{"Mode": "INLINE"}"#), &[]);
    check_state(&config("{}"), &[]);
    check_state(
        &config(r#"{"Mode": "DISTRIBUTED"}"#),
        &[("These fields are required: [ExecutionType]", "/ItemProcessor/ProcessorConfig")],
    );
    check_state(
        &config(r#"{"Mode": "INLINE", "ExecutionType": "STANDARD"}"#),
        &[("Field 'ExecutionType' is not supported", "/ItemProcessor/ProcessorConfig")],
    );
    check_state(
        &config(r#"{"Mode": "DISTRIBUTED", "ExecutionType": "FAST"}"#),
        &[(
            "Value should be one of the following: [STANDARD, EXPRESS]",
            "/ItemProcessor/ProcessorConfig/ExecutionType",
        )],
    );
    check_state(
        &config(r#"{"Mode": "distributed"}"#),
        &[(
            "Value should be one of the following: [INLINE, DISTRIBUTED]",
            "/ItemProcessor/ProcessorConfig/Mode",
        )],
    );
    check_state(
        &distributed(r#""ToleratedFailurePercentage": -0.5"#),
        &[("Minimum value is 0.0", "/ToleratedFailurePercentage")],
    );
    check_state(
        &distributed(r#""ToleratedFailurePercentage": 101, "ToleratedFailureCount": 1.5"#),
        &[
            ("Expected value of type Integer", "/ToleratedFailureCount"),
            ("Maximum value is 100.0", "/ToleratedFailurePercentage"),
        ],
    );
    check_state(&distributed(r#""ItemBatcher": {"MaxItemsPerBatch": 10, "BatchInput": {"a": 1}}"#), &[]);
    check_state(
        &distributed(r#""ItemBatcher": {"MaxItemsPerBatch": -1, "MaxInputBytesPerBatch": 262145}"#),
        &[
            ("Minimum value is 0", "/ItemBatcher/MaxItemsPerBatch"),
            ("Maximum value is 262144", "/ItemBatcher/MaxInputBytesPerBatch"),
        ],
    );
    let reader = |config: &str| {
        distributed(&format!(
            r#""ItemReader": {{"Resource": "arn:aws:states:::s3:getObject", "Parameters": {{"Bucket": "b", "Key": "k"}},
                "ReaderConfig": {config}}}"#
        ))
    };
    check_state(&reader(r#"{"InputType": "JSON", "MaxItems": 5}"#), &[]);
    check_state(
        &reader(r#"{"InputType": "XML"}"#),
        &[(
            "Value should be one of the following: [CSV, JSON, JSONL, PARQUET, MANIFEST]",
            "/ItemReader/ReaderConfig/InputType",
        )],
    );
    check_state(
        &reader(r#"{"InputType": "CSV"}"#),
        &[("The field 'CSVHeaderLocation' is required", "/ItemReader/ReaderConfig")],
    );
    check_state(
        &reader(r#"{"InputType": "CSV", "CSVHeaderLocation": "GIVEN"}"#),
        &[("These fields are required: [CSVHeaders]", "/ItemReader/ReaderConfig")],
    );
    check_state(
        &reader(r#"{"InputType": "JSON", "CSVHeaderLocation": "FIRST_ROW"}"#),
        &[("Field 'CSVHeaderLocation' is not supported", "/ItemReader/ReaderConfig")],
    );
    check_state(
        &reader(r#"{"InputType": "JSON", "MaxItems": 100000001}"#),
        &[("Maximum value is 100000000", "/ItemReader/ReaderConfig/MaxItems")],
    );
    check_state(
        &reader(r#"{"InputType": "JSON", "MaxItems": 1, "MaxItemsPath": "$.m"}"#),
        &[(
            "There should only be one of the following fields: [MaxItems, MaxItemsPath]",
            "/ItemReader/ReaderConfig",
        )],
    );
    check_state(
        &distributed(r#""ItemReader": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {}}"#),
        &[("The field 'Resource' does not match any of the allowed values", "/ItemReader/Resource")],
    );
    check_state(&distributed(r#""ResultWriter": {}"#), &[("Value cannot be empty", "/ResultWriter")]);
    check_state(
        &distributed(r#""ResultWriter": {"Resource": "arn:aws:states:::s3:putObject"}"#),
        &[("These fields are required: [Parameters]", "/ResultWriter")],
    );
    check_state(
        &distributed(r#""ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN"}}"#),
        &[("These fields are required: [OutputType]", "/ResultWriter/WriterConfig")],
    );
    check(
        &with_state(&map(r#""ItemReader": {"Resource": "arn:aws:states:::s3:getObject"}"#)),
        &[("ASL0032", "`ItemReader` fails at run time in a Map whose processor is INLINE", "/States/X")],
    );
    check(
        &with_state(&distributed(r#""Label": "a b""#)),
        &[("INVALID_LABEL_NAME", "a label must not contain the character ` `", "/States/X/Label")],
    );
    check(
        &with_state(&distributed(&format!(r#""Label": "{}""#, "a".repeat(41)))),
        &[("INVALID_LABEL_NAME", "a label must have 1 to 40 characters, this one has 41", "/States/X/Label")],
    );
}
