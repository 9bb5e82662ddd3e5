//! Workers: they take activities, and return the tokens of callbacks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

use super::functions::Functions;
use super::http::Client;
use super::machines::ACTIVITY;
use crate::Result;

/// How a thread has ended.
pub(super) type Ended = std::result::Result<(), String>;

/// The workers of each kind.
const WORKERS: usize = 8;

/// Starts workers that end when `stop` is set and the server has ended.
pub(super) fn start(
    address: SocketAddr,
    functions: &Functions,
    stop: &Arc<AtomicBool>,
) -> Vec<JoinHandle<Ended>> {
    let mut workers = Vec::new();
    for _ in 0..WORKERS {
        let (tokens, stopped) = (functions.tokens(), Arc::clone(stop));
        workers.push(std::thread::spawn(move || {
            let client = Client::new(address);
            while !stopped.load(Ordering::Relaxed) {
                let received = match tokens.lock() {
                    Ok(tokens) => tokens.recv_timeout(Duration::from_millis(100)),
                    Err(_) => return Err("a worker has panicked".to_owned()),
                };
                if let Ok(token) = received {
                    finish(&client, &stopped, &token, "callback")?;
                }
            }
            Ok(())
        }));
        let stopped = Arc::clone(stop);
        workers.push(std::thread::spawn(move || {
            let client = Client::new(address);
            while !stopped.load(Ordering::Relaxed) {
                match client.call("GetActivityTask", &json!({"activityArn": ACTIVITY, "workerName": "w"})) {
                    Ok(Ok(Value::Object(task))) => {
                        if let Some(token) = task.get("taskToken").and_then(Value::as_str) {
                            finish(&client, &stopped, token, "activity")?;
                        }
                    }
                    // The server is killed, or starts.
                    _ => std::thread::sleep(Duration::from_millis(10)),
                }
            }
            Ok(())
        }));
    }
    workers
}

pub(super) fn join(workers: Vec<JoinHandle<Ended>>) -> Result<()> {
    for worker in workers {
        worker.join().map_err(|_| "a worker has panicked")??;
    }
    Ok(())
}

/// Returns a token until the server acknowledges it.
fn finish(client: &Client, stop: &AtomicBool, token: &str, by: &str) -> Ended {
    let request = json!({"taskToken": token, "output": json!({"by": by}).to_string()});
    while !stop.load(Ordering::Relaxed) {
        match client.call("SendTaskSuccess", &request) {
            Ok(Ok(_)) => return Ok(()),
            // An earlier attempt was successful, and its answer lost. If not, the execution never ends, which is found.
            Ok(Err(error)) if ["TaskTimedOut", "InvalidToken"].contains(&error.name.as_str()) => {
                return Ok(());
            }
            Ok(Err(error)) if error.status < 500 => return Err(error.to_string()),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    Ok(())
}
