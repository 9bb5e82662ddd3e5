//! [`Machines`]: state machines without a server.

use std::sync::Arc;

use asl_engine::{Observer, Report};
use asl_model::ExecutionType;

use crate::admission::Start;
use crate::api;
use crate::app::App;
use crate::config::Config;
use crate::error::ApiError;
use crate::in_process::Api;
use crate::mock::MockedTasks;
use crate::runner;

/// State machines that can start one another, in this process and without a server.
///
/// Use it to run a machine together with those that it starts by `states:startExecution`, or to test them. For requests
/// over HTTP use a [`Server`](crate::Server); for a single machine `asl_engine::Engine` is enough.
///
/// Executions are spawned on the current tokio runtime, or on [`Config::executions`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use std::sync::Arc;
/// use asl_engine::NoObserver;
/// use asl_local::{Config, FirstExecution, Machines};
/// use asl_model::ExecutionType;
///
/// let machines = Machines::new(Config::default());
/// let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
/// let machine = machines.create_state_machine("echo", definition, ExecutionType::Standard).unwrap();
/// let first = FirstExecution::new(&machine, "one", "[1]");
/// let report = machines.run(first, Arc::new(NoObserver)).await.unwrap();
/// assert_eq!(report.outcome.output().map(|output| output.to_json()).as_deref(), Some("[1]"));
/// # }
/// ```
pub struct Machines {
    app: Arc<App>,
}

/// The execution that [`Machines::run`] starts and waits for.
#[derive(Debug)]
pub struct FirstExecution<'a> {
    machine: &'a str,
    name: &'a str,
    input: &'a str,
    mocks: Option<MockedTasks>,
}

impl<'a> FirstExecution<'a> {
    /// An execution of the machine with this ARN, with a name and a JSON input. An EXPRESS machine runs synchronously, as
    /// by StartSyncExecution.
    pub fn new(machine: &'a str, name: &'a str, input: &'a str) -> FirstExecution<'a> {
        FirstExecution { machine, name, input, mocks: None }
    }

    /// Mocks its tasks, but not those of the executions that it starts.
    #[must_use]
    pub fn with_mocks(self, mocks: MockedTasks) -> FirstExecution<'a> {
        FirstExecution { mocks: Some(mocks), ..self }
    }
}

impl Machines {
    /// Creates an empty set of machines.
    pub fn new(config: Config) -> Machines {
        Machines { app: App::new(config) }
    }

    /// The operations of the API, without HTTP. The handle does not keep the machines alive.
    pub fn api(&self) -> Api {
        let operations = Arc::downgrade(&self.app);
        Api::of(operations as _)
    }

    /// Creates a state machine, as CreateStateMachine does, and returns its ARN. Its role is named after the machine.
    ///
    /// # Errors
    /// `InvalidName`, `InvalidDefinition`, or another error of CreateStateMachine.
    pub fn create_state_machine(
        &self,
        name: &str,
        definition: &str,
        kind: ExecutionType,
    ) -> Result<String, ApiError> {
        api::create_state_machine::create_here(&self.app, name, definition, kind)
    }

    pub(crate) fn of(app: Arc<App>) -> Machines {
        Machines { app }
    }

    /// Creates a state machine, or gives the existing one with this name and type another definition. Executions that run
    /// keep theirs. Returns its ARN.
    ///
    /// # Errors
    /// The error of CreateStateMachine or UpdateStateMachine: `StateMachineAlreadyExists` if the type is another one.
    pub async fn put_state_machine(
        &self,
        name: &str,
        definition: &str,
        kind: ExecutionType,
    ) -> Result<String, ApiError> {
        let arn = api::create_state_machine::put_here(&self.app, name, definition, kind).await?;
        self.app.persisted().await?;
        Ok(arn)
    }

    /// Runs an execution to its end and returns the engine's report. `observer` receives its events. Executions that it
    /// started and did not wait for continue until the runtime ends.
    ///
    /// # Errors
    /// The error of StartExecution, or `InternalServerException` if the run panicked.
    pub async fn run(
        &self,
        first: FirstExecution<'_>,
        observer: Arc<dyn Observer>,
    ) -> Result<Report, ApiError> {
        let FirstExecution { machine, name, input, mocks } = first;
        let is_synchronous = self.app.store().target(machine, 0)?.kind == ExecutionType::Express;
        let (name, input) = (Some(name), Some(input));
        let start = Start { machine, name, input, trace_header: None, parent: None, is_synchronous };
        let report = runner::run_here(&self.app, &start, mocks, observer).await?;
        report.ok_or_else(|| ApiError::new("InternalServerException", "the execution panicked").status(500))
    }
}

impl std::fmt::Debug for Machines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machines").finish_non_exhaustive()
    }
}
