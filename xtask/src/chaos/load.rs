//! [`Load`]: starts executions at a rate, until they are acknowledged.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Acknowledged, Client};
use super::machines::{KINDS, Kind};
use super::names::arn;
use super::problems::Problems;
use super::random::Random;
use crate::Result;

/// The connections that start executions.
const CONNECTIONS: u32 = 16;

/// The input of all executions.
pub(super) const INPUT: &str = r#"{"items": [1, 2, 3, 4]}"#;

/// An execution whose start was acknowledged.
#[derive(Clone)]
pub(super) struct Started {
    pub(super) kind: &'static Kind,
    pub(super) name: String,
    pub(super) execution: String,
    /// The acknowledged `startDate`. Null if the answer was lost.
    pub(super) date: Value,
}

/// Executions in the order in which they were acknowledged.
pub(super) type AllStarted = Arc<Mutex<Vec<Started>>>;

pub(super) struct Load {
    stop: Arc<AtomicBool>,
    pub(super) started: AllStarted,
    threads: Vec<JoinHandle<()>>,
}

impl Load {
    pub(super) fn begin(
        address: SocketAddr,
        (rate, seed): (u32, u64),
        acknowledged: &Acknowledged,
        problems: &Problems,
    ) -> Load {
        let (stop, started) = (Arc::new(AtomicBool::new(false)), AllStarted::default());
        let made = Arc::new(AtomicU64::new(1));
        let begun = Instant::now();
        let thread = |number: u32| {
            let (stop, started, made) = (Arc::clone(&stop), Arc::clone(&started), Arc::clone(&made));
            let (mut random, problems) = (Random(seed ^ u64::from(number) << 32), problems.clone());
            let client = Client::counting(address, acknowledged);
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = made.fetch_add(1, Ordering::Relaxed);
                    let due =
                        begun + Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / rate;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    let kind = choose(&mut random);
                    match start(&client, kind, &name_of(kind, number)) {
                        Ok(new) => started.lock().unwrap_or_else(PoisonError::into_inner).push(new),
                        Err(error) => problems.add("start", kind.name, || error.to_string()),
                    }
                }
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
            thread.join().map_err(|_| "a thread of the load has panicked")?;
        }
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut *started))
    }
}

/// The name of an execution. All of a kind have the same length, since responses contain theirs.
pub(super) fn name_of(kind: &Kind, number: u64) -> String {
    format!("{}-{number:08}", kind.name)
}

fn choose(random: &mut Random) -> &'static Kind {
    let all: u64 = KINDS.iter().map(|kind| kind.weight).sum();
    let mut chosen = random.below(all);
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
pub(super) fn start(client: &Client, kind: &'static Kind, name: &str) -> Result<Started> {
    let machine = arn(kind.name);
    let request = json!({"stateMachineArn": machine, "name": name, "input": INPUT});
    let action = if kind.is_express { "StartSyncExecution" } else { "StartExecution" };
    let mut is_repeated = false;
    loop {
        let (answer, again) = client.until_answered(action, &request)?;
        is_repeated |= again;
        let (execution, date) = match answer {
            Ok(answer) => {
                (answer["executionArn"].as_str().unwrap_or_default().to_owned(), answer["startDate"].clone())
            }
            // An earlier attempt was successful, and its answer lost.
            Err(error) if error.name == "ExecutionAlreadyExists" && is_repeated => {
                (format!("{}:{name}", machine.replace(":stateMachine:", ":execution:")), Value::Null)
            }
            // More are started than the machine can run.
            Err(error) if error.name == "ExecutionLimitExceeded" => {
                std::thread::sleep(Duration::from_millis(100));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        return Ok(Started { kind, name: name.to_owned(), execution, date });
    }
}
