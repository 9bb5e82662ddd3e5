//! Callbacks that stand for operations of an earlier execution, which sends their ends.

use asl_engine::EffectId;
use asl_value::{Object, Text, Value};

use super::described::described;
use super::kept::id;
use crate::continue_event::Forwards;
use crate::{CallbackSays, Change, DurableError, DurableErrorKind, DurableLog};

/// The STEP that shows that the mailbox of the earlier execution has the ids.
const MAILED: &str = "mailed";

/// Begins a callback for each operation that the earlier execution has kept, and sends it their ids.
pub(super) async fn begin(log: &DurableLog, forwards: &Forwards) -> Result<(), DurableError> {
    if log.operation(MAILED).is_some() {
        return Ok(());
    }
    for effect in &forwards.effects {
        if log.operation(&id(effect)).is_none() {
            let change = Change::CallbackStart { timeout: None, heartbeat: None };
            log.add(described(id(effect), change, effect, "Forwarded"))?;
        }
    }
    log.flush().await?;
    let mut ids = Object::new();
    for effect in &forwards.effects {
        let begun = log.operation(&id(effect));
        if let Some(callback_id) = begun.as_ref().and_then(|begun| begun.callback_id()) {
            ids.insert(effect.clone(), callback_id.into());
        }
    }
    send(log, &forwards.mailbox, &Value::from(ids), MAILED.into(), "mailed").await?;
    log.flush().await
}

/// Answers a callback of another execution, and notes that in a STEP.
pub(super) async fn send(
    log: &DurableLog,
    callback_id: &str,
    result: &Value,
    step: Text,
    name: &str,
) -> Result<(), DurableError> {
    match log.api().answer(callback_id, CallbackSays::Success(result.to_json().into())).await {
        // An invocation that was lost has answered it, or nobody waits for it any more.
        Err(error) if error.kind() == DurableErrorKind::Closed => {}
        sent => sent?,
    }
    let change = Change::StepSucceed { payload: "{}".into() };
    log.add(described(step, change, name, "Forwarded"))
}

/// The callback that gets the end of an operation which the earlier execution has kept. `None` if it kept none for this effect.
pub(super) fn forwarded(log: &DurableLog, effect: &EffectId) -> Option<Text> {
    let id = id(effect.as_text());
    log.operation(&id).map(|_| id)
}
