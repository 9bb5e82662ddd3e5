//! Answers to tasks that wait for a token, as their senders give them to the function.
//!
//! Step Functions takes such answers with `SendTaskSuccess`, `SendTaskFailure` and `SendTaskHeartbeat`. A durable execution
//! waits for a callback of Lambda, whose API is another one. So a function with `ASL_CALLBACK_PATH` takes them in three
//! forms, and passes them on: as a [`link`], as a request to Step Functions, or as an event ([`send_task`]).

mod link;
mod message;
mod page;
mod send_task;

use asl_durable::CallbackApi;
use asl_engine::Failure;
use asl_value::{Object, Value};

use crate::http::HttpResponse;
use crate::session::Session;
use crate::trigger::Trigger;
use crate::{Adapter, InvocationError};
use message::{Callback, Undelivered, Why};

/// Where callbacks are answered, if the function does that.
fn settings(adapter: &Adapter) -> Option<(&dyn CallbackApi, &str)> {
    Some((adapter.callbacks()?, adapter.config().callback_path.as_deref()?))
}

/// The response to a request that answers a callback. `None` for any other request.
pub(crate) async fn respond(session: &Session, event: &Value) -> Option<HttpResponse> {
    let (api, path) = settings(&session.adapter)?;
    if let Some(callback) = send_task::of_request(event) {
        return Some(send_task::response(deliver(session, api, callback).await));
    }
    match link::read(event, path)? {
        Ok(callback) => Some(link::response(deliver(session, api, callback).await, event)),
        Err(response) => Some(response),
    }
}

/// The answer to an event that answers a callback: `{"SendTaskSuccess": {"taskToken": "…", "output": "…"}}`. `None` for any
/// other event.
pub(crate) async fn answer(
    session: &Session,
    trigger: Trigger,
    event: &Value,
) -> Option<Result<Value, InvocationError>> {
    let (api, _) = settings(&session.adapter).filter(|_| trigger == Trigger::Direct)?;
    let delivered = deliver(session, api, send_task::of_event(event)?).await;
    Some(match delivered {
        Ok(()) => Ok(Object::new().into()),
        Err(undelivered) => Err(InvocationError::new(undelivered.why.name(), undelivered.message)),
    })
}

/// Passes an answer on. What the sender can do nothing about is logged.
async fn deliver(
    session: &Session,
    api: &dyn CallbackApi,
    callback: Result<Callback, Undelivered>,
) -> Result<(), Undelivered> {
    let delivered = callback?.send(api).await;
    if let Err(Undelivered { why: why @ (Why::Refused | Why::ServiceUnavailable), message }) = &delivered {
        session.log_problem(&Failure::new(why.name(), message.as_str()));
    }
    delivered
}
