//! Sends batches to workers, and gives each child its end.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use asl_engine::{ChildEnd, Failure};
use asl_value::Text;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::event::{BatchAnswer, BatchEvent};
use super::pace::{MOST_CRASHES, MOST_REFUSALS, Pace, delay};
use super::queue::{Batch, Waiting};
use super::{Shared, WorkerError};
use crate::deadline;

/// A batch that is no longer in flight.
struct Landed {
    batch: Batch,
    /// When it was sent, and at which pace.
    sent: (Instant, u64),
    /// `None` if nobody waits for its children any more.
    answer: Option<Result<BatchAnswer, WorkerError>>,
}

/// Sends batches for as long as the fleet exists.
pub(super) async fn dispatch(shared: Arc<Shared>) -> Infallible {
    let mut pace = Pace::new(shared.settings.workers);
    let mut flying = FuturesUnordered::new();
    loop {
        // A Map starts its children one after the other; they should all be there.
        tokio::task::yield_now().await;
        let next = {
            let mut queue = shared.queue();
            while !shared.is_over()
                && let Some(free) = pace.in_flight().checked_sub(flying.len()).filter(|free| *free > 0)
                && let Some(batch) = queue.take(deadline::instant(), free)
            {
                flying.push(send(&shared, batch, pace.mark()));
            }
            // What is due waits for a place.
            queue.next().filter(|_| flying.len() < pace.in_flight() && !shared.is_over())
        };
        let due = async {
            match next {
                Some(at) => tokio::time::sleep_until(at).await,
                None => pending().await,
            }
        };
        let (due, changed) = (pin!(due), pin!(shared.changed.notified()));
        let landed = poll_fn(|cx| match flying.is_empty() {
            true => Poll::Pending,
            false => flying.poll_next_unpin(cx),
        });
        if let Either::Left((Some(landed), _)) = select(pin!(landed), select(due, changed)).await {
            settle(&shared, &mut pace, landed);
        }
    }
}

/// Sends a batch and waits for the answer, as long as somebody waits for one of its children.
async fn send(shared: &Shared, mut batch: Batch, mark: u64) -> Landed {
    let (settings, place) = (&shared.settings, Arc::clone(&batch.place));
    let children = batch.children.iter().map(|child| child.json.as_str());
    let payload = BatchEvent::text(&place.state, &place.role_arn, settings.until, children);
    let sent = (deadline::instant(), mark);
    let trace_header = place.trace_header.as_ref().map(Text::as_str);
    let answer = {
        let invoked = shared.api.invoke(&settings.function, &payload, trace_header);
        match select(invoked, pin!(batch.abandoned())).await {
            Either::Left((answered, _)) => Some(answered.and_then(|answer| {
                let cause = || format!("the function `{}` does not run child executions", settings.function);
                BatchAnswer::read(&answer).ok_or_else(|| WorkerError::Refused(Failure::task(cause())))
            })),
            Either::Right(_) => None,
        }
    };
    Landed { batch, sent, answer }
}

/// Ends the children that have ended, and lets the others wait.
fn settle(shared: &Shared, pace: &mut Pace, landed: Landed) {
    let Landed { mut batch, sent: (sent, mark), answer } = landed;
    let Some(answer) = answer else { return };
    let now = deadline::instant();
    match answer {
        Ok(BatchAnswer::Ran { ended, unfinished }) => {
            pace.answered();
            ran(shared, pace, batch, ended, &unfinished);
        }
        Ok(BatchAnswer::Refused(failure)) | Err(WorkerError::Refused(failure)) => fail(batch, &failure),
        Err(WorkerError::Crashed(failure)) => crashed(shared, pace, batch, &failure, now),
        // It may be running until then, and must not run twice at the same time.
        Err(WorkerError::Lost(problem)) => {
            crashed(shared, pace, batch, &unanswered(problem), sent + shared.settings.lifetime);
        }
        Err(WorkerError::Throttled(problem)) => {
            pace.throttled(mark);
            batch.throttled += 1;
            refused(shared, batch, problem, "Lambda.TooManyRequestsException");
        }
        Err(WorkerError::Unavailable(problem)) => {
            batch.refusals += 1;
            refused(shared, batch, problem, "Lambda.ServiceException");
        }
    }
}

fn unanswered(problem: String) -> Failure {
    Failure::new("Lambda.Unknown", problem)
}

/// A worker has answered: its children have ended, were not finished, or have not begun.
fn ran(shared: &Shared, pace: &mut Pace, batch: Batch, ended: Vec<(Text, ChildEnd)>, unfinished: &[Text]) {
    let Batch { place, children, .. } = batch;
    let order: Vec<Text> = children.iter().map(|child| child.name.clone()).collect();
    let mut left: HashMap<Text, Waiting> =
        children.into_iter().map(|child| (child.name.clone(), child)).collect();
    let count = left.len();
    for (name, end) in ended {
        // Only the first end of a child counts, and only of those that were sent.
        if let Some(child) = left.remove(&name) {
            child.ended(Ok(end));
        }
    }
    if left.is_empty() {
        return;
    }
    let has_progress = left.len() < count;
    let mut queue = shared.queue();
    let alone: Vec<Waiting> = unfinished.iter().filter_map(|name| left.remove(name)).collect();
    let rest: Vec<Waiting> = order.iter().filter_map(|name| left.remove(name)).collect();
    if !has_progress && alone.is_empty() && !shared.is_over() {
        drop(queue);
        let failure = Failure::task(format!("the function `{}` had no time", shared.settings.function));
        let batch = Batch { place, children: rest, refusals: 0, throttled: 0 };
        return crashed(shared, pace, batch, &failure, deadline::instant());
    }
    // Each may need all the time of a worker.
    for child in alone {
        let batch = Batch { place: Arc::clone(&place), children: vec![child], refusals: 0, throttled: 0 };
        queue.wait(deadline::instant(), batch);
    }
    if !rest.is_empty() {
        queue.put_back(&place, rest);
    }
}

/// A worker has ended without an answer. Any of its children may be the reason: they are parted, until each that still crashes
/// is alone. None fails because of another one.
fn crashed(shared: &Shared, pace: &mut Pace, mut batch: Batch, failure: &Failure, from: Instant) {
    if pace.crashed(batch.children.len()) {
        return fail(batch, failure);
    }
    let mut crashes = 0;
    if let [child] = batch.children.as_mut_slice() {
        child.crashes += 1;
        crashes = child.crashes;
        if crashes >= MOST_CRASHES {
            return fail(batch, failure);
        }
    }
    let mut queue = shared.queue();
    for half in batch.halves() {
        queue.wait(from + delay(crashes, &shared.entropy), half);
    }
}

/// A batch has not begun. It waits, longer each time.
///
/// Throttling ends when other invocations have ended. What waits for that has as much time as the invocation.
fn refused(shared: &Shared, batch: Batch, problem: String, error: &'static str) {
    let in_vain = batch.refusals.saturating_add(batch.throttled);
    let counted = if shared.settings.until.is_some() { batch.refusals } else { in_vain };
    if counted >= MOST_REFUSALS {
        return fail(batch, &Failure::new(error, problem));
    }
    let until = deadline::instant() + delay(in_vain, &shared.entropy);
    shared.queue().wait(until, batch);
}

fn fail(batch: Batch, failure: &Failure) {
    batch.children.into_iter().for_each(|child| child.ended(Err(failure.clone())));
}
