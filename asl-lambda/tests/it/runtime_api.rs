//! A Runtime API on loopback, and a function that it invokes: Lambda, as far as a function sees it.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use asl_value::Value;

/// Long enough for a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// The ARN that every invocation is of.
pub(crate) const FUNCTION_ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:orders";

/// A process that serves invocations. It is killed when this is dropped.
pub(crate) struct Function {
    process: Option<Child>,
    events: Sender<Event>,
    reports: Receiver<Report>,
    invocations: u32,
}

struct Event {
    request_id: String,
    deadline_ms: u64,
    payload: String,
}

/// What the process reported to the Runtime API.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Report {
    /// The response to an invocation.
    Response(Value),
    /// The error of an invocation, or of the start (then without a request).
    Error { of: Option<String>, error_type: String, message: String },
}

impl Report {
    /// The response; the test fails if it is none.
    #[track_caller]
    pub(crate) fn response(self) -> Value {
        match self {
            Report::Response(response) => response,
            Report::Error { .. } => panic!("expected a response, found {self:?}"),
        }
    }

    /// Type and message of an invocation's error; the test fails if it is none.
    #[track_caller]
    pub(crate) fn error(self) -> (String, String) {
        match self {
            Report::Error { of: Some(_), error_type, message } => (error_type, message),
            _ => panic!("expected the error of an invocation, found {self:?}"),
        }
    }
}

impl Function {
    /// Starts a process with what Lambda sets and these variables.
    pub(crate) fn start(command: &mut Command, vars: &[(&str, &str)]) -> Function {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (events, next) = channel();
        let (report, reports) = channel();
        let next = Arc::new(Mutex::new(next));
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (next, report) = (Arc::clone(&next), report.clone());
                std::thread::spawn(move || serve(&connection, &next, &report));
            }
        });
        let process = command
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "orders")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .envs(vars.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Function { process: Some(process), events, reports, invocations: 0 }
    }

    /// Invokes it with a minute of time.
    pub(crate) fn invoke(&mut self, event: &Value) -> Report {
        self.invoke_within(event, Duration::from_secs(60))
    }

    /// Invokes it with a deadline.
    pub(crate) fn invoke_within(&mut self, event: &Value, time: Duration) -> Report {
        let deadline = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970") + time;
        self.invoke_text(event.to_json(), u64::try_from(deadline.as_millis()).expect("a near deadline"))
    }

    /// Invokes it with any text as event and any deadline.
    pub(crate) fn invoke_text(&mut self, payload: String, deadline_ms: u64) -> Report {
        self.invocations += 1;
        let request_id = format!("request-{}", self.invocations);
        self.events.send(Event { request_id, deadline_ms, payload }).expect("the Runtime API is up");
        self.report()
    }

    /// The next thing it reports.
    pub(crate) fn report(&mut self) -> Report {
        self.reports.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            let mut process = self.process.take().expect("a process");
            let _ = process.kill();
            panic!("nothing was reported: {:?}", process.wait_with_output());
        })
    }

    /// Waits for the end of a process that cannot start, and gives what it wrote to its error stream.
    pub(crate) fn ended(mut self) -> (ExitStatus, String) {
        let process = self.process.take().expect("a process");
        let Output { status, stderr, .. } = process.wait_with_output().expect("its output");
        (status, String::from_utf8(stderr).expect("text"))
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Answers the requests of one connection until either side is gone.
fn serve(connection: &TcpStream, next: &Mutex<Receiver<Event>>, reports: &Sender<Report>) -> Option<()> {
    let mut reader = BufReader::new(connection);
    loop {
        let (path, body) = request(&mut reader)?;
        let path = path.strip_prefix("/2018-06-01/runtime/").unwrap_or(&path).to_owned();
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["invocation", "next"] => {
                let event = next.lock().ok()?.recv().ok()?;
                respond(connection, "200 OK", &headers(&event), &event.payload)?;
            }
            ["invocation", _, "response"] => {
                respond(connection, "202 Accepted", "", "")?;
                reports.send(Report::Response(body)).ok()?;
            }
            ["invocation", id, "error"] => {
                respond(connection, "202 Accepted", "", "")?;
                reports.send(error(Some((*id).to_owned()), &body)).ok()?;
            }
            ["init", "error"] => {
                respond(connection, "202 Accepted", "", "")?;
                reports.send(error(None, &body)).ok()?;
            }
            _ => respond(connection, "404 Not Found", "", "")?,
        }
    }
}

fn headers(event: &Event) -> String {
    format!(
        "Lambda-Runtime-Aws-Request-Id: {}\r\nLambda-Runtime-Deadline-Ms: {}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: {FUNCTION_ARN}\r\n",
        event.request_id, event.deadline_ms
    )
}

fn error(of: Option<String>, body: &Value) -> Report {
    let text = |name: &str| body[name].as_str().expect("a text").to_owned();
    Report::Error { of, error_type: text("errorType"), message: text("errorMessage") }
}

/// Path and body of a request.
fn request(reader: &mut BufReader<&TcpStream>) -> Option<(String, Value)> {
    let mut line = || {
        let mut line = String::new();
        (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
    };
    let path = line()?.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = if body.is_empty() { Value::Null } else { Value::parse_slice(&body).expect("JSON") };
    Some((path, body))
}

fn respond(mut connection: &TcpStream, status: &str, headers: &str, body: &str) -> Option<()> {
    let response = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
    connection.write_all(response.as_bytes()).ok()
}
