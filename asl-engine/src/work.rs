//! What each type of state does: one file and one function for each.

pub(crate) mod choice;
pub(crate) mod fail;
pub(crate) mod map;
pub(crate) mod map_run;
pub(crate) mod parallel;
pub(crate) mod pass;
pub(crate) mod succeed;
pub(crate) mod task;
pub(crate) mod tested_map;
pub(crate) mod wait;

use crate::frame::Frame;
use crate::program::Quick;
use crate::visit::{Exit, Trouble, Visit};
use crate::watch::Watch;

/// The work of a state that never waits, from its input filters to its output.
///
/// Inlined with the states that take least, since a call costs as much as a tenth of such a state.
#[inline(always)]
pub(crate) fn quick(
    visit: &Visit<'_>,
    watch: Option<Watch<'_>>,
    quick: &Quick,
    frame: &mut Frame,
) -> Result<Exit, Trouble> {
    match quick {
        Quick::Pass(result) => pass::work(visit, watch, result.as_ref(), frame),
        Quick::Choice(choice) => choice::work(visit, watch, choice, frame),
        Quick::Succeed => succeed::work(visit, watch, frame),
        Quick::Fail(fail) => Err(fail::work(visit, fail, frame)),
    }
}

/// The same, shown to an observer or a debugger. So the loop over states asks only once whether there is one.
#[cold]
#[inline(never)]
pub(crate) fn watched(
    visit: &Visit<'_>,
    watch: Watch<'_>,
    quick: &Quick,
    frame: &mut Frame,
) -> Result<Exit, Trouble> {
    visit.begins(0, frame);
    let mut worked = self::quick(visit, Some(watch), quick, frame);
    worked.iter_mut().for_each(|exit| visit.left(exit));
    worked
}
