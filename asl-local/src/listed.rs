//! Executions in lists.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use asl_value::{Timestamp, Value, json};

use crate::app::App;
use crate::archive::{Listing, Of};
use crate::error::ApiError;
use crate::execution::{Ended, Execution};
use crate::page::Page;
use crate::wire::present;

/// An execution, as ListExecutions shows it.
pub(crate) fn listed(
    execution: &Execution,
    ended: Option<&Ended>,
    (redrive_count, redrive_date): (u32, Option<Timestamp>),
) -> Value {
    present(json!({
        "executionArn": execution.arn.as_str(),
        "stateMachineArn": execution.target.machine_arn.as_str(),
        "name": execution.name.as_str(),
        "status": ended.map_or("RUNNING", |ended| ended.outcome.status()),
        "startDate": execution.started.epoch_seconds(),
        "stopDate": ended.map(|ended| ended.stopped.epoch_seconds()),
        "stateMachineVersionArn": execution.target.version_arn.as_deref(),
        "stateMachineAliasArn": execution.target.alias_arn.as_deref(),
        "mapRunArn": execution.child_of.as_ref().map(|child| child.map_run.arn()),
        "itemCount": execution.child_of.as_ref().and_then(|child| child.item_count),
        "redriveCount": redrive_count,
        "redriveDate": redrive_date.map(|date| date.epoch_seconds())
    }))
}

/// An execution of a list.
pub(crate) enum Item {
    Known(Arc<Execution>),
    /// As it was shown when it ended.
    Kept(Value),
}

impl Item {
    pub(crate) fn show(self) -> Value {
        match self {
            Item::Known(execution) => listed(&execution, execution.ended().as_ref(), execution.redriven()),
            Item::Kept(shown) => shown,
        }
    }
}

/// Executions with their places in the list, last first: those in memory and, where ended ones have left it, the others
/// that the page may need.
pub(crate) fn last_first(
    app: &App,
    page: &Page,
    of: Of<'_>,
    status: Option<&str>,
) -> Result<Vec<(u128, Item)>, ApiError> {
    let store = app.store();
    let fitting = store
        .executions()
        .filter(|execution| is_of(execution, of) && status.is_none_or(|status| execution.status() == status));
    let known: Vec<Arc<Execution>> = fitting.cloned().collect();
    drop(store);
    let mut all: Vec<(u128, Item)> = Vec::new();
    // What is not in memory has ended.
    let has_ended = !matches!(status, Some("RUNNING" | "PENDING_REDRIVE"));
    if let Some(archive) = app.archive.as_ref().filter(|_| has_ended) {
        let in_memory: HashSet<&str> = known.iter().map(|execution| execution.arn.as_str()).collect();
        // Some of those that are kept are in memory, too.
        let most = page.most().saturating_add(in_memory.len()).saturating_add(1);
        let listing = Listing { of, status, before: page.after(), most };
        let kept = archive.list(&listing).map_err(|problem| ApiError::unreadable(&problem))?;
        let others = kept.into_iter().filter(|(_, item)| {
            item.get("executionArn").and_then(Value::as_str).is_none_or(|arn| !in_memory.contains(arn))
        });
        all.extend(others.map(|(place, item)| (place, Item::Kept(item))));
    }
    all.extend(known.into_iter().map(|execution| (execution.place(), Item::Known(execution))));
    all.sort_unstable_by_key(|(place, _)| Reverse(*place));
    Ok(all)
}

fn is_of(execution: &Execution, of: Of<'_>) -> bool {
    let target = &execution.target;
    match of {
        Of::Machine { arn, version, alias } => {
            target.machine_arn == arn
                && version.is_none_or(|version| target.version_arn.as_deref() == Some(version))
                && alias.is_none_or(|alias| target.alias_arn.as_deref() == Some(alias))
        }
        Of::Everything => execution.child_of.is_none(),
        Of::MapRun(arn) => {
            execution.child_of.as_ref().is_some_and(|child| child.map_run.arn().as_str() == arn)
        }
    }
}
