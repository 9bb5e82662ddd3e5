//! [`Config`]: the configuration of a server.

use std::fmt;
use std::sync::Arc;

use asl_engine::{Clock, Entropy, Execution, Identity, ObjectStore, Observer, ResultSchema, TaskHandler};
use asl_model::{ExpressPatterns, SdkCatalogue};
use tokio::runtime::Handle;

use crate::child_threads::ChildThreads;
use crate::in_process::Api;
use crate::mock::MockSource;
use crate::quotas::Quotas;
use crate::shared_key::SharedKey;
use crate::sink::{EventSink, LogSink};
#[cfg(feature = "tls")]
use crate::tls::Tls;

/// The configuration of a [`Server`](crate::Server) or of [`Machines`](crate::Machines).
///
/// The default needs nothing from outside: real time, no services and no mocks, so that only activities, task tokens and
/// nested executions work. Set the members you need and take the others from [`Config::default`]; members are added in
/// later versions.
///
/// ```
/// use asl_engine::Clock;
/// use asl_local::Config;
/// let config = Config { region: "eu-west-1".into(), clock: Clock::virtual_time(), ..Config::default() };
/// assert_eq!(config.account, "123456789012");
/// ```
#[derive(Clone)]
pub struct Config {
    /// The account in all ARNs: `123456789012`.
    pub account: String,
    /// The region in all ARNs: `us-east-1`.
    pub region: String,
    /// The clock of executions. A virtual clock skips waits.
    pub clock: Clock,
    /// Handles the tasks of functions and services, for example `asl_aws::Aws::with_tokens`. Without it they can only be
    /// mocked.
    ///
    /// If a task has a token, the server drops the call when the token is returned.
    pub services: Option<Arc<dyn TaskHandler>>,
    /// Creates the handler of tasks that call this API itself (`arn:aws:states:::aws-sdk:sfn:…`), for example
    /// `asl_aws::Aws::with_own_service`. Without it, [`services`](Config::services) handles them.
    pub own_tasks: Option<OwnTasks>,
    /// The source of random numbers and of the names of executions. The default is the system's.
    pub entropy: Option<Arc<dyn Entropy>>,
    /// Where distributed Maps read items and write results.
    pub storage: Option<Arc<dyn ObjectStore>>,
    /// The mocked tasks of test cases.
    pub mocks: Option<Arc<dyn MockSource>>,
    /// The destinations of log records. Each receives all records of machines with a `loggingConfiguration`.
    pub logs: Vec<Arc<dyn LogSink>>,
    /// Receives the status changes of STANDARD executions, which AWS sends to EventBridge.
    pub events: Option<Arc<dyn EventSink>>,
    /// Whether EXPRESS executions have a history and can be described, listed and stopped. AWS rejects this.
    pub express_history: bool,
    /// Whether EXPRESS machines may use `.sync` and `.waitForTaskToken`. AWS rejects both.
    pub express_patterns: ExpressPatterns,
    /// Checks the mocked results of TestState against the responses of AWS services. Without it they are not checked.
    pub result_schema: Option<Arc<dyn ResultSchema>>,
    /// Host names under which the server may be called, in addition to those of this machine: `asl` for `http://asl:8083`,
    /// `*` for all. Web pages of these hosts may call it, too. `short` stands for all names without a dot, which no page of the
    /// web has. See [`Server`](crate::Server).
    pub allowed_hosts: Vec<String>,
    /// What clients must know. Without it, anyone who can connect can run tasks. The health of the server, `GET /`, needs no key.
    pub key: Option<SharedKey>,
    /// The certificate of the server, which then speaks HTTPS.
    #[cfg(feature = "tls")]
    pub tls: Option<Tls>,
    /// Creates an observer of executions that nothing else observes: those that the API and tasks start.
    pub observers: Option<Observers>,
    /// Creates the observer that records the spans of an execution, for example by `asl_otel::Tracer::observer`. Executions
    /// with another observer have none.
    pub traces: Option<Traces>,
    /// The runtime for executions. Without it they run on the runtime of the server, where long computations delay
    /// responses.
    pub executions: Option<Handle>,
    /// The threads for the children of distributed Maps. Without them, children run on the thread of their parent.
    pub children: Option<ChildThreads>,
    /// The SDK integrations that exist, for example `asl_aws::SdkIntegrations`. Machines with others are rejected, as by AWS.
    /// Without it they are not checked.
    pub catalogue: Option<Arc<dyn SdkCatalogue>>,
    /// Whether the server shows a page to browsers at `/`: machines, executions, and what each state made of its data. The
    /// executions of EXPRESS machines are then kept for it, although the API still rejects requests about them, and so is what
    /// each state made of its data, up to [`Quotas::stage_bytes`].
    #[cfg(feature = "page")]
    pub page: bool,
    /// The limits of the server.
    pub quotas: Quotas,
}

impl Config {
    /// Whether the server speaks HTTPS.
    #[cfg(feature = "page")]
    pub(crate) fn is_encrypted(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.tls.is_some();
        #[cfg(not(feature = "tls"))]
        return false;
    }

    /// Whether the server has a page.
    pub(crate) fn has_page(&self) -> bool {
        #[cfg(feature = "page")]
        return self.page;
        #[cfg(not(feature = "page"))]
        return false;
    }
}

/// Creates a task handler from a handle to the API. See [`Config::own_tasks`].
pub type OwnTasks = Arc<dyn Fn(Api) -> Arc<dyn TaskHandler> + Send + Sync>;

/// Creates the observer of an execution, or none. See [`Config::observers`].
pub type Observers = Arc<dyn Fn(&Identity) -> Option<Arc<dyn Observer>> + Send + Sync>;

/// Creates the observer of an execution that is to be run, or none. See [`Config::traces`].
pub type Traces = Arc<dyn Fn(&Execution) -> Option<Arc<dyn Observer>> + Send + Sync>;

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
            observers: None,
            traces: None,
            express_history: false,
            express_patterns: ExpressPatterns::Aws,
            result_schema: None,
            catalogue: None,
            allowed_hosts: Vec::new(),
            key: None,
            #[cfg(feature = "tls")]
            tls: None,
            executions: None,
            children: None,
            #[cfg(feature = "page")]
            page: false,
            quotas: Quotas::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut config = f.debug_struct("Config");
        #[cfg(feature = "page")]
        config.field("page", &self.page);
        #[cfg(feature = "tls")]
        config.field("tls", &self.tls.is_some());
        config
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
            .field("key", &self.key.is_some())
            .field("traces", &self.traces.is_some())
            .field("executions", &self.executions.is_some())
            .field("catalogue", &self.catalogue.is_some())
            .field("quotas", &self.quotas)
            .finish()
    }
}
