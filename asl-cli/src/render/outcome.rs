//! How an execution ended.

use asl_engine::{NearLimit, Outcome, Report};
use asl_value::{Object, Text, Value, json};

use super::plain;

/// The object of `--format json`, as text. It is not built as a value, because an output may already nest as deep as a value
/// can.
///
/// ```json
/// {"status": "SUCCEEDED", "output": {}, "transitions": 2}
/// {"status": "FAILED", "error": "States.Timeout", "cause": null, "transitions": 2,
///  "nearLimits": [{"limit": "EVENTS", "state": "Loop", "used": 24900, "allowed": 25000}]}
/// ```
///
/// Optional members follow: the given ones, and the limits that the execution came near.
pub(crate) fn json(report: &Report, mut more: Object) -> String {
    let (status, transitions) = (report.outcome.status(), report.transitions);
    if !report.near_limits.is_empty() {
        more.insert("nearLimits", report.near_limits.iter().map(near_limit).collect());
    }
    let more: String = more.iter().map(|(name, value)| format!(",\"{name}\":{value}")).collect();
    match &report.outcome {
        Outcome::Succeeded(output) => {
            format!(r#"{{"status":"{status}","output":{output},"transitions":{transitions}{more}}}"#)
        }
        Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure) => {
            let text = |text: &Option<Text>| Value::from(text.clone());
            let (error, cause) = (text(&failure.error), text(&failure.cause));
            format!(
                r#"{{"status":"{status}","error":{error},"cause":{cause},"transitions":{transitions}{more}}}"#
            )
        }
    }
}

fn near_limit(near: &NearLimit) -> Value {
    json!({"limit": near.limit.name(), "state": near.state.clone(), "used": near.used, "allowed": near.allowed})
}

/// The status and the reason of a failed execution. `None` if it succeeded.
pub(crate) fn failure(report: &Report) -> Option<String> {
    let failure = report.outcome.failure()?;
    let mut lines = Vec::new();
    let mut add = |name: &str, text: &Option<Text>| {
        lines.extend(text.iter().map(|text| format!("  {name}: {}", plain(text))));
    };
    add("state", &report.state);
    add("error", &failure.error);
    add("cause", &failure.cause);
    Some(lines.join("\n"))
}
