//! [`Machines`] and [`Api`]: the API without HTTP.

use std::sync::{Arc, Weak};

use asl_engine::{Observer, Report};
use asl_model::ExecutionType;
use asl_value::{Object, Value};

use crate::app::App;
use crate::config::MockedTasks;
use crate::error::ApiError;
use crate::execution::{self, Start};
use crate::{Config, api};

/// State machines that can start one another, in this process, without a server.
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
/// let first = FirstExecution { machine: &machine, name: "one", input: "[1]", mocks: None };
/// let report = machines.run(first, Arc::new(NoObserver)).await.unwrap();
/// assert_eq!(report.outcome.output().map(|output| output.to_json()).as_deref(), Some("[1]"));
/// # }
/// ```
pub struct Machines {
    app: Arc<App>,
}

/// The execution with which everything begins.
#[derive(Debug)]
pub struct FirstExecution<'a> {
    /// The ARN of its machine. Of an EXPRESS one the execution is synchronous.
    pub machine: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its input, JSON.
    pub input: &'a str,
    /// Answers of its own tasks.
    pub mocks: Option<MockedTasks>,
}

impl Machines {
    /// Without any machine, to begin with.
    pub fn new(config: Config) -> Machines {
        Machines { app: App::new(config) }
    }

    /// Creates a state machine, as CreateStateMachine would; gives its ARN.
    ///
    /// # Errors
    /// That of the API: a bad name, a definition that is refused.
    pub fn create_state_machine(
        &self,
        name: &str,
        definition: &str,
        kind: ExecutionType,
    ) -> Result<String, ApiError> {
        api::state_machine::create_here(&self.app, name, definition, kind)
    }

    /// Runs an execution to its end; `observer` hears of it. Those that it has started continue as long as the runtime does.
    ///
    /// # Errors
    /// That of StartExecution; `InternalServerException` if the run has panicked.
    pub async fn run(
        &self,
        first: FirstExecution<'_>,
        observer: Arc<dyn Observer>,
    ) -> Result<Report, ApiError> {
        let FirstExecution { machine, name, input, mocks } = first;
        let is_synchronous = self.app.store().target(machine, 0)?.kind == ExecutionType::Express;
        let (name, input) = (Some(name), Some(input));
        let start = Start { machine, name, input, trace_header: None, is_synchronous };
        let report = execution::run_here(&self.app, &start, mocks, observer).await?;
        report.ok_or_else(|| ApiError::new("InternalServerException", "the execution panicked").status(500))
    }
}

impl std::fmt::Debug for Machines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machines").finish_non_exhaustive()
    }
}

/// The API of a server, called in its own process: by a task that is a call of the API.
///
/// It does not keep the server alive.
#[derive(Clone)]
pub struct Api {
    app: Weak<App>,
}

impl Api {
    pub(crate) fn of(app: Weak<App>) -> Api {
        Api { app }
    }

    /// Answers an operation as over HTTP: `("DescribeExecution", {"executionArn": "arn:…"})` →
    /// `{"executionArn": "arn:…", "status": "RUNNING", "startDate": 1767225600.5, …}`. `trace_header` is the
    /// `X-Amzn-Trace-Id` of the caller.
    ///
    /// # Errors
    /// That of the API; `ServiceUnavailable` if the server is gone.
    pub async fn call(
        &self,
        action: &str,
        request: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, ApiError> {
        let app = self.app.upgrade().ok_or_else(ApiError::closing)?;
        api::answer(&app, action, request, trace_header).await
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}
