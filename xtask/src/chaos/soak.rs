//! `cargo xtask server-soak N`: N executions of `asl serve --data-dir` over HTTP.
//!
//! In the first half, the server is killed again and again, and connections are dropped while they wait for their answers: what
//! was not acknowledged is started again with the same name. In the second half one process goes on to the end, and its memory may
//! not grow. In the end there is one execution of each name, which has succeeded.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::Client;
use super::connection::{Connection, request};
use super::functions::Functions;
use super::names::{ROLE, arn};
use super::server::{self, Server, bytes};
use super::states::{in_a_row, pass, wait};
use crate::Result;

const CONNECTIONS: usize = 64;
/// The kills of the first half.
const KILLS: u32 = 20;
/// One in so many executions waits for a second, so that a kill finds some that run.
const WAITING: u32 = 100;
/// One in so many requests is not waited for: its connection is dropped.
const DROPPED: u32 = 500;
/// What the memory may differ by in the second half, in MiB: caches of the database and pages that are about to be given back.
const GROWTH: u64 = 16;
/// How long the last executions may take to end.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn run(executions: u32) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("asl-soak-{}", std::process::id()));
    let (program, functions) = (server::program()?, Functions::start()?);
    let done = soak(&program, &functions, &folder, executions);
    std::fs::remove_dir_all(&folder)?;
    done
}

fn soak(program: &Path, functions: &Functions, folder: &Path, executions: u32) -> Result<()> {
    let server = Server::start(program, folder, functions)?;
    let client = Client::new(server.address());
    for (name, definition) in [("pass", in_a_row(&[("P", pass())])), ("wait", in_a_row(&[("W", wait(1))]))] {
        let request = json!({"name": name, "roleArn": ROLE, "definition": definition.to_string()});
        client.call("CreateStateMachine", &request)??;
    }
    let mut soak = Soak::new(server, executions);
    let begun = Instant::now();
    soak.start_all()?;
    let lasted = begun.elapsed();
    println!(
        "{executions} executions in {lasted:.0?}, {:.0} a second; {} connections dropped, {} requests sent again",
        f64::from(executions) / lasted.as_secs_f64(),
        soak.dropped,
        soak.again,
    );
    let (kills, longest) = (soak.recoveries.len(), soak.recoveries.iter().max().copied().unwrap_or_default());
    let average = soak.recoveries.iter().sum::<Duration>() / u32::try_from(kills)?.max(1);
    println!(
        "{kills} kills; after one, the server listens again within {average:.1?} on average, {longest:.1?} at most"
    );
    check(&client, executions)?;
    println!("one execution of each name has succeeded; {} MB in the folder", bytes(folder)? >> 20);
    check_memory(&soak.memory)
}

/// One client with many connections, in one thread, so that it takes little of a machine that it shares with the server.
struct Soak {
    server: Server,
    executions: u32,
    /// The number that is started next.
    next: u32,
    acknowledged: u32,
    slots: Vec<Slot>,
    requests: u32,
    dropped: u32,
    again: u32,
    recoveries: Vec<Duration>,
    /// In MiB, after each tenth.
    memory: Vec<u64>,
}

#[derive(Default)]
struct Slot {
    connection: Option<Connection>,
    /// The execution that is not acknowledged yet.
    pending: Option<u32>,
}

impl Soak {
    fn new(server: Server, executions: u32) -> Soak {
        let slots = (0..CONNECTIONS).map(|_| Slot::default()).collect();
        let (recoveries, memory) = (Vec::new(), Vec::new());
        Soak {
            server,
            executions,
            next: 0,
            acknowledged: 0,
            slots,
            requests: 0,
            dropped: 0,
            again: 0,
            recoveries,
            memory,
        }
    }

    fn start_all(&mut self) -> Result<()> {
        let mut tenth = Instant::now();
        while self.acknowledged < self.executions {
            for place in 0..CONNECTIONS {
                self.step(place)?;
                let kills = u32::try_from(self.recoveries.len())?;
                let killed_at = u64::from(self.executions) * u64::from(kills + 1) / u64::from(2 * KILLS);
                if kills < KILLS && u64::from(self.acknowledged) >= killed_at {
                    // Half of the connections wait for answers that never come.
                    self.recoveries.push(self.server.kill_and_restart()?);
                }
            }
            let tenths = self.memory.len() + 1;
            let until = u64::from(self.executions) * u64::try_from(tenths)? / 10;
            if u64::from(self.acknowledged) >= until {
                self.memory.push(self.server.memory_bytes()? >> 20);
                println!(
                    "{:9} executions: {:.0} a second, {} MiB",
                    self.acknowledged,
                    f64::from(self.executions) / 10.0 / tenth.elapsed().as_secs_f64(),
                    self.memory.last().copied().unwrap_or_default()
                );
                tenth = Instant::now();
            }
        }
        Ok(())
    }

    /// Reads the answer of a connection, and sends the next request.
    fn step(&mut self, place: usize) -> Result<()> {
        let address = self.server.address();
        let Some(slot) = self.slots.get_mut(place) else { return Ok(()) };
        let answer = slot.connection.as_mut().map(Connection::answer);
        match answer {
            Some(Ok(Some(answer)))
                if answer.is_success || answer.text.contains("#ExecutionAlreadyExists") =>
            {
                slot.pending = None;
                self.acknowledged += 1;
            }
            // The disk is busy, or the server is about to end: it says so, and the request has no effect.
            Some(Ok(Some(answer))) if answer.text.starts_with("HTTP/1.1 5") => {}
            Some(Ok(Some(answer))) => return Err(format!("a start was refused: {}", answer.text).into()),
            Some(Ok(None)) | None => {}
            Some(Err(_)) => slot.connection = None,
        }
        let number = match slot.pending {
            Some(number) => {
                self.again += 1;
                number
            }
            None if self.next < self.executions => {
                self.next += 1;
                self.next - 1
            }
            None => return Ok(()),
        };
        slot.pending = Some(number);
        if slot.connection.is_none() {
            slot.connection = Connection::open(address).ok();
        }
        let sent = slot.connection.as_mut().map(|connection| connection.send(&start(address, number)));
        self.requests += 1;
        let is_dropped = self.requests.is_multiple_of(DROPPED) && 2 * self.acknowledged < self.executions;
        if is_dropped || !matches!(sent, Some(Ok(()))) {
            self.dropped += u32::from(is_dropped);
            slot.connection = None;
        }
        Ok(())
    }
}

fn start(address: SocketAddr, number: u32) -> Vec<u8> {
    let machine = if number.is_multiple_of(WAITING) { "wait" } else { "pass" };
    let body = json!({
        "stateMachineArn": arn(machine), "name": name(number), "input": r#"{"order": "a-1", "count": 3}"#
    });
    request(address, &body.to_string())
}

fn name(number: u32) -> String {
    format!("soak-{number}")
}

/// Each name has one execution, and that has succeeded.
fn check(client: &Client, executions: u32) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    for machine in ["pass", "wait"] {
        let running = json!({"stateMachineArn": arn(machine), "statusFilter": "RUNNING", "maxResults": 1});
        while client.ask("ListExecutions", &running)?["executions"] != json!([]) {
            if Instant::now() > end {
                return Err(format!("executions of {machine} do not end").into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    let mut found = vec![0_u8; usize::try_from(executions)?];
    for machine in ["pass", "wait"] {
        count(client, machine, &mut found)?;
    }
    match found.iter().position(|count| *count != 1) {
        Some(number) => {
            Err(format!("{} executions named soak-{number}", found.get(number).unwrap_or(&0)).into())
        }
        None => Ok(()),
    }
}

/// Counts the executions of a machine that have succeeded, page by page: all of them are more than this program should keep.
fn count(client: &Client, machine: &str, found: &mut [u8]) -> Result<()> {
    let mut request =
        json!({"stateMachineArn": arn(machine), "statusFilter": "SUCCEEDED", "maxResults": 1000});
    loop {
        let mut page = client.ask("ListExecutions", &request)?;
        for execution in page["executions"].as_array().into_iter().flatten() {
            let name = execution["name"].as_str().unwrap_or_default();
            let number = name.strip_prefix("soak-").and_then(|number| number.parse::<usize>().ok());
            let count = number.and_then(|number| found.get_mut(number));
            *count.ok_or_else(|| format!("nobody has started {name}"))? += 1;
        }
        match page["nextToken"].take() {
            Value::Null => return Ok(()),
            token => request["nextToken"] = token,
        }
    }
}

/// In the second half, which one process has done.
fn check_memory(memory: &[u64]) -> Result<()> {
    let (Some(warm), Some(end)) = (memory.get(6), memory.last()) else { return Err("no memory".into()) };
    if *end > warm + GROWTH {
        return Err(format!("the memory grew from {warm} to {end} MiB in the second half").into());
    }
    Ok(())
}
