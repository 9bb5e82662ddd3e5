//! [`Tokens`]: tasks that wait for their token to be returned.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_engine::{Failure, Task, TaskToken};
use asl_value::{Text, Value};
use tokio::sync::mpsc;

use crate::error::ApiError;

/// The number of ended tasks whose tokens are kept, to distinguish a late response from an invalid token.
const MOST_ENDED: usize = 10_000;

/// A message to a waiting task.
pub(crate) enum Message {
    /// A worker has taken it.
    Started(Option<Text>),
    Heartbeat,
    Done(Result<Value, Failure>),
}

/// The waiting tasks by token.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<TokenTable>);

#[derive(Default)]
struct TokenTable {
    open: HashMap<String, mpsc::UnboundedSender<Message>>,
    ended: HashSet<String>,
    by_end: VecDeque<String>,
}

impl TokenTable {
    fn task(&self, token: &str) -> Result<&mpsc::UnboundedSender<Message>, ApiError> {
        self.open.get(token).ok_or_else(|| match self.ended.contains(token) {
            // Widely reported, but not recorded.
            true => ApiError::new("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"),
            false => ApiError::invalid_token(),
        })
    }

    fn end(&mut self, token: &str) {
        if self.open.remove(token).is_none() {
            return;
        }
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
    fn lock(&self) -> MutexGuard<'_, TokenTable> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a waiting task until the result is dropped.
    pub(crate) fn wait(&self, token: &str) -> Waiting<'_> {
        let (sender, messages) = mpsc::unbounded_channel();
        self.lock().open.insert(token.to_owned(), sender);
        Waiting { tokens: self, token: token.to_owned(), messages }
    }

    pub(crate) fn is_open(&self, token: &str) -> bool {
        self.lock().open.contains_key(token)
    }

    /// Rejects a token that no task waits for.
    pub(crate) fn check(&self, token: &str) -> Result<(), ApiError> {
        self.lock().task(token).map(|_| ())
    }

    /// Sends a message to a waiting task.
    pub(crate) fn send(&self, token: &str, message: Message) -> Result<(), ApiError> {
        let mut state = self.lock();
        let task = state.task(token)?;
        let is_end = matches!(message, Message::Done(_));
        // Sending fails if the task has just stopped waiting. For the caller that is as if it stopped a moment later.
        let _ = task.send(message);
        if is_end {
            state.end(token);
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
}

impl Waiting<'_> {
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
