//! A Map Run that is redriven: which of its children go on, and what it has counted.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html>

use std::time::Duration;

use asl_value::Timestamp;

use super::index_ranges::IndexRanges;
use super::notes::MapRunNotes;
use super::results::Results;
use crate::position::{ChildPosition, StoppedChild};
use crate::{Failure, Limits, MapRun};

/// Documented: how often a Map Run can be redriven.
const MOST_REDRIVES: u32 = 1000;

/// Documented: the period after its end in which a STANDARD execution can be redriven.
const PERIOD: Duration = Duration::from_secs(14 * 86_400);

/// Documented: whether a history has room for another run: for `ExecutionRedriven` and the end.
pub(crate) fn has_room(events: u64, limits: &Limits) -> bool {
    limits.events.is_none_or(|most| events.saturating_add(2) <= most)
}

/// Why a Map Run cannot be redriven once more.
///
/// UNRECORDED: the text of States.Runtime after 1,000 redrives of a Map Run.
pub(crate) const TOO_MANY_REDRIVES: &str =
    "The Map Run has been redriven the maximum number of times (1000).";

/// Begins another run of a Map Run: counts its children as they are then. `None` if there were too many.
///
/// Documented: a STANDARD child whose history is full, or that ended too long ago, stays as it ended.
pub(crate) fn begin(notes: &MapRunNotes, now: Timestamp) -> Option<MapRun> {
    let mut position = notes.lock();
    if position.head.redrive_count >= MOST_REDRIVES {
        return None;
    }
    position.head.redrive_count += 1;
    position.has_succeeded = false;
    let map_run = MapRun::redriven(position.head.clone(), now, position.settings);
    let Some(block) = &position.block else { return Some(map_run) };
    let items = block.first_item.saturating_add(block.children.items());
    map_run.read(block.end() as u64, items as u64);
    if let Some(exported) = &position.exported {
        map_run.children_stay(exported.children.len() as u64, exported.items);
    }
    for ChildPosition { ended, stopped } in position.children.values_mut() {
        if stopped.as_ref().is_some_and(|stopped| is_expired(stopped, now)) {
            ended.is_redrivable = false;
        }
        if !ended.is_redrivable {
            *stopped = None;
        }
        match stopped {
            Some(stopped) => map_run.child_waits(&stopped.identity.execution_arn, ended.items, ended.status),
            None => map_run.child_stays(ended.items, ended.status, ended.is_redrivable),
        }
    }
    Some(map_run)
}

/// EXPRESS executions are started anew, at any time.
fn is_expired(stopped: &StoppedChild, now: Timestamp) -> bool {
    stopped.root.is_some() && now.since(stopped.stopped) > PERIOD
}

/// Takes the results of an earlier run that stay as they are, but for those that it has written. Returns their children.
pub(crate) async fn take_results(
    notes: &MapRunNotes,
    results: &mut Results<'_>,
) -> Result<IndexRanges, Failure> {
    let written = notes.lock().exported.as_ref().map(|exported| exported.children.clone());
    let mut staying = written.unwrap_or_default();
    let mut next = 0;
    while let Some((index, ended)) = notes.staying(next) {
        results.add(index, ended)?;
        results.write_parts().await?;
        staying.insert(index);
        next = index.saturating_add(1);
    }
    Ok(staying)
}
