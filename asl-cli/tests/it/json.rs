//! `--format json`: exactly one object on standard output.

use asl_value::{Value, json};

#[cfg(feature = "aws")]
use crate::support::command;
use crate::support::{asl, echo, file, machine, scratch};

#[track_caller]
fn check(args: &[&str], stdin: &str, code: i32, expected: Value) {
    let args = [args, &["--format", "json"]].concat();
    let ran = asl(&args, stdin);
    assert_eq!((ran.code, ran.json()), (Some(code), expected), "{args:?} {}", ran.stderr);
}

fn succeeded(output: Value, transitions: u64) -> Value {
    json!({"status": "SUCCEEDED", "output": output, "transitions": transitions})
}

fn failed(error: &str, cause: &str, transitions: u64) -> Value {
    json!({"status": "FAILED", "error": error, "cause": cause, "transitions": transitions})
}

#[test]
fn runs_print_their_outcome() {
    check(
        &["run", "hello.asl.json", "--input", r#"{"name":"World"}"#],
        "",
        0,
        succeeded(json!({"greeting": "Hello, World!"}), 2),
    );
    let totals = json!([{"id": "a-1", "total": 21}, {"id": "a-2", "total": 3}, {"id": "a-3", "total": 1}]);
    check(&["run", "import.asl.json", "--objects", "objects"], "", 0, succeeded(totals, 1));
    let unread = "no storage is configured for the ItemReader";
    check(&["run", "import.asl.json"], "", 1, failed("States.ItemReaderFailed", unread, 1));
    let fail = r#"{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"c"}}}"#;
    check(&["run", "-"], fail, 1, failed("E", "c", 1));
    let bare = r#"{"StartAt":"F","States":{"F":{"Type":"Fail"}}}"#;
    check(
        &["run", "-"],
        bare,
        1,
        json!({"status": "FAILED", "error": null, "cause": null, "transitions": 1}),
    );
    let slow = r#"{"TimeoutSeconds":5,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":6,"End":true}}}"#;
    check(
        &["run", "-"],
        slow,
        1,
        json!({"status": "TIMED_OUT", "error": "States.Timeout", "cause": null, "transitions": 1}),
    );
}

#[cfg(feature = "parquet")]
#[test]
fn rows_of_parquet_files_are_items() {
    let objects = concat!(env!("CARGO_MANIFEST_DIR"), "/../asl-parquet/tests");
    let machine = |key: &str| {
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "PARQUET"},
                "Parameters": {"Bucket": "files", "Key": key}},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": "P", "States": {"P": {"Type": "Pass", "OutputPath": "$.name", "End": true}}}}}})
        .to_json()
    };
    let run = ["run", "-", "--objects", objects];
    check(&run, &machine("flat.parquet"), 0, succeeded(json!(["one", "two", null]), 1));
    // `asl` fails the test if it prints that something has panicked.
    let cause = "The data read by the ItemReader is not Parquet: a page of the column a is damaged, in the object \
                 damaged.parquet";
    check(&run, &machine("damaged.parquet"), 1, failed("States.ItemReaderFailed", cause, 1));
}

#[test]
fn inputs_come_from_everywhere() {
    let numbers = file("numbers.json", "\u{FEFF}[1, 2]");
    for (argument, expected) in [
        (r#" {"a": 1}"#, json!({"a": 1})),
        ("[]", json!([])),
        (r#""text""#, json!("text")),
        ("20", json!(20)),
        ("-2.5", json!(-2.5)),
        ("true", json!(true)),
        ("null", json!(null)),
        (&numbers, json!([1, 2])),
    ] {
        check(&["run", "-", "--input", argument], &echo(), 0, succeeded(expected, 1));
    }
    check(&["run", "-"], &echo(), 0, succeeded(json!({}), 1));
    let definition = file("echo.asl.json", echo());
    check(
        &["run", &definition, "--input", "-"],
        r#"{"from": "stdin"}"#,
        0,
        succeeded(json!({"from": "stdin"}), 1),
    );
}

#[test]
fn definitions_may_be_yaml() {
    let text = "StartAt: S\nStates:\n  S: {Type: Pass, Result: {n: 1}, End: true}\n";
    for name in ["echo.asl.yaml", "echo.yml"] {
        check(&["run", &file(name, text)], "", 0, succeeded(json!({"n": 1}), 1));
    }
}

#[test]
fn names_are_substituted() {
    let text = machine(r#""Type":"Pass","Result":{"table":"${Table}","n":${Count}}"#);
    let definition = file("sam.asl.json", text);
    let args = ["run", &definition, "--substitute", "Table=a\"b=c", "--substitute", "Count=3"];
    check(&args, "", 0, succeeded(json!({"table": "a\"b=c", "n": 3}), 1));
}

#[test]
fn waits_are_skipped() {
    let wait = |seconds: u32| machine(&format!(r#""Type":"Wait","Seconds":{seconds}"#));
    let near = |outcome: Value, used: u64, allowed: u64| {
        let mut outcome = outcome.as_object().expect("an object").clone();
        outcome.insert(
            "nearLimits",
            json!([{"limit": "DURATION", "state": "S", "used": used, "allowed": allowed}]),
        );
        Value::Object(outcome)
    };
    let timeout = json!({"status": "TIMED_OUT", "error": "States.Timeout", "cause": null, "transitions": 1});
    let year = 31_536_000;
    check(&["run", "-"], &wait(99_999_999), 1, near(timeout.clone(), year, year));
    check(&["run", "-"], &wait(30_000_000), 0, near(succeeded(json!({}), 1), 30_000_000, year));
    check(&["run", "-"], &wait(20_000_000), 0, succeeded(json!({}), 1));
    check(&["run", "-", "--real-time"], &wait(0), 0, succeeded(json!({}), 1));
    // Five minutes is the most that an Express execution takes.
    let express = ["run", "-", "--type", "EXPRESS"];
    check(&express, &wait(299), 0, near(succeeded(json!({}), 1), 299, 300));
    check(&express, &wait(301), 1, near(timeout, 300, 300));
}

#[test]
fn seeds_repeat() {
    let random = machine(r#""Type":"Pass","Parameters":{"id.$":"States.UUID()"}"#);
    let run = |seed: &str| asl(&["run", "-", "--format", "json", "--seed", seed], &random).json();
    assert_eq!(run("7"), run("7"));
    assert_ne!(run("7"), run("8"));
}

#[test]
fn mocks_answer_tasks() {
    let output = |paid: bool| json!({"shelves": ["A1", "B2"], "bill": {"paid": paid}});
    for (case, transitions, paid) in
        [("Happy", 6, true), ("Orders/Busy", 6, true), ("Orders/Declined", 7, false)]
    {
        let mocks = format!("orders.mocks.json#{case}");
        let args = ["run", "orders.asl.json", "--mocks", &mocks, "--input", r#"{"items":[1,2]}"#];
        check(&args, "", 0, succeeded(output(paid), transitions));
    }
    let lost = "the mocked response `OnlyFirst` of the state `Pick` has no answer for call 1; it has 0";
    let args =
        ["run", "orders.asl.json", "--mocks", "orders.mocks.json#Lost", "--input", r#"{"items":[1,2]}"#];
    check(&args, "", 1, failed("States.Runtime", lost, 5));
}

#[test]
fn histories_are_written() {
    let path = scratch("history.json");
    let path = path.to_str().unwrap();
    let case = "orders.mocks.json#Busy";
    let ran = asl(
        &["run", "orders.asl.json", "--mocks", case, "--input", r#"{"items":[]}"#, "--history", path],
        "",
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let history = Value::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let events = history["events"].as_array().unwrap();
    let types: Vec<&str> = events.iter().take(6).filter_map(|event| event["type"].as_str()).collect();
    let expected = [
        "ExecutionStarted",
        "TaskStateEntered",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionFailed",
        "LambdaFunctionScheduled",
    ];
    assert_eq!(types, expected);
    assert_eq!(events[4]["lambdaFunctionFailedEventDetails"], json!({"error": "Busy", "cause": "try later"}));
    let waited = events[5]["timestamp"].as_f64().unwrap() - events[4]["timestamp"].as_f64().unwrap();
    assert!((60.0..61.0).contains(&waited), "{waited}");
    let numbers: Vec<i64> = events.iter().filter_map(|event| event["id"].as_i64()).collect();
    assert_eq!(numbers, (1..=events.len() as i64).collect::<Vec<_>>());
}

#[test]
fn tasks_without_an_answer_fail() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let cause = format!(
        "An error occurred while executing the state 'S' (entered at the event id #2). no task handler is registered for \
         `{arn}`"
    );
    let task = machine(&format!(r#""Type":"Task","Resource":"{arn}""#));
    check(&["run", "-"], &task, 1, failed("States.Runtime", &cause, 1));
    let ran = asl(&["run", "-", "--format", "json"], &task);
    assert_eq!(
        ran.stderr,
        format!(
            "hint: nothing answers `{arn}` (state `S`); give answers with --mocks, call functions at --lambda-endpoint URL, or call AWS with --aws\n"
        )
    );
}

#[cfg(feature = "aws")]
#[test]
fn executions_are_in_the_region_of_aws() {
    let id = file("id.asl.json", machine(r#""Type":"Pass","Parameters":{"id.$":"$$.Execution.Id"}"#));
    let found = |args: &[&str]| {
        let args = [&["run", &id, "--format", "json"], args].concat();
        let mut command = command(&args);
        command.env_remove("AWS_REGION").env("AWS_DEFAULT_REGION", "eu-west-1");
        let output = command.env("AWS_ACCESS_KEY_ID", "a").env("AWS_SECRET_ACCESS_KEY", "b").output();
        let report = Value::parse(&String::from_utf8_lossy(&output.expect("the binary runs").stdout));
        report.expect("JSON")["output"]["id"].clone()
    };
    let standard = "execution:machine:execution";
    let express = "express:machine:execution:local";
    assert_eq!(found(&["--aws"]), json!(format!("arn:aws:states:eu-west-1:123456789012:{standard}")));
    let found_express = found(&["--aws", "--type", "express"]);
    assert_eq!(found_express, json!(format!("arn:aws:states:eu-west-1:123456789012:{express}")));
    assert_eq!(found(&[]), json!(format!("arn:aws:states:us-east-1:123456789012:{standard}")));
}

fn dangling() -> Value {
    json!({
        "code": "ASL0019",
        "severity": "error",
        "message": "Missing 'Next' target: Gone",
        "location": "/States/A/Next",
        "line": 3,
        "column": 39,
        "aws": "MISSING_TRANSITION_TARGET"
    })
}

#[test]
fn refused_definitions_print_diagnostics() {
    let text = "{\"StartAt\": \"A\",\n \"States\": {\n  \"A\": {\"Type\": \"Pass\",       \"Next\": \"Gone\"},\n  \"B\": {\"Type\": \"Succeed\"}}}";
    let unreachable = json!({
        "code": "ASL0020",
        "severity": "error",
        "message": "State \"B\" is not reachable.",
        "location": "/States/B",
        "line": 4,
        "column": 3,
        "aws": "MISSING_TRANSITION_TARGET"
    });
    check(&["run", "-"], text, 2, json!({"diagnostics": [dangling(), unreachable.clone()]}));
    let with_file = |mut diagnostic: Value| {
        if let Value::Object(members) = &mut diagnostic {
            members.insert("file", "<stdin>".into());
        }
        diagnostic
    };
    check(
        &["validate", "-"],
        text,
        2,
        json!({"diagnostics": [with_file(dangling()), with_file(unreachable)]}),
    );
}

#[test]
fn valid_definitions_have_no_diagnostics() {
    check(&["validate", "hello.asl.json", "orders.asl.json"], "", 0, json!({"diagnostics": []}));
    let ran =
        asl(&["validate", "-", "--format", "json"], machine(r#""Type":"Pass","Parameters":{"x":"$.x"}"#));
    let diagnostics = ran.json()["diagnostics"].clone();
    assert_eq!(ran.code, Some(0));
    assert_eq!(diagnostics[0]["severity"], json!("warning"));
    assert_eq!(diagnostics[0]["help"], json!("name it `x.$` to have the value evaluated"));
}

#[test]
fn express_machines_are_checked_as_such() {
    let activity = machine(r#""Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a""#);
    let found = |args: &[&str]| {
        let ran = asl(&[args, &["-", "--format", "json"]].concat(), &activity);
        (ran.code, ran.json()["diagnostics"][0]["message"].clone())
    };
    assert_eq!(found(&["validate"]), (Some(0), Value::Null));
    let message = json!("Express state machine does not support Activity ARN");
    assert_eq!(found(&["validate", "--type", "express"]), (Some(2), message.clone()));
    assert_eq!(found(&["run", "--type", "EXPRESS"]), (Some(2), message.clone()));
    assert_eq!(
        found(&["validate", "--type", "EXPRESS", "--express-patterns", "all"]),
        (Some(2), message),
        "an activity is no pattern"
    );
    let job = machine(r#""Type":"Task","Resource":"arn:aws:states:::batch:submitJob.sync""#);
    let validated = |more: &[&str]| {
        let args = [&["validate", "-", "--format", "json", "--type", "EXPRESS"], more].concat();
        asl(&args, &job).code
    };
    assert_eq!(validated(&[]), Some(2));
    assert_eq!(validated(&["--express-patterns", "aws"]), Some(2));
    assert_eq!(validated(&["--express-patterns", "all"]), Some(0));
}
