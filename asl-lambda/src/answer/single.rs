//! One execution, for senders that do not use HTTP.

use std::sync::Arc;

use asl_engine::Outcome;
use asl_value::{Object, Value};

use crate::InvocationError;
use crate::config::{Config, OnFailure, Response};
use crate::execution::{Ended, Start};
use crate::failure::problem;
use crate::session::Session;

/// Whether the sender of an event reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    Waiting,
    /// The invocation is asynchronous: only its success or failure counts.
    Gone,
}

/// Runs one execution. The answer is the output, adapted by `fit`, or the envelope; a failed execution fails the
/// invocation.
///
/// The envelope also describes a failed execution, as StartSyncExecution does. A sender that reads no answer, however,
/// can only notice that the invocation failed.
pub(super) async fn execute(
    session: &Arc<Session>,
    start: Start,
    sender: Sender,
    fit: impl Fn(&Value) -> Value + Send,
) -> Result<Value, InvocationError> {
    let config = session.config();
    let answer = move |ended: &Ended| {
        let outcome = &ended.report.outcome;
        let describes_failures = sender == Sender::Waiting || config.on_failure == OnFailure::Report;
        match (config.response, outcome) {
            (Response::Output, Outcome::Succeeded(output)) => Ok(fit(output)),
            (Response::Envelope, Outcome::Succeeded(_)) => Ok(ended.envelope(true).into()),
            (Response::Envelope, _) if describes_failures => Ok(ended.envelope(true).into()),
            _ => reported(config, outcome),
        }
    };
    let answer = session.execute(start, answer).await;
    answer.unwrap_or_else(|refusal| reported(config, &Outcome::Failed(refusal.failure)))
}

fn reported(config: &Config, outcome: &Outcome) -> Result<Value, InvocationError> {
    match (outcome.failure(), config.on_failure) {
        (Some(_), OnFailure::Fail) => Err(InvocationError::of(outcome)),
        (failure, _) => {
            let status: Object = [("status", Value::from(outcome.status()))].into_iter().collect();
            let problem = failure.map(problem).unwrap_or_default();
            Ok(Value::Object(status.into_iter().chain(problem).collect()))
        }
    }
}
