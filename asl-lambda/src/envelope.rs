//! What `StartSyncExecution` answers.

use asl_value::{Object, Text, Value, json};

use crate::execution::Ended;
use crate::failure::problem;

/// An execution as `StartSyncExecution` answers it: input and output are JSON texts, times are seconds.
///
/// ```json
/// {"executionArn": "…", "stateMachineArn": "…", "name": "…", "startDate": 1457956800.5, "stopDate": 1457956800.6,
///  "status": "SUCCEEDED", "input": "{}", "inputDetails": {"included": true}, "output": "{}",
///  "outputDetails": {"included": true}}
/// ```
pub(crate) struct Envelope<'a> {
    pub(crate) ended: &'a Ended,
    pub(crate) trace_header: Option<&'a Text>,
    /// Whether with input and output.
    pub(crate) includes_data: bool,
}

impl Envelope<'_> {
    pub(crate) fn to_object(&self) -> Object {
        let mut envelope = self.members();
        // Recorded: also of an execution that failed and has none.
        envelope.insert("outputDetails", json!({"included": self.includes_data}));
        if let Some(header) = self.trace_header {
            envelope.insert("traceHeader", header.clone().into());
        }
        // DEVIATION: no billingDetails, because Step Functions bills nothing for an execution in a function.
        envelope
    }

    /// What every description of an execution has.
    pub(crate) fn members(&self) -> Object {
        let Ended { identity, input, report, .. } = self.ended;
        let mut members: Object = [
            ("executionArn", Value::from(&identity.execution_arn)),
            ("stateMachineArn", Value::from(&identity.state_machine_arn)),
            ("name", Value::from(&identity.execution_name)),
            ("startDate", report.started.epoch_seconds().into()),
            ("stopDate", report.stopped.epoch_seconds().into()),
            ("status", report.outcome.status().into()),
        ]
        .into_iter()
        .collect();
        if let Some(failure) = report.outcome.failure() {
            members = members.into_iter().chain(problem(failure)).collect();
        }
        if self.includes_data {
            members.insert("input", input.to_json().into());
        }
        members.insert("inputDetails", json!({"included": self.includes_data}));
        if let Some(output) = report.outcome.output().filter(|_| self.includes_data) {
            members.insert("output", output.to_json().into());
        }
        members
    }
}
