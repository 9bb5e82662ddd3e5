//! `cargo xtask data-figures`: how fast executions start durably, how much memory many of them take, and how long a start
//! of the server takes with them.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use super::client::Client;
use super::functions::Functions;
use super::names::arn;
use super::server::{self, Server, bytes, cpu_time};
use super::starts::{CONNECTIONS, start};
use crate::Result;

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
    let mut server = Server::start(program, folder, functions)?;
    let client = Client::new(server.address());
    let pass = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let year = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 31_536_000, "End": true}}});
    for (name, definition) in [("pass", pass), ("year", year)] {
        let role = "arn:aws:iam::123456789012:role/r";
        let request = json!({"name": name, "roleArn": role, "definition": definition.to_string()});
        client.call("CreateStateMachine", &request)??;
    }
    for _ in 0..10 {
        show_starts(&server, "pass", None, executions / 10)?;
    }
    show_starts(&server, "pass", Some("named"), executions / 10)?;
    show_starts(&server, "year", None, OPEN)?;
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

/// Starts executions and prints how fast that was.
fn show_starts(server: &Server, machine: &str, prefix: Option<&str>, count: u32) -> Result<()> {
    let (before, client_before) = (server.cpu_time()?, cpu_time("self")?);
    let starts = start(server.address(), machine, prefix, count)?;
    let each = |time: Duration| time / count.max(1);
    println!(
        "{count} durable starts of `{machine}`{} with {CONNECTIONS} connections: {:.0} a second, p50 {:.1?}, p99 {:.1?}; processor \
         time each: {:.0?} of the server, {:.0?} of the client; {} MB of memory",
        if prefix.is_some() { " with names" } else { "" },
        starts.per_second(),
        starts.within(500),
        starts.within(990),
        each(server.cpu_time()?.saturating_sub(before)),
        each(cpu_time("self")?.saturating_sub(client_before)),
        server.memory_bytes()? >> 20,
    );
    Ok(())
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
