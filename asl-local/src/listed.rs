//! Executions in lists.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use asl_value::{Text, Timestamp, Value, json};

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
pub(crate) struct Item {
    execution: Source,
    /// Whether it waits to be redriven by its Map Run.
    is_pending: bool,
}

enum Source {
    Known(Arc<Execution>),
    /// As it was shown when it ended.
    Kept(Value),
}

impl Item {
    pub(crate) fn show(self) -> Value {
        let shown = match self.execution {
            Source::Known(execution) => listed(&execution, execution.ended().as_ref(), execution.redriven()),
            Source::Kept(shown) => shown,
        };
        match shown {
            Value::Object(mut members) if self.is_pending => {
                members.insert("status", PENDING_REDRIVE.into());
                Value::Object(members)
            }
            shown => shown,
        }
    }
}

/// The status of the child of a Map Run that waits to be redriven.
pub(crate) const PENDING_REDRIVE: &str = "PENDING_REDRIVE";

/// Which executions are listed.
#[derive(Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub(crate) of: Of<'a>,
    pub(crate) status: Option<&'a str>,
    /// Only those that were redriven, or only the others.
    pub(crate) is_redriven: Option<bool>,
}

impl Filter<'_> {
    fn admits(&self, (status, is_pending): (&str, bool), redrives: u32) -> bool {
        let status = if is_pending { PENDING_REDRIVE } else { status };
        self.status.is_none_or(|wanted| wanted == status)
            && self.is_redriven.is_none_or(|wanted| wanted == (redrives > 0))
    }

    /// The status by which kept executions are found, if there can be any: those have ended.
    fn kept_status(&self) -> Option<Option<&str>> {
        match self.status {
            Some("RUNNING") => None,
            Some(PENDING_REDRIVE) => Some(None),
            status => Some(status),
        }
    }
}

/// Executions with their places in the list, last first: those in memory and, where ended ones have left it, the others
/// that the page may need.
pub(crate) fn last_first(app: &App, page: &Page, filter: Filter<'_>) -> Result<Vec<(u128, Item)>, ApiError> {
    let store = app.store();
    let known: Vec<Arc<Execution>> =
        store.executions().filter(|execution| is_of(execution, filter.of)).cloned().collect();
    let pending: HashSet<Text> = match filter.of {
        Of::MapRun(arn) => store.map_run(arn).into_iter().flat_map(|known| known.pending_redrive()).collect(),
        _ => HashSet::new(),
    };
    drop(store);
    let mut all = Vec::new();
    if let (Some(archive), Some(status)) = (&app.archive, filter.kept_status()) {
        // What is in memory may be kept in an earlier state.
        let in_memory: HashSet<&str> = known.iter().map(|execution| execution.arn.as_str()).collect();
        let most = page.most().saturating_add(1);
        let mut before = page.after();
        while all.len() < most {
            let listing = Listing { of: filter.of, status, before, most };
            let kept = archive.list(&listing).map_err(|problem| ApiError::unreadable(&problem))?;
            let is_last = kept.len() < most;
            before = kept.last().map(|(place, _)| *place);
            for (place, shown) in kept {
                let text = |name: &str| shown.get(name).and_then(Value::as_str).unwrap_or_default();
                let is_pending = pending.contains(text("executionArn"));
                let redrives = shown.get("redriveCount").and_then(Value::as_i64).unwrap_or_default();
                let redrives = u32::try_from(redrives).unwrap_or_default();
                if !in_memory.contains(text("executionArn"))
                    && filter.admits((text("status"), is_pending), redrives)
                {
                    all.push((place, Item { execution: Source::Kept(shown), is_pending }));
                }
            }
            if is_last {
                break;
            }
        }
    }
    for execution in known {
        let is_pending = pending.contains(execution.arn.as_str());
        if filter.admits((execution.status(), is_pending), execution.redriven().0) {
            all.push((execution.place(), Item { execution: Source::Known(execution), is_pending }));
        }
    }
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
