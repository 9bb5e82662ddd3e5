//! [`App`]: what all requests and executions of a server share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use asl_engine::{Engine, TaskHandler};
use asl_model::ExecutionType;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::arn::Home;
use crate::config::Config;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::ids::Ids;
use crate::in_process::Api;
use crate::store::Store;
use crate::token::Tokens;

pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) home: Home,
    pub(crate) ids: Ids,
    pub(crate) tokens: Tokens,
    /// Runs executions once it has their tasks.
    pub(crate) engine: Engine,
    /// Does the tasks that call this API.
    pub(crate) own_tasks: Option<Arc<dyn TaskHandler>>,
    /// Whether the server is about to end: who waits for long stops waiting.
    pub(crate) closing: watch::Sender<bool>,
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

/// Stops when nobody waits for it any more.
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
            store: Mutex::default(),
        })
    }

    /// Waits until the server is about to end.
    pub(crate) async fn closes(&self) {
        let mut closing = self.closing.subscribe();
        // The sender is a part of `self`, so it lives as long as the wait.
        let _ = closing.wait_for(|closing| *closing).await.map(|_| ());
    }

    /// Runs what may compute for long, where that does not delay answers.
    pub(crate) fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        match &self.config.executions {
            Some(runtime) => runtime.spawn(work),
            None => tokio::spawn(work),
        }
    }

    /// The same, for a request that waits for it, and stops it by going away.
    pub(crate) async fn compute<F>(&self, work: F) -> Result<F::Output, ApiError>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        let mut work = AbortedOnDrop(self.spawn(work));
        (&mut work.0).await.map_err(|error| ApiError::internal(&error))
    }

    /// Whether executions of this type have a history.
    pub(crate) fn keeps_all(&self, kind: ExecutionType) -> bool {
        kind == ExecutionType::Standard || self.config.express_history
    }

    /// Whether an execution is remembered once it has ended. Documented: a child of a Map Run is, whatever its type.
    pub(crate) fn keeps(&self, execution: &Execution) -> bool {
        execution.child_of.is_some() || self.keeps_all(execution.target.kind)
    }

    /// The state machines, executions and activities. Never held across an await.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
