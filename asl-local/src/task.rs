//! [`LocalTasks`]: the work of Task states, as far as this server can do it.

mod activity;
mod invoke;
mod lambda;
mod nested;

use std::sync::Arc;

use asl_engine::{Failure, Task, TaskHandler, TaskToken, nested as nested_execution};
use asl_model::{Resource, ResourceKind, error_name};
use asl_value::Value;
use async_trait::async_trait;

use crate::app::App;
use crate::config::MockedTasks;

/// The tasks of an execution.
pub(crate) struct LocalTasks {
    pub(crate) app: Arc<App>,
    pub(crate) mocks: Option<MockedTasks>,
}

#[async_trait]
impl TaskHandler for LocalTasks {
    fn check(&self, resource: &Resource, _: &Value) -> Result<(), String> {
        // The state may be one that is mocked.
        let is_real = self.mocks.is_none() && matches!(resource.kind(), ResourceKind::Activity { .. });
        match is_real && !self.app.store().activities.contains_key(resource.as_str()) {
            true => Err(no_activity(resource)),
            false => Ok(()),
        }
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        if let Some(mocks) = self.mocks.as_ref().filter(|mocks| mocks.states.contains(task.state)) {
            return mocks.handler.call(task).await;
        }
        match task.resource.kind() {
            ResourceKind::Lambda { .. } => lambda::by_arn(self, &task).await,
            ResourceKind::Activity { .. } => activity::call(self, &task).await,
            ResourceKind::Service { service: "lambda", action: "invoke", pattern } => {
                lambda::invoke(self, &task, pattern).await
            }
            ResourceKind::Service { service: "states", action: "startExecution", pattern } => {
                nested::start_execution(self, &task, pattern).await
            }
            _ => Err(Failure::new(
                error_name::RUNTIME,
                format!(
                    "this server does not do the work of `{}`; it has Lambda functions, activities, nested \
                     executions and mocks",
                    task.resource
                ),
            )),
        }
    }
}

impl LocalTasks {
    fn metadata(&self) -> [(&'static str, Value); 2] {
        nested_execution::metadata(&self.app.ids.uuid())
    }
}

/// Recorded.
fn no_activity(resource: &Resource) -> String {
    format!("The activity {resource} does not exist.")
}

/// The token of a task that has one, by its resource.
fn token<'t>(task: &'t Task<'_>) -> &'t str {
    task.token.as_ref().map(TaskToken::as_text).map_or("", |token| token.as_str())
}
