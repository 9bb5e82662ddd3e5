//! The operations on Map Runs, the runs of distributed Maps.

use std::sync::Arc;

use asl_engine::{MapRun, MapRunCounts};
use asl_value::{Value, json};

use super::execution::find;
use crate::app::App;
use crate::arn;
use crate::error::ApiError;
use crate::lookup;
use crate::page::{Order, Page};
use crate::wire::{Fields, done, present};

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("executionArn");
    let page = Page::read(fields, 1024, ("map runs", arn))?;
    let execution = find(app, arn)?;
    let map_runs = lookup::map_runs_of(app, &execution)?;
    let item = |map_run: &MapRun| {
        // UNRECORDED: whether "the executed state machine" is that of the children, as in their descriptions. Here it is.
        present(json!({
            "executionArn": map_run.execution_arn(),
            "mapRunArn": map_run.arn(),
            "stateMachineArn": map_run.state_machine_arn(),
            "startDate": map_run.started().epoch_seconds(),
            "stopDate": map_run.ended().map(|(_, stopped)| stopped.epoch_seconds())
        }))
    };
    let items = map_runs.iter().map(|(number, map_run)| (*number, move || item(map_run)));
    Ok(page.answer("mapRuns", Order::Falling, items))
}

pub(super) fn describe(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let map_run = read(app, fields)?;
    let (settings, ended) = (map_run.settings(), map_run.ended());
    Ok(present(json!({
        "mapRunArn": map_run.arn(),
        "executionArn": map_run.execution_arn(),
        "status": ended.map_or("RUNNING", |(status, _)| status.name()),
        "startDate": map_run.started().epoch_seconds(),
        "stopDate": ended.map(|(_, stopped)| stopped.epoch_seconds()),
        "maxConcurrency": settings.max_concurrency,
        "toleratedFailurePercentage": settings.tolerated_failure_percentage.unwrap_or_default(),
        "toleratedFailureCount": settings.tolerated_failure_count.unwrap_or_default(),
        "itemCounts": counts(&map_run.items()),
        "executionCounts": counts(&map_run.executions()),
        "redriveCount": map_run.redrive_count(),
        "redriveDate": map_run.redriven_at().map(|date| date.epoch_seconds())
    })))
}

fn counts(counts: &MapRunCounts) -> Value {
    json!({
        "pending": counts.pending,
        "running": counts.running,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "timedOut": counts.timed_out,
        "aborted": counts.aborted,
        "total": counts.total(),
        "resultsWritten": counts.results_written,
        "failuresNotRedrivable": counts.failures_not_redrivable,
        "pendingRedrive": counts.pending_redrive
    })
}

pub(super) fn update(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let concurrency = fields.integer("maxConcurrency", 0..=i64::MAX);
    let count = fields.integer("toleratedFailureCount", 0..=i64::MAX);
    let percentage = fields.number("toleratedFailurePercentage", 0.0..=100.0);
    let map_run = read(app, fields)?;
    if map_run.ended().is_some() {
        // UNRECORDED: the text of the ValidationException about an ended Map Run.
        let error = ApiError::validation(format!("Map Run is not RUNNING: '{}'", map_run.arn()));
        return Err(error.with("reason", "CANNOT_UPDATE_COMPLETED_MAP_RUN"));
    }
    app.store().update_map_run(&map_run, |settings| {
        if let Some(wanted) = concurrency {
            settings.max_concurrency = wanted.unsigned_abs();
        }
        settings.tolerated_failure_count = count.map(i64::unsigned_abs).or(settings.tolerated_failure_count);
        settings.tolerated_failure_percentage = percentage.or(settings.tolerated_failure_percentage);
    });
    Ok(done())
}

/// Reports violations of the members read so far, and finds the Map Run.
fn read(app: &App, fields: &mut Fields<'_>) -> Result<Arc<MapRun>, ApiError> {
    let arn = fields.required("mapRunArn", 1..=2000);
    fields.check()?;
    arn::check(arn, &["mapRun"])?;
    lookup::map_run(app, arn)
}
