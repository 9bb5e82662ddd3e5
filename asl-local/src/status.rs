//! The events for EventBridge about status changes of executions.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html>

use asl_model::ExecutionType;
use asl_value::{Value, json};

use crate::app::App;
use crate::describe::describe;
use crate::execution::Execution;

/// Emits an event with the current status of a STANDARD execution. Locks the store, so the caller must not hold the lock.
pub(crate) fn emit(app: &App, execution: &Execution) {
    let (Some(events), ExecutionType::Standard) = (&app.config.events, execution.target.kind) else { return };
    let ended = execution.ended();
    let detail = describe(app, execution, ended.as_ref()).event_bridge();
    let (_, redriven) = execution.redriven();
    let time = ended.map(|ended| ended.stopped).or(redriven).unwrap_or(execution.started);
    events.put(json!({
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Time": time.epoch_seconds(),
        "Resources": [execution.arn.as_str()],
        "Detail": Value::Object(detail).to_json()
    }));
}
