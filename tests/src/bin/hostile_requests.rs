//! `hostile_requests ADDRESS PROCESS [REQUESTS] [SEED]` sends hostile requests to an `asl serve` without a shared key.
//!
//! Each must get an answer of the table, in time. The memory of the process is read in four pauses. In the first third caches
//! fill, and so does what the server may keep of executions that have ended, which is checked; from then on it may not grow.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use asl_tests::fuzz::corpus;
use asl_tests::hostile_requests::{Allowed, Ended, KINDS, Request, Sending, Session, Target, requests};
use asl_value::{Value, json};

/// The connections at a time.
const CLIENTS: usize = 6;
/// How long an answer may take. Of two processors, hostile work and others may have both.
const LONGEST: Duration = Duration::from_secs(30);
/// How long executions may still run before the memory is read. Each of them has a timeout of two seconds.
const PAUSE: Duration = Duration::from_secs(4);
/// The requests of each client, after the pause, with which the threads of the server give memory back that they do not need.
const CALM: usize = 100;
/// What the memory may differ by from one pause to the next, in MiB: what an allocator keeps of pages that were in use by large
/// requests a moment ago. A leak of a kilobyte a request would be 32 MiB in each third of 100,000.
const GROWTH: u64 = 24;
/// The problems that are printed.
const SHOWN: usize = 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse::<u64>().ok());
    let (Some(address), Some(process)) = (arguments.first(), number(1)) else {
        eprintln!("usage: hostile_requests ADDRESS PROCESS [REQUESTS] [SEED]");
        return ExitCode::from(64);
    };
    match run(address, process, number(2).unwrap_or(100_000), number(3).unwrap_or(1)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What was seen.
#[derive(Default)]
struct Seen {
    kinds: [u64; KINDS.len()],
    statuses: std::collections::BTreeMap<String, u64>,
    slowest: (Duration, u64),
    problems: Vec<String>,
}

fn run(address: &str, process: u64, count: u64, seed: u64) -> Result<bool, String> {
    let corpus = corpus()?;
    let machine = create(address, "steady", "EXPRESS")?;
    let first = start(address, &create(address, "first", "STANDARD")?)?;
    let target = Target { host: address, corpus: &corpus, machine: &machine };
    let (seen, sent, begun) = (Mutex::new(Seen::default()), AtomicU64::new(0), Instant::now());
    let next = AtomicU64::new(0);
    let mut memory = vec![memory_mib(process)?];
    for third in 1..=3 {
        std::thread::scope(|scope| {
            let client = || client(&target, seed, (&next, &sent, count * third / 3), &seen);
            let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
            clients
                .into_iter()
                .try_for_each(|client| client.join().map_err(|_| "a client panicked".to_owned())?)
        })?;
        memory.push(calm(&target, process)?);
        if is_kept(address, &first)? {
            let problem =
                format!("what ended first is still kept after third {third}: less was kept than may be");
            seen.lock().unwrap_or_else(PoisonError::into_inner).problems.push(problem);
        }
    }
    let mut seen = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    let sent = sent.into_inner();
    check_memory(&memory, &mut seen);
    print(&seen, (sent, begun.elapsed()), &memory);
    Ok(seen.problems.is_empty())
}

/// Creates a machine that ends at once. Returns its ARN.
fn create(address: &str, name: &str, kind: &str) -> Result<String, String> {
    let definition = r#"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}"#;
    let role = "arn:aws:iam::123456789012:role/r";
    let body = json!({"name": name, "definition": definition, "type": kind, "roleArn": role});
    text(call(address, "CreateStateMachine", &body)?, "stateMachineArn")
}

/// Starts an execution. Returns its ARN.
fn start(address: &str, machine: &str) -> Result<String, String> {
    text(call(address, "StartExecution", &json!({"stateMachineArn": machine}))?, "executionArn")
}

/// Whether the server still knows an execution.
fn is_kept(address: &str, execution: &str) -> Result<bool, String> {
    call(address, "DescribeExecution", &json!({"executionArn": execution})).map(|(status, _)| status == 200)
}

fn text((status, body): (u16, Value), member: &str) -> Result<String, String> {
    let found = body.get(member).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| format!("status {status}: {body}"))
}

fn call(address: &str, action: &str, body: &Value) -> Result<(u16, Value), String> {
    match Session::new(address).exchange(&request(address, action, body))? {
        Ended::Answered(answer) => {
            let body = Value::parse_slice(&answer.body).map_err(|error| error.to_string())?;
            Ok((answer.status, body))
        }
        other => Err(format!("{action}: {other:?}")),
    }
}

fn request(address: &str, action: &str, body: &Value) -> Request {
    let body = body.to_json();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nx-amz-target: AWSStepFunctions.{action}\r\ncontent-length: {}",
        body.len()
    );
    let bytes = format!("{head}\r\n\r\n{body}").into_bytes();
    Request { bytes, contains: None, allowed: Allowed::Success, sending: Sending::Whole }
}

/// Waits until what was started has ended, sends what needs no memory, and reads the memory.
fn calm(target: &Target<'_>, process: u64) -> Result<u64, String> {
    std::thread::sleep(PAUSE);
    let list = || {
        let (mut session, listing) = (Session::new(target.host), json!({}));
        (0..CALM)
            .try_for_each(|_| session.exchange(&request(target.host, "ListActivities", &listing)).map(drop))
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(list)).collect();
        clients
            .into_iter()
            .try_for_each(|client| client.join().map_err(|_| "a client panicked".to_owned())?)
    })?;
    memory_mib(process)
}

/// Sends requests until there were as many as were asked for.
fn client(
    target: &Target<'_>,
    seed: u64,
    (next, sent, until): (&AtomicU64, &AtomicU64, u64),
    seen: &Mutex<Seen>,
) -> Result<(), String> {
    let mut session = Session::new(target.host);
    while sent.load(Ordering::Relaxed) < until {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let (kind, made) = requests(target, seed, number);
        for request in made {
            sent.fetch_add(1, Ordering::Relaxed);
            let begun = Instant::now();
            let ended = session.exchange(&request)?;
            let took = begun.elapsed();
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.add(kind, number, &ended, took);
            let problem = ended.problem(request.allowed, request.contains);
            let late = (took > LONGEST).then(|| format!("was answered after {took:.1?}"));
            for problem in problem.into_iter().chain(late) {
                let sent = String::from_utf8_lossy(&request.bytes).chars().take(400).collect::<String>();
                seen.problems.push(format!("number {number} of seed {seed}: {problem}\n  {sent:?}"));
            }
        }
    }
    Ok(())
}

impl Seen {
    fn add(&mut self, kind: usize, number: u64, ended: &Ended, took: Duration) {
        if let Some(count) = self.kinds.get_mut(kind) {
            *count += 1;
        }
        let status = match ended {
            Ended::Answered(answer) => answer.status.to_string(),
            Ended::Closed => "closed".to_owned(),
            Ended::Late => "late".to_owned(),
        };
        *self.statuses.entry(status).or_default() += 1;
        self.slowest = self.slowest.max((took, number));
    }
}

/// After the first third, no more than before.
fn check_memory(memory: &[u64], seen: &mut Seen) {
    let Some((end, before)) = memory.split_last() else { return };
    let most = before.iter().max().copied().unwrap_or_default();
    if *end > most + GROWTH {
        seen.problems.push(format!("the memory grew from {most} MiB to {end} MiB in the last third"));
    }
}

fn print(seen: &Seen, (sent, took): (u64, Duration), memory: &[u64]) {
    for ((kind, _), count) in KINDS.iter().zip(seen.kinds) {
        println!("{count:8}  {kind}");
    }
    println!("answers: {:?}", seen.statuses);
    println!("slowest: number {} took {:.2?}", seen.slowest.1, seen.slowest.0);
    println!("memory in MiB at the start and after each third: {memory:?}");
    for problem in seen.problems.iter().take(SHOWN) {
        println!("{problem}");
    }
    println!("{sent} requests in {:.0} s, {} problems", took.as_secs_f64(), seen.problems.len());
}

/// The resident memory of a process.
fn memory_mib(process: u64) -> Result<u64, String> {
    let path = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib = line.trim().trim_end_matches(" kB").parse::<u64>().map_err(|error| error.to_string())?;
    Ok(kib >> 10)
}
