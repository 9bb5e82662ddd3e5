//! Runs every case of the suite through the engine and the server.

use std::path::Path;

use asl_tests::{Case, files, replace_expectation};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/suite"))
}

/// How many cases there are at least. Raise both when you add cases: a case that is no longer found fails the test.
const CASES: usize = 283;
/// How many of them run through the server.
const SERVED: usize = 279;

#[tokio::test(start_paused = true)]
async fn cases() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let files = files(folder()).unwrap();
    assert!(files.len() >= CASES, "only {} cases found", files.len());
    let mut failures = Vec::new();
    for path in &files {
        let name = path.strip_prefix(folder()).unwrap().display().to_string();
        let case = Case::read(path).unwrap();
        let got = case.run().await.unwrap_or_else(|error| panic!("{name}: {error}"));
        if got == case.expect {
            continue;
        }
        if update {
            let text = std::fs::read_to_string(path).unwrap();
            std::fs::write(path, replace_expectation(&text, &got)).unwrap();
        } else {
            failures.push(format!("{name} ({})\n{}", case.description, difference(&case.expect, &got)));
        }
    }
    assert!(failures.is_empty(), "{} of {} cases\n\n{}", failures.len(), files.len(), failures.join("\n\n"));
}

/// Cases that need the engine: seeded tokens, and a task without a handler.
const NOT_SERVED: [&str; 2] = ["history/rule-02-callback.toml", "task/missing-handler.toml"];

#[tokio::test(start_paused = true)]
async fn cases_through_the_server() {
    let mut failures = Vec::new();
    let mut served = 0;
    for path in files(folder()).unwrap() {
        let name = path.strip_prefix(folder()).unwrap().display().to_string();
        let case = Case::read(&path).unwrap();
        // A server always has AWS's limits.
        if NOT_SERVED.contains(&name.as_str()) || case.limits.as_deref() == Some("UNLIMITED") {
            continue;
        }
        served += 1;
        match case.serve().await {
            Ok(got) if got == case.expect => {}
            Ok(got) => {
                failures.push(format!("{name} ({})\n{}", case.description, difference(&case.expect, &got)))
            }
            Err(error) => failures.push(format!("{name}: {error}")),
        }
    }
    assert!(served >= SERVED, "only {served} cases were served");
    assert!(failures.is_empty(), "{} of {served} cases\n\n{}", failures.len(), failures.join("\n\n"));
}

fn difference(expect: &asl_tests::Expect, got: &asl_tests::Expect) -> String {
    let (expect, got) = (replace_expectation("", expect), replace_expectation("", got));
    let expected: Vec<&str> = expect.lines().collect();
    let gotten: Vec<&str> = got.lines().collect();
    let mut lines = Vec::new();
    for place in 0..expected.len().max(gotten.len()) {
        let (left, right) = (expected.get(place), gotten.get(place));
        if left != right {
            lines.extend(left.map(|line| format!("- {line}")));
            lines.extend(right.map(|line| format!("+ {line}")));
        }
    }
    lines.join("\n")
}

/// Each event type that this build emits occurs in the golden history of a case. asl-engine tests those of executions that are
/// aborted from outside.
#[test]
fn each_event_type_has_a_case() {
    let mut missing: Vec<&str> = EVENT_TYPES.to_vec();
    for path in files(folder()).unwrap() {
        let history = Case::read(&path).unwrap().expect.history.unwrap_or_default();
        missing.retain(|name| !history.contains(&format!(" {name}")));
    }
    assert_eq!(missing, Vec::<&str>::new());
}

const EVENT_TYPES: [&str; 51] = [
    "ActivityFailed",
    "ActivityScheduled",
    "ActivityStarted",
    "ActivitySucceeded",
    "ActivityTimedOut",
    "ChoiceStateEntered",
    "ChoiceStateExited",
    "ExecutionFailed",
    "ExecutionRedriven",
    "ExecutionStarted",
    "ExecutionSucceeded",
    "ExecutionTimedOut",
    "FailStateEntered",
    "LambdaFunctionFailed",
    "LambdaFunctionScheduled",
    "LambdaFunctionStarted",
    "LambdaFunctionSucceeded",
    "LambdaFunctionTimedOut",
    "MapIterationAborted",
    "MapIterationFailed",
    "MapIterationStarted",
    "MapIterationSucceeded",
    "MapRunFailed",
    "MapRunRedriven",
    "MapRunStarted",
    "MapRunSucceeded",
    "MapStateAborted",
    "MapStateEntered",
    "MapStateExited",
    "MapStateFailed",
    "MapStateStarted",
    "MapStateSucceeded",
    "ParallelStateAborted",
    "ParallelStateEntered",
    "ParallelStateExited",
    "ParallelStateFailed",
    "ParallelStateStarted",
    "ParallelStateSucceeded",
    "PassStateEntered",
    "PassStateExited",
    "SucceedStateEntered",
    "SucceedStateExited",
    "TaskFailed",
    "TaskScheduled",
    "TaskStarted",
    "TaskStateAborted",
    "TaskSubmitted",
    "TaskSucceeded",
    "TaskTimedOut",
    "WaitStateAborted",
    "WaitStateExited",
];
