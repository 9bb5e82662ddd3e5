//! [`Adapter`]: the programs of a function, ready for invocations.

use std::sync::Arc;

#[cfg(feature = "durable")]
use asl_durable::{CallbackApi, DurableApi};
use asl_engine::{CancelToken, DefinitionHash, Engine, Failure, Program};
use asl_model::MachineArn;
use asl_value::Value;

use crate::config::Config;
#[cfg(feature = "durable")]
use crate::durable::Durable;
use crate::init_error::InitError;
use crate::machine::Machine;
use crate::trigger::Trigger;
use crate::{Checkpoints, Invocation, WorkerApi};
use check::check;

mod check;

/// The state machines of a function, with the engine that runs them and the settings of the function.
///
/// Build one when the function starts and pass it to [`serve`](fn@crate::serve), or to [`handle`](fn@crate::handle) for
/// each event. [`main`](crate::main) does this for a definition, so you need an adapter only for an [`Engine`] of your
/// own, for a [`Config`] that does not come from the environment, or for programs that are already compiled. Cloning is
/// cheap: clones share everything.
///
/// ```
/// use asl_engine::{Engine, Registry, load};
/// use asl_lambda::{Adapter, Config, InitErrorKind};
/// use asl_model::Source;
///
/// let source = Source::json(r#"{"StartAt": "Price", "States": {"Price": {
///   "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price", "End": true
/// }}}"#);
/// let program = load(&source).unwrap().program;
/// let engine = Engine::builder().tasks(Registry::new()).build();
/// let error = Adapter::new(program, engine, Config::default()).unwrap_err();
/// assert_eq!(error.kind(), InitErrorKind::MissingTaskHandler);
/// ```
#[derive(Debug, Clone)]
pub struct Adapter {
    inner: Arc<Inner>,
    workers: Option<Workers>,
    /// The hash of the main machine's definition, if its executions may be kept.
    kept: Option<Arc<DefinitionHash>>,
    #[cfg(feature = "otel")]
    tracer: Option<asl_otel::Tracer>,
    #[cfg(feature = "durable")]
    durable: Option<Arc<Durable>>,
    #[cfg(feature = "durable")]
    callbacks: Option<Callbacks>,
}

#[derive(Debug)]
struct Inner {
    main: Machine,
    others: Vec<Machine>,
    engine: Engine,
    config: Config,
    shutdown: CancelToken,
}

/// The API that invokes functions.
#[derive(Clone)]
struct Workers(Arc<dyn WorkerApi>);

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Workers")
    }
}

/// The API that answers callbacks.
#[cfg(feature = "durable")]
#[derive(Clone)]
struct Callbacks(Arc<dyn CallbackApi>);

#[cfg(feature = "durable")]
impl std::fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Callbacks")
    }
}

impl Adapter {
    /// An adapter for one state machine.
    ///
    /// It checks that every task can be run, so that a missing handler fails the start of the function and not an
    /// execution.
    ///
    /// # Errors
    /// Reports everything that can never work:
    ///
    /// - resources that have no handler, or whose handler refuses them;
    /// - integration patterns and distributed Maps that [`Config::express_patterns`] does not allow;
    /// - Maps that read or write objects when the engine has no storage.
    pub fn new(program: Arc<Program>, engine: Engine, config: Config) -> Result<Adapter, InitError> {
        Adapter::with_others(program, [], engine, config)
    }

    /// An adapter for several state machines. Triggers start `main`; a `states:startExecution` task starts any of them
    /// by name, in the same process.
    ///
    /// # Errors
    /// Those of [`Adapter::new`].
    pub fn with_others(
        main: Arc<Program>,
        others: impl IntoIterator<Item = (String, Arc<Program>)>,
        engine: Engine,
        config: Config,
    ) -> Result<Adapter, InitError> {
        let main = Machine { name: None, program: main };
        let others = others.into_iter().map(|(name, program)| Machine { name: Some(name), program });
        let others: Vec<Machine> = others.collect();
        let machines: Vec<&Machine> = others.iter().chain([&main]).collect();
        check(&machines, others.is_empty(), &engine, config.express_patterns)?;
        Ok(Adapter {
            inner: Arc::new(Inner { main, others, engine, config, shutdown: CancelToken::new() }),
            workers: None,
            kept: None,
            #[cfg(feature = "otel")]
            tracer: None,
            #[cfg(feature = "durable")]
            durable: None,
            #[cfg(feature = "durable")]
            callbacks: None,
        })
    }

    /// The same adapter, which invokes functions by `api`: those that run the children of distributed Maps, if
    /// [`MapSettings::function`](crate::MapSettings::function) names one.
    ///
    /// [`main`](crate::main) and [`main_from_env`](crate::main_from_env) do this if they call AWS.
    #[must_use]
    pub fn with_workers(self, api: Arc<dyn WorkerApi>) -> Adapter {
        Adapter { workers: Some(Workers(api)), ..self }
    }

    /// The same adapter, which records executions as spans. They are sent before an invocation is answered.
    ///
    /// [`main`](crate::main) and [`main_from_env`](crate::main_from_env) do this if `OTEL_EXPORTER_OTLP_ENDPOINT` is set.
    #[cfg(feature = "otel")]
    #[must_use]
    pub fn with_tracer(self, tracer: asl_otel::Tracer) -> Adapter {
        Adapter { tracer: Some(tracer), ..self }
    }

    #[cfg(feature = "otel")]
    pub(crate) fn tracer(&self) -> Option<&asl_otel::Tracer> {
        self.tracer.as_ref()
    }

    /// What invokes functions.
    pub(crate) fn workers(&self) -> Option<&Arc<dyn WorkerApi>> {
        self.workers.as_ref().map(|workers| &workers.0)
    }

    /// The same adapter, which keeps executions of the main machine that run out of time at
    /// [`MapSettings::checkpoints`](crate::MapSettings::checkpoints), if the machine has distributed Maps, and goes on with those
    /// that it has kept. `definition` is the hash of the main machine's definition. The engine needs a storage.
    ///
    /// [`main`](crate::main) and [`main_from_env`](crate::main_from_env) do this.
    #[must_use]
    pub fn with_checkpoints(self, definition: DefinitionHash) -> Adapter {
        let has_maps = !self.main().program.distributed_maps().is_empty();
        Adapter { kept: has_maps.then(|| Arc::new(definition)), ..self }
    }

    /// Where executions of the main machine are kept that run out of time, and the hash of its definition.
    pub(crate) fn checkpoints(&self) -> Option<(&Checkpoints, &DefinitionHash)> {
        let definition = self.kept.as_deref()?;
        Some((self.config().map.checkpoints.as_ref()?, definition))
    }

    /// The same adapter, which also continues durable executions of the main machine: invocations whose event has a
    /// `DurableExecutionArn`. `definition` is the hash of the main machine's definition.
    ///
    /// [`main`](crate::main) and [`main_from_env`](crate::main_from_env) do this if they call AWS.
    #[cfg(feature = "durable")]
    #[must_use]
    pub fn with_durable(self, api: Arc<dyn DurableApi>, definition: DefinitionHash) -> Adapter {
        let durable = Some(Arc::new(Durable { api, definition, others: Vec::new() }));
        Adapter { durable, ..self }
    }

    /// The same adapter, which also answers callbacks at [`Config::callback_path`](crate::Config::callback_path): links that
    /// people follow, and what clients of Step Functions send with `SendTaskSuccess`, `SendTaskFailure` and
    /// `SendTaskHeartbeat`.
    ///
    /// [`main`](crate::main) and [`main_from_env`](crate::main_from_env) do this if they call AWS.
    #[cfg(feature = "durable")]
    #[must_use]
    pub fn with_callbacks(self, api: Arc<dyn CallbackApi>) -> Adapter {
        Adapter { callbacks: Some(Callbacks(api)), ..self }
    }

    #[cfg(feature = "durable")]
    pub(crate) fn callbacks(&self) -> Option<&dyn CallbackApi> {
        self.callbacks.as_ref().map(|callbacks| &*callbacks.0)
    }

    /// The same adapter, which also continues durable executions of these other machines: a task of one of the machines
    /// starts them in this function, if [`with_durable`](Adapter::with_durable) was called before.
    #[cfg(feature = "durable")]
    #[must_use]
    pub fn with_durable_others(
        self,
        definitions: impl IntoIterator<Item = (String, DefinitionHash)>,
    ) -> Adapter {
        let durable = self.durable.map(|durable| {
            let Durable { api, definition, others } = Arc::unwrap_or_clone(durable);
            Arc::new(Durable { api, definition, others: others.into_iter().chain(definitions).collect() })
        });
        Adapter { durable, ..self }
    }

    #[cfg(feature = "durable")]
    pub(crate) fn durable(&self) -> Option<&Durable> {
        self.durable.as_deref()
    }

    /// The settings of the function.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Ends all executions as `ABORTED`, including those that start later. Call it when the process is about to end.
    pub fn shut_down(&self) {
        self.inner.shutdown.cancel_with(Failure::new("ExecutionAborted", "the function is being shut down"));
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn shutdown(&self) -> &CancelToken {
        &self.inner.shutdown
    }

    pub(crate) fn main(&self) -> &Machine {
        &self.inner.main
    }

    /// All machines, the main one first.
    #[cfg(feature = "durable")]
    pub(crate) fn machines(&self) -> impl Iterator<Item = &Machine> {
        std::iter::once(&self.inner.main).chain(&self.inner.others)
    }

    /// The names of the machines other than the main one.
    #[cfg(feature = "durable")]
    pub(crate) fn others(&self) -> impl Iterator<Item = &str> {
        self.inner.others.iter().filter_map(|machine| machine.name.as_deref())
    }

    pub(crate) fn has_others(&self) -> bool {
        !self.inner.others.is_empty()
    }

    /// The machine with this ARN. Region, account, version and alias of the ARN are ignored.
    pub(crate) fn machine(&self, arn: &str, invocation: &Invocation) -> Option<&Machine> {
        let name = MachineArn::parse(arn)?.name;
        let is_main = || name == invocation.machine().name;
        let named = self.inner.others.iter().find(|machine| machine.name.as_deref() == Some(name));
        named.or_else(|| is_main().then_some(&self.inner.main))
    }

    /// The trigger that sent an event.
    pub(crate) fn trigger(&self, event: &Value) -> Trigger {
        self.config().event_source.unwrap_or_else(|| Trigger::detect(event))
    }
}
