//! [`LocalTasks`]: the task handler of the server.

mod activity;
mod nested;
mod service;

use std::sync::Arc;

use asl_engine::{Failure, Task, TaskHandler, TaskRefusal};
use asl_model::{Resource, ResourceKind, error_name};
use asl_value::Value;
use async_trait::async_trait;

use crate::app::App;
use crate::mock::MockedTasks;

/// The task handler of one execution.
pub(crate) struct LocalTasks {
    pub(crate) app: Arc<App>,
    pub(crate) mocks: Option<MockedTasks>,
    /// The number of the execution, if it is written to the archive.
    pub(crate) recorded: Option<u64>,
}

#[async_trait]
impl TaskHandler for LocalTasks {
    fn check(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        if self.mock(state).is_some() {
            return Ok(());
        }
        match resource.kind() {
            ResourceKind::Activity { .. } => {
                let is_known = self.app.store().has_activity(resource.as_str());
                if is_known { Ok(()) } else { Err(TaskRefusal::new(activity::unknown(resource))) }
            }
            ResourceKind::Service { service: "states", action: "startExecution", .. } => Ok(()),
            _ => match self.services(resource) {
                Some(services) => services.check(state, resource, arguments),
                None => Ok(()),
            },
        }
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        if let Some(mock) = self.mock(task.state) {
            return mock.call(task).await;
        }
        match task.resource.kind() {
            ResourceKind::Activity { .. } => activity::call(&self.app, self.recorded, &task).await,
            ResourceKind::Service { service: "states", action: "startExecution", pattern } => {
                nested::start_execution(&self.app, self.recorded, &task, pattern).await
            }
            _ => match self.services(task.resource) {
                Some(services) => service::call(&self.app, self.recorded, services, task).await,
                None => Err(unserved(&task)),
            },
        }
    }
}

impl LocalTasks {
    /// The handler for services. This API is one of them.
    fn services(&self, resource: &Resource) -> Option<&dyn TaskHandler> {
        let own = self.app.own_tasks.as_deref();
        let is_own = matches!(resource.kind(), ResourceKind::Service { service: "aws-sdk:sfn", .. });
        own.filter(|_| is_own).or(self.app.config.services.as_deref())
    }

    /// The mock that replaces the task of a state.
    fn mock(&self, state: &str) -> Option<&dyn TaskHandler> {
        self.mocks.as_ref().and_then(|mocks| mocks.handler(state))
    }
}

fn unserved(task: &Task<'_>) -> Failure {
    let message = format!(
        "no handler for `{}`: this server has activities, nested executions and mocks, AWS services only with `--aws` or \
         an endpoint, and Lambda functions also with `--lambda-endpoint`",
        task.resource
    );
    Failure::new(error_name::RUNTIME, message)
}
