//! What the things that the server keeps take in memory: estimates, rather too high than too low.

use asl_engine::{Event, EventKind, Failure};
use asl_value::Value;

/// What an execution takes besides its input and its history: measured, with an allocator of the system.
pub(crate) const EXECUTION_BYTES: usize = 2048;

/// What an event takes besides its data. A list that grows has room for twice its entries.
const EVENT_BYTES: usize = 2 * size_of::<Event>();

/// What a value takes.
pub(crate) fn of_value(value: &Value) -> usize {
    usize::try_from(value.memory_bytes()).unwrap_or(usize::MAX)
}

/// What an event adds to a history. A payload that it shares with the event before it counts once.
pub(crate) fn of_event(event: &Event, before: Option<&Event>) -> usize {
    let data = new_payload(event, before).map_or(0, of_value);
    let failure = failure(&event.kind).map_or(0, |failure| {
        [&failure.error, &failure.cause].into_iter().flatten().map(|text| text.len()).sum()
    });
    let variables = match &event.kind {
        EventKind::StateExited { assigned_variables: Some(variables), .. } => {
            of_value(&Value::Object(variables.clone()))
        }
        _ => 0,
    };
    [EVENT_BYTES, data, failure, variables].into_iter().fold(0, usize::saturating_add)
}

/// The payload of an event, unless the event before it has the same one.
pub(crate) fn new_payload<'e>(event: &'e Event, before: Option<&Event>) -> Option<&'e Value> {
    let before = before.and_then(|event| event.kind.payload());
    event.kind.payload().filter(|payload| before.is_none_or(|before| !before.same(payload)))
}

fn failure(kind: &EventKind) -> Option<&Failure> {
    match kind {
        EventKind::ExecutionFailed(failure)
        | EventKind::ExecutionTimedOut(failure)
        | EventKind::ExecutionAborted(failure)
        | EventKind::TaskFailed { failure, .. }
        | EventKind::TaskTimedOut { failure, .. }
        | EventKind::MapRunFailed(failure) => Some(failure),
        EventKind::EvaluationFailed(failed) => Some(&failed.failure),
        _ => None,
    }
}
