//! The result of testing one state.

use asl_engine::{ErrorDetails, Inspection, TestStatus};
use asl_value::Value;

use super::plain;

/// The data after each filter, one line each, followed by the settings of a Map.
pub(crate) fn stages(seen: &Inspection) -> Vec<String> {
    let mut members: Vec<(&str, Value)> = seen.data.stages.clone();
    if !seen.variables.is_empty() {
        members.push(("variables", seen.variables.clone().into()));
    }
    let data = &seen.data;
    for (name, number) in [
        ("maxConcurrency", data.max_concurrency.map(Value::from)),
        ("toleratedFailureCount", data.tolerated_failure_count.map(Value::from)),
        ("toleratedFailurePercentage", data.tolerated_failure_percentage.map(Value::from)),
    ] {
        members.extend(number.map(|number| (name, number)));
    }
    let width = members.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    members.iter().map(|(name, value)| format!("{name:width$}  {}", plain(&value.to_json()))).collect()
}

/// How the state ended: its status, and the next state.
pub(crate) fn verdict(seen: &Inspection) -> String {
    let ErrorDetails { catch_index, retry_index, retry_backoff_seconds, .. } = seen.error_details;
    let mut lines = vec![seen.status.name().to_owned()];
    if let Some(failure) = &seen.failure {
        for (name, text) in [("error", &failure.error), ("cause", &failure.cause)] {
            lines.extend(text.iter().map(|text| format!("  {name}: {}", plain(text))));
        }
    }
    if let (Some(index), Some(seconds)) = (retry_index, retry_backoff_seconds) {
        lines.push(format!("  retry: by Retry[{index}], in {seconds} s"));
    }
    if let (Some(index), TestStatus::Failed) = (retry_index, seen.status) {
        lines.push(format!("  retry: Retry[{index}] has no attempt left"));
    }
    lines.extend(catch_index.map(|index| format!("  catch: by Catch[{index}]")));
    lines.extend(seen.next_state.as_ref().map(|next| format!("  next: {}", plain(next))));
    lines.join("\n")
}
