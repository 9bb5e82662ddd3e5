//! The refusals of tasks in a journalled execution.

use std::task::Context;

use asl_model::error_name;
use asl_value::{Text, Value};
use async_trait::async_trait;

use super::ticket::Ticket;
use super::turn::Learned;
use crate::{Failure, Resumed, Task, TaskHandler};

/// Decides whether a task is scheduled that was `checked` just now. What its check depends on may have changed since an
/// earlier process asked: so a refusal is a turn, and while turns are replayed the turns decide.
///
/// Returns the cause if the check refuses a task that an earlier process has scheduled.
///
/// # Errors
/// The cause of the refusal, once its turn is granted.
pub(crate) async fn settle(ticket: &Ticket, checked: Result<(), String>) -> Result<Option<Text>, String> {
    let cause = checked.err();
    if !ticket.was_refused() && (cause.is_none() || !ticket.obeys_checks()) {
        return Ok(cause.map(Text::from));
    }
    let mut cause = Some(cause.unwrap_or_default());
    let work = |_: &mut Context<'_>| cause.take().map(|cause| (Learned::Refused(cause.into()), None));
    let learn = |learned| match learned {
        Learned::Refused(cause) => Some(cause),
        // The turns decided that it is refused.
        _ => None,
    };
    Err(ticket.wait(work, learn).await.to_string())
}

/// The handler of a task that its check refuses although an earlier process has scheduled it. A call that was made
/// goes on, and none is made again.
pub(crate) struct Doubted<'a> {
    /// Why it is refused, if it is.
    pub(crate) cause: Option<Text>,
    pub(crate) handler: Option<&'a dyn TaskHandler>,
}

#[async_trait]
impl TaskHandler for Doubted<'_> {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let goes_on = |earlier: &Resumed| earlier.is_started || earlier.submitted.is_some();
        match self.handler {
            Some(handler) if task.resumed().as_ref().is_some_and(goes_on) => handler.call(task).await,
            _ => Err(Failure::from_parts(Some(error_name::RUNTIME.into()), self.cause.clone())),
        }
    }
}
