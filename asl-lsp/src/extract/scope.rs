//! What the variables of a region allow: an inner machine sees those around it, and keeps its own.

use std::collections::BTreeSet;

use super::extraction::Refused;
use super::region::{Exit, Region};
use crate::variables::Variables;

/// Checks that the variables that a region assigns mean nothing outside of it, since an inner machine keeps its own.
pub(super) fn check_inner(region: &Region<'_>) -> Result<(), Refused> {
    let variables = Variables::of(region.definition);
    let is_own = |state: usize| region.states.contains(&state);
    let assigned: BTreeSet<&str> = variables
        .assignments
        .iter()
        .filter(|found| is_own(found.state))
        .map(|found| found.name.as_str())
        .collect();
    let owned = |name: &str, machine: usize| {
        assigned.contains(name) && variables.owner(region.definition, machine, name) == Some(region.machine)
    };
    for other in variables.assignments.iter().filter(|found| !is_own(found.state)) {
        if owned(&other.name, other.machine) {
            return Err(format!("the variable `{}` is assigned by other states, too", other.name));
        }
    }
    let outside = variables
        .uses
        .iter()
        .find(|found| owned(&found.name, found.machine) && !region.span.contains(&found.span.start));
    if let Some(found) = outside {
        return Err(format!("the variable `{}` is read by other states", found.name));
    }
    // A variable from the last time would be there, but an inner machine begins without.
    match assigned.first() {
        Some(name) if comes_back(region) => {
            Err(format!("the states are entered again, with the last value of the variable `{name}`"))
        }
        _ => Ok(()),
    }
}

/// Checks that a region neither reads variables nor the context, which another execution has not.
pub(super) fn check_isolated(region: &Region<'_>) -> Result<(), Refused> {
    let variables = Variables::of(region.definition);
    let text = region.document.buffer.text().get(region.span.clone()).unwrap_or_default();
    let foreign = variables.uses.iter().find(|found| {
        let own = || {
            let owner = variables.owner(region.definition, found.machine, &found.name);
            let assigning = variables
                .assignments
                .iter()
                .filter(|other| other.name == found.name && Some(other.machine) == owner);
            let mut places = assigning.map(|other| other.name_span.start);
            places.all(|start| region.span.contains(&start))
        };
        region.span.contains(&found.span.start) && !own()
    });
    if let Some(found) = foreign {
        return Err(format!("they read the variable `{}`, which another execution has not", found.name));
    }
    if text.contains("$$") || text.contains("$states.context") {
        return Err("they read the context object, which is another one in another execution".to_owned());
    }
    Ok(())
}

/// Whether the states after a region lead back to it.
fn comes_back(region: &Region<'_>) -> bool {
    let Exit::Next(exit) = region.exit else { return false };
    let mut reached = BTreeSet::from([exit]);
    let mut open = vec![exit];
    while let Some(name) = open.pop() {
        let state = region.definition.outline.state(region.machine, name).map(|(index, _)| index);
        for edge in region.transitions().filter(|edge| state.is_some() && edge.from == state) {
            if reached.insert(&edge.target) {
                open.push(&edge.target);
            }
        }
    }
    reached.contains(region.entry)
}
