//! [`Load`]: starts executions at a rate, until they are acknowledged.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;

use super::http::Client;
use super::machines::{KINDS, Kind, arn};
use super::next;
use super::workers::Ended;
use crate::Result;

/// The connections that start executions.
const CONNECTIONS: u32 = 16;

/// An execution whose start was acknowledged.
pub(super) struct Started {
    pub(super) kind: &'static Kind,
    pub(super) name: String,
    pub(super) execution: String,
}

pub(super) struct Load {
    stop: Arc<AtomicBool>,
    started: Arc<Mutex<Vec<Started>>>,
    threads: Vec<JoinHandle<Ended>>,
}

impl Load {
    pub(super) fn begin(address: SocketAddr, rate: u32, seed: u64) -> Load {
        let (stop, started) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let made = Arc::new(AtomicU64::new(0));
        let begun = Instant::now();
        let thread = |number: u32| {
            let (stop, started, made) = (Arc::clone(&stop), Arc::clone(&started), Arc::clone(&made));
            let mut random = seed ^ u64::from(number) << 32;
            std::thread::spawn(move || {
                let client = Client::new(address);
                while !stop.load(Ordering::Relaxed) {
                    let number = made.fetch_add(1, Ordering::Relaxed);
                    let due =
                        begun + Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / rate;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    let kind = choose(&mut random);
                    let name = format!("{}-{number}", kind.name);
                    let execution = start(&client, kind, &name).map_err(|error| error.to_string())?;
                    let mut started = started.lock().unwrap_or_else(PoisonError::into_inner);
                    started.push(Started { kind, name, execution });
                }
                Ok(())
            })
        };
        let threads = (0..CONNECTIONS).map(thread).collect();
        Load { stop, started, threads }
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.started.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Ends the load, and returns the executions that were acknowledged.
    pub(super) fn end(self) -> Result<Vec<Started>> {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().map_err(|_| "a thread of the load has panicked")??;
        }
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut *started))
    }
}

fn choose(random: &mut u64) -> &'static Kind {
    let all: u64 = KINDS.iter().map(|kind| kind.weight).sum();
    let mut chosen = next(random) % all;
    let found = KINDS.iter().find(|kind| match chosen.checked_sub(kind.weight) {
        Some(rest) => {
            chosen = rest;
            false
        }
        None => true,
    });
    found.unwrap_or(&KINDS[0])
}

/// Starts an execution. The request is repeated until the server acknowledges it, however often it is killed meanwhile.
pub(super) fn start(client: &Client, kind: &Kind, name: &str) -> Result<String> {
    let machine = arn(kind.name);
    let request = json!({"stateMachineArn": machine, "name": name, "input": r#"{"items": [1, 2, 3, 4]}"#});
    let execution = format!("{}:{name}", machine.replace(":stateMachine:", ":execution:"));
    loop {
        match client.call("StartExecution", &request) {
            Ok(Ok(_)) => return Ok(execution),
            // An earlier attempt was successful, and its answer lost.
            Ok(Err(error)) if error.name == "ExecutionAlreadyExists" => return Ok(execution),
            // More are started than the machine can run.
            Ok(Err(error)) if error.name == "ExecutionLimitExceeded" => {
                std::thread::sleep(Duration::from_millis(100));
            }
            Ok(Err(error)) if error.status < 500 => return Err(error.into()),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}
