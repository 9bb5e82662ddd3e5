//! The timers of a journalled execution.

use std::task::{Context, Poll};
use std::time::Duration;

use asl_value::Text;
use futures_util::FutureExt;

use super::run_journal::RunJournal;
use super::strand_path::StrandPath;
use super::ticket::Ticket;
use super::turn::Learned;
use crate::EffectKind;
use crate::clock::{Sleep, Timeline};

/// Waits for the turn in which an instant of the execution has come.
pub(crate) async fn sleep_until(
    journal: &RunJournal,
    timeline: &Timeline,
    path: &StrandPath,
    state: &Text,
    at: Duration,
) {
    let at = to_millis(at);
    let kind = EffectKind::Timer { until: timeline.at(at) };
    let ticket = Ticket::new(journal.turnstile(), path.next_effect(), state, kind);
    let mut sleep = None;
    let work = |cx: &mut Context<'_>| ring(timeline, &mut sleep, at, cx).map(|()| (Learned::Rang, Some(at)));
    ticket.wait(work, |_| Some(())).await;
}

/// Rounds up: the instants of turns are in whole milliseconds, and none is before the instant that a timer is set to.
fn to_millis(at: Duration) -> Duration {
    const MILLI: u32 = 1_000_000;
    let over = at.subsec_nanos() % MILLI;
    if over == 0 { at } else { at.saturating_add(Duration::from_nanos((MILLI - over).into())) }
}

/// Sets a timer when it is first polled. `Some` once it is due.
///
/// One that is due is not polled: a task of tokio may poll no more than 128 timers that are due, until it yields, and the
/// others would seem not to be. The first turns of an execution that is resumed late would then be those of whichever timers
/// were polled first.
pub(super) fn ring<'t>(
    timeline: &'t Timeline,
    sleep: &mut Option<Sleep<'t>>,
    at: Duration,
    cx: &mut Context<'_>,
) -> Option<()> {
    if timeline.passed() >= at {
        return Some(());
    }
    let sleep = sleep.get_or_insert_with(|| timeline.sleep_until(at));
    match sleep.poll_unpin(cx) {
        Poll::Ready(()) => Some(()),
        Poll::Pending => None,
    }
}
