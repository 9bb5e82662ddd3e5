//! [`Fleet`]: runs the children of distributed Maps in other invocations.
//!
//! A child that the engine starts waits in the [`Queue`]. [`dispatch`] takes batches from it, as many as may be in flight,
//! sends each to a worker, and gives every child its one end. What was sent in vain waits again, until its [`Pace`] says.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use asl_engine::{Child, ChildEnd, ChildRunner, Failure, SystemEntropy};
use asl_model::error_name;
use asl_value::{Text, Timestamp, json};
use async_trait::async_trait;
use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::deadline;
pub(crate) use event::{BatchAnswer, BatchEvent, WorkerChild};
use queue::{Place, Queue, Waiting};
pub use worker_api::{WorkerApi, WorkerError};

#[cfg(feature = "aws")]
pub(crate) mod aws;
mod dispatch;
mod event;
mod pace;
mod queue;
mod worker_api;

/// What the children of one invocation share.
pub(crate) struct Fleet {
    shared: Arc<Shared>,
    /// Ends with the fleet.
    dispatcher: OnceLock<AbortHandle>,
}

struct Shared {
    api: Arc<dyn WorkerApi>,
    settings: FleetSettings,
    queue: Mutex<Queue>,
    /// A child waits.
    changed: Notify,
    entropy: SystemEntropy,
}

/// How batches are sent.
#[derive(Debug, Clone)]
pub(crate) struct FleetSettings {
    /// The function that is invoked.
    pub(crate) function: Text,
    /// How many invocations are in flight at most.
    pub(crate) workers: usize,
    /// How many children one has at most.
    pub(crate) batch: usize,
    /// When children end at the latest.
    pub(crate) until: Option<Timestamp>,
    /// The same instant by the clock that waits. Nothing is sent from then on.
    pub(crate) ends: Option<Instant>,
    /// How long an invocation can take. One whose answer was lost may run for so long.
    pub(crate) lifetime: Duration,
}

impl Fleet {
    pub(crate) fn new(api: Arc<dyn WorkerApi>, settings: FleetSettings) -> Fleet {
        let queue = Mutex::new(Queue::new(settings.batch));
        let shared = Shared { api, settings, queue, changed: Notify::new(), entropy: SystemEntropy::new() };
        Fleet { shared: Arc::new(shared), dispatcher: OnceLock::new() }
    }

    /// A child waits. The first one starts what sends batches.
    fn wake(&self) {
        let start = || tokio::spawn(dispatch::dispatch(Arc::clone(&self.shared))).abort_handle();
        self.dispatcher.get_or_init(start);
        self.shared.changed.notify_one();
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if let Some(dispatcher) = self.dispatcher.get() {
            dispatcher.abort();
        }
    }
}

impl Shared {
    /// Whether the time of the children is over. What runs out of it now has not failed.
    fn is_over(&self) -> bool {
        self.settings.ends.is_some_and(|ends| ends <= deadline::instant())
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fleet of an invocation, for its engine.
#[derive(Clone)]
pub(crate) struct FleetRunner(pub(crate) Arc<Fleet>);

#[async_trait]
impl ChildRunner for FleetRunner {
    async fn run(&self, child: Child<'_>) -> Result<ChildEnd, Failure> {
        let fleet = &self.0;
        let identity = child.identity();
        let name = identity.execution_arn.clone();
        let json = json!({"executionArn": (&name), "input": (child.input().clone())}).to_json();
        if json.len() > queue::MOST_BYTES {
            let cause = "the input of the child execution is too large for an invocation";
            return Err(Failure::new(error_name::DATA_LIMIT_EXCEEDED, cause));
        }
        let place = Place {
            state: child.state().clone(),
            map_run: child.map_run().arn().clone(),
            role_arn: identity.role_arn.clone(),
            trace_header: child.trace_header().cloned(),
        };
        let (end, ended) = oneshot::channel();
        fleet.shared.queue().push(place, Waiting { name, json, crashes: 0, end });
        fleet.wake();
        // The sender is dropped only with the fleet.
        ended.await.unwrap_or_else(|_| Err(Failure::default()))
    }
}
