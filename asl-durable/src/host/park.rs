//! [`park`]: ends an invocation whose execution only waits.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{EffectKind, OpenEffect};
use asl_value::{Text, Timestamp};

use super::described::described;
use super::job::look;
use super::ledger::Kept;
use super::shared::{Awaited, Shared};
use crate::limits::LONGEST_WAIT;
use crate::{Change, DurableError, Operation, OperationDetails, OperationStatus, Update, operation_id};

/// What is due sooner is waited for: the service waits whole seconds.
const SOON: Duration = Duration::from_secs(1);

/// An execution that may take so long needs no alarm: the timeout of the durable function ends it.
const NO_ALARM: Duration = Duration::from_secs(364 * 86_400);

/// Writes down what the execution waits for. Returns whether the invocation is to end now: not if something is due, or
/// has come meanwhile.
pub(super) async fn park(shared: &Shared) -> Result<bool, DurableError> {
    let Some(effects) = shared.parked() else { return Ok(false) };
    let now = (shared.now)();
    let is_storage =
        |effect: &OpenEffect| matches!(effect.kind, EffectKind::Read | EffectKind::List | EffectKind::Write);
    if effects.iter().any(is_storage) {
        return Ok(false);
    }
    if effects.iter().filter_map(due).any(|until| until <= now.plus(SOON)) {
        return Ok(false);
    }
    let written = shared.ledger.write(Some(&effects), now);
    shared.exhausted(written)?;
    let added = operations(shared, &effects, now);
    shared.exhausted(added)?;
    shared.flush().await?;
    let has_come = effects.iter().any(|effect| match shared.awaited(&effect.of) {
        Some(Awaited::Operation(id)) => {
            shared.log.operation(&id).is_some_and(|operation| operation.status.is_final())
        }
        _ => false,
    });
    // A step that is READY wakes nobody: this clock is behind the service's, so its time is waited for here.
    let wakes = |operation: &Arc<Operation>| {
        !operation.status.is_final() && operation.status != OperationStatus::Ready
    };
    let waits = shared.log.operations().iter().skip(1).any(wakes);
    Ok(waits && !has_come && shared.parked().is_some_and(|still| still == effects))
}

/// Ends an invocation that has no time left, with work in flight: the next one begins that work again.
pub(super) async fn interrupt(shared: &Shared) -> Result<(), DurableError> {
    shared.write(None).await?;
    let number = shared.log.usage().operations.to_string();
    let change = Change::WaitStart { time: Duration::from_secs(1) };
    let id = operation_id(&["interrupt", &number]);
    shared.log.add(described(id, change, "out of time", "Wait"))?;
    shared.log.flush().await
}

fn due(effect: &OpenEffect) -> Option<Timestamp> {
    match effect.kind {
        EffectKind::Timer { until } => Some(until),
        _ => None,
    }
}

/// Adds what is missing of the operations that stand for effects.
fn operations(shared: &Shared, effects: &[OpenEffect], now: Timestamp) -> Result<(), DurableError> {
    let mut kept: Vec<Text> = Vec::new();
    let mut first: Option<Timestamp> = None;
    for effect in effects {
        match &effect.kind {
            EffectKind::Timer { until } => {
                first = Some(first.map_or(*until, |first| first.min(*until)));
                if shared.ledger.retry_of(&effect.of).is_none() {
                    kept.push(wait(shared, "wait", effect, *until, now)?);
                }
            }
            EffectKind::Task { .. } if shared.awaited(&effect.of) == Some(Awaited::Job) => {
                kept.push(open_wait(shared, &effect.state, &|number| look(&effect.of, number))?);
            }
            // A callback has its clocks with the service, also one that an earlier execution has kept. An invocation has none.
            EffectKind::Task { expires: Some(expires), .. }
                if shared.ledger.kept(&effect.of) == Some(Kept::All) =>
            {
                kept.push(wait(shared, "timeout", effect, *expires, now)?);
            }
            _ => {}
        }
    }
    for effect in effects {
        let EffectKind::Stop { deadline: Some(deadline) } = effect.kind else { continue };
        let is_far = deadline.since(shared.log.started()) >= NO_ALARM;
        if !is_far && first.is_none_or(|first| deadline < first) {
            kept.push(wait(shared, "alarm", effect, deadline, now)?);
        }
    }
    give_up(shared, &kept)
}

/// The id of the open WAIT for an instant. One that is further away than a WAIT may be is waited for again.
fn wait(
    shared: &Shared,
    kind: &str,
    effect: &OpenEffect,
    until: Timestamp,
    now: Timestamp,
) -> Result<Text, DurableError> {
    let name = if effect.state.is_empty() { "TimeoutSeconds" } else { effect.state.as_str() };
    open_wait(shared, name, &|number| {
        let id = operation_id(&[kind, effect.of.as_text(), &number.to_string()]);
        (id, until.since(now).max(SOON).min(LONGEST_WAIT))
    })
}

/// The id of the first WAIT of a series that has not ended. It is added if it has not begun.
fn open_wait(
    shared: &Shared,
    name: &str,
    nth: &dyn Fn(u32) -> (Text, Duration),
) -> Result<Text, DurableError> {
    let mut number = 0;
    loop {
        let (id, time) = nth(number);
        match shared.log.operation(&id) {
            Some(known) if known.status.is_final() => number += 1,
            Some(_) => return Ok(id),
            None => {
                shared.log.add(described(id.clone(), Change::WaitStart { time }, name, "Wait"))?;
                return Ok(id);
            }
        }
    }
}

/// Cancels the WAITs that nothing waits for any more: they would only wake the function.
pub(super) fn give_up(shared: &Shared, kept: &[Text]) -> Result<(), DurableError> {
    for operation in shared.log.operations() {
        let is_open =
            matches!(operation.details, OperationDetails::Wait { .. }) && !operation.status.is_final();
        if is_open && !kept.contains(&operation.id) {
            let (id, name) = (operation.id.clone(), operation.name.clone());
            let (parent, sub_type) = (None, operation.sub_type.clone());
            shared.log.add(Update { id, parent, name, sub_type, change: Change::WaitCancel })?;
        }
    }
    Ok(())
}
