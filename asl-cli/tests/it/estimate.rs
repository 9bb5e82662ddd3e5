//! `asl estimate`, and `asl validate --target durable`.

use crate::support::{asl, file};

/// An approval that takes a day, and a loop of polls.
const ORDER: &str = r#"{"StartAt": "Price", "States": {
    "Price": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price", "Next": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"QueueUrl": "https://q", "MessageBody.$": "$$.Task.Token"}, "Next": "Pause"},
    "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Paid?"},
    "Paid?": {"Type": "Choice", "Choices": [{"Variable": "$.paid", "IsPresent": true, "Next": "Done"}], "Default": "Pause"},
    "Done": {"Type": "Succeed"}
}}"#;

const BOUNDS: &str = r#"{"visits": {"Pause": 10}, "seconds": {"Approve": 86400}}"#;

#[test]
fn a_table() {
    let (definition, bounds) = (file("order.asl.json", ORDER), file("bounds.json", BOUNDS));
    let ran = asl(&["estimate", &definition, "--bounds", &bounds, "--runs", "100000"], "");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let lines: Vec<&str> = ran.stdout.lines().take(7).collect();
    assert_eq!(
        lines,
        [
            "the longest way through: 23 transitions, 2 tasks, 14 operations, 0.2 s of work, 87000 s of waiting",
            "",
            "100000 runs a month                US$  of which",
            "Standard                         57.54  transitions 57.50, invocations of functions 0.02, time of functions 0.02",
            "Express                     cannot run  `Approve` waits for a task token",
            "in one Lambda function      cannot run  it takes 87000 s, at most 900 are allowed",
            "durable function                 11.97  operations 11.20, data written 0.36, data retained 0.10, invocations 0.24, duration 0.07",
        ]
    );
    for assumption in
        ["prices of us-east-1, 2026-11-30", "the way with the most operations", "retries count as operations"]
    {
        assert!(ran.stdout.contains(assumption), "{}", ran.stdout);
    }
}

#[test]
fn json() {
    let definition = file("order-json.asl.json", ORDER);
    let ran = asl(&["estimate", &definition, "--format", "json"], "");
    let found = ran.json();
    assert_eq!(found["runs"].as_i64(), Some(1_000_000));
    assert_eq!(found["unbounded"].to_string(), r#"[["Pause","Paid?"]]"#);
    assert_eq!(found["ways"][0]["way"].as_str(), Some("Standard"));
    assert_eq!(found["ways"][1]["cannotRun"].as_str(), Some("`Approve` waits for a task token"));
    assert!(found["ways"][3]["parts"]["operations"].as_f64().unwrap() > 0.0);
    assert_eq!(found["prices"]["date"].as_str(), Some("2026-11-30"));
}

#[test]
fn a_history_is_counted() {
    let machine = r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 3600, "Next": "B"}, "B": {"Type": "Pass", "End": true}}}"#;
    let (definition, history) =
        (file("estimated-waits.asl.json", machine), file("estimated-waits.history.json", ""));
    let ran = asl(&["run", &definition, "--history", &history], "");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ran = asl(&["estimate", &definition, "--history", &history, "--format", "json"], "");
    let used = &ran.json()["used"];
    let counts = ["transitions", "operations", "invocations"];
    assert_eq!(counts.map(|name| used[name].as_f64().unwrap()), [2.0, 2.0, 2.0], "{}", ran.stdout);
    // Some real time passes besides.
    let waited = used["waitingSeconds"].as_f64().unwrap();
    assert!((3600.0..3601.0).contains(&waited), "{}", ran.stdout);
}

/// `expect`: the exit code and what is reported.
#[track_caller]
fn check(name: &str, definition: &str, bounds: &str, expect: (i32, &[&str])) {
    let (definition, bounds) =
        (file(&format!("{name}.asl.json"), definition), file(&format!("{name}.bounds"), bounds));
    let ran =
        asl(&["validate", &definition, "--target", "durable", "--bounds", &bounds, "--format", "json"], "");
    let json = ran.json();
    let found = json["diagnostics"].as_array().unwrap().iter();
    let found: Vec<&str> = found.map(|found| found["message"].as_str().unwrap()).collect();
    assert_eq!((ran.code, found.as_slice()), (Some(expect.0), expect.1), "{name}");
}

#[test]
fn what_a_durable_function_cannot_run() {
    check("bounded", ORDER, BOUNDS, (0, &[]));
    let loops = "nothing says how often `Pause`, `Paid?` runs; an execution may have 3000 operations";
    check("unbounded", ORDER, "{}", (0, &[loops]));
    let many = "an execution may need 3003 operations, at most 3000 are allowed";
    check("many", ORDER, r#"{"visits": {"Pause": 2999}}"#, (2, &[many]));
    let activity = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true}}}"#;
    let refused = "state `A` cannot run in a durable function: it is an activity, and a durable function has no workers";
    check("activity", activity, "{}", (2, &[refused]));
    let ran = asl(&["validate", "-", "--bounds", "x"], ORDER);
    assert_eq!(ran.code, Some(64));
}
