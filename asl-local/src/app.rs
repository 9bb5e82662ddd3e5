//! [`App`]: the state that all requests and executions of a server share.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use asl_engine::{Engine, TaskHandler};
use asl_model::ExecutionType;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::arn::Home;
use crate::changes::Changes;
use crate::config::Config;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::ids::Ids;
use crate::in_process::Api;
use crate::stages::StagePool;
use crate::store::{LockedStore, Store};
use crate::token::Tokens;

pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) home: Home,
    pub(crate) ids: Ids,
    pub(crate) tokens: Tokens,
    /// The engine without tasks; each execution adds its own.
    pub(crate) engine: Engine,
    /// Handles tasks that call this API.
    pub(crate) own_tasks: Option<Arc<dyn TaskHandler>>,
    /// Whether the server is shutting down. Long waits end then.
    pub(crate) closing: watch::Sender<bool>,
    /// What changes in the lists of pages.
    pub(crate) changes: Changes,
    pub(crate) stages: StagePool,
    store: Mutex<Store>,
}

fn engine(config: &Config) -> Engine {
    let engine = Engine::builder().clock(config.clock.clone());
    let engine = match &config.storage {
        Some(storage) => engine.storage(Arc::clone(storage)),
        None => engine,
    };
    match &config.entropy {
        Some(entropy) => engine.entropy(Arc::clone(entropy)).build(),
        None => engine.build(),
    }
}

/// A spawned task that is aborted when this is dropped.
struct AbortedOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortedOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl App {
    pub(crate) fn new(config: Config) -> Arc<App> {
        Arc::new_cyclic(|app: &Weak<App>| App {
            home: Home { account: config.account.clone(), region: config.region.clone() },
            ids: Ids::new(config.entropy.clone()),
            engine: engine(&config),
            own_tasks: config.own_tasks.as_ref().map(|make| make(Api::of(app.clone()))),
            config,
            tokens: Tokens::default(),
            closing: watch::Sender::new(false),
            changes: Changes::default(),
            stages: StagePool::default(),
            store: Mutex::default(),
        })
    }

    /// Waits until the server shuts down.
    pub(crate) async fn closes(&self) {
        let mut closing = self.closing.subscribe();
        // The sender is a field of `self`, so it outlives the wait.
        let _ = closing.wait_for(|closing| *closing).await.map(|_| ());
    }

    /// Spawns work that may compute for a long time, on the runtime for executions if there is one.
    pub(crate) fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match &self.config.executions {
            Some(runtime) => runtime.spawn(work),
            None => tokio::spawn(work),
        }
    }

    /// Like `spawn`, for a request that awaits the result. Dropping the future aborts the work.
    pub(crate) async fn compute<F>(&self, work: F) -> Result<F::Output, ApiError>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let mut work = AbortedOnDrop(self.spawn(work));
        (&mut work.0).await.map_err(|error| ApiError::internal(&error))
    }

    /// Whether executions of this type keep their history.
    pub(crate) fn keeps_all(&self, kind: ExecutionType) -> bool {
        kind == ExecutionType::Standard || self.config.express_history || self.config.has_page()
    }

    /// Whether an execution is kept after its end. Documented: a child of a Map Run always is, whatever its type.
    pub(crate) fn keeps(&self, execution: &Execution) -> bool {
        execution.child_of.is_some() || self.keeps_all(execution.target.kind)
    }

    /// Locks the store. The guard is never held across an await, nor while the host's code runs.
    pub(crate) fn store(&self) -> LockedStore<'_> {
        LockedStore::new(self.store.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
