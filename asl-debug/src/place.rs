//! Where a breakpoint is: the place that a line or a name means.

use asl_value::Text;

use crate::listing::Listing;
use crate::spot::Spot;

/// A place in a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) machine: Text,
    pub(crate) state: Text,
    pub(crate) spot: Spot,
    /// The line where it is shown.
    pub(crate) line: Option<usize>,
}

/// The place on a line of a file. A template may have several machines: theirs that begins last before it.
///
/// # Errors
/// There is none.
pub(crate) fn on_line<'l>(listings: impl Iterator<Item = &'l Listing>, line: usize) -> Result<Place, String> {
    let found = listings.filter_map(|listing| Some((listing, listing.at(line)?)));
    let (listing, (state, spot, line)) =
        found.max_by_key(|(_, (_, _, line))| *line).ok_or("there is no state on this line")?;
    Ok(Place { machine: listing.machine().clone(), state: state.clone(), spot, line: Some(line) })
}

/// The place of this name: `Price`, `Price@result`.
///
/// # Errors
/// There is no such state, or it has no such place.
pub(crate) fn named(listings: &[Listing], name: &str) -> Result<Place, String> {
    let place = |listing: &Listing, state: &str, spot: Spot| Place {
        machine: listing.machine().clone(),
        state: state.into(),
        spot,
        line: listing.line_of(state).map(|at| at.line),
    };
    let has = |state: &str| listings.iter().find(|listing| listing.line_of(state).is_some());
    if let Some(listing) = has(name) {
        return Ok(place(listing, name, Spot::Entry));
    }
    if let Some((state, spot)) = name.rsplit_once('@')
        && let Some(listing) = has(state)
    {
        let found = Spot::named(spot).ok_or_else(|| format!("`{spot}` is not a stage of a state"))?;
        return Ok(place(listing, state, found));
    }
    Err(format!("there is no state `{name}`"))
}
