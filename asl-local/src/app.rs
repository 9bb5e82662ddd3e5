//! [`App`]: the state that all requests and executions of a server share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use asl_engine::{Engine, TaskHandler};
use asl_model::ExecutionType;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::archive::Archive;
use crate::arn::Home;
use crate::changes::Changes;
use crate::config::Config;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::ids::Ids;
use crate::in_process::Api;
use crate::journal::Starting;
use crate::machine::Revision;
use crate::stages::StagePool;
use crate::store::{LockedStore, Store};
use crate::token::Tokens;

pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) home: Home,
    pub(crate) ids: Ids,
    pub(crate) tokens: Tokens,
    pub(crate) starting: Starting,
    /// The engine without tasks; each execution adds its own.
    pub(crate) engine: Engine,
    /// Handles tasks that call this API.
    pub(crate) own_tasks: Option<Arc<dyn TaskHandler>>,
    /// Whether the server is shutting down. Long waits end then.
    pub(crate) closing: watch::Sender<bool>,
    /// What changes in the lists of pages.
    pub(crate) changes: Changes,
    pub(crate) stages: StagePool,
    /// Where everything is kept.
    pub(crate) archive: Option<Arc<dyn Archive>>,
    store: Mutex<Store>,
    /// Revisions that were read from the archive, while they are in use.
    revisions: Mutex<HashMap<u64, Weak<Revision>>>,
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
        let ids = Ids::new(config.entropy.clone());
        App::with(config, ids, Store::default(), None)
    }

    /// An app with what is in a store, which writes its changes to `archive`.
    pub(crate) fn with(
        config: Config,
        ids: Ids,
        store: Store,
        archive: Option<Arc<dyn Archive>>,
    ) -> Arc<App> {
        Arc::new_cyclic(|app: &Weak<App>| App {
            home: Home { account: config.account.clone(), region: config.region.clone() },
            ids,
            engine: engine(&config),
            own_tasks: config.own_tasks.as_ref().map(|make| make(Api::of(app.clone()))),
            config,
            tokens: Tokens::new(archive.clone()),
            starting: Starting::default(),
            closing: watch::Sender::new(false),
            changes: Changes::default(),
            stages: StagePool::default(),
            archive,
            store: Mutex::new(store),
            revisions: Mutex::default(),
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
        #[cfg(all(test, feature = "data-dir"))]
        let work = crate::simulation::shuffled(work);
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

    /// Whether executions of this type are written to the archive.
    pub(crate) fn is_durable(&self, kind: ExecutionType) -> bool {
        self.archive.is_some() && (kind == ExecutionType::Standard || self.config.express_history)
    }

    /// Whether an execution is kept after its end. Documented: a child of a Map Run always is, whatever its type.
    pub(crate) fn keeps(&self, execution: &Execution) -> bool {
        execution.child_of.is_some() || self.keeps_all(execution.target.kind)
    }

    pub(crate) fn revisions(&self) -> MutexGuard<'_, HashMap<u64, Weak<Revision>>> {
        self.revisions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until all changes made so far are on disk, if there is an archive.
    ///
    /// # Errors
    /// They cannot be written at the moment.
    pub(crate) async fn persisted(&self) -> Result<(), ApiError> {
        let Some(archive) = &self.archive else { return Ok(()) };
        let sent = archive.sent();
        let mut progress = archive.progress();
        let done = progress.wait_for(|now| now.persisted >= sent || now.problem.is_some()).await;
        match done.map(|now| now.problem.clone().filter(|_| now.persisted < sent)) {
            Ok(None) => Ok(()),
            Ok(Some(problem)) => Err(ApiError::not_kept(&problem)),
            Err(_) => Err(ApiError::closing()),
        }
    }

    /// Locks the store. The guard is never held across an await, nor while the host's code runs.
    pub(crate) fn store(&self) -> LockedStore<'_> {
        LockedStore::new(self.store.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
