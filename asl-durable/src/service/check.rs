//! What the service refuses of a call, whatever the state of the execution.

use std::time::Duration;

use crate::limits::{
    BATCH_BYTES, BATCH_UPDATES, LONGEST_CALLBACK, LONGEST_WAIT, NAME_CHARACTERS, PAYLOAD_BYTES,
};
use crate::update::whole_seconds;
use crate::{Change, ErrorObject, OperationKind, Update};

/// Checks the updates of one call.
///
/// # Errors
/// What is wrong with them.
pub(super) fn updates(updates: &[Update]) -> Result<(), String> {
    if updates.len() > BATCH_UPDATES {
        return Err(format!("{} updates, at most {BATCH_UPDATES} are allowed", updates.len()));
    }
    let bytes: usize = updates.iter().map(|update| update.to_value().encoded_len()).sum();
    let ends = updates.iter().filter(|update| kind(update) == OperationKind::Execution).count();
    if bytes > BATCH_BYTES && ends == 0 {
        return Err(format!("{bytes} bytes of updates, at most {BATCH_BYTES} are allowed"));
    }
    let is_last = updates.last().is_some_and(|update| kind(update) == OperationKind::Execution);
    if ends > 1 || (ends == 1 && !is_last) {
        return Err("an EXECUTION update must be the last one and the only one".to_owned());
    }
    for (place, update) in updates.iter().enumerate() {
        one(update)?;
        let earlier: Vec<&Update> =
            updates.iter().take(place).filter(|other| other.id == update.id).collect();
        let begins = |earlier: &&Update| matches!(earlier.change, Change::StepStart | Change::ContextStart);
        match earlier.as_slice() {
            [] => {}
            [first] if begins(first) => {}
            _ => return Err(format!("operation {} occurs more than once", update.id)),
        }
    }
    Ok(())
}

fn kind(update: &Update) -> OperationKind {
    update.change.names().0
}

/// Checks one update by itself.
fn one(update: &Update) -> Result<(), String> {
    let id = &update.id;
    let is_plain =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let ids = [Some(id), update.parent.as_ref()].into_iter().flatten();
    for id in ids {
        if id.is_empty() || id.len() > 64 || !is_plain(id) {
            return Err(format!("`{id}` is not an id of an operation"));
        }
    }
    if update.name.as_ref().is_some_and(|name| name.chars().count() > NAME_CHARACTERS) {
        return Err(format!("the name of operation {id} is too long"));
    }
    if update.sub_type.as_ref().is_some_and(|name| name.is_empty() || name.len() > 32 || !is_plain(name)) {
        return Err(format!("the sub-type of operation {id} is not valid"));
    }
    let bytes = update.change.payload().map_or(0, |payload| payload.len());
    let bytes = bytes + update.change.error().map_or(0, ErrorObject::bytes);
    if bytes > PAYLOAD_BYTES && kind(update) != OperationKind::Execution {
        return Err(format!("operation {id} has {bytes} bytes, at most {PAYLOAD_BYTES} are allowed"));
    }
    times(update)
}

fn times(update: &Update) -> Result<(), String> {
    let within = |time: Duration, least: u64, most: Duration| {
        let seconds = whole_seconds(time);
        match (least..=most.as_secs()).contains(&seconds) {
            true => Ok(()),
            false => Err(format!(
                "operation {}: {seconds} seconds, expected {least} to {}",
                update.id,
                most.as_secs()
            )),
        }
    };
    match &update.change {
        Change::WaitStart { time: delay } | Change::StepRetry { delay, .. } => {
            within(*delay, 1, LONGEST_WAIT)
        }
        Change::CallbackStart { timeout, heartbeat } => {
            [timeout, heartbeat].into_iter().flatten().try_for_each(|time| within(*time, 0, LONGEST_CALLBACK))
        }
        _ => Ok(()),
    }
}
