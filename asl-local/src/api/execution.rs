//! The operations on executions.

use std::cmp::Reverse;
use std::sync::Arc;
use std::time::Duration;

use asl_model::{ExecutionType, MachineArn};
use asl_value::{Value, json};

use crate::admission::Start;
use crate::app::App;
use crate::arn;
use crate::describe::{bare, describe as describe_now};
use crate::error::ApiError;
use crate::execution::Execution;
use crate::input::LONGEST_PAYLOAD;
use crate::page::{Order, Page};
use crate::redrive;
use crate::runner;
use crate::wire::{Fields, present};

pub(super) async fn start(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let request = read_start(fields)?;
    let execution = runner::start(app, &request).await?;
    Ok(json!({
        "executionArn": execution.arn.as_str(),
        "startDate": execution.started.epoch_seconds()
    }))
}

pub(super) async fn start_sync(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let included = fields.word("includedData", &["ALL_DATA", "METADATA_ONLY"]) != Some("METADATA_ONLY");
    let request = Start { is_synchronous: true, ..read_start(fields)? };
    let execution = runner::start(app, &request).await?;
    let mut closing = app.closing.subscribe();
    let ended = tokio::select! {
        biased;
        ended = execution.end() => ended,
        _ = closing.wait_for(|closing| *closing) => return Err(ApiError::closing()),
    };
    let mut answer = bare(&execution, Some(&ended)).with_execution_data(included).start_sync_execution();
    answer.insert("billingDetails", billing(ended.stopped.since(execution.started)));
    Ok(Value::Object(answer))
}

fn read_start<'a>(fields: &mut Fields<'a>) -> Result<Start<'a>, ApiError> {
    let request = Start {
        machine: fields.arn("stateMachineArn"),
        name: fields.text("name", 0..=usize::MAX),
        input: fields.text("input", 0..=LONGEST_PAYLOAD),
        trace_header: fields.text("traceHeader", 0..=256),
        is_synchronous: false,
    };
    fields.check()?;
    Ok(request)
}

/// The `billingDetails`: time is billed in steps of 100 ms, memory in steps of 64 MB.
fn billing(time: Duration) -> Value {
    let steps = u64::try_from(time.as_millis().div_ceil(100)).unwrap_or_default();
    json!({"billedMemoryUsedInMB": 64, "billedDurationInMilliseconds": steps.max(1) * 100})
}

/// Finds an execution. EXPRESS executions are rejected, as by AWS, unless the configuration allows them.
pub(super) fn find(app: &App, arn: &str) -> Result<Arc<Execution>, ApiError> {
    // Documented: EXPRESS children of a Map Run can be described. The name of their machine contains a label.
    let is_child = arn.contains(":express:") && arn.contains('/');
    let kinds: &[&str] =
        if app.config.express_history || is_child { &["execution", "express"] } else { &["execution"] };
    arn::check(arn, kinds)?;
    app.store().execution(arn)
}

pub(super) fn describe(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("executionArn");
    let included = fields.word("includedData", &["ALL_DATA", "METADATA_ONLY"]) != Some("METADATA_ONLY");
    fields.check()?;
    let execution = find(app, arn)?;
    let ended = execution.ended();
    let description = describe_now(app, &execution, ended.as_ref()).with_execution_data(included);
    Ok(Value::Object(description.describe_execution()))
}

const STATUSES: [&str; 6] = ["SUCCEEDED", "TIMED_OUT", "PENDING_REDRIVE", "ABORTED", "FAILED", "RUNNING"];

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    executions(app, fields, app.config.express_history)
}

/// The executions of a machine or a Map Run. Those of EXPRESS machines are refused unless `shows_express`.
pub(crate) fn executions(
    app: &Arc<App>,
    fields: &mut Fields<'_>,
    shows_express: bool,
) -> Result<Value, ApiError> {
    let machine = fields.text("stateMachineArn", 1..=256);
    let map_run = fields.text("mapRunArn", 1..=2000);
    let status = fields.word("statusFilter", &STATUSES);
    let redrive = fields.word("redriveFilter", &["REDRIVEN", "NOT_REDRIVEN"]);
    let page = Page::read(fields, 3096, ("executions", machine, map_run, status))?;
    let has_status = |execution: &Execution| status.is_none_or(|status| execution.status() == status);
    let Some(arn) = machine.filter(|_| map_run.is_none()) else {
        if let (None, Some(arn)) = (machine, map_run) {
            arn::check(arn, &["mapRun"])?;
            let store = app.store();
            let map_run = store.map_run(arn)?;
            let of_map_run = |execution: &Execution| {
                execution.child_of.as_ref().is_some_and(|child| Arc::ptr_eq(&child.map_run, map_run))
            };
            // Children of a Map Run are never redriven here.
            let fitting = store.executions().filter(|execution| {
                of_map_run(execution) && has_status(execution) && redrive != Some("REDRIVEN")
            });
            return Ok(last_first(&page, fitting));
        }
        // UNRECORDED: the text of the ValidationException about both stateMachineArn and mapRunArn, or neither.
        return Err(ApiError::validation(
            "Either stateMachineArn or mapRunArn must be specified, but not both",
        ));
    };
    if redrive.is_some() || status == Some("PENDING_REDRIVE") {
        // UNRECORDED: the text of the ValidationException about redriveFilter with stateMachineArn.
        return Err(ApiError::validation(
            "redriveFilter and PENDING_REDRIVE are not supported with stateMachineArn",
        ));
    }
    let store = app.store();
    let target = store.target(arn, 0)?;
    if target.kind == ExecutionType::Express && !shows_express {
        return Err(ApiError::wrong_type());
    }
    let is_alias = target.alias_arn.is_some();
    let of_target = |execution: &Execution| {
        execution.target.machine_arn == target.machine_arn
            && match (is_alias, &target.version_arn) {
                (true, _) => execution.target.alias_arn == target.alias_arn,
                (false, Some(version)) => execution.target.version_arn.as_ref() == Some(version),
                (false, None) => true,
            }
    };
    let fitting = store.executions().filter(|execution| of_target(execution) && has_status(execution));
    Ok(last_first(&page, fitting))
}

/// The executions of all machines, without the children of Map Runs.
#[cfg(feature = "page")]
pub(crate) fn all_executions(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let status = fields.word("statusFilter", &STATUSES);
    let page = Page::read(fields, 3096, ("executions", status))?;
    let store = app.store();
    let fitting = store.executions().filter(|execution| {
        execution.child_of.is_none() && status.is_none_or(|status| execution.status() == status)
    });
    Ok(last_first(&page, fitting))
}

fn last_first<'s>(page: &Page, fitting: impl Iterator<Item = &'s Arc<Execution>>) -> Value {
    let mut fitting: Vec<(u128, &Execution)> =
        fitting.map(|execution| (execution.place(), execution.as_ref())).collect();
    fitting.sort_unstable_by_key(|(place, _)| Reverse(*place));
    let items = fitting.into_iter().map(|(place, execution)| (place, move || listed(execution)));
    page.answer("executions", Order::Falling, items)
}

/// An execution as an item of a list.
pub(crate) fn listed(execution: &Execution) -> Value {
    let (redrive_count, redrive_date) = execution.redriven();
    present(json!({
        "executionArn": execution.arn.as_str(),
        "stateMachineArn": execution.target.machine_arn.as_str(),
        "name": execution.name.as_str(),
        "status": execution.status(),
        "startDate": execution.started.epoch_seconds(),
        "stopDate": execution.ended().map(|ended| ended.stopped.epoch_seconds()),
        "stateMachineVersionArn": execution.target.version_arn.as_deref(),
        "stateMachineAliasArn": execution.target.alias_arn.as_deref(),
        "mapRunArn": execution.child_of.as_ref().map(|child| child.map_run.arn()),
        "itemCount": execution.child_of.as_ref().and_then(|child| child.item_count),
        "redriveCount": redrive_count,
        "redriveDate": redrive_date.map(|date| date.epoch_seconds())
    }))
}

pub(super) async fn stop(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("executionArn");
    let error = fields.text("error", 0..=256);
    let cause = fields.text("cause", 0..=32_768);
    fields.check()?;
    let execution = find(app, arn)?;
    // UNRECORDED: stopping an ended execution. Here the date of its end is returned.
    execution.stop(error, cause);
    Ok(json!({"stopDate": execution.end().await.stopped.epoch_seconds()}))
}

pub(super) fn redrive(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("executionArn");
    let token = fields.text("clientToken", 1..=64);
    fields.check()?;
    let execution = find(app, arn)?;
    let date = redrive::redrive(app, &execution, token)?;
    Ok(json!({"redriveDate": date.epoch_seconds()}))
}

pub(super) fn describe_machine(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("executionArn");
    let metadata_only = fields.word("includedData", &["ALL_DATA", "METADATA_ONLY"]) == Some("METADATA_ONLY");
    fields.check()?;
    let execution = find(app, arn)?;
    let revision = &execution.target.revision;
    Ok(present(json!({
        // Recorded: the ARN is not qualified by the version that the execution was started with.
        "stateMachineArn": execution.target.machine_arn.as_str(),
        "name": MachineArn::parse(&execution.target.machine_arn).map(|machine| machine.name),
        "definition": if metadata_only { "{}" } else { &revision.definition },
        "roleArn": revision.role_arn.as_str(),
        "updateDate": revision.since.epoch_seconds(),
        "loggingConfiguration": revision.logging.clone(),
        "tracingConfiguration": revision.tracing.clone(),
        "encryptionConfiguration": revision.encryption.clone(),
        "mapRunArn": execution.child_of.as_ref().map(|child| child.map_run.arn()),
        "label": execution.child_of.as_ref().map(|child| child.map_run.label()),
        "revisionId": revision.id.as_deref(),
        "variableReferences": revision.variable_references()
    })))
}
