//! Wait: until an instant.

use std::time::Duration;

use asl_query::Env;
use asl_value::Timestamp;

use crate::position::Doing;
use crate::program::WaitStep;
use crate::slot::Slot;
use crate::visit::{Trouble, Visit};
use crate::wait;

/// The longest Wait. Recorded: 24,855 days are accepted, one more is not.
const LONGEST: Duration = Duration::from_secs((1 << 31) - 1);

pub(crate) async fn work(
    visit: &Visit<'_>,
    step: &WaitStep,
    env: &Env<'_>,
    entered: Timestamp,
    slot: &Slot,
) -> Result<(), Trouble> {
    let timeline = visit.run.timeline;
    let keeps = visit.run.keeps_checkpoint;
    if let Some(until) = if keeps { slot.waits_until() } else { None } {
        // It waited when the snapshot was taken.
        wait::sleep_until(visit.run, slot, &visit.step.name, timeline.instant(until)).await;
        return Ok(());
    }
    let delay = match step {
        WaitStep::Seconds(seconds) => Duration::from_secs(seconds.eval(env)?),
        WaitStep::Timestamp(at) => {
            // Recorded: a fraction of a second is cut off.
            at.eval(env)?.to_seconds().since(entered)
        }
    };
    if delay > LONGEST {
        return Err(Trouble::Runtime("Wait state delay is too long.".to_owned()));
    }
    let until = timeline.instant(entered).saturating_add(timeline.scaled(delay));
    if until > timeline.elapsed() {
        if keeps {
            slot.set_doing(|| Doing::Wait(timeline.at(until)));
        }
        wait::sleep_until(visit.run, slot, &visit.step.name, until).await;
    }
    Ok(())
}
