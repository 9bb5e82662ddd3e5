//! Requests about executions that are being replayed, after the server was started again.

use std::time::Duration;

use asl_value::{Object, Value};

use crate::app::App;
use crate::lookup;

/// The longest wait for executions that are being replayed.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The operations that show or change what only the replay makes again: events and Map Runs.
const NEED_REPLAY: [&str; 5] =
    ["GetExecutionHistory", "ListMapRuns", "DescribeMapRun", "UpdateMapRun", "ListExecutions"];

/// Waits until the execution of a request has come to where it was when the server ended. A child of a Map Run is not known
/// before that of its parent has.
pub(super) async fn wait(app: &App, action: &str, request: &Object) {
    if app.starting.is_done() {
        return;
    }
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    let map_run = text("mapRunArn").map(|arn| lookup::map_run(app, arn).ok());
    let execution = match &map_run {
        Some(found) => found.as_ref().map(|map_run| map_run.execution_arn().as_str()),
        None => text("executionArn"),
    };
    if execution.is_none() && map_run.is_none() {
        return;
    }
    let found = execution.and_then(|arn| lookup::execution(app, arn).ok());
    if found.is_some() && !NEED_REPLAY.contains(&action) {
        return;
    }
    let number = found.map(|execution| execution.number);
    let _ = tokio::time::timeout(PATIENCE, app.starting.done(number)).await;
}
