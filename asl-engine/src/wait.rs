//! Waiting for a task, for an instant, for the end of an execution.
//!
//! The engine awaits nothing else. A task is raced against its timeouts. The whole execution is raced against its
//! deadline, its cancel token and a full history by [`until_stopped`], which then drops the future of the machine, and
//! with it every branch, iteration and task.

use std::any::Any;
use std::convert::Infallible;
use std::future::{Future, pending, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use asl_value::Text;
use futures_util::FutureExt;

use crate::clock::Sleep;
use crate::journal::{call, stop, timer};
use crate::run::{Run, Stop};
use crate::slot::Slot;
use crate::task::control::Expiry;
use crate::{Failure, Task, TaskClock, TaskHandler};

/// How a task ended.
pub(crate) enum TaskEnd {
    Returned(Result<asl_value::Value, Failure>),
    /// Its timeout or heartbeat ran out.
    Expired(TaskClock),
}

/// Calls a handler and waits for its result, for as long as the state allows. A result that is ready at the same time
/// as the timeout wins. A panic becomes a failure. If the execution must stop, the handler is not called.
pub(crate) async fn task(run: &Run<'_>, handler: &dyn TaskHandler, task: Task<'_>) -> TaskEnd {
    if run.is_stopped(false) {
        match until_dropped().await {}
    }
    if let Some(ticket) = task.control.ticket() {
        let ended = Box::pin(call::call(run.timeline, handler, task, ticket, panicked)).await;
        return ended.map_or_else(TaskEnd::Expired, TaskEnd::Returned);
    }
    let (control, state) = (task.control, task.state);
    let _in_flight = run.timeline.in_flight();
    let call = AssertUnwindSafe(async { handler.call(task).await }).catch_unwind();
    let returned = |result: Result<_, Box<dyn Any + Send>>| {
        TaskEnd::Returned(result.unwrap_or_else(|panic| Err(panicked(state, panic.as_ref()))))
    };
    if !control.is_timed() {
        let result = call.await;
        run.note_time();
        return returned(result);
    }
    let mut call = pin!(call);
    let mut timer: Option<(Expiry, Sleep<'_>)> = None;
    poll_fn(|cx| {
        if let Poll::Ready(result) = call.as_mut().poll(cx) {
            run.note_time();
            return Poll::Ready(returned(result));
        }
        loop {
            // The handler may have changed it: by a heartbeat, or by the start of a worker.
            let Some(expiry) = control.expiry() else { return Poll::Pending };
            let sleep = match &mut timer {
                Some((known, sleep)) if *known == expiry => sleep,
                _ => &mut timer.insert((expiry, run.timeline.sleep_until(expiry.at))).1,
            };
            if sleep.poll_unpin(cx).is_pending() {
                return Poll::Pending;
            }
            if control.expiry() == Some(expiry) {
                run.note_time();
                return Poll::Ready(TaskEnd::Expired(expiry.clock));
            }
        }
    })
    .await
}

/// Sleeps until an instant of the execution. It is a strand in the state of this name that waits.
pub(crate) async fn sleep_until(run: &Run<'_>, slot: &Slot, state: &Text, at: Duration) {
    if let (Some(journal), Some(path)) = (&run.journal, slot.path()) {
        return Box::pin(timer::sleep_until(journal, run.timeline, path, state, at)).await;
    }
    run.timeline.sleep_until(at).await;
    run.note_time();
}

/// Never returns: [`until_stopped`], which races against the execution, drops this future with the rest of it.
pub(crate) async fn until_dropped() -> Infallible {
    pending().await
}

/// Strands that start between two readings of the clock. A selector may compute the input of each for long.
const STARTS: usize = 8;

/// Called before the strand `index` starts: does not return once the execution must stop.
pub(crate) async fn before_start(run: &Run<'_>, index: usize) {
    if index.is_multiple_of(STARTS) && run.is_stopped(true) {
        match until_dropped().await {}
    }
}

/// Runs the machine of an execution to its end, or until the execution is stopped. A history without room for another
/// event stops it, too.
pub(crate) async fn until_stopped<T>(run: &Run<'_>, root: impl Future<Output = T>) -> Result<T, Stop> {
    if let Some(journal) = &run.journal {
        return Box::pin(stop::until_stopped(run, journal, root)).await;
    }
    let mut root = pin!(root);
    let listener = run.cancel.listen();
    let mut timer = None;
    poll_fn(|cx| {
        listener.set(cx.waker());
        // A child's turn is part of its parent's.
        if run.parent.is_none() {
            run.timeline.begin_turn();
        }
        if let Poll::Ready(ended) = root.as_mut().poll(cx) {
            return Poll::Ready(if run.trace.is_full() { Err(Stop::HistoryFull) } else { Ok(ended) });
        }
        if run.is_parent_stopped(true) {
            // The parent drops this child.
            return Poll::Pending;
        }
        if let Some(stop) = run.stop() {
            return Poll::Ready(Err(stop));
        }
        // Not set before: an execution that never waits needs no timer.
        let Some(deadline) = run.deadline else { return Poll::Pending };
        let timer = timer.get_or_insert_with(|| run.timeline.sleep_until(deadline));
        timer.poll_unpin(cx).map(|()| Err(Stop::Deadline))
    })
    .await
}

/// A panic as the failure of whoever panicked.
pub(crate) fn panicked(state: &str, panic: &(dyn Any + Send)) -> Failure {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Failure::task(format!("the task in state `{state}` panicked: {text}"))
}
