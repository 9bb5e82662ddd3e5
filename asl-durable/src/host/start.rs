//! `states:startExecution` of a machine that another durable function runs.
//!
//! The function is invoked with a request of `StartSyncExecution`, which every function of asl-lambda answers.

use std::sync::Arc;

use asl_engine::{
    Description, EffectId, Failure, Identity, Outcome, RedriveStatus, SdkResponse, StartExecution, Task,
};
use asl_model::{MachineArn, Pattern};
use asl_value::{Object, Text, Timestamp, Value};

use super::chained::{self, Invocation};
use super::ledger::Kept;
use super::shared::Shared;
use crate::{DurableErrorKind, ErrorObject, Operation, operation_id};

/// An execution that is to be started.
struct Start {
    machine_arn: Text,
    execution_arn: Text,
    name: Text,
    input: Text,
    /// Used as the id of the request.
    key: Text,
    payload: Text,
}

/// Starts the execution, and waits for its end if the task does.
pub(super) async fn call(
    shared: &Arc<Shared>,
    task: Task<'_>,
    effect: EffectId,
    function: &Text,
    pattern: Pattern,
) -> Result<Value, Failure> {
    let start = Start::of(&task, pattern)?;
    if pattern == Pattern::RequestResponse {
        return start.only(shared, function).await;
    }
    shared.ledger.note(&effect, task.state, Some(Kept::All));
    let payload = start.payload.clone();
    let invocation = Invocation { state: task.state, sub_type: "StartExecution", function, payload };
    let Some(begun) = invocation.begin(shared, &effect).await else {
        return Err(start.refused("InvalidExecutionInput", "the input is too large"));
    };
    if task.resumed().is_none_or(|resumed| resumed.submitted.is_none()) {
        task.submitted(StartExecution::started(&start.execution_arn, begun.started, &start.key));
    }
    let ended = chained::ended(shared, &effect).await;
    start.result(&ended, pattern)
}

impl Start {
    fn of(task: &Task<'_>, pattern: Pattern) -> Result<Start, Failure> {
        let request = StartExecution::of(&task.arguments);
        let key = Text::from(task.idempotency_key().unwrap_or_default());
        let name = request.name.map_or_else(|| key.clone(), Text::from);
        let machine = MachineArn::parse(request.machine_arn).unwrap_or(MachineArn::new("", "", ""));
        let execution_arn = machine.execution(&name).to_string().into();
        let input = Text::from(request.input.unwrap_or_else(|| "{}".to_owned()));
        let mut body = Object::new();
        body.insert("stateMachineArn", request.machine_arn.into());
        body.insert("name", (&name).into());
        body.insert("input", (&input).into());
        // A name that exists starts nothing only if the payload is the same, and each invocation has a header of its own.
        let repeats = pattern == Pattern::RequestResponse;
        if let Some(header) = task.trace_header.filter(|_| !repeats) {
            body.insert("traceHeader", header.into());
        }
        let payload = Value::from(body).to_json().into();
        let machine_arn = request.machine_arn.into();
        let start = Start { machine_arn, execution_arn, name, input, key, payload };
        if !Identity::is_name(&start.name) {
            return Err(start.refused("InvalidName", &format!("Invalid Name: '{}'", start.name)));
        }
        if let Err(error) = Value::parse(&start.input) {
            let message = format!("Invalid State Machine Execution Input: '{error}'");
            return Err(start.refused("InvalidExecutionInput", &message));
        }
        Ok(start)
    }

    fn refused(&self, error: &str, message: &str) -> Failure {
        StartExecution::refused(error, message, SdkResponse::new(400, &self.key))
    }

    /// Starts the execution, which may outlive this one. So it is not an operation of this one.
    async fn only(&self, shared: &Arc<Shared>, function: &Text) -> Result<Value, Failure> {
        shared.admit().await;
        let _busy = shared.work();
        shared.before_action().await;
        // A name of a durable execution is shorter than that of an execution may be.
        let is_plain = self.name.len() <= 64
            && self.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let name = if is_plain { self.name.clone() } else { operation_id(&["name", &self.name]) };
        match shared.log.api().start(function, &name, &self.payload).await {
            Ok(()) => Ok(StartExecution::started(&self.execution_arn, (shared.now)(), &self.key)),
            Err(error) if error.kind() == DurableErrorKind::Exists => {
                let message = format!("Execution Already Exists: '{}'", self.execution_arn);
                Err(self.refused("ExecutionAlreadyExists", &message))
            }
            Err(error) => Err(self.refused("Lambda", error.message())),
        }
    }

    /// The result of the task.
    fn result(&self, ended: &Operation, pattern: Pattern) -> Result<Value, Failure> {
        let (result, error) = ended.details.end();
        let envelope = result.or(error.and_then(|error| error.data.as_ref()));
        let envelope = envelope.and_then(|text| Value::parse(text).ok());
        let envelope = envelope.filter(|envelope| envelope.get("executionArn").is_some());
        let member = |name: &str| envelope.as_ref().and_then(|envelope| envelope.get(name));
        let text = |name: &str| member(name).and_then(Value::as_text).cloned();
        let date = |name: &str| {
            let millis = (member(name).and_then(Value::as_f64)? * 1e3).round();
            Some(Timestamp::from_epoch_millis(millis as i64))
        };
        let failure = || {
            let known = error.cloned().unwrap_or_default();
            let ErrorObject { error_type, message, .. } = known;
            Failure::from_parts(text("error").or(error_type), text("cause").or(message))
        };
        let status = text("status").unwrap_or_else(|| ended.status.name().into());
        let outcome = match (status.as_str(), text("output")) {
            ("SUCCEEDED", Some(output)) => {
                Outcome::Succeeded(Value::parse(&output).unwrap_or_else(|_| output.into()))
            }
            ("SUCCEEDED", None) => {
                let cause =
                    format!("the function does not answer StartSyncExecution for `{}`", self.machine_arn);
                return Err(Failure::task(cause));
            }
            ("TIMED_OUT", _) => Outcome::TimedOut(failure()),
            ("ABORTED" | "STOPPED", _) => Outcome::Aborted(failure()),
            _ => Outcome::Failed(failure()),
        };
        let input = Value::parse(&self.input).unwrap_or_default();
        let started = date("startDate").unwrap_or(ended.started);
        let stopped = date("stopDate").or(ended.ended).unwrap_or(ended.started);
        Description::new(&self.execution_arn, &self.machine_arn, &self.name, started, &input)
            .with_input_text(&self.input)
            .ended(stopped, &outcome)
            .with_redrive(0, None, RedriveStatus::SUCCEEDED)
            .task_result(pattern)
    }
}
