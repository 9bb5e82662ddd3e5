//! [`Tokens`]: tasks that wait for their token to be returned.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{Failure, Task, TaskToken};
use asl_value::Value;
use tokio::sync::mpsc;

use crate::archive::{Archive, Record};
use crate::error::ApiError;
use crate::reported::{Message, Reported};

/// The number of ended tasks whose tokens are kept, to distinguish a late response from an invalid token.
const MOST_ENDED: usize = 10_000;

/// The waiting tasks by token.
pub(crate) struct Tokens {
    table: Mutex<TokenTable>,
    archive: Option<Arc<dyn Archive>>,
}

#[derive(Default)]
struct TokenTable {
    open: HashMap<String, Open>,
    ended: HashSet<String>,
    by_end: VecDeque<String>,
    /// What workers had reported to an earlier process.
    reported: HashMap<String, Reported>,
}

struct Open {
    messages: mpsc::UnboundedSender<Message>,
    /// The number of the execution under which reports about the task are recorded.
    recorded: Option<u64>,
    reported: Reported,
}

impl TokenTable {
    fn task(&mut self, token: &str) -> Result<&mut Open, ApiError> {
        // What was reported to an earlier process ended the task if nothing waits for it when all replays are complete.
        let was_done = self.reported.get(token).is_some_and(Reported::is_done);
        let is_ended = was_done || self.ended.contains(token);
        self.open.get_mut(token).ok_or_else(|| match is_ended {
            // Widely reported, but not recorded.
            true => ApiError::new("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"),
            false => ApiError::invalid_token(),
        })
    }

    fn end(&mut self, token: &str) {
        if self.open.remove(token).is_none() {
            return;
        }
        self.add_ended(token);
    }

    fn add_ended(&mut self, token: &str) {
        self.ended.insert(token.to_owned());
        self.by_end.push_back(token.to_owned());
        if self.by_end.len() > MOST_ENDED
            && let Some(oldest) = self.by_end.pop_front()
        {
            self.ended.remove(&oldest);
        }
    }
}

impl Tokens {
    pub(crate) fn new(archive: Option<Arc<dyn Archive>>) -> Tokens {
        Tokens { table: Mutex::default(), archive }
    }

    fn lock(&self) -> MutexGuard<'_, TokenTable> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what workers had reported of tasks, which have not begun to wait again.
    #[cfg(feature = "data-dir")]
    pub(crate) fn restore(&self, reported: impl Iterator<Item = (String, Reported)>) {
        self.lock().reported.extend(reported);
    }

    /// All tasks that wait have begun to: what was reported of others is about tasks that have ended.
    #[cfg(feature = "data-dir")]
    pub(crate) fn settle(&self) {
        let mut table = self.lock();
        for (token, reported) in std::mem::take(&mut table.reported) {
            if reported.is_done() {
                table.add_ended(&token);
            }
        }
    }

    /// Registers a waiting task until the result is dropped. `recorded` is the number of its execution, if that is
    /// written to the archive.
    pub(crate) fn wait(&self, token: &str, recorded: Option<u64>) -> Waiting<'_> {
        let (sender, messages) = mpsc::unbounded_channel();
        let mut table = self.lock();
        let reported = table.reported.remove(token).unwrap_or_default();
        for message in reported.messages() {
            let _ = sender.send(message);
        }
        let has_begun = reported.has_begun();
        match reported.is_done() {
            true => table.add_ended(token),
            false => {
                table.open.insert(token.to_owned(), Open { messages: sender, recorded, reported });
            }
        }
        drop(table);
        Waiting { tokens: self, token: token.to_owned(), messages, has_begun }
    }

    pub(crate) fn is_open(&self, token: &str) -> bool {
        self.lock().open.contains_key(token)
    }

    /// Rejects a token that no task waits for.
    pub(crate) fn check(&self, token: &str) -> Result<(), ApiError> {
        self.lock().task(token).map(|_| ())
    }

    /// Sends a message to a waiting task. What ends or starts the task is recorded first.
    pub(crate) fn send(&self, token: &str, message: Message) -> Result<(), ApiError> {
        let mut table = self.lock();
        let task = table.task(token)?;
        let is_end = matches!(message, Message::Done(_));
        if let (Some(archive), Some(execution)) = (&self.archive, task.recorded)
            && task.reported.add(&message)
        {
            let body = task.reported.record();
            archive.write(Record::Token { execution, token: token.to_owned(), body });
        }
        // Sending fails if the task has just stopped waiting. For the caller that is as if it stopped a moment later.
        let _ = task.messages.send(message);
        if is_end {
            table.end(token);
        }
        Ok(())
    }
}

/// The token of a task whose resource uses one.
pub(crate) fn token<'t>(task: &'t Task<'_>) -> &'t str {
    task.token.as_ref().map(TaskToken::as_text).map_or("", |token| token.as_str())
}

/// A task that waits.
pub(crate) struct Waiting<'a> {
    tokens: &'a Tokens,
    token: String,
    messages: mpsc::UnboundedReceiver<Message>,
    has_begun: bool,
}

impl Waiting<'_> {
    /// Whether a worker had taken the task or ended it, in an earlier process.
    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Waits for the end, and passes earlier messages on to the task.
    pub(crate) async fn end(&mut self, task: &Task<'_>) -> Result<Value, Failure> {
        loop {
            match self.messages.recv().await {
                Some(Message::Started(worker)) => task.started(worker),
                Some(Message::Heartbeat) => task.heartbeat(),
                Some(Message::Done(result)) => return result,
                // The sender is dropped only after the result was sent.
                None => return std::future::pending().await,
            }
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.tokens.lock().end(&self.token);
    }
}
