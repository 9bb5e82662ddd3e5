//! The children of distributed Maps: each is an execution of the same function.

use std::sync::Arc;

use asl_engine::{Child, ChildEnd, ChildRunner, Failure};
use asl_model::error_name;
use asl_value::Text;
use async_trait::async_trait;

use super::chained::{self, Invocation};
use super::invoked;
use super::ledger::Kept;
use super::shared::Shared;
use crate::ChildEvent;

/// Runs children by invoking a function for each.
pub(super) struct Children {
    pub(super) shared: Arc<Shared>,
    pub(super) function: Text,
}

#[async_trait]
impl ChildRunner for Children {
    fn is_durable(&self) -> bool {
        true
    }

    async fn run(&self, child: Child<'_>) -> Result<ChildEnd, Failure> {
        let Some(effect) = child.effect().cloned() else { return Err(Failure::default()) };
        let (shared, state) = (&self.shared, child.state());
        shared.ledger.note(&effect, state, Some(Kept::All));
        let event = ChildEvent {
            state: state.clone(),
            execution_arn: child.identity().execution_arn.clone(),
            role_arn: child.identity().role_arn.clone(),
            input: child.input().clone(),
        };
        let (function, payload) = (&self.function, event.to_value().to_json().into());
        let invocation = Invocation { state, sub_type: "MapChild", function, payload };
        if invocation.begin(shared, &effect).await.is_none() {
            let cause = "the input of the child execution is too large for an operation";
            return Err(Failure::new(error_name::DATA_LIMIT_EXCEEDED, cause));
        }
        let ended = chained::ended(shared, &effect).await;
        let unknown =
            || Failure::task(format!("the function `{}` does not run child executions", self.function));
        Ok(invoked::end(&ended, unknown))
    }
}
