//! [`Engine`]: runs programs.

use std::sync::Arc;

use crate::{Clock, Entropy, ObjectStore, Registry, SystemEntropy};

/// Runs programs. Holds what executions need from outside: tasks, clock, chance. Share one between all executions.
#[derive(Clone)]
pub struct Engine {
    tasks: Registry,
    clock: Clock,
    entropy: Arc<dyn Entropy>,
    storage: Option<Arc<dyn ObjectStore>>,
}

/// Makes an [`Engine`].
#[derive(Clone)]
#[must_use]
pub struct EngineBuilder(Engine);

impl Engine {
    /// An engine with real time, real chance and no tasks, to begin with.
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
        })
    }

    /// The handlers of tasks.
    pub fn tasks(&self) -> &Registry {
        &self.tasks
    }

    /// The same engine with other tasks.
    #[must_use]
    pub fn with_tasks(&self, tasks: Registry) -> Engine {
        Engine { tasks, ..self.clone() }
    }

    /// The process was restored from a snapshot of its memory, as others were from the same one: chance begins anew with
    /// `fresh` random bits, and the handlers of tasks are told.
    pub fn restored(&self, fresh: u64) {
        self.entropy.reseed(fresh);
        self.tasks.handlers().for_each(|handler| handler.restored());
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// Where distributed Maps read from and write to.
    pub fn storage(&self) -> Option<&dyn ObjectStore> {
        self.storage.as_deref()
    }
}

impl EngineBuilder {
    /// The handlers of tasks.
    pub fn tasks(mut self, tasks: Registry) -> EngineBuilder {
        self.0.tasks = tasks;
        self
    }

    /// Where time comes from.
    pub fn clock(mut self, clock: Clock) -> EngineBuilder {
        self.0.clock = clock;
        self
    }

    /// Where random numbers come from.
    pub fn entropy(mut self, entropy: impl Entropy + 'static) -> EngineBuilder {
        self.0.entropy = Arc::new(entropy);
        self
    }

    /// Where distributed Maps read items from and write results to. Without it their `ItemReader` and `ResultWriter` fail.
    pub fn storage(mut self, storage: impl ObjectStore + 'static) -> EngineBuilder {
        self.0.storage = Some(Arc::new(storage));
        self
    }

    /// The engine.
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
