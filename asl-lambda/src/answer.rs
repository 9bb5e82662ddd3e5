//! Answers events: one module for each kind of [`Answer`].

use std::sync::Arc;

use asl_value::Value;

use crate::InvocationError;
use crate::checkpoints;
use crate::execution::{Part, Start};
use crate::reply::Reply;
use crate::session::Session;
use crate::trigger::{Answer, Trigger};
use single::{Sender, execute};

mod batch;
mod http;
mod single;
mod start_sync;
mod window;

/// Runs the executions that an event asks for, and answers in the form that its sender expects.
pub(crate) async fn answer(
    session: &Arc<Session>,
    trigger: Trigger,
    event: Value,
) -> Result<Reply, InvocationError> {
    #[cfg(feature = "durable")]
    if let Some(answer) = crate::callback::answer(session, trigger, &event).await {
        return answer.map(Reply::Document);
    }
    if session.config().map.checkpoints.is_some()
        && let Some(place) = checkpoints::named(&event)
    {
        return single::go_on(session, &place).await.map(Reply::Document);
    }
    let start = |event| Start::new(trigger, Part::Event(event));
    let document = match &trigger.properties().answer {
        Answer::Http(render) => return Ok(http::answer(session, trigger, event, *render).await),
        Answer::Batch(batch) => batch::answer(session, trigger, &event, batch).await,
        Answer::Records => batch::answer_all(session, trigger, &event).await,
        Answer::Envelope => start_sync::answer(session, trigger, event).await,
        Answer::Nothing => execute(session, start(event), Sender::Gone, Value::clone).await,
        Answer::Output(fit) => {
            let sent = event.clone();
            execute(session, start(event), Sender::Waiting, |output| fit(&sent, output)).await
        }
    };
    document.map(Reply::Document)
}
