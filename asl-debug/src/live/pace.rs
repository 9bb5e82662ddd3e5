//! [`pace`]: how time passes in a run that makes calls.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{advance, sleep_until};

use super::run::CallsRun;

/// How long the clock stands still at most while a call is in flight.
const SLICE: Duration = Duration::from_millis(5);

/// Moves the paused clock of a run. Without calls in flight, the clock jumps from timer to timer. While one is in flight, it
/// advances in steps of a millisecond, as real time does, except while the execution is stopped: its thread is then blocked,
/// and so is this. A run that is done again comes to the time that the last one has come to by jumping.
///
/// An answer has the time of a step, and a run waits for that time with a timer, the first time as well as each later time. So
/// answers and timers have the same order in all runs.
pub(crate) async fn pace(run: &Arc<CallsRun>) {
    let begun = run.begun();
    loop {
        sleep_until(begun + run.ledger.frontier()).await;
        if !run.is_waiting() {
            run.waits.notified().await;
            continue;
        }
        let ledger = Arc::clone(&run.ledger);
        // A paused clock does not jump while a blocking task runs.
        let waited = tokio::task::spawn_blocking(move || ledger.wait(SLICE)).await;
        for _ in 0..waited.map_or(1, |waited| waited.as_millis().clamp(1, SLICE.as_millis())) {
            advance(Duration::from_millis(1)).await;
        }
        run.ledger.release(begun.elapsed());
    }
}
