//! One execution, for senders that do not use HTTP.

use std::sync::Arc;

use asl_engine::Outcome;
use asl_value::{Object, Text, Value};

use crate::InvocationError;
use crate::checkpoints;
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
    let answer = session.execute(start, move |ended| answered(config, sender, &fit, ended)).await;
    answer.unwrap_or_else(|refusal| reported(config, &Outcome::Failed(refusal.failure), None))
}

/// Goes on with an execution that has run out of time. Its answer is that of a manual invocation.
pub(super) async fn go_on(session: &Arc<Session>, place: &Text) -> Result<Value, InvocationError> {
    let config = session.config();
    let answer = session.go_on(place, |ended| answered(config, Sender::Waiting, Value::clone, ended)).await;
    answer.unwrap_or_else(|failure| reported(config, &Outcome::Failed(failure), None))
}

fn answered(
    config: &Config,
    sender: Sender,
    fit: impl Fn(&Value) -> Value,
    ended: &Ended,
) -> Result<Value, InvocationError> {
    let outcome = &ended.report.outcome;
    let describes_failures = sender == Sender::Waiting || config.on_failure == OnFailure::Report;
    match (config.response, outcome) {
        (Response::Output, Outcome::Succeeded(output)) => Ok(fit(output)),
        (Response::Envelope, Outcome::Succeeded(_)) => Ok(ended.envelope(true).into()),
        (Response::Envelope, _) if describes_failures => Ok(ended.envelope(true).into()),
        _ => reported(config, outcome, ended.kept.as_ref()),
    }
}

/// `{"status", "error", "cause"}`, and `"continue"` with an event if the execution is kept.
fn reported(config: &Config, outcome: &Outcome, kept: Option<&Text>) -> Result<Value, InvocationError> {
    match (outcome.failure(), config.on_failure) {
        (Some(_), OnFailure::Fail) => Err(InvocationError::of(outcome)),
        (failure, _) => {
            let status: Object = [("status", Value::from(outcome.status()))].into_iter().collect();
            let problem = failure.map(problem).unwrap_or_default();
            let next = kept.map(|place| ("continue".into(), checkpoints::event(place)));
            Ok(Value::Object(status.into_iter().chain(problem).chain(next).collect()))
        }
    }
}
