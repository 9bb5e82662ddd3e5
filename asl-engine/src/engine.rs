//! [`Engine`]: runs programs.

use std::sync::Arc;

use crate::{ChildRunner, Clock, Entropy, ObjectStore, Registry, SystemEntropy};

/// Runs programs. It holds what executions need from outside: handlers of tasks, time, random numbers, storage.
///
/// A process needs one engine: share it between all executions and programs. It is cheap to clone and holds no state of
/// executions, so that two runs cannot affect each other. Build it with [`Engine::builder`], then call [`Engine::run`]
/// for an execution or [`Engine::test_state`] for a single state.
///
/// By default it has no tasks, real time and random numbers of the operating system. For tests that repeat, give it
/// [virtual time](Clock::virtual_time) and [seeded entropy](crate::SeededEntropy).
#[derive(Clone)]
pub struct Engine {
    tasks: Registry,
    clock: Clock,
    entropy: Arc<dyn Entropy>,
    storage: Option<Arc<dyn ObjectStore>>,
    /// Runs the children of distributed Maps.
    children: Option<Arc<dyn ChildRunner>>,
}

/// Builds an [`Engine`].
#[derive(Clone)]
#[must_use]
pub struct EngineBuilder(Engine);

impl Engine {
    /// Begins with an engine that has real time, random numbers of the operating system and no tasks.
    ///
    /// ```
    /// use asl_engine::{Clock, Engine, Registry, SeededEntropy};
    /// let engine = Engine::builder()
    ///     .tasks(Registry::new())
    ///     .clock(Clock::virtual_time())
    ///     .entropy(SeededEntropy::new(7))
    ///     .build();
    /// # let _ = engine;
    /// ```
    pub fn builder() -> EngineBuilder {
        EngineBuilder(Engine {
            tasks: Registry::new(),
            clock: Clock::real(),
            entropy: Arc::new(SystemEntropy::new()),
            storage: None,
            children: None,
        })
    }

    /// The handlers of tasks.
    pub fn tasks(&self) -> &Registry {
        &self.tasks
    }

    /// The same engine with other handlers of tasks.
    #[must_use]
    pub fn with_tasks(&self, tasks: Registry) -> Engine {
        // Not the handlers that it has: there may be many.
        let Engine { tasks: _, clock, entropy, storage, children } = self;
        let (clock, entropy) = (clock.clone(), Arc::clone(entropy));
        Engine { tasks, clock, entropy, storage: storage.clone(), children: children.clone() }
    }

    /// The same engine with another source of time.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Engine {
        Engine { clock, ..self.clone() }
    }

    /// The same engine, which lets `runner` run the child executions of distributed Maps.
    #[must_use]
    pub fn with_children(&self, runner: impl ChildRunner + 'static) -> Engine {
        Engine { children: Some(Arc::new(runner)), ..self.clone() }
    }

    /// Call this when the process was restored from a snapshot of its memory, as other processes may be. Random numbers
    /// are seeded again from `fresh`, which must be random, and [`TaskHandler::restored`](crate::TaskHandler::restored)
    /// is called for each handler.
    pub fn restored(&self, fresh: u64) {
        self.entropy.reseed(fresh);
        self.tasks.handlers().for_each(|handler| handler.restored());
    }

    pub(crate) fn children(&self) -> Option<&dyn ChildRunner> {
        self.children.as_deref()
    }

    /// Where its executions get their time from.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// Where distributed Maps read items from and write results to.
    pub fn storage(&self) -> Option<&dyn ObjectStore> {
        self.storage.as_deref()
    }
}

impl EngineBuilder {
    /// Sets the handlers of tasks.
    pub fn tasks(mut self, tasks: Registry) -> EngineBuilder {
        self.0.tasks = tasks;
        self
    }

    /// Sets where time comes from.
    pub fn clock(mut self, clock: Clock) -> EngineBuilder {
        self.0.clock = clock;
        self
    }

    /// Sets where random numbers come from.
    pub fn entropy(mut self, entropy: impl Entropy + 'static) -> EngineBuilder {
        self.0.entropy = Arc::new(entropy);
        self
    }

    /// Sets where distributed Maps read items from and write results to. Without it, their `ItemReader` and
    /// `ResultWriter` fail.
    pub fn storage(mut self, storage: impl ObjectStore + 'static) -> EngineBuilder {
        self.0.storage = Some(Arc::new(storage));
        self
    }

    /// Returns the engine.
    #[must_use]
    pub fn build(self) -> Engine {
        self.0
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("tasks", &self.tasks)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
