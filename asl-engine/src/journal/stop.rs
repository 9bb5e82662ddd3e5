//! The stop of a journalled execution.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use super::run_journal::RunJournal;
use super::timer::ring;
use super::turn::{Learned, Stopped};
use crate::run::{Run, Stop};
use crate::{EffectKind, Outcome};

/// Runs the machine of an execution to its end, or until the turn in which the execution is stopped. A history without
/// room for another event stops it, too.
pub(crate) async fn until_stopped<T>(
    run: &Run<'_>,
    journal: &RunJournal,
    root: impl Future<Output = T>,
) -> Result<T, Stop> {
    let mut root = pin!(root);
    let deadline = run.deadline.map(|at| run.timeline.at(at));
    let ticket = journal.stop_ticket(EffectKind::Stop { deadline });
    let listener = run.cancel.listen();
    let mut timer = None;
    let mut work = |cx: &mut Context<'_>| {
        listener.set(cx.waker());
        if let Some(outcome) = run.cancel.outcome() {
            return Some((Learned::Stopped(Stopped { outcome, after: None }), None));
        }
        let at = run.deadline?;
        ring(run.timeline, &mut timer, at, cx)?;
        Some((Learned::Stopped(Stopped { outcome: Stopped::deadline(), after: None }), Some(at)))
    };
    let mut has_ended = false;
    poll_fn(|cx| {
        let mut learn = |learned| match learned {
            Learned::Stopped(stopped) => Some(stopped.outcome),
            _ => None,
        };
        if let Poll::Ready(outcome) = ticket.poll(cx, &mut work, &mut learn) {
            journal.gate().close();
            return Poll::Ready(Err(match outcome {
                Outcome::TimedOut(_) => Stop::Deadline,
                outcome => Stop::Granted(outcome),
            }));
        }
        let ended = if has_ended { Poll::Pending } else { root.as_mut().poll(cx) };
        if journal.gate().is_closed() {
            // The turn that stops it comes next.
            has_ended |= ended.is_ready();
            return Poll::Pending;
        }
        match ended {
            _ if run.trace.is_full() => Poll::Ready(Err(Stop::HistoryFull)),
            Poll::Ready(ended) => Poll::Ready(Ok(ended)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
