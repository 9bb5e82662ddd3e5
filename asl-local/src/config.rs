//! [`Config`]: what a server is like.

use std::fmt;
use std::sync::Arc;

use asl_engine::{Clock, Entropy, ObjectStore, ResultSchema, TaskHandler};
use asl_model::{ExpressPatterns, SdkCatalogue};
use tokio::runtime::Handle;

use crate::in_process::Api;
use crate::mock::MockSource;
use crate::quotas::Quotas;
use crate::sink::{EventSink, LogSink};

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
