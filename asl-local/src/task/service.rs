//! Services: done by the handler that the server was given, with the task tokens of this server.

use std::future::poll_fn;
use std::task::Poll;

use asl_engine::{Failure, Task, TaskHandler};
use asl_value::Value;

use crate::app::App;
use crate::token::token;

/// Does a task, or waits for its token: a job's token ends it early (recorded), a callback's ends it.
///
/// The token counts from the task's submission on, which is in the history before its end then.
pub(super) async fn call(app: &App, services: &dyn TaskHandler, task: Task<'_>) -> Result<Value, Failure> {
    if task.token.is_none() {
        return services.call(task).await;
    }
    let mut waiting = app.tokens.wait(token(&task));
    let same = task.clone();
    let handed_back = async {
        // The handler is polled before this, by the same waker.
        poll_fn(|_| if same.is_submitted() { Poll::Ready(()) } else { Poll::Pending }).await;
        waiting.end(&same).await
    };
    tokio::select! {
        biased;
        done = services.call(task) => done,
        done = handed_back => done,
    }
}
