//! An execution that is near its quotas continues in a next one.
//!
//! The next one is a CHAINED_INVOKE of this one, which therefore ends with the end of the next one. Callbacks and invocations
//! that are open cannot be moved. This execution keeps them, and sends their ends to callbacks of the next one.

use std::sync::Arc;

use asl_value::{Object, Text, Value};

use super::continues::Continues;
use super::described::described;
use super::forward;
use super::kept::{ended_value, mailed};
use super::park::give_up;
use super::shared::Shared;
use crate::continue_event::Forwards;
use crate::limits::{BATCH_BYTES, OPERATIONS, STORED_BYTES};
use crate::{Change, ContinueEvent, DurableError, DurableLog, Operation, OperationStatus, operation_id};

/// The CHAINED_INVOKE of the next execution.
const NEXT: &str = "continue";
/// The CALLBACK that gets the ids of callbacks of the next execution.
const MAILBOX: &str = "mailbox";

/// The next execution, if there is one.
pub(super) fn next(log: &DurableLog) -> Option<Arc<Operation>> {
    log.operation(NEXT)
}

/// Begins the next execution. Returns whether that was possible; if not, nothing is given up.
pub(super) async fn begin(
    shared: &Shared,
    continues: &Continues,
    function: &Text,
) -> Result<bool, DurableError> {
    let Some(snapshot) = shared.snapshot() else { return Ok(false) };
    let open = shared.open_operations();
    // The mailbox, the next execution, and a STEP for each end that is sent.
    if shared.log.usage().operations + open.len() as u64 + 2 > OPERATIONS {
        return Ok(false);
    }
    let forwards = match open.is_empty() {
        true => None,
        false => Some(Forwards {
            mailbox: mailbox(shared).await?,
            effects: open.iter().map(|(effect, _)| effect.as_text().clone()).collect(),
        }),
    };
    let event = ContinueEvent::new(snapshot, continues.host.clone(), forwards);
    let Some(payload) = event.to_value() else { return Ok(false) };
    let payload = Text::from(payload.to_json());
    let stored = shared.log.usage().stored_bytes + payload.len() as u64;
    let change = Change::ChainedInvokeStart { function: function.clone(), payload };
    let update = described(NEXT.into(), change, "continue as new", "Continue");
    if update.to_value().encoded_len() > BATCH_BYTES || stored > STORED_BYTES {
        return Ok(false);
    }
    give_up(shared, &[])?;
    shared.log.add(update)?;
    shared.log.flush().await?;
    Ok(true)
}

async fn mailbox(shared: &Shared) -> Result<Text, DurableError> {
    if shared.log.operation(MAILBOX).is_none() {
        let change = Change::CallbackStart { timeout: None, heartbeat: None };
        shared.log.add(described(MAILBOX.into(), change, "mailbox", "Mailbox"))?;
        shared.log.flush().await?;
    }
    let mailbox = shared.log.operation(MAILBOX);
    let callback_id = mailbox.as_ref().and_then(|mailbox| mailbox.callback_id()).cloned();
    callback_id.ok_or_else(|| DurableError::unreadable("the log has no mailbox".to_owned()))
}

/// Sends what has ended to the next execution.
pub(super) async fn forward(log: &DurableLog) -> Result<(), DurableError> {
    let Some(mailbox) = log.operation(MAILBOX).filter(|mailbox| mailbox.status == OperationStatus::Succeeded)
    else {
        return Ok(());
    };
    let callbacks = mailbox.details.end().0.and_then(|text| Value::parse(text).ok());
    let callbacks: Object = callbacks.and_then(|ids| ids.as_object().cloned()).unwrap_or_default();
    for (effect, callback_id) in callbacks.iter() {
        let sent = operation_id(&["sent", effect]);
        let ended = mailed(log, effect).filter(|operation| operation.status.is_final());
        let (Some(ended), None) = (ended, log.operation(&sent)) else { continue };
        let id = callback_id.as_str().unwrap_or_default();
        forward::send(log, id, &ended_value(&ended), sent, "forwarded").await?;
    }
    log.flush().await
}
