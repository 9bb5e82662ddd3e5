//! Definitions that are read, written, and read again.

use asl_model::{Code, Source, StateMachine, Value, parse, parse_value};

/// Definitions by name. Together they have every field of every state in both query languages.
pub(crate) const CORPUS: &[(&str, &str)] = &[
    ("orders", include_str!("data/orders.asl.json")),
    ("totals", include_str!("data/totals.asl.json")),
    (
        "hello",
        r#"{"Comment": "hello", "StartAt": "Hello", "Version": "1.0", "States": {"Hello": {"Type": "Succeed"}}}"#,
    ),
    (
        "pass with all filters",
        r#"{"StartAt": "P", "TimeoutSeconds": 60, "States": {"P": {"Type": "Pass", "Comment": "all", "InputPath": "$.in",
            "Parameters": {"a.$": "$.a", "b": [1, {"c.$": "$$.Execution.Id"}]}, "Result": {"kept.$": "$.verbatim"},
            "ResultPath": "$.out", "OutputPath": "$.out", "Assign": {"x.$": "$.a"}, "End": true}}}"#,
    ),
    (
        "explicit nulls",
        r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "InputPath": null, "Result": null, "ResultPath": null,
            "OutputPath": null, "Next": "S"}, "S": {"Type": "Succeed", "InputPath": null, "OutputPath": "$.a"}}}"#,
    ),
    (
        "task with everything",
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "InputPath": "$", "Parameters": {"FunctionName": "f", "Payload": {"token.$": "$$.Task.Token"}},
            "ResultSelector": {"p.$": "$.Payload"}, "ResultPath": "$.r", "OutputPath": "$", "Assign": {"n": 1},
            "TimeoutSeconds": 30, "HeartbeatSeconds": 10, "Credentials": {"RoleArn": "arn:aws:iam::123456789012:role/r"},
            "Retry": [
              {"Comment": "fast", "ErrorEquals": ["A", "B"], "IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1.5,
               "MaxDelaySeconds": 60, "JitterStrategy": "NONE"},
              {"ErrorEquals": ["States.ALL"], "JitterStrategy": "FULL"}],
            "Catch": [
              {"Comment": "c", "ErrorEquals": ["A"], "ResultPath": null, "Assign": {"e.$": "$.Error"}, "Next": "F"},
              {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "F"}],
            "End": true}, "F": {"Type": "Fail"}}}"#,
    ),
    (
        "task with paths",
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:eu-west-1:123456789012:activity:a",
            "TimeoutSecondsPath": "$.t", "HeartbeatSecondsPath": "$.h", "End": true}}}"#,
    ),
    (
        "credentials by path",
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Parameters": {"Bucket": "b", "Key.$": "$.k"}, "Credentials": {"RoleArn.$": "$.role"}, "End": true}}}"#,
    ),
    (
        "legacy function",
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task",
            "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f:live", "End": true}}}"#,
    ),
    (
        "waits",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 0, "Next": "B"},
            "B": {"Type": "Wait", "SecondsPath": "$.s", "InputPath": "$.x", "OutputPath": "$.y", "Next": "C"},
            "C": {"Type": "Wait", "Timestamp": "2026-01-01T00:00:00Z", "Assign": {"v": true}, "Next": "D"},
            "D": {"Type": "Wait", "TimestampPath": "$.t", "End": true}}}"#,
    ),
    (
        "fails",
        r#"{"StartAt": "C", "States": {"C": {"Type": "Choice", "Default": "F",
              "Choices": [{"Variable": "$.a", "IsPresent": true, "Next": "G"}, {"Variable": "$.b", "IsNull": false, "Next": "H"}]},
            "F": {"Type": "Fail", "Error": "E", "Cause": "{% no query here %}"},
            "G": {"Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('{}', $.c)"}, "H": {"Type": "Fail"}}}"#,
    ),
    (
        "choice with all shapes",
        r#"{"StartAt": "C", "States": {"C": {"Type": "Choice", "InputPath": "$.in", "OutputPath": "$.out", "Assign": {"d": 1},
            "Choices": [
              {"Comment": "and", "And": [{"Variable": "$.a", "IsPresent": true}, {"Variable": "$.a", "NumericGreaterThan": 1.5}],
               "Assign": {"x": 1}, "Next": "S"},
              {"Or": [{"Not": {"Variable": "$.s", "StringMatches": "a*"}}, {"And": [{"Variable": "$$.x", "BooleanEquals": true}]}],
               "Next": "S"},
              {"Not": {"Variable": "$v", "TimestampLessThan": "2026-01-01T00:00:00Z"}, "Next": "S"},
              {"Variable": "$.a", "StringEqualsPath": "$.b", "Next": "S"}],
            "Default": "S"}, "S": {"Type": "Succeed"}}}"#,
    ),
    (
        "parallel",
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "InputPath": "$", "Parameters": {"a": 1},
            "ResultSelector": {"first.$": "$[0]"}, "ResultPath": "$.r", "OutputPath": "$", "Assign": {"x.$": "$[0]"},
            "Branches": [{"Comment": "one", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
                         {"StartAt": "B", "States": {"B": {"Type": "Wait", "Seconds": 1, "Next": "C"}, "C": {"Type": "Fail"}}}],
            "Retry": [{"ErrorEquals": ["States.TaskFailed"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "S"}], "Next": "S"}, "S": {"Type": "Succeed"}}}"#,
    ),
    (
        "inline map",
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "InputPath": "$.in", "ItemsPath": "$.items", "MaxConcurrency": 3,
            "ItemSelector": {"v.$": "$$.Map.Item.Value"}, "ResultSelector": {"n.$": "$"}, "ResultPath": "$.r",
            "OutputPath": "$.r", "Assign": {"done": true},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "Comment": "each", "StartAt": "A",
                              "States": {"A": {"Type": "Pass", "End": true}}},
            "Retry": [{"ErrorEquals": ["X"]}], "Catch": [{"ErrorEquals": ["X"], "Next": "S"}], "Next": "S"},
            "S": {"Type": "Succeed"}}}"#,
    ),
    (
        "map as it was before 2022",
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "MaxConcurrencyPath": "$.m", "Parameters": {"v.$": "$$.Map.Item.Value"},
            "Iterator": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}, "End": true}}}"#,
    ),
    (
        "distributed map",
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "Files", "MaxConcurrency": 1000,
            "ToleratedFailureCount": 5, "ToleratedFailurePercentage": 2.5,
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
              "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"],
                               "CSVDelimiter": "PIPE", "MaxItems": 10},
              "Parameters": {"Bucket": "b", "Key.$": "$.key"}},
            "ItemBatcher": {"MaxItemsPerBatch": 10, "MaxInputBytesPerBatch": 262144, "BatchInput": {"job.$": "$.job"}},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "A",
                              "States": {"A": {"Type": "Pass", "End": true}}},
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"},
                             "WriterConfig": {"OutputType": "JSONL", "Transformation": "FLATTEN"}},
            "End": true}}}"#,
    ),
    (
        "distributed map by paths",
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "ToleratedFailureCountPath": "$.c",
            "ToleratedFailurePercentagePath": "$.p",
            "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2",
              "ReaderConfig": {"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN", "MaxItemsPath": "$.n",
                               "ItemsPointer": "/a/b"}, "Parameters": {"Bucket": "b", "Prefix": "p"}},
            "ItemBatcher": {"MaxItemsPerBatchPath": "$.b", "MaxInputBytesPerBatchPath": "$.i"},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "A",
                              "States": {"A": {"Type": "Pass", "End": true}}},
            "End": true}}}"#,
    ),
    (
        "manifest",
        r#"{"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {"Type": "Map",
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
              "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "ManifestType": "ATHENA_DATA",
                               "MaxItems": "{% $states.input.max %}"},
              "Arguments": {"Bucket": "b", "Key": "{% $states.input.key %}"}},
            "ItemBatcher": {"MaxItemsPerBatch": "{% 5 %}", "BatchInput": "{% $states.input %}"},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "A",
                              "States": {"A": {"Type": "Pass", "End": true}}},
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "b"}},
            "End": true}}}"#,
    ),
    (
        "jsonata task",
        r#"{"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {"Type": "Task", "QueryLanguage": "JSONata",
            "Resource": "arn:aws:states:::dynamodb:getItem", "Arguments": {"Key": "{% $states.input.id %}"},
            "Output": "{% $states.result.Item %}", "Assign": {"item": "{% $states.result.Item %}"},
            "TimeoutSeconds": "{% $t %}", "HeartbeatSeconds": "{% $t - 1 %}", "Credentials": {"RoleArn": "{% $role %}"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}",
                       "Assign": {"e": "{% $states.errorOutput.Error %}"}, "Next": "F"}],
            "End": true}, "F": {"Type": "Fail", "Error": "{% $e %}", "Cause": "fixed"}}}"#,
    ),
    (
        "jsonata choice and waits",
        r#"{"QueryLanguage": "JSONata", "StartAt": "C", "States": {
            "C": {"Type": "Choice", "Output": {"d": 1}, "Assign": {"n": 0}, "Default": "W",
                  "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Comment": "big", "Output": "{% $states.input.n %}",
                               "Assign": {"n": 1}, "Next": "V"}, {"Condition": true, "Next": "W"}]},
            "V": {"Type": "Wait", "Seconds": "{% $n %}", "Output": "{% $n %}", "Next": "W"},
            "W": {"Type": "Wait", "Timestamp": "{% $now() %}", "Next": "S"}, "S": {"Type": "Succeed", "Output": "{% 1 %}"}}}"#,
    ),
    (
        "jsonata map and parallel",
        r#"{"QueryLanguage": "JSONata", "StartAt": "M", "States": {
            "M": {"Type": "Map", "Items": "{% $states.input.list %}", "ItemSelector": {"v": "{% $states.context.Map.Item.Value %}"},
                  "MaxConcurrency": "{% 2 %}", "Output": "{% $states.result %}",
                  "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "Output": 1, "End": true}}}, "Next": "L"},
            "L": {"Type": "Map", "Items": [1, "{% 2 %}"], "ToleratedFailureCount": "{% 0 %}", "ToleratedFailurePercentage": "{% 0 %}",
                  "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "B",
                                    "States": {"B": {"Type": "Pass", "End": true}}}, "Next": "P"},
            "P": {"Type": "Parallel", "Arguments": {"x": 1}, "Output": "{% $states.result[0] %}",
                  "Branches": [{"StartAt": "D", "States": {"D": {"Type": "Succeed"}}}], "End": true}}}"#,
    ),
    (
        "items as object",
        r#"{"QueryLanguage": "JSONata", "StartAt": "M", "States": {"M": {"Type": "Map", "Items": {"a": 1},
            "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}, "End": true}}}"#,
    ),
    (
        "one state in the other language",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 %}", "Next": "B"},
            "B": {"Type": "Pass", "QueryLanguage": "JSONPath", "Parameters": {"x.$": "$"}, "End": true}}}"#,
    ),
    (
        "placeholders",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${FunctionArn}", "End": true}}}"#,
    ),
    (
        "names in other scripts",
        r#"{"StartAt": "Prüfe Bestellung", "States": {"Prüfe Bestellung": {"Type": "Pass", "Next": "出荷 🚚/~"},
            "出荷 🚚/~": {"Type": "Succeed"}}}"#,
    ),
    (
        "nested machines",
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "M", "States": {
            "M": {"Type": "Map", "End": true, "Iterator": {"StartAt": "Q", "States": {"Q": {"Type": "Parallel", "End": true,
              "Branches": [{"StartAt": "Z", "States": {"Z": {"Type": "Succeed"}}}]}}}}}}]}}}"#,
    ),
];

#[track_caller]
pub(crate) fn read(name: &str, text: &str) -> StateMachine {
    let parsed = parse(&Source::json(text));
    // In a `Result`, a key that ends in `.$` is kept literally; AWS warns about it.
    let unexpected = parsed.diagnostics.iter().find(|found| found.code != Code::STATIC_RESULT);
    assert_eq!(unexpected, None, "{name}");
    parsed.machine.unwrap_or_else(|| panic!("{name} has no machine"))
}

#[test]
fn what_is_written_reads_the_same() {
    for (name, text) in CORPUS {
        let machine = read(name, text);
        let written = machine.to_value();
        let again = parse_value(&written);
        assert!(again.is_ok(), "{name}");
        assert_eq!(again.machine.as_ref(), Some(&machine), "{name}");
        assert_eq!(serde_json::to_string(&machine).unwrap(), written.to_string(), "{name}");
    }
}

/// Nothing of a definition gets lost, except what has no meaning: the mode of an inline processor, empty lists,
/// `"End": false`.
#[test]
fn nothing_is_lost() {
    for (name, text) in CORPUS {
        let written = read(name, text).to_value();
        let text = text.replace(r#""ProcessorConfig": {"Mode": "INLINE"}, "#, "");
        let text = text.replace(r#""ProcessorConfig":{"Mode":"INLINE"},"#, "");
        assert_eq!(written, Value::parse(&text).unwrap(), "{name}");
    }
}

#[test]
fn the_corpus_has_every_field() {
    let all: String = CORPUS.iter().map(|(_, text)| *text).collect();
    for name in asl_fields() {
        assert!(all.contains(&format!("\"{name}\"")), "no definition has {name}");
    }
}

pub(crate) fn asl_fields() -> impl Iterator<Item = &'static str> {
    include_str!("../../src/vocabulary.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("    \"")?.strip_suffix("\","))
}
