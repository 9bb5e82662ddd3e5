//! Requests to StartSyncExecution, answered as that API answers them.

use std::sync::Arc;

use asl_value::Value;

use crate::InvocationError;
use crate::execution::{Ended, Part, Start};
use crate::refusal::Refusal;
use crate::session::Session;
use crate::trigger::Trigger;
use crate::trigger::start_sync::Request;

pub(super) async fn answer(
    session: &Arc<Session>,
    trigger: Trigger,
    event: Value,
) -> Result<Value, InvocationError> {
    let request = Request::read(&event).map_err(|failure| session.refuse(&failure))?;
    let mut start = Start::new(trigger, Part::Event(event));
    start.name = request.name.map(|name| name.to_string());
    start.trace_header = request.trace_header;
    let answer = |ended: &Ended| Ok(ended.envelope(request.includes_data).into());
    session.execute(start, answer).await.map_err(Refusal::into_error)?
}
