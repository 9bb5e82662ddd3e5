//! [`BatchEvent`] and [`BatchAnswer`]: what a worker is invoked with, and what it answers.

use asl_engine::{ChildEnd, Failure};
use asl_value::{Object, Text, Timestamp, Value, json};

/// What a worker is invoked with: children of a distributed Map.
///
/// ```json
/// {"asl-map-batch": "EachOrder", "roleArn": "", "until": 1764540000000,
///  "children": [{"executionArn": "arn:aws:states:…:execution:orders/label:uuid", "input": {}}]}
/// ```
pub(crate) struct BatchEvent {
    /// The name of the Map.
    pub(crate) state: Text,
    /// The role of its execution; empty for none.
    pub(crate) role_arn: Text,
    /// When the children end at the latest, because nobody waits for them any more.
    pub(crate) until: Option<Timestamp>,
    pub(crate) children: Vec<WorkerChild>,
}

/// One of the children.
pub(crate) struct WorkerChild {
    pub(crate) execution_arn: Text,
    pub(crate) input: Value,
}

/// The member that such an event has, and its answer.
const MARK: &str = "asl-map-batch";

impl BatchEvent {
    /// The JSON text for children that are JSON texts already.
    pub(super) fn text<'c>(
        state: &Text,
        role_arn: &Text,
        until: Option<Timestamp>,
        children: impl Iterator<Item = &'c str>,
    ) -> String {
        let mut text = format!("{{\"{MARK}\":{},\"roleArn\":{}", Value::from(state), Value::from(role_arn));
        if let Some(until) = until {
            text.push_str(&format!(",\"until\":{}", until.epoch_millis()));
        }
        text.push_str(",\"children\":[");
        for (index, child) in children.enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(child);
        }
        text.push_str("]}");
        text
    }

    /// Reads the JSON form. `None` for any other event.
    pub(crate) fn read(event: &Value) -> Option<BatchEvent> {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_text).cloned();
        let children = event.get("children")?.as_array()?.iter().map(|child| {
            Some(WorkerChild {
                execution_arn: text(child, "executionArn")?,
                input: child.get("input")?.clone(),
            })
        });
        Some(BatchEvent {
            state: text(event, MARK)?,
            role_arn: text(event, "roleArn")?,
            until: event.get("until").and_then(Value::as_i64).map(Timestamp::from_epoch_millis),
            children: children.collect::<Option<_>>()?,
        })
    }
}

/// What a worker answers.
///
/// ```json
/// {"asl-map-batch": [{"executionArn": "…", "status": "SUCCEEDED", "output": 7, "startDate": …, "stopDate": …}],
///  "unfinished": ["arn:…"]}
/// ```
///
/// or `{"asl-map-batch": null, "error": "States.Runtime", "cause": "…"}` if it can run none of them.
pub(crate) enum BatchAnswer {
    /// What has become of the children. One that is missing has not begun, or its end had no room in the answer.
    Ran {
        ended: Vec<(Text, ChildEnd)>,
        /// Those that had begun when the worker's time was over.
        unfinished: Vec<Text>,
    },
    Refused(Failure),
}

impl BatchAnswer {
    /// The JSON form of a child that has ended.
    pub(crate) fn entry(execution_arn: &Text, end: &ChildEnd) -> Value {
        let mut entry = Object::new();
        entry.insert("executionArn", execution_arn.into());
        if let Value::Object(members) = end.to_value() {
            members.into_members().into_iter().for_each(|(name, value)| {
                entry.insert(name, value);
            });
        }
        entry.into()
    }

    /// The JSON form of an answer with these entries.
    pub(crate) fn of_entries(entries: Vec<Value>, unfinished: Vec<Text>) -> Value {
        let unfinished: Value = unfinished.into_iter().map(Value::from).collect();
        json!({MARK: (Value::Array(entries.into())), "unfinished": unfinished})
    }

    /// The JSON form of a refusal.
    pub(crate) fn refusal(failure: &Failure) -> Value {
        let text = |text: &Option<Text>| Value::from(text.clone().unwrap_or_default());
        json!({MARK: null, "error": (text(&failure.error)), "cause": (text(&failure.cause))})
    }

    /// Reads the JSON text. `None` for any other answer.
    pub(super) fn read(answer: &str) -> Option<BatchAnswer> {
        let answer = Value::parse(answer).ok()?;
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_text).cloned();
        let Some(entries) = answer.get(MARK)?.as_array() else {
            return Some(BatchAnswer::Refused(Failure::from_parts(
                text(&answer, "error"),
                text(&answer, "cause"),
            )));
        };
        let ended =
            entries.iter().filter_map(|entry| Some((text(entry, "executionArn")?, ChildEnd::read(entry)?)));
        let unfinished = answer.get("unfinished").and_then(Value::as_array).into_iter().flatten();
        Some(BatchAnswer::Ran {
            ended: ended.collect(),
            unfinished: unfinished.filter_map(Value::as_text).cloned().collect(),
        })
    }
}
