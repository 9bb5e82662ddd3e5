//! Turns: an execution that computes for long gives others of its runtime theirs.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crate::clock::Timeline;

/// Transitions, ended strands or jumps of virtual time between two turns for others.
pub(crate) const YIELD_EVERY: u32 = 128;

/// How long an execution may compute before others get a turn, where a single evaluation does not take longer.
pub(crate) const LONGEST: Duration = Duration::from_millis(10);

/// What a transition takes in virtual time, in which computing takes none. So a loop that waits for nothing ends with its
/// execution's time.
///
/// DEVIATION: AWS's transitions take longer, by an amount that it does not promise.
const TRANSITION: Duration = Duration::from_millis(1);

/// Ends a turn after [`YIELD_EVERY`] transitions or ended strands: virtual time passes, and others run.
pub(crate) async fn end(timeline: &Timeline) {
    timeline.skip(TRANSITION * YIELD_EVERY);
    yield_now().await;
}

/// Gives other strands, others of the runtime, and those who race against the whole execution, a turn.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
