//! [`handle`]: one invocation, from event to response.

use asl_value::Value;

use crate::reply::{Reply, Weighed};
use crate::session::Session;
use crate::trigger::Trigger;
use crate::{Adapter, Invocation, InvocationError, answer};

/// One invocation, without the Lambda runtime: finds out what sent the event, runs executions of what it holds and answers
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
    let trigger = adapter.trigger(&event);
    reply(adapter, trigger, event, invocation).await.map(Reply::into_document)
}

/// [`handle`] for an event whose trigger is known, with an answer that need not be one document.
pub(crate) async fn reply(
    adapter: &Adapter,
    trigger: Trigger,
    event: Value,
    invocation: Invocation,
) -> Result<Reply, InvocationError> {
    let session = Session::begin(adapter, invocation);
    let _stopped_on_drop = session.guard();
    let reply = answer::answer(&session, trigger, event).await.and_then(|reply| {
        // Answers that can each be sent may be too large together.
        reply.excess().map_or(Ok(reply), |failure| Err(session.refuse(&failure)))
    });
    session.end().await;
    reply
}
