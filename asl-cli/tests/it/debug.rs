//! `asl debug` as a process: the session of the guide, and what cannot be debugged.

use crate::support::{asl, scratch};

const GUIDE: &str = include_str!("../../../docs/guides/debugger.md");
const CASE: &str = "../../examples/order-processing/workflow.test.yaml#an order is confirmed";

/// The guide shows what the command prints.
#[test]
fn the_session_of_the_guide() {
    let session = GUIDE.split("```text\n$ asl debug").nth(1).expect("a session");
    let (_, session) = session.split_once('\n').expect("lines");
    let session = session.split("\n```").next().expect("an end");
    let commands: Vec<&str> = session.lines().filter_map(|line| line.strip_prefix("(asl) ")).collect();
    let ran = asl(&["debug", "--test", CASE], commands.join("\n"));
    assert_eq!((ran.stdout.trim_end(), ran.stderr.as_str()), (session, ""));
    assert_eq!(ran.code, Some(0));
}

#[test]
fn a_folder_with_signs_in_its_name() {
    let folder = scratch("debug/100% of #1");
    std::fs::create_dir_all(folder.join("events")).expect("a folder");
    for file in ["workflow.asl.json", "workflow.test.yaml", "mocks.json", "events/direct.json"] {
        let from = format!("{}/../examples/order-processing/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::copy(from, folder.join(file)).expect("a copy");
    }
    let ran = asl(
        &["debug", "--test", &format!("{}/workflow.test.yaml#an order is confirmed", folder.display())],
        "run\n",
    );
    assert!(ran.stdout.contains("the execution succeeded"), "{ran:?}");
}

#[test]
fn an_execution_that_fails() {
    let record = "../../examples/order-processing/histories/invalid-order.json";
    let machine = "../../examples/order-processing/workflow.asl.json";
    let ran = asl(&["debug", machine, "--type", "EXPRESS", "--record", record], "run\n");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("the execution ended as FAILED"), "{ran:?}");
}

#[track_caller]
fn refused(args: &[&str], message: &str) {
    let ran = asl(args, "");
    assert_eq!(ran.code, Some(64), "{ran:?}");
    assert!(ran.stderr.contains(message), "{ran:?}");
}

#[test]
fn what_cannot_be_debugged() {
    refused(&["debug"], "DEFINITION");
    refused(&["debug", "nothing.asl.json"], "cannot read the definition");
    refused(&["debug", "hello.asl.json", "--input", "{"], "the input is not JSON");
    refused(&["debug", "hello.asl.json", "--mocks", "nothing.json"], "nothing.json");
    refused(&["debug", "hello.asl.json", "--record", "hello.asl.json"], "is not a record");
    let file = CASE.split('#').next().expect("a file");
    refused(&["debug", "--test", file], "names no case; name one of: ");
}
