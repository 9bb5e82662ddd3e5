//! Log records of `asl serve` at something that answers like CloudWatch Logs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};

use asl_value::{Value, json};

use crate::serve::{Served, call};
use crate::support::{command, machine};

const GROUP: &str = "/aws/vendedlogs/states/here";

/// Listens; gives its address, and each action that is called with its request.
fn cloudwatch() -> (String, Receiver<(String, Value)>) {
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
                    action = value.trim_start_matches("Logs_20140328.").to_owned();
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

#[test]
fn log_records_go_to_cloudwatch_logs() {
    let (cloudwatch, calls) = cloudwatch();
    let mut serve = command(&["serve", "--port", "0"]);
    serve.env("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", format!("http://{cloudwatch}"));
    let mut server = Served(serve.spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let listening = lines.next().unwrap().unwrap();
    let address = listening.strip_prefix("listening on http://").unwrap();

    let refused = create(address, "/aws/vendedlogs/states/her");
    assert!(refused.contains("Invalid Logging Configuration: Log Destination not found."), "{refused}");
    let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:hello";
    let created = create(address, GROUP);
    assert!(created.contains(arn), "{created}");
    call(address, "StartSyncExecution", &json!({"stateMachineArn": arn}).to_json());
    if cfg!(unix) {
        // As a container is stopped: what waits is delivered.
        assert!(Command::new("kill").arg(server.0.id().to_string()).status().unwrap().success());
        assert_eq!(server.0.wait().unwrap().code(), Some(0));
    }

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
