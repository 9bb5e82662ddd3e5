//! [`Nested`]: executions that other executions start in the same process.

use std::sync::Arc;

use asl_engine::{Failure, Identity, RedriveStatus, SdkResponse, StartExecution, Task, TaskHandler};
use asl_model::{Pattern, ResourceKind};
use asl_value::{Value, json};
use async_trait::async_trait;
use tokio::task::JoinSet;

use crate::machine::Machine;
use crate::session::Session;
use crate::trigger::InvalidBody;

/// The longest chain of executions that start one another.
///
/// DEVIATION: AWS does not limit how often a machine starts itself; in one process the chain ends here.
const MOST_NESTED: u32 = 32;

/// Handles `states:startExecution` for the machines of this function. Tasks for other machines use the registered
/// handler.
///
/// Without `.sync`, the task ends as soon as the other execution has started. That execution continues alongside, and
/// the invocation is answered when it has ended. With `.sync`, stopping the task stops the execution.
pub(crate) struct Nested {
    session: Arc<Session>,
    /// The depth of the execution whose tasks it handles.
    depth: u32,
}

impl Nested {
    pub(crate) fn new(session: Arc<Session>, depth: u32) -> Nested {
        Nested { session, depth }
    }

    async fn elsewhere(&self, task: Task<'_>, machine_arn: &str) -> Result<Value, Failure> {
        match self.session.adapter.engine().tasks().resolve(task.resource) {
            Some(handler) => handler.call(task).await,
            None => {
                let message = format!("State Machine Does Not Exist: '{machine_arn}'");
                Err(self.refused("StateMachineDoesNotExist", &message))
            }
        }
    }

    fn refused(&self, error: &str, message: &str) -> Failure {
        StartExecution::refused(error, message, SdkResponse::new(400, &self.session.invocation.request_id))
    }

    /// The identity and the input of the execution to start.
    fn prepare(&self, machine: &Machine, request: &StartExecution<'_>) -> Result<(Identity, Value), Failure> {
        if self.depth >= MOST_NESTED {
            let message = format!("more than {MOST_NESTED} executions have each started the next one");
            return Err(self.refused("ExecutionLimitExceeded", &message));
        }
        let id = format!("{}-{}", self.session.invocation.request_id, self.session.number_nested());
        let name = request.name.unwrap_or(&id);
        if !Identity::is_name(name) {
            return Err(self.refused("InvalidName", &format!("Invalid Name: '{name}'")));
        }
        let input = request.input.as_deref().map_or_else(|| Ok(json!({})), Value::parse);
        let input = input
            .map_err(|error| self.refused(InvalidBody::ERROR, &InvalidBody(error.to_string()).to_string()))?;
        Ok((self.session.invocation.identity_of(machine.name.as_deref(), name, &id), input))
    }
}

#[async_trait]
impl TaskHandler for Nested {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let arguments = task.arguments.clone();
        let request = StartExecution::of(&arguments);
        let machine = self.session.adapter.machine(request.machine_arn, &self.session.invocation);
        let ResourceKind::Service { pattern, .. } = task.resource.kind() else {
            return self.elsewhere(task, request.machine_arn).await;
        };
        let Some(machine) = machine.filter(|_| pattern != Pattern::WaitForTaskToken) else {
            return self.elsewhere(task, request.machine_arn).await;
        };
        let (identity, input) = self.prepare(machine, &request)?;
        let request_id = &self.session.invocation.request_id;
        let started = StartExecution::started(&identity.execution_arn, crate::deadline::now(), request_id);
        let (session, machine, depth) = (Arc::clone(&self.session), machine.clone(), self.depth + 1);
        let trace_header = task.trace_header.cloned();
        // It is spawned, so that nesting does not exhaust the stack.
        let execution = async move { session.run(&machine, identity, input, trace_header, depth).await };
        if pattern == Pattern::RequestResponse {
            self.session.detach(async move { drop(execution.await) });
            return Ok(started);
        }
        task.submitted(started);
        let mut stopped_with_parent = JoinSet::new();
        stopped_with_parent.spawn(execution);
        match stopped_with_parent.join_next().await {
            Some(Ok(ended)) => {
                let description = ended.description().with_redrive(0, None, RedriveStatus::SUCCEEDED);
                description.task_result(pattern)
            }
            Some(Err(error)) => Err(Failure::task(error.to_string())),
            None => Err(Failure::default()),
        }
    }
}
