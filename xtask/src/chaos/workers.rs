//! Workers: they take activities, and do errands.

use std::collections::BTreeMap;
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

/// What workers know of the activities of an execution.
#[derive(Clone, Copy, Default)]
pub(super) struct Taken {
    /// How many they have got.
    pub(super) taken: usize,
    /// How many they have returned, which was acknowledged.
    pub(super) returned: usize,
}

/// By execution.
pub(super) type AllTaken = Arc<Mutex<BTreeMap<String, Taken>>>;

/// The threads of workers.
pub(super) struct Workers {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    pub(super) taken: AllTaken,
}

impl Workers {
    pub(super) fn start(
        address: SocketAddr,
        functions: &Functions,
        acknowledged: &Acknowledged,
        problems: &Problems,
    ) -> Workers {
        let mut workers = Workers { stop: Arc::default(), threads: Vec::new(), taken: AllTaken::default() };
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
fn take(client: &Client, all: &AllTaken) -> Result<()> {
    let request = json!({"activityArn": ACTIVITY, "workerName": "w"});
    // The server may be killed, or starting.
    let Ok(Ok(task)) = client.call("GetActivityTask", &request) else {
        std::thread::sleep(Duration::from_millis(10));
        return Ok(());
    };
    let Some(token) = task["taskToken"].as_str() else { return Ok(()) };
    let input: Value = serde_json::from_str(task["input"].as_str().unwrap_or_default())?;
    let execution = input["execution"].as_str().unwrap_or_default().to_owned();
    let count = |change: fn(&mut Taken)| {
        change(all.lock().unwrap_or_else(PoisonError::into_inner).entry(execution.clone()).or_default());
    };
    count(|known| known.taken += 1);
    if errands::succeed(client, &json!({"token": token}))? {
        count(|known| known.returned += 1);
    }
    Ok(())
}
