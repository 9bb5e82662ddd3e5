//! [`Events`]: the events of an execution, first what there is, then as they happen.

use std::sync::Arc;
use std::time::Duration;

use asl_value::{Array, Object, Pointer, Text, Value, json};

use super::stream::{Messages, message};
use crate::app::App;
use crate::describe::describe;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::history::Known;

/// The most events of one message.
const MOST_EVENTS: usize = 500;

/// A message is complete when the events in it had this many bytes of JSON text, before long ones were shortened.
const MOST_BYTES: usize = 1 << 20;

/// Texts with more characters are left out of the stream. The page asks for them when it shows them.
const LONGEST_TEXT: usize = 2048;

/// How long the stream waits before it looks for new events: several make one message.
const PAUSE: Duration = Duration::from_millis(50);

/// The events after one of them. The last message describes the execution that has ended.
pub(super) struct Events {
    app: Arc<App>,
    execution: Arc<Execution>,
    after: u64,
    has_ended: bool,
}

impl Events {
    pub(super) fn new(app: &Arc<App>, execution: &Arc<Execution>, after: u64) -> Events {
        Events { app: Arc::clone(app), execution: Arc::clone(execution), after, has_ended: false }
    }

    /// The next events as a message, if there are any.
    fn chunk(&mut self) -> Option<String> {
        let (view, mut bytes) = (self.execution.view(true), 0_usize);
        let mut shown = Array::new();
        for event in self.execution.history.after(self.after, MOST_EVENTS) {
            let json = view.event(&event);
            bytes = bytes.saturating_add(json.encoded_len());
            self.after = event.id();
            shown.push(shortened(json));
            if bytes > MOST_BYTES {
                break;
            }
        }
        let last = self.after;
        (!shown.is_empty()).then(|| {
            format!("id: {last}\n{}", message("events", &json!({"events": Value::Array(shown)}).to_json()))
        })
    }
}

impl Messages for Events {
    async fn next(&mut self) -> Option<String> {
        if self.has_ended {
            return None;
        }
        loop {
            // Read before the events: all events of an execution that has ended are there.
            let ended = self.execution.ended();
            if let Some(chunk) = self.chunk() {
                return Some(chunk);
            }
            if let Some(ended) = ended {
                self.has_ended = true;
                let described = describe(&self.app, &self.execution, Some(&ended)).describe_execution();
                return Some(message("end", &Value::Object(described).to_json()));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// A whole event of an execution.
pub(super) fn event(execution: &Execution, id: u64) -> Result<Value, ApiError> {
    let found: Option<Known> =
        execution.history.after(id.saturating_sub(1), 1).pop().filter(|event| event.id() == id);
    let found = found.ok_or_else(|| {
        ApiError::new("ResourceNotFound", format!("the execution has no event {id}")).status(404)
    })?;
    Ok(execution.view(true).event(&found))
}

/// The event without long texts: each is `null`, and `large` names it by its pointer, with its length in characters.
fn shortened(event: Value) -> Value {
    let Value::Object(members) = event else { return event };
    let mut large = Object::new();
    let mut members = without_long(members, &Pointer::root(), &mut large);
    if !large.is_empty() {
        members.insert("large", Value::Object(large));
    }
    Value::Object(members)
}

/// The recursion is as deep as the details of events, three levels.
fn without_long(members: Object, at: &Pointer, large: &mut Object) -> Object {
    let shorten = |(name, value): (Text, Value)| match value {
        Value::String(text) if text.len() > LONGEST_TEXT && text.chars().count() > LONGEST_TEXT => {
            large.insert(at.key(name.clone()).to_string(), Value::from(text.chars().count()));
            (name, Value::Null)
        }
        Value::Object(inside) => {
            let inside = without_long(inside, &at.key(name.clone()), large);
            (name, Value::Object(inside))
        }
        other => (name, other),
    };
    members.into_iter().map(shorten).collect()
}
