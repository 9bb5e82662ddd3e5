//! The operations on executions.

use std::sync::Arc;
use std::time::Duration;

use asl_model::{ExecutionType, MachineArn};
use asl_value::{Value, json};

use crate::admission::Start;
use crate::app::App;
use crate::archive::Of;
use crate::arn;
use crate::describe::{bare, describe as describe_now};
use crate::error::ApiError;
use crate::execution::Execution;
use crate::input::LONGEST_PAYLOAD;
use crate::listed::{Filter, Item, PENDING_REDRIVE, last_first};
use crate::lookup;
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
        parent: None,
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

/// Finds an execution.
pub(super) fn find(app: &App, arn: &str) -> Result<Arc<Execution>, ApiError> {
    check(app, arn)?;
    lookup::execution(app, arn)
}

/// EXPRESS executions are rejected, as by AWS, unless the configuration allows them.
fn check(app: &App, arn: &str) -> Result<(), ApiError> {
    // Documented: EXPRESS children of a Map Run can be described. The name of their machine contains a label.
    let is_child = arn.contains(":express:") && arn.contains('/');
    let kinds: &[&str] =
        if app.config.express_history || is_child { &["execution", "express"] } else { &["execution"] };
    arn::check(arn, kinds).map(drop)
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

const STATUSES: [&str; 6] = ["SUCCEEDED", "TIMED_OUT", PENDING_REDRIVE, "ABORTED", "FAILED", "RUNNING"];

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
    let page = Page::read(fields, 3096, ("executions", machine, map_run, status, redrive))?;
    let is_redriven = redrive.map(|filter| filter == "REDRIVEN");
    let listed = match (machine, map_run) {
        (Some(arn), None) => {
            if redrive.is_some() || status == Some(PENDING_REDRIVE) {
                // UNRECORDED: the text of the ValidationException about redriveFilter with stateMachineArn.
                return Err(ApiError::validation(
                    "redriveFilter and PENDING_REDRIVE are not supported with stateMachineArn",
                ));
            }
            let target = app.store().target(arn, 0)?;
            if target.kind == ExecutionType::Express && !shows_express {
                return Err(ApiError::wrong_type());
            }
            let (version, alias) = match &target.alias_arn {
                Some(alias) => (None, Some(alias.as_str())),
                None => (target.version_arn.as_deref(), None),
            };
            let of = Of::Machine { arn: &target.machine_arn, version, alias };
            last_first(app, &page, Filter { of, status, is_redriven })?
        }
        (None, Some(arn)) => {
            arn::check(arn, &["mapRun"])?;
            lookup::map_run(app, arn)?;
            // UNRECORDED: whether redriveFilter finds EXPRESS children. Documented: their redrives cannot be told apart,
            // so here none is redriven.
            last_first(app, &page, Filter { of: Of::MapRun(arn), status, is_redriven })?
        }
        // UNRECORDED: the text of the ValidationException about both stateMachineArn and mapRunArn, or neither.
        _ => {
            return Err(ApiError::validation(
                "Either stateMachineArn or mapRunArn must be specified, but not both",
            ));
        }
    };
    Ok(shown(&page, listed))
}

/// The executions of all machines, without the children of Map Runs.
#[cfg(feature = "page")]
pub(crate) fn all_executions(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let status = fields.word("statusFilter", &STATUSES);
    let page = Page::read(fields, 3096, ("executions", status))?;
    let filter = Filter { of: Of::Everything, status, is_redriven: None };
    Ok(shown(&page, last_first(app, &page, filter)?))
}

fn shown(page: &Page, listed: Vec<(u128, Item)>) -> Value {
    page.answer("executions", Order::Falling, listed.into_iter().map(|(place, item)| (place, || item.show())))
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

pub(super) async fn redrive(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("executionArn");
    let token = fields.text("clientToken", 1..=64);
    fields.check()?;
    check(app, arn)?;
    let date = redrive::redrive(app, arn, token).await?;
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
