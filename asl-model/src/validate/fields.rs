//! Values that have the right type, but are invalid.

use asl_value::{Pointer, Timestamp};

use crate::report::Report;
use crate::{Code, Diagnostic, Field, Map, ProcessorMode, ResourceKind, State, StateKind, WaitUntil};

pub(super) fn check(state: &State, place: &Pointer, report: &mut Report) {
    match &state.kind {
        StateKind::Wait(wait) => {
            if let WaitUntil::Timestamp(Field::Literal(text)) = &wait.until
                && !is_placeholder(text)
                && Timestamp::parse(text).is_none()
            {
                let message = "String does not match RFC3339 timestamp";
                report.error(Code::INVALID_TIMESTAMP, message, place.key("Timestamp"));
            }
        }
        StateKind::Task(task) if task.credentials.is_some() => {
            if let ResourceKind::Activity { .. } = task.resource.kind() {
                let message = "The field 'Credentials' is not supported for activities";
                report.error(Code::FIELD_NOT_SUPPORTED, message, place.key("Credentials"));
            }
        }
        StateKind::Map(map) if map.processor.mode == ProcessorMode::Inline => {
            check_inline(map, place, report)
        }
        _ => {}
    }
}

const FAILS: &str = "fails at run time";
const IS_IDLE: &str = "has no effect";

/// Observed: AWS accepts the fields of a distributed Map on an inline one; the first three make the execution fail.
fn check_inline(map: &Map, place: &Pointer, report: &mut Report) {
    let distributed = [
        ("ItemReader", map.item_reader.is_some(), FAILS),
        ("ItemBatcher", map.item_batcher.is_some(), FAILS),
        ("ResultWriter", map.result_writer.is_some(), FAILS),
        ("ToleratedFailureCount", map.tolerated_failure_count.is_some(), IS_IDLE),
        ("ToleratedFailurePercentage", map.tolerated_failure_percentage.is_some(), IS_IDLE),
        ("Label", map.label.is_some(), IS_IDLE),
    ];
    for (name, _, effect) in distributed.iter().filter(|(_, present, _)| *present) {
        let message = format!("`{name}` {effect} in a Map whose processor is INLINE");
        report.push(Diagnostic::warning(Code::NEEDS_DISTRIBUTED, message, place.clone()).field(*name));
    }
}

/// Whether a text contains a `${Name}` that is yet to be substituted.
pub(super) fn is_placeholder(text: &str) -> bool {
    text.contains("${")
}
