//! Values that are of the right type, but not right.

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

/// UNRECORDED: whether AWS refuses fields of a distributed Map on an inline one; it accepts `ItemReader`.
fn check_inline(map: &Map, place: &Pointer, report: &mut Report) {
    let distributed = [
        ("ItemReader", map.item_reader.is_some()),
        ("ItemBatcher", map.item_batcher.is_some()),
        ("ResultWriter", map.result_writer.is_some()),
        ("ToleratedFailureCount", map.tolerated_failure_count.is_some()),
        ("ToleratedFailurePercentage", map.tolerated_failure_percentage.is_some()),
        ("Label", map.label.is_some()),
    ];
    for (name, _) in distributed.iter().filter(|(_, present)| *present) {
        let message = format!("`{name}` has no effect in a Map whose processor is INLINE");
        report.push(Diagnostic::warning(Code::NEEDS_DISTRIBUTED, message, place.clone()).field(*name));
    }
}

/// Whether a text has a `${Name}` in it that is still to be substituted.
pub(super) fn is_placeholder(text: &str) -> bool {
    text.contains("${")
}
