//! [`handle`]: one invocation, from event to response.

use std::sync::Arc;

use asl_engine::{Engine, Execution, Outcome, Program};
use asl_value::{Object, Value};

use crate::config::{Config, OnFailure, Response};
use crate::envelope::{Ends, Envelope};
use crate::init::InitError;
use crate::input::{self, NoInput};
use crate::response::problem;
#[cfg(feature = "http")]
use crate::trigger::http;
use crate::trigger::{InvalidBody, Trigger};
use crate::{Invocation, InvocationError};

/// A program that is ready for invocations.
#[derive(Debug, Clone)]
pub struct Adapter {
    program: Arc<Program>,
    engine: Engine,
    config: Config,
}

impl Adapter {
    /// Checks that there is a handler for every task, since that is better found now than in an execution.
    ///
    /// # Errors
    /// Names the resources without one.
    pub fn new(program: Arc<Program>, engine: Engine, config: Config) -> Result<Adapter, InitError> {
        let missing = engine.tasks().missing(&program);
        if missing.is_empty() {
            Ok(Adapter { program, engine, config })
        } else {
            Err(InitError::missing(&missing))
        }
    }

    /// How it receives events and answers them.
    pub fn config(&self) -> &Config {
        &self.config
    }
}

/// One invocation, without the Lambda runtime: finds out what sent the event, runs an execution of its input and answers
/// as the sender expects.
///
/// ```
/// use asl_engine::{Engine, load};
/// use asl_lambda::{handle, Adapter, Config, Invocation};
/// use asl_model::Source;
/// use asl_value::json;
///
/// let source = Source::json(r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#);
/// let program = load(&source).program.unwrap();
/// let adapter = Adapter::new(program, Engine::builder().build(), Config::default()).unwrap();
///
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// let response = runtime.block_on(handle(&adapter, json!({"n": 1}), Invocation::new("request-1")));
/// assert_eq!(response, Ok(json!({"n": 1})));
/// ```
///
/// # Errors
/// The execution's error, if nobody waits for an HTTP response and the failure is not to be reported as an output.
pub async fn handle(
    adapter: &Adapter,
    event: Value,
    invocation: Invocation,
) -> Result<Value, InvocationError> {
    let Adapter { program, engine, config } = adapter;
    let trigger = config.event_source.unwrap_or_else(|| Trigger::detect(&event));
    let identity = invocation.identity();
    let input = match input::select(&config.input, engine, trigger, event, &identity).await {
        Ok(input) => input,
        Err(NoInput::Body(error)) => return refuse(trigger, &error),
        Err(NoInput::Path(outcome)) => return respond(config, trigger, &outcome),
    };
    let mut execution =
        Execution::new(input.clone()).with_identity(identity.clone()).with_limits(config.limits.clone());
    execution.deadline = invocation.deadline.map(|deadline| deadline.minus(config.margin));
    match config.response {
        Response::Output => {
            let report = engine.run(program, execution.with_observer(invocation.observer)).await;
            respond(config, trigger, &report.outcome)
        }
        Response::Envelope => {
            let ends = Arc::new(Ends::new(invocation.observer));
            let report = engine.run(program, execution.with_observer(ends.clone())).await;
            let envelope =
                Envelope { identity: &identity, input: &input, outcome: &report.outcome, ends: &ends };
            respond_with_envelope(config, trigger, &envelope)
        }
    }
}

fn respond(config: &Config, trigger: Trigger, outcome: &Outcome) -> Result<Value, InvocationError> {
    match trigger {
        #[cfg(feature = "http")]
        Trigger::HttpApi | Trigger::RestApi => Ok(trigger.complete(http::response(outcome, &config.mapping))),
        Trigger::EventBridge | Trigger::Direct => respond_without_http(config, outcome),
    }
}

fn respond_without_http(config: &Config, outcome: &Outcome) -> Result<Value, InvocationError> {
    match (outcome, outcome.failure(), config.on_failure) {
        (Outcome::Succeeded(output), ..) => Ok(output.clone()),
        (_, Some(failure), OnFailure::Fail) => Err(InvocationError::of(outcome, failure)),
        (_, failure, _) => {
            let status: Object = [("status", Value::from(outcome.status()))].into_iter().collect();
            let problem = failure.map(problem).unwrap_or_default();
            Ok(Value::Object(status.into_iter().chain(problem).collect()))
        }
    }
}

/// StartSyncExecution answers a failed execution like any other. Only an asynchronous sender, who reads no answer, is
/// told by a failed invocation.
fn respond_with_envelope(
    config: &Config,
    trigger: Trigger,
    envelope: &Envelope<'_>,
) -> Result<Value, InvocationError> {
    match (trigger, envelope.outcome.failure(), config.on_failure) {
        #[cfg(feature = "http")]
        (Trigger::HttpApi | Trigger::RestApi, ..) => {
            Ok(trigger.complete(http::json_response(200, &envelope.to_value())))
        }
        (Trigger::EventBridge, Some(failure), OnFailure::Fail) => {
            Err(InvocationError::of(envelope.outcome, failure))
        }
        (Trigger::EventBridge | Trigger::Direct, ..) => Ok(envelope.to_value()),
    }
}

/// A request that cannot be an input starts no execution.
fn refuse(trigger: Trigger, error: &InvalidBody) -> Result<Value, InvocationError> {
    match trigger {
        #[cfg(feature = "http")]
        Trigger::HttpApi | Trigger::RestApi => Ok(trigger.complete(http::refusal(error))),
        Trigger::EventBridge | Trigger::Direct => {
            Err(InvocationError::new(InvalidBody::ERROR, error.to_string()))
        }
    }
}
