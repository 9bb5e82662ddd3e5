//! Values for `${Name}`: the same ones for every command.

use std::path::PathBuf;
use std::process::Output;

use asl_value::Value;

use crate::support::{Ran, command, machine, scratch};

/// Creates a folder for one test, with a definition and its file of values.
fn folder(name: &str, values: &str) -> PathBuf {
    let folder = scratch(name);
    std::fs::create_dir_all(&folder).unwrap();
    let state = r#""Type":"Pass","Result":{"table":"${Table}","topic":"${Topic.Arn}","wait":${Wait}}"#;
    std::fs::write(folder.join("orders.asl.json"), machine(state)).unwrap();
    std::fs::write(folder.join("orders.substitutions.json"), values).unwrap();
    folder
}

fn asl(folder: &PathBuf, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = command(args);
    let ran = command.current_dir(folder).envs(variables.iter().copied()).output().unwrap();
    let Output { status, stdout, stderr } = ran;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

const FILE: &str = r#"{"Table": "of the file", "Topic.Arn": "of the file", "Wait": 5}"#;
const VARIABLES: [(&str, &str); 2] = [
    ("ASL_SUBSTITUTE_Table", "of a variable"),
    ("ASL_SUBSTITUTIONS", r#"{"Table": "of JSON", "Topic.Arn": "of JSON"}"#),
];

#[test]
fn values_come_from_everywhere() {
    let folder = folder("substitutions", FILE);
    let run = ["run", "orders.asl.json", "--format", "json"];
    let given = ["--substitute", "Table=given", "--substitute", "Table=given last"];
    for (arguments, variables, expected) in [
        (&[][..], &[][..], ["of the file", "of the file"]),
        (&[], &VARIABLES[..], ["of a variable", "of JSON"]),
        (&[], &VARIABLES[1..], ["of JSON", "of JSON"]),
        (&given, &VARIABLES[..], ["given last", "of JSON"]),
    ] {
        let ran = asl(&folder, &[&run, arguments].concat(), variables);
        let output = &ran.json()["output"];
        let found = [&output["table"], &output["topic"]].map(Value::as_str);
        assert_eq!((found, output["wait"].as_i64()), (expected.map(Some), Some(5)), "{ran:?}");
    }
    let test = ["test-state", "orders.asl.json", "--state", "S", "--level", "INFO", "--format", "json"];
    for command in
        [&test[..], &["validate", "orders.asl.json", "--deny", "warnings"], &["bench", "orders.asl.json"]]
    {
        let ran = asl(&folder, command, &VARIABLES);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(command != test || ran.stdout.contains("of a variable"), "{ran:?}");
    }
    #[cfg(feature = "aws")]
    {
        let call = machine(
            r#""Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/1/${Queue}"}"#,
        );
        std::fs::write(folder.join("send.asl.json"), call).unwrap();
        let ran = asl(&folder, &["policy", "send.asl.json"], &[("ASL_SUBSTITUTE_Queue", "paid")]);
        assert!(ran.stdout.contains("arn:aws:sqs:eu-west-1:1:paid"), "{ran:?}");
    }
}

#[test]
fn what_is_wrong_with_values_is_told() {
    #[track_caller]
    fn check(values: &str, variables: &[(&str, &str)], code: i32, message: &str) {
        let name = format!("substitutions-{}-{code}", values.len() + variables.len());
        let ran = asl(&folder(&name, values), &["validate", "orders.asl.json"], variables);
        assert_eq!(ran.code, Some(code), "{ran:?}");
        assert!(ran.stderr.contains(message), "expected {message:?} in {}", ran.stderr);
    }
    check("[]", &[], 2, "error[ASL0042]: `${Wait}` has no value");
    check(r#"{"Wait": 5}"#, &[], 0, "warning[ASL0042]: `${Table}` has no value");
    check(
        r#"{"Wait": 5, "Tabel": "x"}"#,
        &[],
        0,
        "warning[ASL0031]: the substitution `Tabel` occurs nowhere",
    );
    check(r#"{"Wait": 5"#, &[], 2, "error[ASL0031]: `orders.substitutions.json`: ");
    check(FILE, &[("ASL_SUBSTITUTIONS", "{")], 64, "error: ASL_SUBSTITUTIONS: ");
    // An environment is for many definitions.
    check(FILE, &[("ASL_SUBSTITUTE_Tabel", "x")], 0, "");
}
