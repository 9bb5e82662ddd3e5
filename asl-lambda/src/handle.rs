//! [`handle`]: one invocation, from event to answer.

use asl_value::Value;

use crate::fleet::BatchEvent;
use crate::reply::{Reply, Weighed};
use crate::session::Session;
use crate::trigger::Trigger;
use crate::{Adapter, Invocation, InvocationError, answer, not_durable};

/// Handles one event: detects its trigger, runs the executions that it asks for, and answers in the form that its
/// sender expects.
///
/// This is [`serve`](fn@crate::serve) without the Lambda runtime. Use it in tests, or in a program that receives events
/// in another way. [`local::run_once`](crate::local::run_once) also returns the events of the executions.
///
/// Dropping the future stops its executions. It must run in a Tokio runtime with time enabled. Whatever
/// [`InvokeMode`](crate::InvokeMode) says, the response is one document.
///
/// ```
/// use asl_engine::{Engine, load};
/// use asl_lambda::{handle, Adapter, Config, Invocation};
/// use asl_model::Source;
/// use asl_value::json;
///
/// let source = Source::json(r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#);
/// let program = load(&source).unwrap().program;
/// let adapter = Adapter::new(program, Engine::builder().build(), Config::default()).unwrap();
///
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// let response = runtime.block_on(handle(&adapter, json!({"n": 1}), Invocation::new("request-1")));
/// assert_eq!(response, Ok(json!({"n": 1})));
/// ```
///
/// # Errors
/// The error of the execution, or the reason why none was started. HTTP triggers answer with a response instead, and
/// batches report the records that failed. With [`OnFailure::Report`](crate::OnFailure::Report) a failed execution is
/// not an error.
pub async fn handle(
    adapter: &Adapter,
    event: Value,
    invocation: Invocation,
) -> Result<Value, InvocationError> {
    respond(adapter, event, invocation).await.map(Reply::into_document)
}

/// [`handle`], whose answer may be a stream.
pub(crate) async fn respond(
    adapter: &Adapter,
    event: Value,
    invocation: Invocation,
) -> Result<Reply, InvocationError> {
    #[cfg(feature = "durable")]
    if let Some(durable) = adapter.durable()
        && let Some(event) = asl_durable::DurableEvent::read(&event)
    {
        let session = Session::begin(adapter, invocation);
        return session.continue_durable(durable, event).await.map(Reply::Document);
    }
    if let Some(failure) = not_durable::failure(&event) {
        Session::begin(adapter, invocation).log_problem(&failure);
        return Ok(Reply::Document(not_durable::answer(&failure)));
    }
    if adapter.config().map.reads_batches()
        && let Some(batch) = BatchEvent::read(&event)
    {
        let session = Session::begin(adapter, invocation);
        let _stopped_on_drop = session.guard();
        let answer = session.run_batch(batch).await;
        session.end().await;
        return Ok(Reply::Document(answer));
    }
    let trigger = adapter.trigger(&event);
    reply(adapter, trigger, event, invocation).await
}

/// [`handle`] for an event whose trigger is known. The answer may be a stream.
pub(crate) async fn reply(
    adapter: &Adapter,
    trigger: Trigger,
    event: Value,
    invocation: Invocation,
) -> Result<Reply, InvocationError> {
    let session = Session::begin(adapter, invocation);
    let _stopped_on_drop = session.guard();
    let reply = answer::answer(&session, trigger, event).await.and_then(|reply| {
        // Answers that are small enough on their own may be too large together.
        reply.excess().map_or(Ok(reply), |failure| Err(session.refuse(&failure)))
    });
    session.end().await;
    reply
}
