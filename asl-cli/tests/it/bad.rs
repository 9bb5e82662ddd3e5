//! Whatever comes in: a clear message that names the place, never a panic.

use asl_value::MAX_DEPTH;

use crate::support::{asl, echo, file, machine};

const DEEPEST: usize = MAX_DEPTH as usize;

/// The definition is refused, with these words.
#[track_caller]
fn check_definition(definition: impl AsRef<[u8]>, expected: &[&str]) {
    for command in [&["validate", "-"], &["run", "-"]] {
        let ran = asl(command, &definition);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        for expected in expected {
            assert!(ran.stderr.contains(expected), "{command:?}: expected {expected:?} in {}", ran.stderr);
        }
        let ran = asl(&[command, &["--format", "json"][..]].concat(), &definition);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let severity = &ran.json()["diagnostics"][0]["severity"];
        assert!(["error", "warning"].contains(&severity.as_str().unwrap_or_default()), "{ran:?}");
    }
}

#[test]
fn definitions() {
    check_definition("", &["ASL0002", "Definition must be a valid JSON object"]);
    check_definition("[]", &["ASL0002"]);
    check_definition("{", &["ASL0001", "<stdin>:1:"]);
    check_definition("StartAt", &["ASL0001", "<stdin>:1:"]);
    check_definition("# YAML\nStartAt: S\nStates:\n  S:\n    Type: Pas\n", &["ASL0007", "<stdin>:5:11"]);
    check_definition("{\"StartAt\": \"S\",\n\"States\": {,}}", &["ASL0001", "<stdin>:2:12"]);
    check_definition(b"{\"StartAt\":\n \"\xff\"}", &["ASL0001", "not UTF-8", "<stdin>:2:3"]);
    check_definition("{}", &["These fields are required: [States, StartAt]"]);
    check_definition(r#"{"StartAt": 1, "States": []}"#, &["<stdin>:1:13", "at /StartAt", "at /States"]);
    check_definition(r#"{"StartAt": "S", "States": {"S": 1}}"#, &["at /States/S"]);
    check_definition(
        r#"{"StartAt": "S", "States": {"S": {"Type": "Psas", "End": true}}}"#,
        &["at /States/S/Type", "^"],
    );
    check_definition(
        r#"{"StartAt": "X", "States": {"S": {"Type": "Succeed"}}}"#,
        &["Missing 'Next' target: X"],
    );
    check_definition(machine(r#""Type":"Pass","InputPath":"$.[""#), &["<stdin>:1:", "InputPath"]);
    check_definition(machine(r#""Type":"Wait","Seconds":1e400"#), &["<stdin>:1:"]);
    check_definition(machine(r#""Type":"Wait","Seconds":99999999999999999999999"#), &["/States/S/Seconds"]);
    check_definition(machine(r#""Type":"Wait","Seconds":-1"#), &["/States/S/Seconds"]);
}

#[test]
fn definitions_nested_without_end() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = open.repeat(100_000);
        check_definition(&deep, &["ASL0003", "nested deeper than"]);
        check_definition(format!("{deep}1{}", close.repeat(100_000)), &["ASL0003", "nested deeper than"]);
    }
    let branch = r#"{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":["#;
    check_definition(branch.repeat(20_000), &["ASL0003"]);
    let yaml = file("deep.yaml", "- ".repeat(100_000));
    let ran = asl(&["validate", &yaml], "");
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[test]
fn definitions_that_cannot_be_read() {
    let ran = asl(&["run", "missing.asl.json"], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    let told = ["cannot read the definition", "missing.asl.json"].map(|part| ran.stderr.contains(part));
    assert_eq!(told, [true, true], "{}", ran.stderr);
}

#[test]
fn thousands_of_problems_are_cut_short() {
    let states: Vec<String> =
        (0..3000).map(|n| format!(r#""S{n}":{{"Type":"Pass","Next":"Gone{n}"}}"#)).collect();
    let definition = format!(r#"{{"StartAt":"S0","States":{{{}}}}}"#, states.join(","));
    let ran = asl(&["validate", "-"], definition);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), "<stdin>: invalid, 1000 errors\n"));
    assert!(ran.stderr.ends_with("… and 900 more\n"), "{}", ran.stderr);
}

/// The input is refused, with these words.
#[track_caller]
fn check_input(input: impl AsRef<[u8]>, expected: &str) {
    let definition = file("echo-for-bad-input.asl.json", echo());
    for format in ["human", "json"] {
        let ran = asl(&["run", &definition, "--input", "-", "--format", format], &input);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(64), ""), "{ran:?}");
        assert_eq!(ran.stderr, format!("error: standard input is not JSON: {expected}\n"));
    }
}

#[test]
fn inputs() {
    check_input("", "EOF while parsing a value at line 1 column 0");
    check_input("{\"a\":\n  x}", "expected value at line 2 column 3");
    check_input("{} {}", "trailing characters at line 1 column 4");
    check_input("[1e400]", "number out of range at line 1 column 6");
    check_input(b"[\"a\xff\"]", "invalid unicode code point at line 1 column 4");
    check_input(
        "[".repeat(100_000),
        &format!("nested deeper than {DEEPEST} levels at line 1 column {}", DEEPEST + 1),
    );
    check_input(
        "{\"a\":".repeat(100_000),
        &format!("nested deeper than {DEEPEST} levels at line 1 column {}", 5 * DEEPEST + 4),
    );
}

#[test]
fn inputs_that_are_valid_and_too_much() {
    let definition = file("echo-for-large-input.asl.json", echo());
    let ran = asl(
        &["run", &definition, "--input", "-", "--format", "json"],
        format!("\"{}\"", "x".repeat(262_143)),
    );
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.json()["error"].as_str(), Some("States.DataLimitExceeded"));
    let ran = asl(
        &["run", &definition, "--input", "-", "--format", "json"],
        format!("\"{}\"", "x".repeat(262_142)),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // Digits beyond a double's are rounded, not refused.
    let ran =
        asl(&["run", &definition, "--input", "[123456789012345678901234567890]", "--format", "json"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    // As deep as a value may be.
    let deepest = format!("{}{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
    let ran = asl(&["run", &definition, "--input", &deepest, "--format", "json"], "");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout, format!("{{\"status\":\"SUCCEEDED\",\"output\":{deepest},\"transitions\":1}}\n"));
}
