//! The calls of task handlers in a journalled execution.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use asl_value::{MAX_DEPTH, TooDeep, Value};
use futures_util::FutureExt;

use super::ticket::Ticket;
use super::timer::ring;
use super::turn::Learned;
use crate::clock::{InFlight, Sleep, Timeline};
use crate::task::control::{Control, Expiry};
use crate::{EffectKind, Failure, Task, TaskClock, TaskHandler};

type Work = (Learned, Option<Duration>);
type Called<'t> = Pin<Box<dyn Future<Output = Result<Value, Failure>> + Send + 't>>;

/// Calls a handler once the execution is live, and waits for the turn in which its result is granted, or the end of one
/// of its clocks.
pub(crate) async fn call<'t>(
    timeline: &'t Timeline,
    handler: &'t dyn TaskHandler,
    task: Task<'t>,
    ticket: &Ticket,
    panicked: fn(&str, &(dyn std::any::Any + Send)) -> Failure,
) -> Result<Result<Value, Failure>, TaskClock> {
    let (control, state) = (task.control, task.state);
    let mut task = Some(task);
    let mut running: Option<(Called<'_>, Option<InFlight>)> = None;
    let mut timer = None;
    let work = |cx: &mut Context<'_>| -> Option<Work> {
        if let Some(task) = task.take() {
            control.begin_live();
            let call = AssertUnwindSafe(async move { handler.call(task).await }).catch_unwind();
            let call =
                call.map(move |result| result.unwrap_or_else(|panic| Err(panicked(state, panic.as_ref()))));
            running = Some((Box::pin(call), timeline.in_flight()));
        }
        let (call, _) = running.as_mut()?;
        let learned = match call.poll_unpin(cx) {
            Poll::Ready(Ok(output)) => (returned(output), None),
            Poll::Ready(Err(failure)) => (Learned::Failed(failure), None),
            Poll::Pending => expired(timeline, control, ticket, &mut timer, cx)?,
        };
        (running, timer) = (None, None);
        Some(learned)
    };
    let learn = |learned| match learned {
        Learned::Started { worker } => {
            control.start(worker);
            None
        }
        Learned::Submitted(output) => {
            ticket.describe(|kind| {
                if let EffectKind::Task { is_submitted, .. } = kind {
                    *is_submitted = true;
                }
            });
            control.submit(output);
            None
        }
        Learned::Returned(output) => Some(Ok(Ok(output))),
        Learned::Failed(failure) => Some(Ok(Err(failure))),
        Learned::Expired(clock) => Some(Err(clock)),
        // The turnstile admits nothing else.
        _ => None,
    };
    ticket.wait(work, learn).await
}

/// A result that is nested too deep to be written fails the task, as it would fail the state.
fn returned(output: Value) -> Learned {
    if output.depth() <= MAX_DEPTH {
        return Learned::Returned(output);
    }
    let error = asl_query::EvalError::from(TooDeep);
    Learned::Failed(Failure::new(error.kind().error_name(), error.message()))
}

/// `Some` once one of the clocks of the task has run out.
fn expired<'t>(
    timeline: &'t Timeline,
    control: &Control<'_>,
    ticket: &Ticket,
    timer: &mut Option<(Expiry, Option<Sleep<'t>>)>,
    cx: &mut Context<'_>,
) -> Option<Work> {
    loop {
        // The handler may have changed it: by a heartbeat, or by the start of a worker.
        let expiry = control.expiry()?;
        let sleep = match timer {
            Some((known, sleep)) if *known == expiry => sleep,
            _ => {
                let at = Some(timeline.at(expiry.at));
                ticket.describe(|kind| {
                    if let EffectKind::Task { expires, .. } = kind {
                        *expires = at;
                    }
                });
                &mut timer.insert((expiry, None)).1
            }
        };
        ring(timeline, sleep, expiry.at, cx)?;
        if control.expiry() == Some(expiry) {
            return Some((Learned::Expired(expiry.clock), Some(expiry.at)));
        }
    }
}
