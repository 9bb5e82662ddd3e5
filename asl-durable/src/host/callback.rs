//! `.waitForTaskToken`: a CALLBACK, and the call that sends its id.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use asl_engine::{EffectId, Failure, Task, TaskClock, TaskHandler, TaskToken};
use asl_value::{Text, Value};
use futures_util::future::{Either, select};

use super::described::described;
use super::forward::forwarded;
use super::shared::{Awaited, Busy, Shared};
use super::token::replaced;
use crate::{Change, OperationStatus, operation_id};

/// Begins the callback, calls the handler with its id unless that was done before, and waits for the answer.
pub(super) async fn call(
    shared: &Arc<Shared>,
    handler: &dyn TaskHandler,
    mut task: Task<'_>,
    effect: EffectId,
) -> Result<Value, Failure> {
    let is_sent = task.resumed().is_some_and(|resumed| resumed.submitted.is_some());
    if !is_sent {
        shared.admit().await;
    }
    let busy = shared.work();
    let own = || operation_id(&["callback", effect.as_text()]);
    let operation = forwarded(&shared.log, &effect).unwrap_or_else(own);
    if shared.log.operation(&operation).is_none() {
        let (timeout, heartbeat) = (task.timeout(), task.heartbeat_interval());
        let change = Change::CallbackStart { timeout, heartbeat };
        let update = described(operation.clone(), change, task.state, "WaitForTaskToken");
        shared.begin(update).await;
    }
    shared.awaits(&effect, Awaited::Operation(operation.clone()));
    let seen = task.clone();
    let answer = answered(shared, &operation, &seen);
    if is_sent {
        drop(busy);
        return answer.await;
    }
    let id = callback_id(shared, &operation);
    if let Some(token) = &task.token {
        task.arguments = replaced(&task.arguments, token.as_text(), &id);
    }
    task.token = Some(TaskToken::new(id));
    let mut busy: Option<Busy> = Some(busy);
    let (mut sent, mut answer) = (pin!(handler.call(task)), pin!(answer));
    std::future::poll_fn(|cx| {
        if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
            return Poll::Ready(answer);
        }
        let sent = sent.as_mut().poll(cx);
        if seen.is_submitted() {
            // From now on only the answer is missing.
            busy = None;
        }
        sent
    })
    .await
}

fn callback_id(shared: &Shared, operation: &str) -> Text {
    let begun = shared.log.operation(operation);
    begun.as_ref().and_then(|begun| begun.callback_id()).cloned().unwrap_or_default()
}

/// Reports heartbeats to the engine in place of the sender, who sends them to the service: only the service knows when one is
/// missing.
async fn beat(task: &Task<'_>) -> Infallible {
    let Some(interval) = task.heartbeat_interval() else { return std::future::pending().await };
    loop {
        task.heartbeat();
        tokio::time::sleep(interval / 2).await;
    }
}

/// Waits for the answer to a callback.
async fn answered(shared: &Shared, operation: &str, task: &Task<'_>) -> Result<Value, Failure> {
    let ended = pin!(shared.ended(operation));
    let found = match select(ended, pin!(beat(task))).await {
        Either::Left((found, _)) => found,
        Either::Right((never, _)) => match never {},
    };
    let (result, error) = found.details.end();
    let error_type = error.and_then(|error| error.error_type.clone()).unwrap_or_default();
    match found.status {
        // A result that is not JSON is a text.
        OperationStatus::Succeeded => {
            let text = result.cloned().unwrap_or_default();
            Ok(Value::parse(&text).unwrap_or_else(|_| text.into()))
        }
        OperationStatus::TimedOut => {
            let is_heartbeat = error_type == "Callback.Heartbeat";
            task.expire(if is_heartbeat { TaskClock::Heartbeat } else { TaskClock::Timeout });
            std::future::pending().await
        }
        _ => {
            let cause = error.and_then(|error| error.message.clone());
            Err(Failure::from_parts(error.and_then(|error| error.error_type.clone()), cause))
        }
    }
}
