//! Arguments that make no sense, help, and streams that go away.

use std::process::Stdio;

use crate::support::{asl, command, echo, file, machine};

#[track_caller]
fn check(args: &[&str], code: i32, stderr: &str) {
    let ran = asl(args, echo());
    assert_eq!(ran.code, Some(code), "{args:?} {ran:?}");
    assert!(ran.stderr.contains(stderr), "{args:?}: expected {stderr:?} in {}", ran.stderr);
    assert!(code == 0 || ran.stdout.is_empty(), "{}", ran.stdout);
}

#[test]
fn arguments() {
    check(&[], 64, "Usage: asl");
    check(&["walk"], 64, "unrecognized subcommand 'walk'");
    check(&["run"], 64, "<DEFINITION>");
    check(&["validate"], 64, "<FILE|DIR>");
    check(&["run", "-", "--frmat", "json"], 64, "--frmat");
    check(&["run", "-", "--format", "xml"], 64, "'xml'");
    check(&["run", "-", "--type", "FAST"], 64, "[possible values: STANDARD, EXPRESS]");
    check(&["run", "-", "--seed", "x"], 64, "'x'");
    check(&["run", "-", "--substitute", "Name"], 64, "expected NAME=VALUE");
    check(&["run", "-", "--input", "-"], 64, "the definition and the input cannot both be standard input");
    check(&["bench", "-", "--input", "-"], 64, "the definition and the input cannot both be standard input");
    let both = "with --stop-with-stdin, neither the definition nor the input can be standard input";
    check(&["run", "-", "--stop-with-stdin"], 64, both);
    check(&["run", "hello.asl.json", "--input", "-", "--stop-with-stdin"], 64, both);
    check(&["validate", "-", "-"], 64, "standard input can be read only once");
    check(&["run", "-", "--input", "missing.json"], 64, "cannot read `missing.json`: ");
    check(
        &["run", "-", "--input", "{"],
        64,
        "the input is not JSON: EOF while parsing an object at line 1 column 1",
    );
    check(&["run", "-", "--input", "[1, x]"], 64, "the input is not JSON: expected value at line 1 column 5");
}

#[test]
fn completions() {
    for (shell, script) in
        [("bash", "complete -F _asl"), ("zsh", "#compdef asl"), ("fish", "complete -c asl")]
    {
        let ran = asl(&["completions", shell], "");
        assert!(
            ran.code == Some(0) && ran.stdout.contains(script) && ran.stdout.contains("test-state"),
            "{ran:?}"
        );
    }
    check(&["completions", "cmd"], 64, "[possible values: bash, elvish, fish, powershell, zsh]");
}

#[test]
fn a_file_whose_name_begins_like_a_number() {
    let folder = crate::support::scratch("numbers");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("2024.json"), "{}").unwrap();
    std::fs::write(folder.join("echo.asl.json"), echo()).unwrap();
    for (input, code) in [("2024.json", 0), ("./2024.json", 0), ("2024", 0), ("2025.json", 64)] {
        let run = command(&["run", "echo.asl.json", "--input", input]).current_dir(&folder).output().unwrap();
        assert_eq!(run.status.code(), Some(code), "{input}");
    }
}

#[test]
fn mock_configurations() {
    check(&["run", "-", "--mocks", "missing.json"], 64, "cannot read `missing.json`: ");
    check(
        &["run", "-", "--mocks", "hello.asl.json"],
        64,
        "error: `hello.asl.json` is not a mock configuration:\n  expected a field `StateMachines` at `/`\n  expected a field",
    );
    check(
        &["run", "-", "--mocks", "orders.mocks.json"],
        64,
        "there are several test cases, name one of `Orders/Happy`, `Orders/Busy`, `Orders/Declined`, `Orders/Lost`",
    );
    check(
        &["run", "-", "--mocks", "orders.mocks.json#Nope"],
        64,
        "there is no such test case; there are `Orders/Happy`",
    );
    check(&["run", "-", "--mocks", "orders.mocks.json#Shop/Happy"], 64, "there is no such test case");
    let broken = file("broken.mocks.json", "{\"StateMachines\": {");
    check(
        &["run", "-", "--mocks", &broken],
        64,
        "is not JSON: EOF while parsing an object at line 1 column 19",
    );
}

#[test]
fn mocked_states_that_do_not_exist() {
    let ran = asl(&["run", "-", "--mocks", "orders.mocks.json#Happy", "--format", "json"], echo());
    assert_eq!(ran.code, Some(0));
    let warning = |state| {
        format!(
            "warning: the test case `Orders/Happy` mocks `{state}`, which is not a Task state of the definition\n"
        )
    };
    assert_eq!(ran.stderr, ["Price", "Pick", "Bill"].map(warning).concat());
}

#[test]
fn help_and_version() {
    for args in
        [&["--help"][..], &["run", "--help"], &["validate", "--help"], &["bench", "--help"], &["--version"]]
    {
        let ran = asl(args, "");
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{args:?}");
        assert!(ran.stdout.contains("asl"), "{}", ran.stdout);
    }
}

#[test]
fn colours_stay_away_from_files() {
    let ran = asl(&["validate", "-"], machine(r#""Type":"Psas""#));
    assert_eq!(ran.code, Some(2));
    assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let fail = r#"{"StartAt":"\u001b[2JF","States":{"\u001b[2JF":{"Type":"Fail","Error":"E\u001b[2J","Cause":"c\u0007"}}}"#;
    let ran = asl(&["run", "-"], fail);
    assert_eq!(ran.code, Some(1));
    assert!(!ran.stderr.contains('\u{1b}') && ran.stderr.contains(r"c\u{7}"), "{:?}", ran.stderr);
    let bad = r#"{"StartAt":"\u001b[2J","States":{}}"#;
    let ran = asl(&["validate", "-"], bad);
    assert!(!ran.stderr.contains('\u{1b}'), "{:?}", ran.stderr);
}

/// A name in a test file neither reaches the terminal nor begins a line, where GitHub reads commands.
#[test]
fn names_in_test_files_stay_in_their_line() {
    let machine = file("named.asl.json", r#"{"StartAt":"S","States":{"S":{"Type":"Pass","End":true}}}"#);
    let bad = r#"{"machine": "named.asl.json", "cases": [{"name": "a\n::set-env name=A::\u001b[2J", "expect": {"output": 1}}]}"#;
    let tests = file("named.test.json", bad);
    assert!(machine.ends_with("named.asl.json"));
    for format in ["human", "github"] {
        let ran = asl(&["test", "--format", format, &tests], "");
        assert_eq!(ran.code, Some(1), "{format}: {ran:?}");
        assert!(!ran.stdout.contains('\u{1b}') && ran.stdout.contains("set-env"), "{format}: {}", ran.stdout);
        assert!(!ran.stdout.contains("\n::set-env"), "{format}: {}", ran.stdout);
    }
}

#[test]
fn results_that_cannot_be_written() {
    let folder = file("no-folder", "") + "/history.json";
    let ran = asl(&["run", "-", "--history", &folder], echo());
    assert_eq!(ran.code, Some(74), "{ran:?}");
    assert!(ran.stderr.contains(&format!("cannot write `{folder}`: ")), "{}", ran.stderr);
}

/// If the reader goes away, the command neither fails nor panics.
#[test]
fn broken_pipes() {
    let mut child =
        command(&["run", "hello.asl.json", "--input", "{\"name\":1}"]).stdin(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.ends_with("SUCCEEDED\n"), "{stderr}");
}
