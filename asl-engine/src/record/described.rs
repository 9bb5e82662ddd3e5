//! [`Described`]: what `describe-execution` says of a recorded execution.

use asl_model::ExecutionArn;
use asl_value::{Text, Value};

use super::RecordError;
use crate::Identity;

/// Empty if there is no description.
#[derive(Debug, Clone, Default)]
pub(super) struct Described {
    pub(super) identity: Option<Identity>,
}

impl Described {
    pub(super) fn read(description: &Value) -> Result<Described, RecordError> {
        let text = |name: &str| description.get(name).and_then(Value::as_text);
        let arn = text("executionArn")
            .ok_or_else(|| RecordError::malformed("a description of an execution has an `executionArn`"))?;
        let execution = ExecutionArn::parse(arn)
            .ok_or_else(|| RecordError::malformed(format!("`{arn}` is not the ARN of an execution")))?;
        if text("status").map(Text::as_str) == Some("RUNNING") {
            return Err(RecordError::incomplete(format!(
                "`{arn}` was running when it was described: describe it again"
            )));
        }
        let identity = Identity::new(execution);
        // The ARN of a machine that was started by its version or alias is not in the ARN of the execution.
        let machine = text("stateMachineArn").cloned().unwrap_or(identity.state_machine_arn.clone());
        Ok(Described { identity: Some(Identity { state_machine_arn: machine, ..identity }) })
    }
}
