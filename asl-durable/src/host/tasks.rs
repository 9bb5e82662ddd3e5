//! [`Tasks`]: calls the handlers of tasks, and waits for callbacks and jobs without them.

use std::sync::Arc;

use asl_engine::{Failure, Registry, Task, TaskHandler, TaskRefusal};
use asl_model::{Pattern, Resource, ResourceKind};
use asl_value::Value;
use async_trait::async_trait;

use super::shared::Shared;
use super::{callback, job};

/// Calls the handlers of tasks, and waits for callbacks and jobs without them.
pub(super) struct Tasks {
    handlers: Registry,
    shared: Arc<Shared>,
}

impl Tasks {
    pub(super) fn new(handlers: Registry, shared: Arc<Shared>) -> Tasks {
        Tasks { handlers, shared }
    }

    fn handler(&self, resource: &Resource) -> Result<&Arc<dyn TaskHandler>, TaskRefusal> {
        let missing =
            || TaskRefusal::new(format!("no task handler is registered for `{}`", resource.as_str()));
        self.handlers.resolve(resource).ok_or_else(missing)
    }
}

#[async_trait]
impl TaskHandler for Tasks {
    fn check(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        self.handler(resource)?.check(state, resource, arguments)
    }

    fn serves(&self, resource: &Resource) -> Result<(), TaskRefusal> {
        self.handler(resource)?.serves(resource)
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let handler = self.handler(task.resource).map_err(|refusal| Failure::task(refusal.to_string()))?;
        let Some(effect) = task.effect().cloned() else { return handler.call(task).await };
        let pattern = match task.resource.kind() {
            ResourceKind::Service { pattern, .. } => pattern,
            _ => Pattern::RequestResponse,
        };
        self.shared.ledger.note(&effect, task.state, pattern == Pattern::WaitForTaskToken);
        match pattern {
            Pattern::WaitForTaskToken => callback::call(&self.shared, handler.as_ref(), task, effect).await,
            Pattern::Sync | Pattern::Sync2 => job::call(&self.shared, handler.as_ref(), task, effect).await,
            Pattern::RequestResponse => {
                let _busy = self.shared.work();
                self.shared.before_action().await;
                handler.call(task).await
            }
        }
    }
}
