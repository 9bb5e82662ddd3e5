//! `asl serve`: what it refuses, and a server from its start to its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command};

use crate::support::{asl, command, file, machine, scratch};

#[track_caller]
fn check(args: &[&str], code: i32, stderr: &str) {
    let ran = asl(&[&["serve", "--port", "0"], args].concat(), "");
    assert_eq!(ran.code, Some(code), "{args:?} {ran:?}");
    assert!(ran.stderr.contains(stderr), "{args:?}: expected {stderr:?} in {}", ran.stderr);
}

#[test]
fn what_cannot_be_served() {
    let folder = scratch("serve-empty");
    std::fs::create_dir_all(&folder).unwrap();
    check(
        &[folder.to_str().unwrap()],
        64,
        "no *.asl.json, no *.asl.yaml and no template with a state machine in `",
    );
    check(&["missing.asl.json"], 2, "cannot read the definition");
    check(&[&file("serve-bad.asl.json", "{}")], 2, "These fields are required: [States, StartAt]");
    check(&["hello.asl.json", "./hello.asl.json"], 64, "are both called `hello`");
    check(&[&file("a b.asl.json", machine(r#""Type":"Pass""#))], 64, "Invalid Name: 'a b'");
    check(&["--mocks", "hello.asl.json"], 64, "`hello.asl.json` is not a mock configuration");
    check(&["--host", "nowhere.invalid"], 74, "cannot listen on nowhere.invalid:0: ");
    check(&["--log", "loud"], 64, "[possible values: off, error, info, debug]");
}

const TLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../asl-local/tests/it/data");

#[test]
fn who_may_not_be_served() {
    let everywhere = ["--host", "0.0.0.0"];
    check(
        &everywhere,
        64,
        "other machines can reach 0.0.0.0:0, and the server has no key: give --key-file or ASL_SERVE_KEY, or allow it with \
         --allow-anyone",
    );
    let short = file("serve-short.key", "0123456789\n");
    check(&["--key-file", &short], 64, "expected a key of 16 to 1024 characters, found 10");
    check(&["--key-file", "missing.key"], 74, "cannot read the key `missing.key`: ");
    check(&["--key-file", &file("serve-binary.key", [255; 16])], 64, "serve-binary.key` is no text");
    let (certificate, key) = (format!("{TLS}/server.pem"), format!("{TLS}/server.key.pem"));
    check(&["--tls-cert", &certificate], 64, "--tls-key <FILE>");
    check(&["--tls-cert", &key, "--tls-key", &key], 64, "there is no certificate in the format PEM");
    let authority = format!("{TLS}/authority.pem");
    check(&["--tls-cert", &authority, "--tls-key", &key], 64, "the certificate cannot be used: ");
}

/// Starts a server that serves until it is dropped. Returns its first line, and what it warns of.
fn started(arguments: &[&str], key: Option<&str>) -> (Served, String, String) {
    let mut command = command(&[&["serve", "--port", "0", "--virtual-time"], arguments].concat());
    command.env_remove("ASL_SERVE_KEY").envs(key.map(|key| ("ASL_SERVE_KEY", key)));
    let mut server = Served(command.spawn().unwrap());
    let listening = BufReader::new(server.0.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let first = BufReader::new(server.0.stderr.take().unwrap()).lines().next().unwrap().unwrap();
    (server, listening, first)
}

#[test]
fn a_server_beyond_this_machine() {
    let key = "0123456789abcdef";
    let (certificate, private) = (format!("{TLS}/server.pem"), format!("{TLS}/server.key.pem"));
    let tls = ["--host", "0.0.0.0", "--tls-cert", &certificate, "--tls-key", &private];
    let (_server, listening, warning) = started(&tls, Some(key));
    assert!(listening.starts_with("listening on https://0.0.0.0:"), "{listening}");
    assert!(warning.starts_with("hint: "), "{warning}");
    let (_server, listening, warning) = started(&["--host", "0.0.0.0"], Some(key));
    assert!(warning.starts_with("warning: others on the way to 0.0.0.0:0 can read"), "{warning}");
    let address = listening.replace("listening on http://0.0.0.0", "127.0.0.1");
    assert!(call(&address, "ListStateMachines", "{}").contains("MissingAuthenticationTokenException"));
    let (_server, listening, warning) = started(&["--host", "0.0.0.0", "--allow-anyone"], None);
    assert!(warning.starts_with("warning: anyone who can reach 0.0.0.0:0 can run tasks"), "{warning}");
    let address = listening.replace("listening on http://0.0.0.0", "127.0.0.1");
    assert!(call(&address, "ListStateMachines", "{}").contains("stateMachines"));
    // The line break at the end of a file is no part of the key, and a file comes before the variable.
    let file = file("serve.key", format!("{key}\n"));
    let (_server, listening, _) = started(&["--key-file", &file], Some("another key that is not used"));
    let address = listening.strip_prefix("listening on http://").unwrap();
    let with_key = format!("ListStateMachines\r\nx-api-key: {key}");
    assert!(call(address, &with_key, "{}").contains("stateMachines"));
}

/// A server; it ends with the test.
pub(crate) struct Served(pub(crate) Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn call(address: &str, action: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AWSStepFunctions.{action}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn a_folder_is_served_in_virtual_time() {
    let folder = scratch("serve-folder");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("wait.asl.json"), machine(r#""Type":"Wait","Seconds":240"#)).unwrap();
    std::fs::write(folder.join("notes.json"), "{}").unwrap();
    let arguments = ["serve", "--port", "0", "--virtual-time", "--type", "EXPRESS", "--region", "eu-west-1"];
    let mut server = Served(command(&arguments).arg(&folder).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:wait";
    assert_eq!(lines.next().unwrap().unwrap(), format!("created {arn}"));
    let listening = lines.next().unwrap().unwrap();
    let address = listening.strip_prefix("listening on http://").unwrap();
    let answer = call(address, "StartSyncExecution", &format!(r#"{{"stateMachineArn":"{arn}"}}"#));
    assert!(answer.contains(r#""status":"SUCCEEDED""#), "{answer}");
    if cfg!(unix) {
        // As a container is stopped.
        assert!(Command::new("kill").arg(server.0.id().to_string()).status().unwrap().success());
        assert_eq!(server.0.wait().unwrap().code(), Some(0));
    }
}

/// A program that is killed takes the server with it, since its end of the pipe closes.
#[test]
fn a_server_stops_with_its_standard_input() {
    let mut server = Served(command(&["serve", "--port", "0", "--stop-with-stdin"]).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("listening on "));
    assert!(server.0.try_wait().unwrap().is_none(), "it serves while the pipe is open");
    drop(server.0.stdin.take());
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
}

/// The variable of Step Functions Local.
#[test]
fn waits_have_a_scale() {
    let waits = file("scaled.asl.json", machine(r#""Type":"Wait","Seconds":600"#));
    let mut server = command(&["serve", "--port", "0", "--type", "EXPRESS", &waits]);
    let mut server = Served(server.env("WAIT_TIME_SCALE", "0").spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let arn = lines.next().unwrap().unwrap().replace("created ", "");
    let listening = lines.next().unwrap().unwrap();
    let address = listening.strip_prefix("listening on http://").unwrap();
    let answer = call(address, "StartSyncExecution", &format!(r#"{{"stateMachineArn":"{arn}"}}"#));
    assert!(answer.contains(r#""status":"SUCCEEDED""#), "{answer}");

    check(&["--wait-time-scale=-1"], 64, "'--wait-time-scale <FACTOR>'");
    check(&["--wait-time-scale", "x"], 64, "expected a number that is not negative, found `x`");
    let data = scratch("scaled-data");
    let both = "--wait-time-scale and WAIT_TIME_SCALE cannot be used with --data-dir";
    check(&["--wait-time-scale", "1", "--data-dir", data.to_str().unwrap()], 64, both);
}

/// What a collector gets from a server of this machine until that ends. `calls` uses it, with its address and the ARN of the machine.
#[cfg(all(unix, feature = "otel"))]
fn spans_of(name: &str, definition: &str, calls: impl FnOnce(&str, &str)) -> Vec<u8> {
    let collector = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let collects = collector.local_addr().unwrap();
    let endpoint = format!("http://{collects}");
    let received = std::thread::spawn(move || {
        let (connection, _) = collector.accept().unwrap();
        let mut requests = BufReader::new(connection);
        let mut received = Vec::new();
        // Until the server ends.
        loop {
            let mut length = None;
            let mut line = String::new();
            while requests.read_line(&mut line).unwrap() > 2 {
                let header = line.to_lowercase();
                length =
                    length.or(header.strip_prefix("content-length: ").map(|n| n.trim().parse().unwrap()));
                line.clear();
            }
            let Some(length) = length else { return received };
            let mut body = vec![0; length];
            requests.read_exact(&mut body).unwrap();
            received.extend(body);
            requests.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        }
    });
    let traced = file(name, machine(definition));
    let mut server = command(&["serve", "--port", "0", &traced]);
    let mut server = Served(server.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let arn = lines.next().unwrap().unwrap().replace("created ", "");
    let listening = lines.next().unwrap().unwrap();
    calls(listening.strip_prefix("listening on http://").unwrap(), &arn);
    assert!(Command::new("kill").arg(server.0.id().to_string()).status().unwrap().success());
    assert_eq!(server.0.wait().unwrap().code(), Some(0));
    // A server that has not connected never will: the collector has ended, or waits in vain.
    let _ = std::net::TcpStream::connect(collects);
    received.join().unwrap()
}

/// Waits until the description of an execution has these texts.
#[cfg(all(unix, feature = "otel"))]
fn wait_for(address: &str, execution: &str, texts: &[&str]) {
    let has_come = (0..600).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        let described = call(address, "DescribeExecution", &format!(r#"{{"executionArn":"{execution}"}}"#));
        texts.iter().all(|text| described.contains(text))
    });
    assert!(has_come, "{execution}: {texts:?}");
}

/// How often bytes are there.
#[cfg(all(unix, feature = "otel"))]
fn count(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).filter(|found| *found == part).count()
}

#[cfg(all(unix, feature = "otel"))]
const TRACE: u128 = 0x5759_e988_bd86_2e3f_e1be_46a9_9427_2793;
#[cfg(all(unix, feature = "otel"))]
const TRACE_HEADER: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

/// The spans of an execution arrive at the collector that the environment names, the last ones when the server ends.
#[cfg(all(unix, feature = "otel"))]
#[test]
fn spans_are_sent_to_a_collector() {
    let received = spans_of("traced.asl.json", r#""Type":"Pass""#, |address, arn| {
        let execution = format!("{}:run-1", arn.replace(":stateMachine:", ":execution:"));
        let start = format!(r#"{{"stateMachineArn":"{arn}","name":"run-1","traceHeader":"{TRACE_HEADER}"}}"#);
        let answer = call(address, "StartExecution", &start);
        assert!(answer.contains(&execution), "{answer}");
        // The span of an execution is sent when that has ended.
        wait_for(address, &execution, &[r#""status":"SUCCEEDED""#]);
    });
    assert_eq!(count(&received, &TRACE.to_be_bytes()), 2, "both spans are of the trace");
    let parent = 0x5399_5c3f_42cd_8ad8_u64.to_be_bytes();
    assert_eq!(count(&received, &parent), 1, "that of the execution has the parent");
}

#[cfg(all(unix, feature = "otel"))]
const FAILS: &str = r#""Type":"Pass","QueryLanguage":"JSONata","Output":"{% $missing() %}""#;

/// A redrive has spans of its own, in the trace of the first run, and a link to it.
#[cfg(all(unix, feature = "otel"))]
#[test]
fn spans_of_a_redrive_are_sent() {
    let received = spans_of("redriven.asl.json", FAILS, |address, arn| {
        let execution = format!("{}:run-1", arn.replace(":stateMachine:", ":execution:"));
        let start = format!(r#"{{"stateMachineArn":"{arn}","name":"run-1","traceHeader":"{TRACE_HEADER}"}}"#);
        call(address, "StartExecution", &start);
        wait_for(address, &execution, &[r#""status":"FAILED""#, r#""redriveCount":0"#]);
        let answer = call(address, "RedriveExecution", &format!(r#"{{"executionArn":"{execution}"}}"#));
        assert!(answer.contains("redriveDate"), "{answer}");
        wait_for(address, &execution, &[r#""status":"FAILED""#, r#""redriveCount":1"#]);
    });
    assert_eq!(count(&received, b"asl.execution.status"), 2);
    assert_eq!(count(&received, b"asl.execution.redrive_count"), 1);
    assert_eq!(count(&received, &TRACE.to_be_bytes()), 2 + 2 + 1, "two spans in each run, and the link");
}

/// A definition that changes is loaded again; an execution that runs keeps its own.
#[test]
fn a_changed_definition_is_loaded_again() {
    let folder = scratch("serve-reload");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let write = |file: &str, text: String| std::fs::write(folder.join(file), text).unwrap();
    write("job.asl.json", machine(r#""Type":"Wait","Seconds":3600"#));
    let mut server = Served(command(&["serve", "--port", "0"]).arg(&folder).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut errors = BufReader::new(server.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:job";
    assert_eq!(lines.next(), Some(format!("created {arn}")));
    let listening = lines.next().unwrap();
    let address = listening.strip_prefix("listening on http://").unwrap();
    let start = |name: &str| {
        call(address, "StartExecution", &format!(r#"{{"stateMachineArn":"{arn}","name":"{name}"}}"#));
    };
    let execution = |action: &str, name: &str| {
        let execution = arn.replace("stateMachine", "execution");
        call(address, action, &format!(r#"{{"executionArn":"{execution}:{name}"}}"#))
    };
    start("before");

    write("job.asl.json", machine(r#""Type":"Pass","Result":2"#));
    assert_eq!(lines.next(), Some(format!("updated {arn}; running executions keep their definition")));
    start("after");
    let describes = |name: &str| execution("DescribeStateMachineForExecution", name);
    assert!(describes("before").contains("3600") && !describes("after").contains("3600"));
    assert!(execution("DescribeExecution", "before").contains("RUNNING"));

    write("job.asl.json", "{".to_owned());
    let said = errors.find(|line| line.contains("is invalid: `job` remains as it is"));
    assert!(said.is_some_and(|said| said.starts_with("error: ")));
    write("other.asl.json", machine(r#""Type":"Pass""#));
    write("job.asl.json", machine(r#""Type":"Pass","Result":3"#));
    let mut done = [lines.next().unwrap(), lines.next().unwrap()];
    done.sort();
    assert!(done[0].ends_with(":other") && done[1].starts_with("updated"), "{done:?}");
}

#[test]
fn log_records_are_written_into_a_folder() {
    let folder = scratch("serve-logs");
    // What an earlier run has left.
    let _ = std::fs::remove_dir_all(&folder);
    let mut server = Served(command(&["serve", "--port", "0", "--logs"]).arg(&folder).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let listening = lines.next().unwrap().unwrap();
    let address = listening.strip_prefix("listening on http://").unwrap();
    let definition = machine(r#""Type":"Pass","End":true"#).replace('"', "\\\"");
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/hello:*";
    let logging = format!(
        r#"{{"level":"ALL","destinations":[{{"cloudWatchLogsLogGroup":{{"logGroupArn":"{group}"}}}}]}}"#
    );
    let role = "arn:aws:iam::123456789012:role/r";
    let create = format!(
        r#"{{"name":"hello","type":"EXPRESS","roleArn":"{role}","definition":"{definition}","loggingConfiguration":{logging}}}"#
    );
    let created = call(address, "CreateStateMachine", &create);
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:hello";
    assert!(created.contains(arn), "{created}");
    call(address, "StartSyncExecution", &format!(r#"{{"stateMachineArn":"{arn}"}}"#));
    let log = std::fs::read_to_string(folder.join("aws-vendedlogs-states-hello.jsonl")).unwrap();
    let starts: Vec<&str> = log.lines().filter_map(|line| line.split(r#","details""#).next()).collect();
    assert_eq!(
        starts,
        [
            r#"{"id":"1","type":"ExecutionStarted""#,
            r#"{"id":"2","type":"PassStateEntered""#,
            r#"{"id":"3","type":"PassStateExited""#,
            r#"{"id":"4","type":"ExecutionSucceeded""#,
        ]
    );
}
