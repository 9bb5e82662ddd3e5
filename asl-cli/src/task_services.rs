//! The services that tasks of an execution call if they are not mocked.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use asl_debug::LiveStorage;
use asl_engine::{Failure, Identity, ObjectStore, Registry, Task, TaskHandler, TaskRefusal};
use asl_model::Resource;
use asl_value::{Text, Value};
use async_trait::async_trait;

use crate::Terminal;
#[cfg(feature = "aws")]
use crate::account::account;
#[cfg(feature = "aws")]
use crate::args;
#[cfg(feature = "aws")]
use crate::home;
use crate::home::Home;
use crate::mocks::MockCase;
use crate::objects::Folder;
use crate::refusal::Refusal;
#[cfg(feature = "aws")]
use crate::services::services;

/// The services that may be called, and the account and region of the execution.
pub(crate) struct TaskServices {
    #[cfg(feature = "aws")]
    pub(crate) aws: Option<asl_aws::Aws>,
    pub(crate) account: Text,
    pub(crate) region: Text,
    pub(crate) storage: Option<Arc<dyn ObjectStore>>,
}

const ACCOUNT: &str = "123456789012";

#[cfg(not(feature = "aws"))]
pub(crate) fn of(objects: Option<&Path>, _: &Terminal) -> Result<TaskServices, Refusal> {
    Ok(TaskServices { account: ACCOUNT.into(), region: Identity::default().region, storage: folder(objects) })
}

#[cfg(feature = "aws")]
pub(crate) fn of(
    wanted: &args::Services,
    objects: Option<&Path>,
    terminal: &Terminal,
) -> Result<TaskServices, Refusal> {
    let variable = |name: &str| std::env::var(name).ok();
    let default = Identity::default().region;
    let region = home::region(None, wanted.aws, &variable).map_or(default.clone(), Text::from);
    let aws = services(wanted, &region, std::env::vars_os()).map_err(Refusal::usage)?;
    let storage = folder(objects).or_else(|| Some(Arc::new(aws.clone()?) as Arc<dyn ObjectStore>));
    let account = match &aws {
        Some(aws) => account(None, Some(aws), &variable, terminal)?,
        None => None,
    };
    let region = if aws.is_some() { region } else { default };
    Ok(TaskServices { account: account.map_or(ACCOUNT.into(), Text::from), region, storage, aws })
}

/// The folder of `--objects`.
fn folder(objects: Option<&Path>) -> Option<Arc<dyn ObjectStore>> {
    objects.map(|folder| Arc::new(Folder::new(folder)) as Arc<dyn ObjectStore>)
}

impl TaskServices {
    /// Whether tasks that are not mocked have no answer, and distributed Maps no objects.
    pub(crate) fn calls_nothing(&self) -> bool {
        self.handler().is_none() && self.storage.is_none()
    }

    /// The region and the account of the execution.
    pub(crate) fn home(&self) -> Home {
        Home { region: self.region.to_string(), account: self.account.to_string() }
    }

    /// The handlers of tasks: the mocks of a test case, and the services for the other states.
    pub(crate) fn registry(&self, case: Option<&MockCase>) -> Registry {
        mocked_first(case, self.handler())
    }

    /// The services that tasks call, if there are any.
    pub(crate) fn handler(&self) -> Option<Arc<dyn TaskHandler>> {
        #[cfg(feature = "aws")]
        return self.aws.clone().map(|aws| Arc::new(aws) as Arc<dyn TaskHandler>);
        #[cfg(not(feature = "aws"))]
        None
    }

    /// The objects of distributed Maps, for a debugger. `is_local` says that they are in a folder.
    pub(crate) fn live_storage(&self, is_local: bool) -> Option<LiveStorage> {
        let storage = self.storage.clone()?;
        Some(if is_local { LiveStorage::Local(storage) } else { LiveStorage::Service(storage) })
    }
}

/// The mocks of a test case, and the services for the other states.
pub(crate) fn mocked_first(case: Option<&MockCase>, services: Option<Arc<dyn TaskHandler>>) -> Registry {
    let registry = Registry::new();
    match (case, services) {
        (Some(case), Some(services)) => {
            let states = case.states().map(|(state, _)| state.to_owned()).collect();
            registry.fallback(MockedFirst { states, mocks: Arc::new(case.handler()), services })
        }
        (Some(case), None) => registry.fallback(case.handler()),
        (None, Some(services)) => {
            let (states, mocks) = (HashSet::new(), Arc::clone(&services));
            registry.fallback(MockedFirst { states, mocks, services })
        }
        (None, None) => registry,
    }
}

/// Calls mocks for the states that have them, and services for the others.
struct MockedFirst {
    states: HashSet<String>,
    mocks: Arc<dyn TaskHandler>,
    services: Arc<dyn TaskHandler>,
}

#[async_trait]
impl TaskHandler for MockedFirst {
    fn check(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        if self.states.contains(state) { Ok(()) } else { self.services.check(state, resource, arguments) }
    }

    fn serves(&self, resource: &Resource) -> Result<(), TaskRefusal> {
        if self.states.is_empty() { self.services.serves(resource) } else { Ok(()) }
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match self.states.contains(task.state) {
            true => self.mocks.call(task).await,
            false => self.services.call(task).await,
        }
    }
}
