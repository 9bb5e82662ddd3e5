//! Load test of `asl serve` with synchronous executions of a one-state machine: throughput, latency and memory.
//!
//! `cargo build --release -p asl-cli && cargo run --release -p asl-tests --bin load [-- PATH_OF_ASL]`

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use asl_tests::Client;
use asl_value::{Value, json};

const REQUESTS: usize = 20_000;
const CONNECTIONS: [usize; 2] = [8, 64];
/// How many executions run between measurements of memory, and how many measurements.
const INTERVAL: usize = 25_000;
const INTERVALS: usize = 8;

const DEFINITION: &str = r#"{"StartAt": "S", "States": {"S": {"Type": "Pass", "End": true}}}"#;

/// The server, which ends with the program.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[expect(clippy::print_stdout, reason = "its purpose")]
fn main() -> Result<(), String> {
    let beside = || std::env::current_exe().ok().map(|path| path.with_file_name("asl"));
    let program = std::env::args_os().nth(1).map(PathBuf::from).or_else(beside).ok_or("no path of `asl`")?;
    let server = start(program)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let machine = runtime.block_on(create(&server.address))?;
    println!("| connections | requests | lost | requests/s | p50 ms | p99 ms | max ms |");
    println!("|---|---|---|---|---|---|---|");
    let mut lost = 0;
    for connections in CONNECTIONS {
        let run = runtime.block_on(load(&server.address, &machine, connections, REQUESTS))?;
        println!("| {connections} | {REQUESTS} | {} | {} |", run.lost, run.figures());
        lost += run.lost;
    }
    println!("\n| executions | RSS KiB |\n|---|---|");
    for interval in 0..INTERVALS {
        lost += runtime.block_on(load(&server.address, &machine, 8, INTERVAL))?.lost;
        println!("| {} | {} |", (interval + 1) * INTERVAL, resident(&server.process));
    }
    if lost == 0 { Ok(()) } else { Err(format!("{lost} requests were not answered as they should be")) }
}

fn start(program: PathBuf) -> Result<Server, String> {
    let mut process = Command::new(&program)
        .args(["serve", "--port", "0", "--no-page"])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let output = process.stdout.take().ok_or("no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).map_err(|error| error.to_string())?;
    let address = line.trim().strip_prefix("listening on http://").ok_or_else(|| format!("found {line:?}"));
    Ok(Server { address: address?.to_owned(), process })
}

async fn create(address: &str) -> Result<String, String> {
    let request = json!({
        "name": "load", "type": "EXPRESS", "definition": DEFINITION,
        "roleArn": "arn:aws:iam::123456789012:role/load"
    });
    let created = Client::connect(address).await?.call("CreateStateMachine", &request).await?;
    Ok(created.get("stateMachineArn").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// The results of a number of requests.
struct Run {
    lost: usize,
    took: Duration,
    /// The latency of each answer, shortest first.
    latencies: Vec<Duration>,
}

impl Run {
    /// `requests/s | p50 | p99 | max`
    fn figures(&self) -> String {
        let at = |part: f64| {
            let place = (self.latencies.len() as f64 * part) as usize;
            let latency = self.latencies.get(place).or(self.latencies.last()).copied().unwrap_or_default();
            latency.as_secs_f64() * 1e3
        };
        let rate = self.latencies.len() as f64 / self.took.as_secs_f64();
        format!("{rate:.0} | {:.2} | {:.2} | {:.2}", at(0.5), at(0.99), at(1.0))
    }
}

async fn load(address: &str, machine: &str, connections: usize, requests: usize) -> Result<Run, String> {
    let left = Arc::new(AtomicUsize::new(requests));
    let begun = Instant::now();
    let mut clients = Vec::new();
    for _ in 0..connections {
        let (address, machine, left) = (address.to_owned(), machine.to_owned(), Arc::clone(&left));
        clients.push(tokio::spawn(async move { requests_of_one(&address, &machine, &left).await }));
    }
    let (mut lost, mut latencies) = (0, Vec::with_capacity(requests));
    for client in clients {
        let (of_one, lost_by_one) = client.await.map_err(|error| error.to_string())??;
        latencies.extend(of_one);
        lost += lost_by_one;
    }
    let took = begun.elapsed();
    latencies.sort_unstable();
    lost += requests - lost - latencies.len();
    Ok(Run { lost, took, latencies })
}

async fn requests_of_one(
    address: &str,
    machine: &str,
    left: &AtomicUsize,
) -> Result<(Vec<Duration>, usize), String> {
    let mut client = Client::connect(address).await?;
    let take = |left: usize| left.checked_sub(1);
    let (mut latencies, mut lost) = (Vec::new(), 0);
    while let Ok(number) = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
        let input = format!("{{\"n\": {number}}}");
        let begun = Instant::now();
        let request = json!({"stateMachineArn": machine, "input": input.as_str()});
        let answer = client.call("StartSyncExecution", &request).await?;
        latencies.push(begun.elapsed());
        let output = answer.get("output").and_then(Value::as_str);
        if output != Some(&input) {
            latencies.pop();
            lost += 1;
        }
    }
    Ok((latencies, lost))
}

/// The resident memory of a process, in KiB. 0 without `/proc`.
fn resident(process: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}
