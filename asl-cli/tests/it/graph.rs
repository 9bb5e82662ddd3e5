//! `asl graph`

use crate::support::{asl, file, scratch};

#[track_caller]
fn check(args: &[&str], code: i32, stdout: &[&str], stderr: &str) {
    let ran = asl(args, "");
    assert_eq!(ran.code, Some(code), "{ran:?}");
    for part in stdout {
        assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
    }
    assert_eq!(stdout.is_empty(), ran.stdout.is_empty(), "{ran:?}");
    assert!(ran.stderr.contains(stderr) && (!stderr.is_empty() || ran.stderr.is_empty()), "{ran:?}");
}

#[test]
fn formats() {
    check(&["graph", "hello.asl.json"], 0, &["<svg ", "</svg>"], "");
    check(
        &["graph", "orders.asl.json", "--format", "mermaid"],
        0,
        &["flowchart TD", "-.->|", "subgraph"],
        "",
    );
    check(&["graph", "orders.asl.json", "--format", "dot"], 0, &["digraph {", "style=dashed"], "");
}

#[test]
fn with_what_an_execution_did() {
    let history = scratch("graph_history.json");
    let history = history.to_str().unwrap();
    let input = r#"{"items":[1,2]}"#;
    let run = asl(
        &[
            "run",
            "orders.asl.json",
            "--mocks",
            "orders.mocks.json#Lost",
            "--input",
            input,
            "--history",
            history,
        ],
        "",
    );
    assert_eq!(run.code, Some(1), "{run:?}");
    let args = ["graph", "orders.asl.json", "--format", "mermaid", "--history", history];
    check(&args, 0, &["classDef failed", " succeeded", " failed"], "");
}

#[test]
fn what_cannot_be_drawn() {
    check(&["graph", "missing.asl.json"], 2, &[], "missing.asl.json");
    let bad = file("graph_bad.asl.json", r#"{"StartAt":"A","States":{}}"#);
    check(&["graph", &bad], 2, &[], "error");
    let history = file("graph_bad.json", "{");
    check(&["graph", "hello.asl.json", "--history", &history], 64, &[], "graph_bad.json`: ");
}
