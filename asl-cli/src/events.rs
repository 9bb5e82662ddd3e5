//! Events about executions for EventBridge.

use std::sync::OnceLock;
use std::time::Duration;

use asl_aws::{CallOptions, Caller};
use asl_local::EventSink;
use asl_value::{Value, json};
use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

const SERVICE: &str = "eventbridge";
/// How long a call may take, retries included.
const WITHIN: Duration = Duration::from_secs(10);
/// How many entries may be queued. When the queue is full, new entries are dropped.
const MOST_WAITING: usize = 10_000;
/// How many entries one PutEvents call accepts.
///
/// Source: <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>
const MOST_ENTRIES: usize = 10;

/// Sends events to the default bus in the background: executions neither wait for it nor fail with it.
pub(crate) struct EventBridge {
    caller: Caller,
    /// Set by the first event.
    queue: OnceLock<mpsc::Sender<Message>>,
}

enum Message {
    Entry(Value),
    /// Answered when everything queued before has been delivered or dropped.
    Flush(oneshot::Sender<()>),
}

impl EventBridge {
    /// `None` for EventBridge on AWS, which accepts events with an `aws.` source from AWS only.
    pub(crate) fn of(caller: &Caller) -> Option<EventBridge> {
        let events = || EventBridge { caller: caller.clone(), queue: OnceLock::new() };
        caller.has_endpoint(SERVICE).then(events)
    }

    fn start(&self) -> mpsc::Sender<Message> {
        let (sender, queue) = mpsc::channel(MOST_WAITING);
        tokio::spawn(deliver(self.caller.clone(), queue));
        sender
    }
}

#[async_trait]
impl EventSink for EventBridge {
    fn put(&self, entry: Value) {
        if self.queue.get_or_init(|| self.start()).try_send(Message::Entry(entry)).is_err() {
            tracing::warn!("an event is lost: EventBridge takes them too slowly");
        }
    }

    async fn flush(&self) {
        let Some(queue) = self.queue.get() else { return };
        let (done, flushed) = oneshot::channel();
        if queue.send(Message::Flush(done)).await.is_ok() {
            // The task ends with the runtime, after which nothing can be delivered.
            let _ = flushed.await;
        }
    }
}

/// Delivers queued entries in batches that PutEvents accepts.
async fn deliver(caller: Caller, mut queue: mpsc::Receiver<Message>) {
    let mut messages = Vec::new();
    while queue.recv_many(&mut messages, MOST_ENTRIES).await > 0 {
        let mut entries = Vec::new();
        let mut flushed = Vec::new();
        for message in messages.drain(..) {
            match message {
                Message::Entry(entry) => entries.push(entry),
                Message::Flush(done) => flushed.push(done),
            }
        }
        if !entries.is_empty() {
            put(&caller, entries).await;
        }
        for done in flushed {
            // The caller may have stopped waiting.
            let _ = done.send(());
        }
    }
}

async fn put(caller: &Caller, entries: Vec<Value>) {
    let params = json!({"Entries": Value::from_iter(entries)});
    let options = CallOptions { within: Some(WITHIN), ..CallOptions::default() };
    match caller.call(SERVICE, "putEvents", params, &options).await {
        Ok(answer) => {
            let failed = answer.output.get("FailedEntryCount").and_then(Value::as_i64).unwrap_or_default();
            if failed > 0 {
                tracing::warn!(answer = %answer.output, "EventBridge refuses events");
            }
        }
        Err(error) => tracing::warn!(%error, "events are lost"),
    }
}
