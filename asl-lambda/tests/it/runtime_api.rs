//! A Runtime API on loopback and a function that it invokes: the part of Lambda that a function sees.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use asl_value::{Value, json};

/// A timeout that is long enough for a busy machine; no test waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The ARN of every invocation.
pub(crate) const FUNCTION_ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:orders";

/// A process that serves invocations. It is killed when this is dropped.
pub(crate) struct Function {
    process: Child,
    /// Its output so far: the log, and standard error.
    written: [Arc<Mutex<String>>; 2],
    readers: Vec<JoinHandle<()>>,
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
    /// A streamed response: the prelude and the body.
    Streamed(Value, Vec<u8>),
    /// The process was ready for a snapshot and is being restored from it.
    Restored,
    /// The error of an invocation, or, without a request, of the start.
    Error { of: Option<String>, error_type: String, message: String },
}

impl Report {
    /// The response; panics if it is something else.
    #[track_caller]
    pub(crate) fn response(self) -> Value {
        match self {
            Report::Response(response) => response,
            _ => panic!("expected a response, found {self:?}"),
        }
    }

    /// The streamed response; panics if it is something else.
    #[track_caller]
    pub(crate) fn streamed(self) -> (Value, Vec<u8>) {
        match self {
            Report::Streamed(prelude, body) => (prelude, body),
            _ => panic!("expected a response in pieces, found {self:?}"),
        }
    }

    /// The type and message of the error of an invocation; panics if it is something else.
    #[track_caller]
    pub(crate) fn error(self) -> (String, String) {
        match self {
            Report::Error { of: Some(_), error_type, message } => (error_type, message),
            _ => panic!("expected the error of an invocation, found {self:?}"),
        }
    }
}

impl Function {
    /// Starts a process with these variables and those that Lambda sets.
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
        let mut process = command
            .env("RUST_BACKTRACE", "0")
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_ENDPOINT_URL", format!("http://{address}"))
            .env("AWS_LAMBDA_FUNCTION_NAME", "orders")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .envs(vars.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (stdout, stderr) =
            (process.stdout.take().expect("a pipe"), process.stderr.take().expect("a pipe"));
        let written = [Arc::default(), Arc::default()];
        let [out, err] = &written;
        let readers = vec![drain(stdout, Arc::clone(out)), drain(stderr, Arc::clone(err))];
        Function { process, written, readers, events, reports, invocations: 0 }
    }

    /// Invokes it with a deadline in one minute.
    pub(crate) fn invoke(&mut self, event: &Value) -> Report {
        self.invoke_within(event, Duration::from_secs(60))
    }

    /// Invokes it with a deadline.
    pub(crate) fn invoke_within(&mut self, event: &Value, time: Duration) -> Report {
        let deadline = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970") + time;
        self.invoke_text(event.to_json(), u64::try_from(deadline.as_millis()).expect("a near deadline"))
    }

    /// Invokes it with any text as the event and any deadline.
    pub(crate) fn invoke_text(&mut self, payload: String, deadline_ms: u64) -> Report {
        self.send_text(payload, deadline_ms);
        self.report()
    }

    /// Sends an event without a deadline and does not wait for the report.
    pub(crate) fn send(&mut self, event: &Value) {
        self.send_text(event.to_json(), 600_000);
    }

    fn send_text(&mut self, payload: String, deadline_ms: u64) {
        self.invocations += 1;
        let request_id = format!("request-{}", self.invocations);
        self.events.send(Event { request_id, deadline_ms, payload }).expect("the Runtime API is up");
    }

    /// The next report.
    pub(crate) fn report(&mut self) -> Report {
        self.reports
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|_| panic!("nothing was reported: {:?}", self.written))
    }

    /// Ends it and returns the lines of its log.
    pub(crate) fn log(mut self) -> Vec<Value> {
        let _ = self.process.kill();
        self.finish();
        self.lines()
    }

    /// Ends it and returns the lines that it wrote before the first invocation.
    pub(crate) fn log_of_start(mut self) -> Vec<Value> {
        let _ = self.process.kill();
        let (_, stderr) = self.ended();
        stderr.lines().map(|line| Value::parse(line).expect("JSON")).collect()
    }

    /// The lines of its log so far.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let log = self.written[0].lock().expect("a log").clone();
        log.lines().filter_map(|line| Value::parse(line).ok()).collect()
    }

    /// The id of the process.
    #[allow(dead_code, reason = "for the test of a feature")]
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Waits for its end and its last output.
    pub(crate) fn finish(&mut self) -> ExitStatus {
        let status = self.process.wait().expect("its end");
        self.readers.drain(..).for_each(|reader| reader.join().expect("its output"));
        status
    }

    /// Waits for the end of a process that cannot start, and returns its standard error.
    pub(crate) fn ended(mut self) -> (ExitStatus, String) {
        let status = self.finish();
        let stderr = self.written[1].lock().expect("text").clone();
        (status, stderr)
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Collects the output of a pipe; a full pipe would block the process.
fn drain(pipe: impl Read + Send + 'static, into: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let mut text = into.lock().expect("nobody panics here");
            text.push_str(&line);
            text.push('\n');
        }
    })
}

/// Answers the requests of one connection until either side closes it.
fn serve(connection: &TcpStream, next: &Mutex<Receiver<Event>>, reports: &Sender<Report>) -> Option<()> {
    let mut reader = BufReader::new(connection);
    loop {
        let Request { path, headers, body } = request(&mut reader)?;
        let json = || if body.is_empty() { Value::Null } else { Value::parse_slice(&body).expect("JSON") };
        let path = path.strip_prefix("/2018-06-01/runtime/").unwrap_or(&path).to_owned();
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["invocation", "next"] => {
                let event = next.lock().ok()?.recv().ok()?;
                respond(connection, "200 OK", &of_event(&event), &event.payload)?;
            }
            ["invocation", _, "response"] => {
                respond(connection, "202 Accepted", "", "")?;
                // The delimiter after the prelude.
                let delimiter = || body.windows(8).position(|bytes| bytes == [0; 8]);
                let report = match delimiter().filter(|_| is_in_pieces(&headers)) {
                    None => Report::Response(json()),
                    Some(end) => {
                        let prelude = Value::parse_slice(&body[..end]).expect("JSON");
                        Report::Streamed(prelude, body[end + 8..].to_vec())
                    }
                };
                reports.send(report).ok()?;
            }
            ["restore", "next"] => {
                respond(connection, "200 OK", "", "")?;
                reports.send(Report::Restored).ok()?;
            }
            ["invocation", id, "error"] => {
                respond(connection, "202 Accepted", "", "")?;
                reports.send(error(Some((*id).to_owned()), &json())).ok()?;
            }
            ["init", "error"] => {
                respond(connection, "202 Accepted", "", "")?;
                reports.send(error(None, &json())).ok()?;
            }
            ["", "2020-01-01", "extension", "register"] => {
                respond(connection, "200 OK", "Lambda-Extension-Identifier: extension-1\r\n", "{}")?;
            }
            ["", "2020-01-01", "extension", "event", "next"] => {
                // No event is left.
                std::thread::park();
            }
            // The API of Lambda, called by a task: another function, which returns its input.
            ["", "2015-03-31", "functions", name, "invocations"] => {
                let trace = headers.get("x-amzn-trace-id").map(String::as_str);
                let answer = json!({"function": *name, "event": json(), "trace": trace});
                respond(connection, "200 OK", "", &answer.to_json())?;
            }
            _ => respond(connection, "404 Not Found", "", "")?,
        }
    }
}

/// The parts of a streamed response that Lambda reads.
fn is_in_pieces(headers: &HashMap<String, String>) -> bool {
    [
        ("transfer-encoding", "chunked"),
        ("lambda-runtime-function-response-mode", "streaming"),
        ("content-type", "application/vnd.awslambda.http-integration-response"),
    ]
    .into_iter()
    .all(|(name, value)| headers.get(name).is_some_and(|found| found == value))
}

fn of_event(event: &Event) -> String {
    format!(
        "Lambda-Runtime-Aws-Request-Id: {}\r\nLambda-Runtime-Deadline-Ms: {}\r\n\
         Lambda-Runtime-Invoked-Function-Arn: {FUNCTION_ARN}\r\n\
         Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0\r\n",
        event.request_id, event.deadline_ms
    )
}

fn error(of: Option<String>, body: &Value) -> Report {
    let text = |name: &str| body[name].as_str().expect("a text").to_owned();
    Report::Error { of, error_type: text("errorType"), message: text("errorMessage") }
}

struct Request {
    path: String,
    /// Names in lower case.
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

fn request(reader: &mut BufReader<&TcpStream>) -> Option<Request> {
    let path = line(reader)?.split(' ').nth(1)?.to_owned();
    let mut headers = HashMap::new();
    loop {
        let line = line(reader)?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let body = if headers.contains_key("transfer-encoding") {
        chunks(reader)?
    } else {
        let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        body
    };
    Some(Request { path, headers, body })
}

fn line(reader: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut line = String::new();
    (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
}

/// A chunked body and its trailers.
fn chunks(reader: &mut BufReader<&TcpStream>) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let length = usize::from_str_radix(&line(reader)?, 16).expect("a length");
        if length == 0 {
            while !line(reader)?.is_empty() {}
            return Some(body);
        }
        let mut chunk = vec![0; length];
        reader.read_exact(&mut chunk).ok()?;
        body.extend(chunk);
        line(reader)?;
    }
}

fn respond(mut connection: &TcpStream, status: &str, headers: &str, body: &str) -> Option<()> {
    let response = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
    connection.write_all(response.as_bytes()).ok()
}
