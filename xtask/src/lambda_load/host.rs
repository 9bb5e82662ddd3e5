//! The Runtime API for one function. It measures how long responses take.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Result;
use crate::running::Running;

const PATIENCE: Duration = Duration::from_secs(60);

/// The payload of an invocation, and what the response or error must contain.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) payload: String,
    pub(crate) expect: String,
}

/// The results of invocations.
#[derive(Debug, Default)]
pub(crate) struct Invocations {
    /// The time from the last byte of the event to the last byte of the report.
    pub(crate) took: Vec<Duration>,
    /// How many invocations were reported as errors.
    pub(crate) failed: usize,
}

/// A running function. Dropping this ends it.
pub(crate) struct Host {
    process: Running,
    started: Instant,
    reports: Receiver<Report>,
}

enum Report {
    Next(Instant),
    Invocation { took: Duration, failed: bool },
    Wrong(String),
}

struct Shared {
    events: Mutex<Box<dyn Iterator<Item = (usize, Event)> + Send>>,
    flying: Mutex<HashMap<String, (String, Instant)>>,
}

impl Host {
    pub(crate) fn start(
        program: &Path,
        environment: &[(&str, &str)],
        events: impl Iterator<Item = Event> + Send + 'static,
    ) -> Result<Host> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (report, reports) = channel();
        let shared =
            Arc::new(Shared { events: Mutex::new(Box::new(events.enumerate())), flying: Mutex::default() });
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (shared, report) = (Arc::clone(&shared), report.clone());
                std::thread::spawn(move || serve(&connection, &shared, &report));
            }
        });
        let mut command = Command::new(program);
        command
            .current_dir(program.parent().unwrap_or(program))
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "orders")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let process = Running::start(command)?;
        Ok(Host { process, started, reports })
    }

    /// How long the function took to ask for its first event.
    pub(crate) fn first_next(&self) -> Result<Duration> {
        match self.reports.recv_timeout(PATIENCE)? {
            Report::Next(at) => Ok(at - self.started),
            _ => Err("the function reported before it asked".into()),
        }
    }

    /// Waits until `count` invocations have been reported.
    pub(crate) fn report(&mut self, count: usize) -> Result<Invocations> {
        let mut done = Invocations::default();
        while done.took.len() < count {
            match self
                .reports
                .recv_timeout(PATIENCE)
                .map_err(|_| format!("lost: {done:?}", done = done.took.len()))?
            {
                Report::Next(_) => {}
                Report::Invocation { took, failed } => {
                    done.took.push(took);
                    done.failed += usize::from(failed);
                }
                Report::Wrong(problem) => return Err(problem.into()),
            }
        }
        Ok(done)
    }

    /// The resident memory of the function, in KiB.
    pub(crate) fn memory(&self) -> Result<u64> {
        memory(self.process.id())
    }

    /// Fails if the process has ended, in which case Lambda would start a new one.
    pub(crate) fn still_the_same_process(&mut self) -> Result<()> {
        self.process.still_runs().map_err(|error| format!("the function {error}").into())
    }
}

/// The resident memory of a process, in KiB.
fn memory(of: u32) -> Result<u64> {
    let status = std::fs::read_to_string(Path::new("/proc").join(of.to_string()).join("status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// Answers the requests of one connection until either side closes it.
fn serve(connection: &TcpStream, shared: &Shared, reports: &Sender<Report>) -> Option<()> {
    connection.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(connection);
    loop {
        let (path, body) = request(&mut reader)?;
        let arrived = Instant::now();
        match path.split('/').collect::<Vec<_>>().as_slice() {
            ["", _, "runtime", "invocation", "next"] => {
                reports.send(Report::Next(arrived)).ok()?;
                let next = lock(&shared.events).next();
                let Some((number, event)) = next else {
                    // There is no further event, so keep the function waiting.
                    std::thread::park();
                    return None;
                };
                let id = format!("request-{number}");
                let headers = format!(
                    "Lambda-Runtime-Aws-Request-Id: {id}\r\nLambda-Runtime-Deadline-Ms: 600000\r\n\
                     Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:orders\r\n"
                );
                lock(&shared.flying).insert(id, (event.expect, Instant::now()));
                respond(connection, "200 OK", &headers, &event.payload)?;
            }
            ["", _, "runtime", "invocation", id, how] => {
                let flown = lock(&shared.flying).remove(*id);
                reports.send(judge(id, flown, how, arrived, &String::from_utf8_lossy(&body))).ok()?;
                respond(connection, "202 Accepted", "", "")?;
            }
            _ => {
                reports.send(Report::Wrong(format!("{path}: {}", String::from_utf8_lossy(&body)))).ok()?;
                respond(connection, "202 Accepted", "", "")?;
            }
        }
    }
}

fn judge(id: &str, flown: Option<(String, Instant)>, how: &str, arrived: Instant, body: &str) -> Report {
    match flown {
        None => Report::Wrong(format!("a second report of {id}, or one of no request: {body}")),
        Some((expect, _)) if !body.contains(&expect) => Report::Wrong(format!("expected {expect} in {body}")),
        Some((_, sent)) => Report::Invocation { took: arrived - sent, failed: how == "error" },
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads the path and body of a request.
fn request(reader: &mut BufReader<&TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut line = || {
        let mut line = String::new();
        (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
    };
    let path = line()?.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, body))
}

fn respond(mut connection: &TcpStream, status: &str, headers: &str, body: &str) -> Option<()> {
    let response = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
    connection.write_all(response.as_bytes()).ok()
}
