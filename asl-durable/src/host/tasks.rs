//! [`Tasks`]: calls the handlers of tasks, and waits for callbacks and jobs without them.

use std::sync::Arc;

use asl_engine::{Failure, Registry, Task, TaskHandler, TaskRefusal};
use asl_model::{Pattern, Resource, ResourceKind};
use asl_value::{Text, Value};
use async_trait::async_trait;

use super::functions::Functions;
use super::ledger::Kept;
use super::shared::Shared;
use super::{callback, job, start};

/// Calls the handlers of tasks, and waits for callbacks, jobs and other executions without them.
pub(super) struct Tasks {
    pub(super) handlers: Registry,
    pub(super) functions: Functions,
    pub(super) shared: Arc<Shared>,
}

impl Tasks {
    /// The function that runs the machine of a task.
    fn function(&self, task: &Task<'_>) -> Option<(Text, Pattern)> {
        let (machine, pattern) = machine_of(task.resource, &task.arguments)?;
        Some((self.functions.of_machine(machine)?.clone(), pattern))
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
        let machine = machine_of(resource, arguments).map(|(machine, _)| machine);
        if machine.is_some_and(|machine| self.functions.of_machine(machine).is_some()) {
            return Ok(());
        }
        self.handler(resource)?.check(state, resource, arguments)
    }

    fn serves(&self, resource: &Resource) -> Result<(), TaskRefusal> {
        self.handler(resource)?.serves(resource)
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        if let (Some((function, pattern)), Some(effect)) = (self.function(&task), task.effect().cloned()) {
            return start::call(&self.shared, task, effect, &function, pattern).await;
        }
        let handler = self.handler(task.resource).map_err(|refusal| Failure::task(refusal.to_string()))?;
        let Some(effect) = task.effect().cloned() else { return handler.call(task).await };
        let pattern = match task.resource.kind() {
            ResourceKind::Service { pattern, .. } => pattern,
            _ => Pattern::RequestResponse,
        };
        let kept = (pattern == Pattern::WaitForTaskToken).then_some(Kept::End);
        self.shared.ledger.note(&effect, task.state, kept);
        match pattern {
            Pattern::WaitForTaskToken => callback::call(&self.shared, handler.as_ref(), task, effect).await,
            Pattern::Sync | Pattern::Sync2 => job::call(&self.shared, handler.as_ref(), task, effect).await,
            Pattern::RequestResponse => {
                self.shared.admit().await;
                let _busy = self.shared.work();
                self.shared.before_action().await;
                handler.call(task).await
            }
        }
    }
}

/// The machine of a task that starts an execution, and how the task waits for it. With a task token, the started execution
/// answers; Step Functions starts it.
fn machine_of<'t>(resource: &Resource, arguments: &'t Value) -> Option<(&'t str, Pattern)> {
    match resource.kind() {
        ResourceKind::Service { service: "states", action: "startExecution", pattern }
            if pattern != Pattern::WaitForTaskToken =>
        {
            Some((arguments.get("StateMachineArn")?.as_str()?, pattern))
        }
        _ => None,
    }
}
