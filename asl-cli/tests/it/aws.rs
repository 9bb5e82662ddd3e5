//! What `asl serve` brings to AWS: log records and events, to something that answers like CloudWatch Logs and EventBridge.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};

use asl_value::{Value, json};

use crate::serve::{Served, call};
use crate::support::{command, machine};

const GROUP: &str = "/aws/vendedlogs/states/here";

/// The account that it reports.
const ACCOUNT: &str = "111122223333";

/// Listens; gives its address, and each action that is called with its request.
fn aws() -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (sender, calls) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let sender = sender.clone();
            std::thread::spawn(move || answer(stream.unwrap(), &sender));
        }
    });
    (address, calls)
}

/// Answers the requests of a connection: one log group is there, and all is taken.
fn answer(stream: TcpStream, calls: &Sender<(String, Value)>) {
    let mut requests = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let (mut action, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if requests.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim_end();
            match line.split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("x-amz-target") => {
                    action = value.rsplit('.').next().unwrap().to_owned();
                }
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().unwrap();
                }
                _ if line.is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        requests.read_exact(&mut body).unwrap();
        if body.starts_with(b"Action=GetCallerIdentity") {
            let answer = format!(
                "<R><GetCallerIdentityResult><Account>{ACCOUNT}</Account></GetCallerIdentityResult></R>"
            );
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
            stream.write_all((head + &answer).as_bytes()).unwrap();
            continue;
        }
        let answer = match action.as_str() {
            "DescribeLogGroups" => json!({"logGroups": [{"logGroupName": GROUP}]}),
            _ => json!({}),
        };
        let _ = calls.send((action, Value::parse_slice(&body).unwrap()));
        let answer = answer.to_json();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
        stream.write_all((head + &answer).as_bytes()).unwrap();
    }
}

fn create(address: &str, group: &str) -> String {
    let arn = format!("arn:aws:logs:us-east-1:123456789012:log-group:{group}:*");
    let logging = json!({"level": "ALL", "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}]});
    let request = json!({
        "name": "hello", "type": "EXPRESS", "roleArn": "arn:aws:iam::123456789012:role/r",
        "definition": machine(r#""Type":"Pass""#), "loggingConfiguration": logging
    });
    call(address, "CreateStateMachine", &request.to_json())
}

/// `asl serve` with this variable; gives its address, too.
fn serve(variable: &str, url: String) -> (Served, String) {
    let mut serve = command(&["serve", "--port", "0"]);
    let mut server = Served(serve.env(variable, url).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let listening = lines.next().unwrap().unwrap();
    (server, listening.strip_prefix("listening on http://").unwrap().to_owned())
}

/// As a container is stopped: what waits is delivered.
fn stop(mut server: Served) {
    if cfg!(unix) {
        assert!(Command::new("kill").arg(server.0.id().to_string()).status().unwrap().success());
        assert_eq!(server.0.wait().unwrap().code(), Some(0));
    }
}

/// The account is that of the emulator, and of LocalStack if the emulator does not report one.
#[test]
fn accounts_are_those_of_the_emulator() {
    let (aws, _calls) = aws();
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let id = crate::support::file(
        "account.asl.json",
        machine(r#""Type":"Pass","Parameters":{"id.$":"$$.Execution.Id"}"#),
    );
    for (url, set, account, hint) in [
        (aws.as_str(), "", ACCOUNT, ""),
        (&aws, "1", "1", ""),
        (&nowhere.to_string(), "", "000000000000", "does not report its account"),
    ] {
        let mut run = command(&["run", &id, "--format", "json"]);
        let run =
            run.env("AWS_ENDPOINT_URL", format!("http://{url}")).env("AWS_ACCOUNT_ID", set).output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(
            stdout.contains(&format!("arn:aws:states:us-east-1:{account}:execution")),
            "{url}: {stdout}{stderr}"
        );
        assert!(stderr.contains(hint) && (hint.is_empty() == stderr.is_empty()), "{url}: {stderr}");
    }
    let mut serve = command(&["serve", "--port", "0", "hello.asl.json"]);
    let mut server = Served(serve.env("AWS_ENDPOINT_URL", format!("http://{aws}")).spawn().unwrap());
    let created = BufReader::new(server.0.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    assert_eq!(created, format!("created arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:hello"));
}

#[test]
fn changes_of_status_go_to_eventbridge() {
    let (aws, calls) = aws();
    let (server, address) = serve("AWS_ENDPOINT_URL_EVENTBRIDGE", format!("http://{aws}"));
    let request = json!({"name": "m", "roleArn": "r", "definition": machine(r#""Type":"Pass""#)});
    call(&address, "CreateStateMachine", &request.to_json());
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    call(&address, "StartExecution", &json!({"stateMachineArn": arn, "name": "x"}).to_json());
    let mut statuses = Vec::new();
    while statuses.len() < 2 {
        let (action, request) = calls.recv_timeout(std::time::Duration::from_secs(30)).unwrap();
        assert_eq!(action, "PutEvents");
        for entry in request["Entries"].as_array().unwrap() {
            assert_eq!(entry["Source"], json!("aws.states"));
            assert_eq!(entry["Resources"], json!(["arn:aws:states:us-east-1:123456789012:execution:m:x"]));
            let detail = Value::parse(entry["Detail"].as_str().unwrap()).unwrap();
            statuses.push(detail["status"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(statuses, ["RUNNING", "SUCCEEDED"]);
    stop(server);
}

#[test]
fn log_records_go_to_cloudwatch_logs() {
    let (aws, calls) = aws();
    let (server, address) = serve("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", format!("http://{aws}"));
    let address = address.as_str();

    let refused = create(address, "/aws/vendedlogs/states/her");
    assert!(refused.contains("Invalid Logging Configuration: Log Destination not found."), "{refused}");
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:hello";
    let created = create(address, GROUP);
    assert!(created.contains(arn), "{created}");
    call(address, "StartSyncExecution", &json!({"stateMachineArn": arn}).to_json());
    stop(server);

    let (mut events, mut streams) = (Vec::new(), Vec::new());
    while events.len() < 4 {
        let (action, request) = calls.recv_timeout(std::time::Duration::from_secs(30)).unwrap();
        match action.as_str() {
            "CreateLogStream" => streams.push(request["logStreamName"].clone()),
            "PutLogEvents" => {
                assert_eq!(request["logGroupName"], json!(GROUP));
                assert_eq!(streams, [request["logStreamName"].clone()]);
                events.extend(request["logEvents"].as_array().unwrap().iter().cloned());
            }
            _ => assert_eq!(action, "DescribeLogGroups"),
        }
    }
    let stream = streams[0].as_str().unwrap();
    assert!(
        stream.starts_with("states/hello/20") && stream.len() == "states/hello/yyyy-mm-dd-hh-mm/".len() + 8
    );
    let types = events.iter().map(|event| {
        let record = Value::parse(event["message"].as_str().unwrap()).unwrap();
        assert_eq!(record["event_timestamp"], json!(event["timestamp"].to_json()));
        record["type"].as_str().unwrap().to_owned()
    });
    let expected = ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"];
    assert_eq!(types.collect::<Vec<_>>(), expected);
}
