//! [`Reported`]: what workers have reported of a task with a token.

use asl_engine::Failure;
use asl_value::{Text, Value, json};

/// A message to a waiting task.
#[derive(Clone)]
pub(crate) enum Message {
    /// A worker has taken it.
    Started(Option<Text>),
    Heartbeat,
    Done(Result<Value, Failure>),
}

/// The messages to a task so far, but for heartbeats.
#[derive(Default)]
pub(crate) struct Reported {
    /// The worker that has taken it.
    started: Option<Option<Text>>,
    done: Option<Result<Value, Failure>>,
}

impl Reported {
    /// Adds a message. Returns whether it has changed anything.
    pub(crate) fn add(&mut self, message: &Message) -> bool {
        match message {
            Message::Started(worker) => self.started = Some(worker.clone()),
            Message::Done(result) => self.done = Some(result.clone()),
            Message::Heartbeat => return false,
        }
        true
    }

    pub(crate) fn messages(&self) -> impl Iterator<Item = Message> {
        let started = self.started.clone().map(Message::Started);
        started.into_iter().chain(self.done.clone().map(Message::Done))
    }

    pub(crate) fn is_done(&self) -> bool {
        self.done.is_some()
    }

    /// Whether a worker has taken the task or ended it.
    pub(crate) fn has_begun(&self) -> bool {
        self.started.is_some() || self.is_done()
    }

    /// `{"started": {"worker": "w"}, "output": "{…}"}`, or `{"failed": {"error": "E", "cause": "C"}}`
    pub(crate) fn record(&self) -> Value {
        let output = self.done.as_ref().and_then(|done| done.as_ref().ok());
        let failure = self.done.as_ref().and_then(|done| done.as_ref().err());
        json!({
            "started": self.started.as_ref().map(|worker| json!({"worker": worker.as_deref()})),
            "output": output.map(Value::to_json),
            "failed": failure.map(|failure| {
                json!({"error": failure.error.as_deref(), "cause": failure.cause.as_deref()})
            })
        })
    }

    /// Reads a record. `None` if its output is not JSON.
    #[cfg(feature = "data-dir")]
    pub(crate) fn read(record: &Value) -> Option<Reported> {
        let member = |name: &str| record.get(name).filter(|member| !member.is_null());
        let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_text).cloned();
        let output = member("output").and_then(Value::as_str).map(Value::parse).transpose().ok()?;
        let failure = member("failed").map(|of| Failure::from_parts(text(of, "error"), text(of, "cause")));
        Some(Reported {
            started: member("started").map(|started| text(started, "worker")),
            done: output.map(Ok).or(failure.map(Err)),
        })
    }
}
