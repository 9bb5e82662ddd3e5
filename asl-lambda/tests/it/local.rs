//! One event outside Lambda.

use std::io::Write;
use std::process::{Output, Stdio};

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

/// Replaces the times, which differ in every run.
fn without_times(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(" after ") {
        Some((end, _)) => end,
        None if line.get(6..9) == Some(" ms") => &line[21..],
        None if line.starts_with(&" ".repeat(25)) => &line[21..],
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
fn check(definition: &str, arguments: &[&str], code: i32, stderr: &str) {
    let (found, stdout, written) = bootstrap(definition, arguments);
    assert_eq!((found, stdout.as_str(), written.as_str()), (Some(code), "", stderr), "{arguments:?}");
}

const ECHO: &str = r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Succeed"}}}"#;

#[test]
fn what_is_wrong_is_told_to_people() {
    let usage = "\n\nUsage: bootstrap [OPTIONS] [EVENT]; see `bootstrap --help`\n";
    check(ECHO, &["a", "b"], 64, &format!("error: expected one event{usage}"));
    check(ECHO, &["--fast"], 64, &format!("error: there is no option `--fast`{usage}"));
    let nothing = "error: standard input: expected JSON: EOF while parsing a value at line 1 column 0\n";
    check(ECHO, &[], 64, nothing);
    check(ECHO, &["no.json"], 64, "error: `no.json`: No such file or directory (os error 2)\n");
    // The name of a file may start like a number.
    check(ECHO, &["2026.json"], 64, "error: `2026.json`: No such file or directory (os error 2)\n");
    let readme = format!("{DATA}/README.md");
    let not_json = format!("error: `{readme}`: expected JSON: expected value at line 1 column 1\n");
    check(ECHO, &[&readme], 64, &not_json);
    check(
        ECHO,
        &["{"],
        64,
        "error: the event: expected JSON: EOF while parsing an object at line 1 column 1\n",
    );
    let bad = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B", "Comment": "${Stage}"}}}"#;
    let expected = "\
warning[ASL0042]: `${Stage}` has no value
  at /States/A/Comment, line 1, column 76
  help: give it a value with `--substitute`, ASL_SUBSTITUTE_Stage, or a file `….substitutions.json` next to the definition; \
         if the text is intended, make it its own value
error[ASL0019]: Missing 'Next' target: B
  at /States/A/Next, line 1, column 59
  help: did you mean `A`?
error[ASL0021]: Workflow has no terminal state
  at /, line 1, column 1
";
    check(bad, &["no.json"], 2, expected);
}

#[test]
fn help_needs_no_definition() {
    for option in ["-h", "--help"] {
        let output = crate::process::bootstrap().arg(option).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &[][..]));
        assert!(text.starts_with("Handles one event as Lambda would"), "{text}");
        assert!(text.contains("\nUsage: bootstrap [OPTIONS] [EVENT]\n"), "{text}");
    }
}

/// Standard output and the lines of standard error.
fn handled(arguments: &[&str], stdin: &str, variables: &[(&str, &str)]) -> (String, Vec<String>) {
    let mut command = crate::process::bootstrap();
    command.env("ASL_DEFINITION", crate::process::file(&crate::machine::fail().to_json())).args(arguments);
    command
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    (String::from_utf8(output.stdout).unwrap(), stderr.lines().map(str::to_owned).collect())
}

#[test]
fn an_event_may_be_text_or_standard_input() {
    let event = r#"{"Error": "E", "Cause": "c"}"#;
    let text = handled(&[event], "", &[]);
    assert_eq!(text.1, [""; 0]);
    assert!(
        text.0.starts_with("trigger: direct\n") && text.0.ends_with("invocation error:\nE: c\n"),
        "{text:?}"
    );
    for arguments in [&["-"][..], &[], &["--", "-"]] {
        let found = handled(arguments, event, &[]);
        assert_eq!((without_times(&found.0), found.1), (without_times(&text.0), text.1.clone()));
    }
}

#[test]
fn the_log_is_written_where_it_is_asked_for() {
    let types = |level: &str| {
        let (_, lines) = handled(&[r#"{"Error": "E"}"#], "", &[("ASL_LOG_LEVEL", level)]);
        let lines: Vec<Value> = lines.iter().map(|line| Value::parse(line).unwrap()).collect();
        lines.iter().map(|line| line["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(types("ALL"), ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
    assert_eq!(types("FATAL"), ["ExecutionFailed"]);
    assert_eq!(types("OFF"), [""; 0]);
    assert_eq!(types(""), [""; 0]);
}

#[test]
fn verbose_shows_what_states_took_and_gave() {
    let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"n": 1}, "Output": {"items": [7]}, "Next": "M"},
        "M": {"Type": "Map", "Items": "{% $states.input.items %}", "End": true,
            "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Output": "{% $states.input + $n %}", "End": true}}}}}}"#;
    let (code, stdout, stderr) = bootstrap(definition, &["-v", "{}"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let expect = "\
trigger: direct
    start      took  state
A (Pass)
    took {}
    gave {\"items\":[7]}
    assigned {\"n\":1}
M (Map)
    took {\"items\":[7]}
    gave [8]
\x20 [0]
\x20   I (Pass)
\x20       took 7
\x20       gave 8
ExecutionSucceeded
response:
[
  8
]";
    assert_eq!(without_times(&stdout), expect);
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let fail = r#"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}"#;
    let (code, stdout, stderr) = bootstrap(fail, &[&format!("{DATA}/events/eventbridge-schedule.json")]);
    assert_eq!((code, stderr.as_str()), (Some(1), ""));
    assert!(
        stdout.starts_with("trigger: event-bridge\n") && stdout.ends_with("invocation error:\nE: c\n"),
        "{stdout}"
    );
    // Every record of a batch is shown.
    let (code, stdout, _) = bootstrap(ECHO, &[&format!("{DATA}/events/kinesis-event.json")]);
    assert_eq!((code, stdout.matches("ExecutionSucceeded after").count()), (Some(0), 2), "{stdout}");
    assert!(stdout.ends_with("response:\n{\n  \"batchItemFailures\": []\n}\n"), "{stdout}");
}
