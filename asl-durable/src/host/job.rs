//! `.sync`: a STEP that starts the job, and looks at it that are further and further apart.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use asl_engine::{EffectId, Failure, Task, TaskHandler};
use asl_value::{Text, Value};

use super::shared::{Awaited, Busy, Shared};
use crate::operation_id;

/// How long the handler may look at a job before the invocation may end.
const LOOK: Duration = Duration::from_secs(2);

/// Starts the job unless that was done before, and looks at it. Once the handler has looked, the invocation may end.
pub(super) async fn call(
    shared: &Arc<Shared>,
    handler: &dyn TaskHandler,
    task: Task<'_>,
    effect: EffectId,
) -> Result<Value, Failure> {
    let is_new = task.resumed().is_none_or(|resumed| resumed.submitted.is_none());
    if is_new {
        shared.admit().await;
    }
    let mut busy: Option<Busy> = Some(shared.work());
    if is_new {
        shared.before_action().await;
    }
    shared.awaits(&effect, Awaited::Job);
    let seen = task.clone();
    let (mut called, mut looked) = (pin!(handler.call(task)), pin!(tokio::time::sleep(LOOK)));
    std::future::poll_fn(|cx| {
        let called = called.as_mut().poll(cx);
        if seen.is_submitted() && looked.as_mut().poll(cx).is_ready() {
            busy = None;
        }
        if called.is_pending() && !seen.is_submitted() {
            // Wakes this future when the time has come.
            let _ = looked.as_mut().poll(cx);
        }
        match called {
            Poll::Ready(ended) => Poll::Ready(ended),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The WAIT before look `number`, counted from 0: its id, and how long it takes. From 5 s on each is a quarter longer
/// than the one before, up to 5 minutes; after a hundred of them an hour.
pub(super) fn look(effect: &EffectId, number: u32) -> (Text, Duration) {
    let seconds = match number {
        0..100 => (5.0 * 1.25_f64.powi(number.try_into().unwrap_or_default())).min(300.0),
        _ => 3_600.0,
    };
    (operation_id(&["look", effect.as_text(), &number.to_string()]), Duration::from_secs_f64(seconds))
}
