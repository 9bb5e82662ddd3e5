//! [`Config`]: what a server is like.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Clock, Entropy, ObjectStore, ResultSchema, TaskHandler};
use asl_model::{ExpressPatterns, SdkCatalogue};
use asl_value::Value;
use async_trait::async_trait;
use tokio::runtime::Handle;

use crate::in_process::Api;

/// What a [`Server`](crate::Server) is like.
///
/// ```
/// use asl_local::Config;
/// let config = Config { region: "eu-west-1".into(), ..Config::default() };
/// assert_eq!(config.account, "123456789012");
/// ```
#[derive(Clone)]
pub struct Config {
    /// The account in all ARNs: `123456789012`.
    pub account: String,
    /// The region in all ARNs: `us-east-1`.
    pub region: String,
    /// The time of executions; a virtual clock jumps over waits.
    pub clock: Clock,
    /// Does the work of functions and services, `asl_aws::Aws::with_tokens` for one. Without it they can only be mocked.
    ///
    /// Of a task with a token the server drops the call when the token comes back.
    pub services: Option<Arc<dyn TaskHandler>>,
    /// Makes the handler of tasks that call this API itself, `arn:aws:states:::aws-sdk:sfn:…`, from a handle of it: an
    /// `asl_aws::Aws::with_own_service`. Without it they are a service like any other.
    pub own_tasks: Option<OwnTasks>,
    /// Where random numbers come from, and with them the names of executions. The system, by default.
    pub entropy: Option<Arc<dyn Entropy>>,
    /// Where distributed Maps read items from and write results to.
    pub storage: Option<Arc<dyn ObjectStore>>,
    /// Answers of tasks in test cases, see [`MockSource`].
    pub mocks: Option<Arc<dyn MockSource>>,
    /// Where executions log whose machines have a `loggingConfiguration`: each takes all records.
    pub logs: Vec<Arc<dyn LogSink>>,
    /// Told when the status of a STANDARD execution changes, as EventBridge is by AWS.
    pub events: Option<Arc<dyn EventSink>>,
    /// Whether EXPRESS executions can be described, listed and stopped and have a history. AWS refuses all that.
    pub express_history: bool,
    /// Whether EXPRESS machines may have `.sync` and `.waitForTaskToken`. AWS refuses both.
    pub express_patterns: ExpressPatterns,
    /// Knows the answers of AWS's services, to check what TestState is given for one. Without it none is checked.
    pub result_schema: Option<Arc<dyn ResultSchema>>,
    /// Names under which the server may be asked, beside those of this machine: `asl` of `http://asl:8083`; `*` for all. A page of
    /// these hosts may ask it from a browser, too. See [`Server`](crate::Server).
    pub allowed_hosts: Vec<String>,
    /// The runtime on which executions run. Without it they run on the server's own, where a few that compute for long
    /// delay its answers.
    pub executions: Option<Handle>,
    /// Knows which SDK integrations there are, `asl_aws::SdkIntegrations` for one: machines with others are refused, as by
    /// AWS. Without it none is checked.
    pub catalogue: Option<Arc<dyn SdkCatalogue>>,
    /// What is kept, and how much at once.
    pub quotas: Quotas,
}

/// See [`Config::own_tasks`].
pub type OwnTasks = Arc<dyn Fn(Api) -> Arc<dyn TaskHandler> + Send + Sync>;

/// What a server keeps in memory, and how much it does at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Executions that have ended; beyond it the one that ended first is forgotten.
    pub ended_executions: usize,
    /// Events of all executions that have ended; beyond it the one that ended first is forgotten.
    pub ended_events: usize,
    /// Executions that run at once; beyond it `ExecutionLimitExceeded`.
    pub open_executions: usize,
    /// State machines; beyond it `StateMachineLimitExceeded`.
    pub state_machines: usize,
    /// Activities; beyond it `ActivityLimitExceeded`.
    pub activities: usize,
    /// Workers that wait for tasks of one activity; beyond it `ActivityWorkerLimitExceeded`.
    pub activity_pollers: usize,
    /// Versions of one state machine; beyond it `ServiceQuotaExceededException`.
    pub versions: usize,
    /// Bytes of the definitions of all state machines and their versions; beyond it `StateMachineLimitExceeded`.
    pub definition_bytes: usize,
    /// Bytes of the payloads in the history of one execution; beyond it the execution is stopped with
    /// `States.DataLimitExceeded`.
    pub history_bytes: usize,
    /// Bytes that an execution may hold in memory while it runs ([`Limits::memory_bytes`](asl_engine::Limits)); beyond it
    /// the execution fails with `States.DataLimitExceeded`.
    pub execution_bytes: u64,
    /// Bytes of inputs, histories and definitions of all executions that are remembered. Beyond it the one that ended
    /// first is forgotten; where none has ended, `ExecutionLimitExceeded`.
    pub kept_bytes: usize,
    /// Bytes of one page of a list or a history, which has at least one item.
    pub page_bytes: usize,
    /// Requests that are answered at once; beyond it `ThrottlingException`.
    pub requests: usize,
    /// Bytes of a request's body; beyond it `RequestEntityTooLargeException`.
    pub request_bytes: usize,
    /// Bytes of all bodies that are not complete. Beyond it the connection that has waited longest is closed.
    pub waiting_bytes: usize,
    /// Connections at once. Beyond it the one that has waited longest for a request is closed.
    pub connections: usize,
    /// How long the headers of a request may take, and then its body; beyond it the connection is closed.
    pub request_time: Duration,
}

impl Default for Quotas {
    fn default() -> Self {
        Quotas {
            ended_executions: 10_000,
            ended_events: 1_000_000,
            open_executions: 10_000,
            state_machines: 10_000,
            activities: 10_000,
            activity_pollers: 1000,
            versions: 1000,
            definition_bytes: 64 << 20,
            history_bytes: 256 << 20,
            execution_bytes: 128 << 20,
            kept_bytes: 1 << 30,
            page_bytes: 16 << 20,
            requests: 4096,
            request_bytes: 4 << 20,
            waiting_bytes: 64 << 20,
            connections: 8192,
            request_time: Duration::from_secs(30),
        }
    }
}

/// Account `123456789012`, region `us-east-1`, real time, no services, no mocks.
impl Default for Config {
    fn default() -> Self {
        Config {
            account: "123456789012".into(),
            region: "us-east-1".into(),
            clock: Clock::real(),
            services: None,
            own_tasks: None,
            entropy: None,
            storage: None,
            mocks: None,
            logs: Vec::new(),
            events: None,
            express_history: false,
            express_patterns: ExpressPatterns::Aws,
            result_schema: None,
            catalogue: None,
            allowed_hosts: Vec::new(),
            executions: None,
            quotas: Quotas::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("account", &self.account)
            .field("region", &self.region)
            .field("clock", &self.clock)
            .field("services", &self.services.is_some())
            .field("own_tasks", &self.own_tasks.is_some())
            .field("entropy", &self.entropy.is_some())
            .field("storage", &self.storage.is_some())
            .field("mocks", &self.mocks.is_some())
            .field("logs", &self.logs.len())
            .field("events", &self.events.is_some())
            .field("express_history", &self.express_history)
            .field("express_patterns", &self.express_patterns)
            .field("result_schema", &self.result_schema.is_some())
            .field("allowed_hosts", &self.allowed_hosts)
            .field("executions", &self.executions.is_some())
            .field("catalogue", &self.catalogue.is_some())
            .field("quotas", &self.quotas)
            .finish()
    }
}

/// Where test cases come from: StartExecution on `…:stateMachine:orders#Busy` runs `orders` with the case `Busy`, as Step
/// Functions Local does.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-test-sm-exec.html>
pub trait MockSource: Send + Sync {
    /// The mocked tasks of one execution. Called where it may block, and may call the server.
    ///
    /// # Errors
    /// Why there is no such test case, for the message of a `ValidationException`.
    fn mocks(&self, machine: &str, case: &str) -> Result<MockedTasks, String>;
}

/// Takes the log records of executions, as Step Functions writes them to CloudWatch Logs.
///
/// ```
/// use asl_local::LogSink;
/// use asl_value::Value;
/// struct Print;
/// impl LogSink for Print {
///     fn record(&self, group: &str, record: Value) {
///         println!("{group} {record}");
///     }
/// }
/// ```
#[async_trait]
pub trait LogSink: Send + Sync {
    /// A record (see [`LogObserver`](asl_engine::LogObserver)) for a log group: `/aws/vendedlogs/states/orders`. Called from
    /// inside the execution: it must not block for long.
    fn record(&self, group: &str, record: Value);

    /// Whether records can go to this log group; CreateStateMachine and UpdateStateMachine refuse one that is not there.
    async fn has_group(&self, _group: &str) -> bool {
        true
    }

    /// Brings away what has been recorded. Called when the server ends, which waits for five seconds.
    async fn flush(&self) {}
}

/// Takes the events about executions that Step Functions sends to EventBridge.
#[async_trait]
pub trait EventSink: Send + Sync {
    /// An entry for EventBridge's PutEvents, with `Time` in seconds since 1970: `{"Source": "aws.states", "DetailType":
    /// "Step Functions Execution Status Change", "Time": 1457956800.5, "Resources": ["arn:…"], "Detail": "{…}"}`. It must
    /// not block.
    fn put(&self, entry: Value);

    /// Brings away what has been put. Called when the server ends, which waits for five seconds.
    async fn flush(&self) {}
}

/// The mocked tasks of one execution.
#[derive(Clone)]
pub struct MockedTasks {
    /// The states that are mocked; the others do their work.
    pub states: HashSet<String>,
    /// Answers their tasks.
    pub handler: Arc<dyn TaskHandler>,
}

impl fmt::Debug for MockedTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockedTasks").field("states", &self.states).finish_non_exhaustive()
    }
}
