//! [`Ledger`]: all calls of a launch, with their answers and the times of these.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use asl_engine::{Failure, ObjectPage};
use asl_value::{Text, Value};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::clock;
use crate::lock::lock;

/// All calls of a launch. Times are those of the execution, from its beginning.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    state: Mutex<LedgerState>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct LedgerState {
    calls: HashMap<Key, Arc<Call>>,
    /// Answers that have no time yet: no run has waited for them until then.
    arrived: VecDeque<(Arc<Call>, Answer)>,
    /// The latest time that a run with calls in flight has come to. What has not been answered until then is answered later.
    frontier: Duration,
    /// The time of the last answer: no two have the same.
    last: Duration,
}

/// What identifies a call: where it is made, what with, and which of several equal ones it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The ARN of the execution; empty for objects.
    pub(super) execution: Text,
    /// The state, or the operation on an object.
    pub(super) name: String,
    /// The resource.
    pub(super) resource: String,
    /// The arguments as JSON, with the role.
    pub(super) arguments: String,
    /// Its number among those that are equal in all else.
    pub(super) number: u64,
}

/// A call, as the runs share it.
#[derive(Debug)]
pub(super) struct Call {
    answers: watch::Sender<Vec<TimedAnswer>>,
    task: Mutex<Option<AbortHandle>>,
}

/// An answer, and when it came.
#[derive(Debug, Clone)]
pub(super) struct TimedAnswer {
    pub(super) answer: Answer,
    pub(super) at: Duration,
}

/// What a call answers. All but the first variant end it.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// A job was started, or a message was sent.
    Submitted(Value),
    /// The task has ended.
    Ended(Result<Value, Failure>),
    /// An object was read.
    Read(Result<Vec<u8>, Failure>),
    /// An object was written.
    Written(Result<(), Failure>),
    /// Objects were listed.
    Listed(Result<ObjectPage, Failure>),
}

/// Where a call reports its answers.
#[derive(Debug, Clone)]
pub(super) struct Reporter {
    ledger: Arc<Ledger>,
    call: Arc<Call>,
}

impl Reporter {
    pub(super) fn report(&self, answer: Answer) {
        lock(&self.ledger.state).arrived.push_back((Arc::clone(&self.call), answer));
        self.ledger.arrived.notify_all();
    }
}

impl Ledger {
    /// The call with this key. If there is none, it is made now, by what `make` spawns.
    pub(super) fn call(
        self: &Arc<Ledger>,
        key: Key,
        now: Duration,
        make: impl FnOnce(Reporter) -> AbortHandle,
    ) -> Arc<Call> {
        let mut state = lock(&self.state);
        if let Some(known) = state.calls.get(&key) {
            return Arc::clone(known);
        }
        let call = Arc::new(Call { answers: watch::Sender::default(), task: Mutex::default() });
        state.calls.insert(key, Arc::clone(&call));
        state.frontier = state.frontier.max(now);
        drop(state);
        let reporter = Reporter { ledger: Arc::clone(self), call: Arc::clone(&call) };
        *lock(&call.task) = Some(make(reporter));
        call
    }

    pub(super) fn frontier(&self) -> Duration {
        lock(&self.state).frontier
    }

    /// What happened after this time happens no more, since something was changed.
    pub(super) fn rewind(&self, to: Duration) {
        lock(&self.state).frontier = to;
    }

    /// Waits until an answer arrives, but not for longer than `most`. Returns how long that took.
    pub(super) fn wait(&self, most: Duration) -> Duration {
        let begun = clock::real();
        let state = lock(&self.state);
        let waited = self.arrived.wait_timeout_while(state, most, |state| state.arrived.is_empty());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        begun.elapsed()
    }

    /// Gives what has arrived its time: each the next millisecond after `now`.
    pub(super) fn release(&self, now: Duration) {
        let mut state = lock(&self.state);
        state.frontier = state.frontier.max(now);
        while let Some((call, answer)) = state.arrived.pop_front() {
            let at = now.max(state.last) + Duration::from_millis(1);
            state.last = at;
            call.answers.send_modify(|answers| answers.push(TimedAnswer { answer, at }));
        }
    }
}

impl Call {
    /// Its answers that have a time.
    pub(super) fn answers(&self) -> watch::Receiver<Vec<TimedAnswer>> {
        self.answers.subscribe()
    }

    /// Whether it may still answer.
    pub(super) fn is_open(&self) -> bool {
        lock(&self.task).is_some()
    }

    /// Nobody waits for it any more, in any run: its state has timed out, or another branch has failed.
    pub(super) fn cut_off(&self) {
        if let Some(task) = lock(&self.task).take() {
            task.abort();
        }
    }
}
