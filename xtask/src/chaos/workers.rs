//! Workers: they take activities, and do errands.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Acknowledged, Client};
use super::errands;
use super::functions::Functions;
use super::names::ACTIVITY;
use super::problems::Problems;
use crate::Result;

/// The workers of each kind.
const WORKERS: usize = 16;

/// The tokens of the activities that workers have got, by execution.
pub(super) type Taken = Arc<Mutex<BTreeMap<String, BTreeSet<String>>>>;

/// The threads of workers.
pub(super) struct Workers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    pub(super) taken: Taken,
}

impl Workers {
    pub(super) fn start(
        address: SocketAddr,
        functions: &Functions,
        acknowledged: &Acknowledged,
        problems: &Problems,
    ) -> Workers {
        let mut workers = Workers { stop: Arc::default(), threads: Vec::new(), taken: Taken::default() };
        for _ in 0..WORKERS {
            let (errands, client) = (functions.errands(), Client::counting(address, acknowledged));
            workers.spawn("errand", problems, move |stop| match next(&errands) {
                Some(errand) => errands::run(&client, stop, &errand),
                None => Ok(()),
            });
            let (taken, client) = (Arc::clone(&workers.taken), Client::counting(address, acknowledged));
            workers.spawn("activity", problems, move |_| take(&client, &taken));
        }
        workers
    }

    /// Spawns a thread that does something again and again.
    fn spawn(
        &mut self,
        kind: &'static str,
        problems: &Problems,
        work: impl Fn(&AtomicBool) -> Result<()> + Send + 'static,
    ) {
        let (stop, problems) = (Arc::clone(&self.stop), problems.clone());
        self.threads.push(std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                if let Err(error) = work(&stop) {
                    problems.add(kind, "a worker cannot go on", || error.to_string());
                }
            }
        }));
    }

    /// Ends the workers when the server has ended, for which those of the activity wait.
    pub(super) fn end(self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().map_err(|_| "a worker has panicked")?;
        }
        Ok(())
    }

    /// Tells the workers to end.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// The next errand, if there is one soon.
fn next(errands: &Mutex<Receiver<Value>>) -> Option<Value> {
    let errands = errands.lock().unwrap_or_else(PoisonError::into_inner);
    errands.recv_timeout(Duration::from_millis(100)).ok()
}

/// Takes an activity and returns it.
fn take(client: &Client, taken: &Taken) -> Result<()> {
    let request = json!({"activityArn": ACTIVITY, "workerName": "w"});
    // The server may be killed, or starting.
    let Ok(Ok(task)) = client.call("GetActivityTask", &request) else {
        std::thread::sleep(Duration::from_millis(10));
        return Ok(());
    };
    let Some(token) = task["taskToken"].as_str() else { return Ok(()) };
    let input: Value = serde_json::from_str(task["input"].as_str().unwrap_or_default())?;
    let execution = input["execution"].as_str().unwrap_or_default().to_owned();
    let mut known = taken.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(execution).or_default().insert(token.to_owned());
    drop(known);
    errands::succeed(client, &json!({"token": token}))
}
