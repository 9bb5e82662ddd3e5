//! Secrets of the environment, in all that the commands write: text, JSON, reports, coverage, histories, logs, messages of the
//! debugger and of the language server, spans. The cloud they call quotes what it was sent, as AWS does of a bad signature.
//!
//! Other sources of secrets, and other hosts, are those of `canaries` in the package asl-tests.

mod cloud;
mod debugger;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use asl_value::json;

use crate::serve::{Served, call};
use crate::support::{command, scratch};
use cloud::Cloud;

/// A part of every secret.
pub(crate) const CANARY: &str = "canary-SECRET-do-not-print";

/// A task that calls the cloud, whose error goes on as data.
const MACHINE: &str = r#"{
  "StartAt": "Call",
  "States": {
    "Call": {
      "Type": "Task",
      "Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables",
      "Parameters": {},
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}],
      "End": true
    },
    "Failed": {
      "Type": "Fail",
      "ErrorPath": "$.Error",
      "CausePath": "$.Cause"
    }
  }
}"#;

/// What people can see, with its place.
type Seen = Vec<(String, String)>;

/// Where a canary is, in clear text or in base64, in which it can begin at three places.
fn found(seen: &Seen) -> Vec<String> {
    let encoded = ["", "x", "xx"].map(|before| {
        let encoded = cloud::base64(&format!("{before}{CANARY}"));
        encoded[4..encoded.len() - 4].to_owned()
    });
    let forms = || std::iter::once(CANARY).chain(encoded.iter().map(String::as_str));
    let of = |(place, text): &(String, String)| {
        let at = forms().find_map(|form| text.find(form))?;
        let from = text[..at].char_indices().rev().nth(200).map_or(0, |(at, _)| at);
        let to = text[at..].char_indices().nth(60).map_or(text.len(), |(behind, _)| at + behind);
        Some(format!("{place}: … {} …", &text[from..to]))
    };
    seen.iter().filter_map(of).collect()
}

/// An empty folder with the machine.
fn folder(name: &str) -> PathBuf {
    let folder = scratch(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("main.asl.json"), MACHINE).unwrap();
    folder
}

/// The command in this folder, with secrets in its environment.
fn asl(arguments: &[&str], folder: &Path, cloud: &Cloud) -> Command {
    let mut command = command(arguments);
    command.current_dir(folder).env("HOME", folder).envs([
        ("AWS_ENDPOINT_URL", cloud.url.clone()),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ACCOUNT_ID", "111122223333".to_owned()),
        ("AWS_ACCESS_KEY_ID", "AKIDENV".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", format!("{CANARY}/env+key=")),
        ("AWS_SESSION_TOKEN", format!("{CANARY}/env+session=")),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", cloud.url.clone()),
        ("OTEL_EXPORTER_OTLP_HEADERS", format!("authorization=Bearer {CANARY}-otlp")),
        ("RUST_LOG", "trace".to_owned()),
    ]);
    command
}

/// All files of a folder, without the one that was there before.
fn files(folder: &Path) -> Seen {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| match path.is_dir() {
        true => files(&path),
        false => {
            let bytes = std::fs::read(&path).unwrap();
            vec![(path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned())]
        }
    };
    entries.flat_map(read).collect()
}

#[test]
fn what_is_found_would_be_seen() {
    for text in [CANARY.to_owned(), cloud::base64(&format!("user:{CANARY}:x"))] {
        assert_eq!(found(&vec![("here".to_owned(), format!("a{text}b"))]).len(), 1, "{text}");
    }
    assert!(found(&vec![("here".to_owned(), "canary".to_owned())]).is_empty());
}

#[test]
fn runs_tests_and_their_reports() {
    let cloud = Cloud::start();
    let folder = folder("canaries-reports");
    let test = r#"{"machine": "main.asl.json", "cases": [
        {"name": "wrong", "mocks": {"Call": {"error": "E", "cause": "c"}}, "expect": {"status": "SUCCEEDED"}},
        {"name": "not mocked", "expect": {"status": "SUCCEEDED"}}]}"#;
    std::fs::write(folder.join("main.test.json"), test).unwrap();
    let reports =
        ["--lcov", "c.info", "--cobertura", "c.xml", "--coverage-json", "c.json", "--report", "c.html"];
    let mut seen = Seen::new();
    let mut commands = vec![
        vec!["run", "main.asl.json", "--history", "h.json", "--report", "r.html"],
        vec!["run", "main.asl.json", "--format", "json", "--type", "EXPRESS"],
        vec!["policy", "main.asl.json"],
        vec!["test-state", "main.asl.json", "--state", "Call"],
        vec!["replay", "h.json", "--definition", "main.asl.json"],
        vec!["mocks", "h.json"],
        vec!["report", "h.json", "--definition", "main.asl.json", "--output", "again.html"],
    ];
    for format in ["human", "junit", "github", "tap", "json"] {
        let test = ["test", ".", "--format", format, "--coverage"];
        commands.push(test.into_iter().chain(reports).collect());
    }
    for arguments in commands {
        let output = asl(&arguments, &folder, &cloud).output().unwrap();
        let (stdout, stderr) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(!stderr.contains("panicked"), "{arguments:?}: {stderr}");
        if arguments[0] == "run" {
            assert!(
                stdout.contains("DynamoDbException") || stderr.contains("DynamoDbException"),
                "{stdout}{stderr}"
            );
        }
        seen.push((format!("{arguments:?}"), format!("{stdout}{stderr}")));
    }
    let written = files(&folder);
    for name in ["h.json", "r.html", "c.info", "c.xml", "c.json", "c.html"] {
        let is_there = |(path, text): &(String, String)| path.ends_with(name) && !text.is_empty();
        assert!(written.iter().any(is_there), "{name} is not written");
    }
    seen.extend(written);
    // The history of `run` has what the cloud quoted, without the secrets in it.
    assert!(
        seen.iter().any(|(place, text)| place.ends_with("h.json") && text.contains("AKIDENV")),
        "no quote"
    );
    assert!(cloud.was_sent(&format!("{CANARY}/env+session=")), "the token was not used");
    let found = found(&seen);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn messages_of_the_debugger_and_of_the_language_server() {
    let cloud = Cloud::start();
    let folder = folder("canaries-messages");
    let debugged = debugger::session(asl(&["dap"], &folder, &cloud), &folder);
    assert!(debugged.contains("DynamoDbException"), "{debugged}");
    assert!(cloud.was_sent(&format!("{CANARY}/env+session=")), "the token was not used");
    let console = debugger::written(
        asl(&["debug", "main.asl.json"], &folder, &cloud),
        "break Failed\ncontinue\nprint $\ncontinue\nquit\n",
    );
    let served = debugger::language_server(asl(&["lsp"], &folder, &cloud), MACHINE);
    assert!(served.contains("completionProvider"), "{served}");
    let seen = vec![
        ("messages of the debugger".to_owned(), debugged),
        ("the console of the debugger".to_owned(), console),
        ("messages of the language server".to_owned(), served),
    ];
    let found = found(&seen);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The header of the collector is sent to it, and is nowhere else, although the collector refuses it and quotes it.
#[cfg(all(unix, feature = "otel"))]
#[test]
fn spans_and_what_is_logged_of_them() {
    let cloud = Cloud::start();
    let folder = folder("canaries-spans");
    let mut server = asl(&["serve", "--port", "0", "--logs", "logs", "main.asl.json"], &folder, &cloud);
    let mut server = Served(server.spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let arn = lines.next().unwrap().replace("created ", "");
    let listening = lines.next().unwrap();
    let address = listening.strip_prefix("listening on http://").unwrap();
    let started =
        call(address, "StartExecution", &json!({"stateMachineArn": (arn.as_str()), "name": "x"}).to_json());
    let of_it = json!({"executionArn": (arn.replace(":stateMachine:", ":execution:") + ":x")}).to_json();
    let mut seen = vec![("StartExecution".to_owned(), started)];
    loop {
        let described = call(address, "DescribeExecution", &of_it);
        if !described.contains("RUNNING") {
            assert!(described.contains("DynamoDbException"), "{described}");
            seen.push(("DescribeExecution".to_owned(), described));
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    seen.push(("GetExecutionHistory".to_owned(), call(address, "GetExecutionHistory", &of_it)));
    assert!(Command::new("kill").arg(server.0.id().to_string()).status().unwrap().success());
    server.0.wait().unwrap();
    let mut errors = String::new();
    server.0.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    seen.push(("standard error".to_owned(), errors));
    seen.push(("standard output".to_owned(), lines.collect::<Vec<_>>().join("\n")));
    seen.extend(files(&folder));
    let spans = cloud.bodies("/v1/traces");
    assert!(spans.iter().any(|spans| spans.contains("asl.execution.status")), "no spans were sent");
    seen.extend(spans.into_iter().map(|spans| ("spans".to_owned(), spans)));
    assert!(cloud.was_sent(&format!("Bearer {CANARY}-otlp")), "the header was not sent");
    let found = found(&seen);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Writes text to a pipe, whose reader may have gone.
pub(crate) fn say(pipe: &mut impl Write, text: &str) {
    let _ = pipe.write_all(text.as_bytes()).and_then(|()| pipe.flush());
}
