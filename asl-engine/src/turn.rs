//! Turns: an execution that computes for long yields to other tasks of its runtime.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use crate::clock::Timeline;

/// How many transitions, ended strands or jumps of virtual time happen between two yields.
pub(crate) const YIELD_EVERY: u32 = 128;

/// How long an execution may compute before it yields, unless a single evaluation takes longer. It is compared only after
/// a reading of the clock, so up to eight quick states run first.
pub(crate) const LONGEST: Duration = Duration::from_millis(10);

/// What a transition takes in virtual time, in which computing takes none. So a loop without a wait reaches the end of
/// its execution's time.
///
/// DEVIATION: AWS's transitions take longer, by an amount that it does not promise.
const TRANSITION: Duration = Duration::from_millis(1);

/// Ends a turn after [`YIELD_EVERY`] transitions or ended strands: virtual time passes, and other tasks run.
pub(crate) async fn end(timeline: &Timeline) {
    timeline.skip(TRANSITION * YIELD_EVERY);
    yield_now().await;
}

/// Yields to other strands, to other tasks of the runtime, and to what races against the whole execution.
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
