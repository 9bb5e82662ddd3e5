//! One event outside Lambda.

use std::process::Output;

use asl_value::{Value, json};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

fn bootstrap(definition: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let path =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("local-{}.json", definition.len()));
    std::fs::write(&path, definition).unwrap();
    let Output { status, stdout, stderr } = crate::process::bootstrap()
        .env("ASL_DEFINITION", &path)
        .args(arguments)
        .output()
        .expect("the program runs");
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// No two runs have the same times.
fn without_times(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(" after ") {
        Some((end, _)) => end,
        None if line.get(6..9) == Some(" ms") => &line[21..],
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_way_and_the_response_are_printed() {
    let machine = json!({
        "StartAt": "Both",
        "States": {
            "Both": {"Type": "Parallel", "Next": "Each", "Branches": [
                {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "End": true}}},
                {"StartAt": "Right", "States": {"Right": {"Type": "Pass", "End": true}}}
            ]},
            "Each": {"Type": "Map", "End": true, "ItemProcessor": {
                "StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": true}}
            }}
        }
    });
    let event = format!("{DATA}/events/apigw-request.json");
    let (code, stdout, stderr) = bootstrap(&machine.to_json(), &[&event]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let expect = "\
trigger: rest-api
    start      took  state
Both (Parallel)
\x20 Left (Pass)
\x20 Right (Pass)
Each (Map)
\x20 [0]
\x20   Item (Pass)
\x20 [1]
\x20   Item (Pass)
ExecutionSucceeded
response:
{
  \"statusCode\": 200,
  \"headers\": {
    \"content-type\": \"application/json\"
  },
  \"body\": \"[{\\\"a\\\":1},{\\\"a\\\":1}]\",
  \"isBase64Encoded\": false
}";
    assert_eq!(without_times(&stdout), expect);
}

#[track_caller]
fn check(definition: &str, arguments: &[&str], code: i32, message: &str) {
    let (found, stdout, stderr) = bootstrap(definition, arguments);
    assert_eq!((found, stdout.as_str()), (Some(code), ""), "{stderr}");
    let line = Value::parse(stderr.trim_end()).unwrap();
    assert_eq!(line["message"].as_str(), Some(message));
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let echo = r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Succeed"}}}"#;
    check(echo, &[], 64, "outside Lambda expected one argument: the file of an event");
    check(echo, &["a", "b"], 64, "outside Lambda expected one argument: the file of an event");
    check(echo, &["no.json"], 64, "`no.json`: No such file or directory (os error 2)");
    let readme = format!("{DATA}/README.md");
    let not_json = format!("`{readme}`: expected JSON: expected value at line 1 column 1");
    check(echo, &[&readme], 64, &not_json);
    check(r#"{"StartAt": "A", "States": {}}"#, &["no.json"], 2, "Value cannot be empty");

    let fail = r#"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}"#;
    let (code, stdout, stderr) = bootstrap(fail, &[&format!("{DATA}/events/eventbridge-schedule.json")]);
    assert_eq!((code, stderr.as_str()), (Some(1), ""));
    assert!(
        stdout.starts_with("trigger: event-bridge\n") && stdout.ends_with("invocation error:\nE: c\n"),
        "{stdout}"
    );
    // Of a batch each record is shown.
    let (code, stdout, _) = bootstrap(echo, &[&format!("{DATA}/events/kinesis-event.json")]);
    assert_eq!((code, stdout.matches("ExecutionSucceeded after").count()), (Some(0), 2), "{stdout}");
    assert!(stdout.ends_with("response:\n{\n  \"batchItemFailures\": []\n}\n"), "{stdout}");
}
