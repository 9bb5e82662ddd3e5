//! `cargo xtask data-figures`: how fast executions start durably, how much memory many of them take, and how long a start
//! of the server takes with them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::functions::Functions;
use super::http::Client;
use super::machines::arn;
use super::server::{self, Server};
use crate::Result;

const CONNECTIONS: u32 = 64;

/// The executions that are open when the server starts.
const OPEN: u32 = 1000;

/// Measures with this many executions.
pub(crate) fn run(executions: u32) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("asl-figures-{}", std::process::id()));
    let (program, functions) = (server::program()?, Functions::start()?);
    let measured = measure(&program, &functions, &folder, executions);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(program: &Path, functions: &Functions, folder: &Path, executions: u32) -> Result<()> {
    let mut server = Server::start(program, Some(folder), functions)?;
    let client = Client::new(server.address());
    let pass = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let year = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 31_536_000, "End": true}}});
    for (name, definition) in [("pass", pass), ("year", year)] {
        let role = "arn:aws:iam::123456789012:role/r";
        let request = json!({"name": name, "roleArn": role, "definition": definition.to_string()});
        client.call("CreateStateMachine", &request)??;
    }
    for tenth in 0..10 {
        let before = server.cpu_time()?;
        let (lasted, mut times) = start(&server, "pass", executions / 10)?;
        let each = (server.cpu_time()? - before) / (executions / 10).max(1);
        times.sort_unstable();
        let at = |part: usize| times.get(times.len() * part / 1000).copied().unwrap_or_default();
        println!(
            "{:>7} executions: {:6.0} durable starts a second with {CONNECTIONS} connections, p50 {:.1?}, p99 {:.1?}; {each:.0?} of \
             processor time each; {} MB of memory",
            (tenth + 1) * (executions / 10),
            f64::from(executions / 10) / lasted.as_secs_f64(),
            at(500),
            at(990),
            server.memory_bytes()? >> 20,
        );
    }
    start(&server, "year", OPEN)?;
    wait_for(&client, "pass", "RUNNING", 0)?;
    for _ in 0..3 {
        let listens = server.kill_and_restart()?;
        let begun = Instant::now();
        wait_for(&client, "year", "RUNNING", 1000)?;
        println!(
            "start with {executions} ended and {OPEN} open executions: {listens:.2?} until it listens, then {:.2?} until \
             all are listed; {} MB of memory, {} MB in the folder",
            begun.elapsed(),
            server.memory_bytes()? >> 20,
            bytes(folder)? >> 20,
        );
    }
    Ok(())
}

/// Starts executions of a machine. Returns how long that took, and how long each took.
fn start(server: &Server, machine: &'static str, count: u32) -> Result<(Duration, Vec<Duration>)> {
    let (address, left) = (server.address(), Arc::new(AtomicU32::new(count)));
    let begun = Instant::now();
    let thread = |_| {
        let left = Arc::clone(&left);
        std::thread::spawn(move || -> std::result::Result<Vec<Duration>, String> {
            let (client, mut times) = (Client::new(address), Vec::new());
            let request =
                json!({"stateMachineArn": arn(machine), "input": r#"{"order": "a-1", "count": 3}"#});
            while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
            {
                let sent = Instant::now();
                let answer = client.call("StartExecution", &request).map_err(|error| error.to_string())?;
                answer.map_err(|error| error.to_string())?;
                times.push(sent.elapsed());
            }
            Ok(times)
        })
    };
    let threads: Vec<_> = (0..CONNECTIONS).map(thread).collect();
    let mut times = Vec::new();
    for thread in threads {
        times.extend(thread.join().map_err(|_| "a thread has panicked")??);
    }
    Ok((begun.elapsed(), times))
}

/// Waits until `count` executions of a machine, at most 1000, have this status.
fn wait_for(client: &Client, machine: &str, status: &str, count: usize) -> Result<()> {
    let request = json!({"stateMachineArn": arn(machine), "statusFilter": status, "maxResults": 1000});
    let end = Instant::now() + Duration::from_secs(120);
    while Instant::now() < end {
        let listed = client.ask("ListExecutions", &request)?;
        if listed["executions"].as_array().map_or(0, Vec::len) == count {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err(format!("there are never {count} executions of {machine} that are {status}").into())
}

fn bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for file in std::fs::read_dir(folder)? {
        bytes += file?.metadata()?.len();
    }
    Ok(bytes)
}
