//! Service tasks: calls the handler of the configuration, with the task tokens of this server.

use std::future::poll_fn;
use std::task::Poll;

use asl_engine::{Failure, Task, TaskHandler};
use asl_model::{Pattern, ResourceKind};
use asl_value::Value;

use crate::app::App;
use crate::token::token;

/// Runs a task until the handler returns or the task's token comes back. A job can be ended early by its token (recorded);
/// a callback task always ends by it.
///
/// The token is accepted only after the task was submitted, so that the history has the submission before the end.
///
/// A message that was sent by an earlier process is not sent again.
pub(super) async fn call(
    app: &App,
    recorded: Option<u64>,
    services: &dyn TaskHandler,
    task: Task<'_>,
) -> Result<Value, Failure> {
    if task.token.is_none() {
        return services.call(task).await;
    }
    let mut waiting = app.tokens.wait(token(&task), recorded);
    let is_sent = task.resumed().is_some_and(|earlier| earlier.submitted.is_some());
    if is_sent
        && matches!(task.resource.kind(), ResourceKind::Service { pattern: Pattern::WaitForTaskToken, .. })
    {
        return waiting.end(&task).await;
    }
    let same = task.clone();
    let handed_back = async {
        // The handler is polled first and by the same waker, so this is polled again after the submission.
        poll_fn(|_| if same.is_submitted() { Poll::Ready(()) } else { Poll::Pending }).await;
        waiting.end(&same).await
    };
    tokio::select! {
        biased;
        done = services.call(task) => done,
        done = handed_back => done,
    }
}
