//! Parts of a definition extracted into a state, a machine or a variable of their own: the same executions, or a reason.
//!
//! For every input, outcome, tasks, arguments and times stay the same; only another state machine is another execution, which its
//! module says more of. The history has more events, so ids of events in causes differ, and a redrive begins in other places.

mod child;
mod extraction;
mod layout;
mod members;
mod parallel;
mod region;
mod scope;
mod value;

use std::ops::Range;

use crate::document::Document;
pub(crate) use extraction::{Extraction, Refused};
use region::Region;

/// What can be extracted of a selection, or why it cannot be: titles and edits.
pub(crate) fn offers(
    document: &Document,
    range: &Range<usize>,
) -> Vec<(String, Result<Extraction, Refused>)> {
    if range.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some((what, region)) = Region::selected(document, range) {
        let parallel = region.as_ref().map_err(Clone::clone).and_then(parallel::extracted);
        found.push((format!("Extract {what} into a Parallel state"), parallel));
        let child = region.and_then(|region| child::extracted(&region));
        found.push((format!("Extract {what} into another state machine (another execution)"), child));
    }
    if let Some((what, extraction)) = value::extracted(document, range) {
        found.push((format!("Extract `{what}` into a variable"), extraction));
    }
    found
}
