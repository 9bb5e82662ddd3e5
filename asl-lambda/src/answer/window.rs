//! Tumbling windows: the records of a stream, with a state that each invocation passes to the next.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html>

use std::sync::Arc;

use asl_engine::{Failure, Outcome};
use asl_value::{Array, Object, Value};

use crate::InvocationError;
use crate::config::OnFailure;
use crate::execution::{Ended, Part, Start};
use crate::failure::INVALID_RESPONSE;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::trigger::Trigger;

/// Answers a window with its state. All records belong to one execution, because it continues from the state that the
/// previous invocation left.
pub(super) async fn answer(
    session: &Arc<Session>,
    trigger: Trigger,
    event: &Object,
) -> Result<Value, InvocationError> {
    let answer = |ended: &Ended| match &ended.report.outcome {
        Outcome::Succeeded(output) => answer_of(event, output).map_err(|failure| session.refuse(&failure)),
        outcome => Err(InvocationError::of(outcome)),
    };
    let start = Start::new(trigger, Part::Window(event.clone()));
    let answer = session.execute(start, answer).await.map_err(Refusal::into_error).and_then(|answer| answer);
    match session.config().on_failure {
        OnFailure::Fail => answer,
        OnFailure::Report => Ok(answer.unwrap_or_else(|_| answer_with(state(event), None))),
    }
}

/// An output with `state` or `batchItemFailures` is the answer itself; any other object is the state.
fn answer_of(event: &Object, output: &Value) -> Result<Value, Failure> {
    let members = output.as_object();
    let is_answer =
        |members: &&Object| ["state", "batchItemFailures"].iter().any(|name| members.contains_key(name));
    let (new, failures) = match members.filter(is_answer) {
        Some(members) => (members.get("state"), members.get("batchItemFailures").cloned()),
        None => (Some(output), None),
    };
    match new {
        None => Ok(answer_with(state(event), failures)),
        Some(new) if new.as_object().is_some() => Ok(answer_with(new.clone(), failures)),
        // Lambda ignores the state that the last invocation of a window returns.
        Some(_) if event.get("isFinalInvokeForWindow").and_then(Value::as_bool) == Some(true) => {
            Ok(answer_with(state(event), failures))
        }
        Some(new) => {
            let cause = format!(
                "the output is not the state of a window: expected an object, found {}",
                new.type_name()
            );
            Err(Failure::new(INVALID_RESPONSE, cause))
        }
    }
}

/// The state that came with the event.
fn state(event: &Object) -> Value {
    event.get("state").filter(|state| !state.is_null()).cloned().unwrap_or_else(|| Object::new().into())
}

fn answer_with(state: Value, failures: Option<Value>) -> Value {
    let failures = failures.unwrap_or_else(|| Array::new().into());
    Value::Object([("state", state), ("batchItemFailures", failures)].into_iter().collect())
}
