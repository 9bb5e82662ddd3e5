//! [`Adapter`]: the programs of a function, ready for invocations.

use std::sync::Arc;

use asl_engine::{CancelToken, Engine, Failure, Program};
use asl_model::MachineArn;
use asl_value::Value;

use crate::Invocation;
use crate::config::Config;
use crate::init_error::InitError;
use crate::machine::Machine;
use crate::trigger::Trigger;
use check::check;

mod check;

/// Programs that are ready for invocations. Clones are the same adapter.
#[derive(Debug, Clone)]
pub struct Adapter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    main: Machine,
    others: Vec<Machine>,
    engine: Engine,
    config: Config,
    shutdown: CancelToken,
}

impl Adapter {
    /// A function of one machine.
    ///
    /// That there is a handler for every task is checked now, since that is better found out here than in an execution.
    ///
    /// # Errors
    /// Names all that can never work: resources without a handler or of one that does not serve them, those of patterns and
    /// the Maps that [`Config::express_patterns`] does not allow, readers and writers of Maps where the engine has no storage.
    pub fn new(program: Arc<Program>, engine: Engine, config: Config) -> Result<Adapter, InitError> {
        Adapter::with_others(program, [], engine, config)
    }

    /// A function of several machines: triggers start the first one, and any of them can be started by name in a
    /// `states:startExecution` task of another.
    ///
    /// # Errors
    /// As [`Adapter::new`].
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
        Ok(Adapter(Arc::new(Inner { main, others, engine, config, shutdown: CancelToken::new() })))
    }

    /// How it receives events and answers them.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Ends all executions as `ABORTED`, those that begin later too: the process is about to end.
    pub fn shut_down(&self) {
        self.0.shutdown.cancel_with(Failure::new("ExecutionAborted", "the function is being shut down"));
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn shutdown(&self) -> &CancelToken {
        &self.0.shutdown
    }

    pub(crate) fn main(&self) -> &Machine {
        &self.0.main
    }

    pub(crate) fn has_others(&self) -> bool {
        !self.0.others.is_empty()
    }

    /// The machine of an ARN, whatever region, account, version and alias it names.
    pub(crate) fn machine(&self, arn: &str, invocation: &Invocation) -> Option<&Machine> {
        let name = MachineArn::parse(arn)?.name;
        let is_main = || name == invocation.machine().name;
        let named = self.0.others.iter().find(|machine| machine.name.as_deref() == Some(name));
        named.or_else(|| is_main().then_some(&self.0.main))
    }

    /// What an event was sent by.
    pub(crate) fn trigger(&self, event: &Value) -> Trigger {
        self.config().event_source.unwrap_or_else(|| Trigger::detect(event))
    }
}
