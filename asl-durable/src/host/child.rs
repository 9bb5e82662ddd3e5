//! The children of distributed Maps: each is an execution of the same function.

use std::sync::Arc;

use asl_engine::{ChildEnd, Failure, Outcome, Task, TaskHandler};
use asl_model::error_name;
use asl_value::{Text, Value};
use async_trait::async_trait;

use super::chained::{self, Invocation};
use super::ledger::Kept;
use super::shared::Shared;
use crate::{ChildEvent, OperationStatus};

/// Runs children by invoking a function for each.
pub(super) struct Children {
    pub(super) shared: Arc<Shared>,
    pub(super) function: Text,
}

#[async_trait]
impl TaskHandler for Children {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let Some(effect) = task.effect().cloned() else { return Err(Failure::default()) };
        let shared = &self.shared;
        shared.ledger.note(&effect, task.state, Some(Kept::All));
        let event = ChildEvent {
            state: task.state.into(),
            execution_arn: task.identity.execution_arn.clone(),
            role_arn: task.identity.role_arn.clone(),
            input: task.arguments.get("Input").cloned().unwrap_or_default(),
        };
        let (function, payload) = (&self.function, event.to_value().to_json().into());
        let invocation = Invocation { state: task.state, sub_type: "MapChild", function, payload };
        if invocation.begin(shared, &effect).await.is_none() {
            let cause = "the input of the child execution is too large for an operation";
            return Err(Failure::new(error_name::DATA_LIMIT_EXCEEDED, cause));
        }
        let ended = chained::ended(shared, &effect).await;
        let (result, error) = ended.details.end();
        let known = result.or(error.and_then(|error| error.data.as_ref()));
        if let Some(end) = known.and_then(|text| Value::parse(text).ok()).filter(is_end) {
            return Ok(end);
        }
        let failure = error.map(|error| Failure::from_parts(error.error_type.clone(), error.message.clone()));
        let failure = failure.unwrap_or_else(|| {
            Failure::task(format!("the function `{}` does not run child executions", self.function))
        });
        let outcome = match ended.status {
            OperationStatus::TimedOut => Outcome::TimedOut(failure),
            OperationStatus::Stopped => Outcome::Aborted(failure),
            _ => Outcome::Failed(failure),
        };
        let (started, stopped) = (Some(ended.started), ended.ended);
        Ok(ChildEnd { outcome, started, stopped }.to_value())
    }
}

fn is_end(value: &Value) -> bool {
    ChildEnd::read(value).is_some()
}
