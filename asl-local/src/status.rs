//! What EventBridge is told when the status of an execution changes.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html>

use asl_model::ExecutionType;
use asl_value::{Object, Value, json};

use crate::api::execution::described;
use crate::app::App;
use crate::execution::Execution;

/// The members of an event's `detail`, as recorded; what an execution does not have is `null`.
const MEMBERS: [&str; 18] = [
    "executionArn",
    "stateMachineArn",
    "name",
    "status",
    "startDate",
    "stopDate",
    "input",
    "output",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
    "redriveCount",
    "redriveDate",
    "redriveStatus",
    "redriveStatusReason",
    "inputDetails",
    "outputDetails",
    "error",
    "cause",
];

/// Bytes of input and output together, as JSON strings.
const MOST_BYTES: usize = 248 << 10;

/// Tells of the status that a STANDARD execution has now. The store must not be locked.
pub(crate) fn tell(app: &App, execution: &Execution) {
    let (Some(events), ExecutionType::Standard) = (&app.config.events, execution.kind) else { return };
    let stopped = execution.ended().map(|ended| ended.stopped);
    let (_, redriven) = execution.redriven();
    let mut known = described(app, execution, true);
    for (name, date) in
        [("startDate", Some(execution.started)), ("stopDate", stopped), ("redriveDate", redriven)]
    {
        known.insert(name, date.map_or(Value::Null, |date| date.epoch_millis().into()));
    }
    leave_out(&mut known);
    let detail = MEMBERS.iter().map(|name| (*name, known.get(name).cloned().unwrap_or_default()));
    let time = stopped.or(redriven).unwrap_or(execution.started);
    events.put(json!({
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Time": time.epoch_seconds(),
        "Resources": [execution.arn.as_str()],
        "Detail": Value::Object(detail.collect()).to_json()
    }));
}

/// Documented: the input is left out if it is too large together with the output, and an output that is too large itself.
fn leave_out(members: &mut Object) {
    for last in ["input", "output"] {
        let bytes = |name| members.get(name).map_or(0, |text| text.to_json().len());
        if bytes("input") + bytes("output") > MOST_BYTES {
            members.insert(last, Value::Null);
            members.insert(format!("{last}Details"), json!({"included": false}));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: usize, output: Option<usize>, expected: [Option<bool>; 2]) {
        let included = || json!({"included": true});
        let mut members = Object::new();
        members.insert("input", "x".repeat(input).into());
        members.insert("inputDetails", included());
        if let Some(output) = output {
            members.insert("output", "\"".repeat(output).into());
            members.insert("outputDetails", included());
        }
        leave_out(&mut members);
        let found = ["input", "output"].map(|name| {
            let included = members.get(&format!("{name}Details"))?.get("included")?.as_bool();
            assert_eq!(members.get(name).is_some_and(|text| !text.is_null()), included?);
            included
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_too_large_is_left_out() {
        check(1000, Some(1000), [Some(true), Some(true)]);
        check(200 << 10, Some(20 << 10), [Some(true), Some(true)]);
        check(200 << 10, Some(30 << 10), [Some(false), Some(true)]);
        check(10, Some(130 << 10), [Some(false), Some(false)]);
        check(250 << 10, None, [Some(false), None]);
    }
}
