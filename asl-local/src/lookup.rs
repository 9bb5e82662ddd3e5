//! Finds executions and Map Runs, in memory or in the archive.

use std::sync::Arc;

use asl_engine::MapRun;

use crate::app::App;
use crate::archive::Kept;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::history::History;
use crate::machine::Revision;
use crate::record::{self, Damaged};

/// The execution with this ARN.
pub(crate) fn execution(app: &App, arn: &str) -> Result<Arc<Execution>, ApiError> {
    let in_memory = || app.store().execution(arn);
    if let Some(known) = in_memory() {
        return Ok(known);
    }
    let missing = || ApiError::no_execution(arn);
    let archive = app.archive.as_ref().ok_or_else(missing)?;
    match archive.execution(arn).map_err(|problem| ApiError::unreadable(&problem))? {
        Some(kept) => read(app, kept).map(Arc::new),
        // It may have been redriven in between.
        None => in_memory().ok_or_else(missing),
    }
}

/// The execution of a record.
pub(crate) fn read(app: &App, kept: Kept) -> Result<Execution, ApiError> {
    let damaged = |problem: Damaged| ApiError::unreadable(&problem.to_string());
    let revision = revision(app, record::execution::revision_of(&kept.body).map_err(damaged)?)?;
    let map_run = record::execution::map_run_of(&kept.body).map(|arn| map_run(app, arn)).transpose()?;
    record::execution::read(&kept.body, revision, map_run, History::kept(kept.events)).map_err(damaged)
}

/// The Map Run with this ARN.
pub(crate) fn map_run(app: &App, arn: &str) -> Result<Arc<MapRun>, ApiError> {
    let known = app.store().map_run(arn);
    if let Some(known) = known {
        return Ok(known);
    }
    let missing = || ApiError::no_resource(arn);
    let archive = app.archive.as_ref().ok_or_else(missing)?;
    let kept = archive.map_run(arn).map_err(|problem| ApiError::unreadable(&problem))?;
    let map_run = MapRun::from_json(&kept.ok_or_else(missing)?);
    map_run.map(Arc::new).ok_or_else(|| ApiError::unreadable(&format!("the record of `{arn}` is damaged")))
}

/// The Map Runs of an execution with their numbers, last started first.
pub(crate) fn map_runs_of(app: &App, execution: &Execution) -> Result<Vec<(u64, Arc<MapRun>)>, ApiError> {
    let arns = execution.map_runs().clone();
    let mut found = Vec::new();
    for (number, arn) in (1..).zip(&arns) {
        match map_run(app, arn) {
            Ok(map_run) => found.push((number, map_run)),
            // Its execution has been removed in between.
            Err(error) if error.name() == "ResourceNotFound" => {}
            Err(error) => return Err(error),
        }
    }
    found.reverse();
    Ok(found)
}

/// The revision with this number, which may be in use.
fn revision(app: &App, number: u64) -> Result<Arc<Revision>, ApiError> {
    if let Some(known) = app.revisions().get(&number).and_then(|known| known.upgrade()) {
        return Ok(known);
    }
    let archive = app.archive.as_ref().ok_or_else(ApiError::not_runnable)?;
    let body = archive.revision(number).map_err(|problem| ApiError::unreadable(&problem))?;
    let body = body.ok_or_else(|| ApiError::unreadable(&format!("revision {number} is missing")))?;
    let revision = record::machine::read_revision(&body);
    let revision = Arc::new(revision.map_err(|problem| ApiError::unreadable(&problem.to_string()))?);
    app.revisions().insert(number, Arc::downgrade(&revision));
    Ok(revision)
}
