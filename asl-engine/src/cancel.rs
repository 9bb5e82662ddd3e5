//! [`CancelToken`]: stops an execution from outside.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Waker;

use crate::{Failure, Outcome};

/// Stops executions from outside, as StopExecution does. Clones are the same token.
///
/// Give it to [`Execution::with_cancel`](crate::Execution::with_cancel) and keep a clone. One token may stop any number
/// of executions: a host that shuts down cancels the token of all of them. The executions end as
/// [`Outcome::Aborted`](crate::Outcome::Aborted), or with [`fail`](CancelToken::fail) as
/// [`Outcome::Failed`](crate::Outcome::Failed), the next time they are polled, and drop the tasks that are in flight.
/// An execution that begins with a cancelled token ends at once.
///
/// ```
/// use asl_engine::CancelToken;
/// let token = CancelToken::new();
/// token.clone().cancel();
/// assert!(token.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    /// The same for code that cannot hold the token, such as a query language. Made on first use.
    flag: OnceLock<Arc<AtomicBool>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How the executions end; `None` until then.
    outcome: Option<Outcome>,
    /// The wakers of the executions that listen, by number.
    wakers: BTreeMap<u64, Waker>,
    next: u64,
}

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> CancelToken {
        CancelToken::default()
    }

    /// Ends the executions as `ABORTED`, without an error and a cause. Only the first call counts.
    pub fn cancel(&self) {
        self.cancel_with(Failure::default());
    }

    /// Ends the executions as `ABORTED` with this error and cause, as StopExecution does. Only the first call counts.
    ///
    /// ```
    /// use asl_engine::{CancelToken, Failure};
    /// CancelToken::new().cancel_with(Failure::new("Operator", "stopped by hand"));
    /// ```
    pub fn cancel_with(&self, failure: Failure) {
        self.end(Outcome::Aborted(failure));
    }

    /// Ends the executions as `FAILED` with this failure, which nothing in them catches: for a host whose own limits they
    /// exceed. An [`Observer`](crate::Observer) may call it. Only the first call counts.
    pub fn fail(&self, failure: Failure) {
        self.end(Outcome::Failed(failure));
    }

    fn end(&self, outcome: Outcome) {
        let wakers = {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            if self.is_cancelled() {
                return;
            }
            state.outcome = Some(outcome);
            self.0.cancelled.store(true, Ordering::Release);
            if let Some(flag) = self.0.flag.get() {
                flag.store(true, Ordering::Release);
            }
            std::mem::take(&mut state.wakers)
        };
        wakers.into_values().for_each(Waker::wake);
    }

    /// Whether the token is cancelled, or has failed its executions.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// A flag that becomes true when the token is cancelled.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        if let Some(flag) = self.0.flag.get() {
            return Arc::clone(flag);
        }
        // Under the lock, so that no `cancel` happens between the check and the store.
        let _state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(self.0.flag.get_or_init(|| Arc::new(AtomicBool::new(self.is_cancelled()))))
    }

    pub(crate) fn outcome(&self) -> Option<Outcome> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).outcome.clone()
    }

    /// Returns a place for the waker of one execution. Dropping it removes the waker.
    pub(crate) fn listen(&self) -> Listener<'_> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.next += 1;
        Listener { token: self, number: state.next }
    }
}

pub(crate) struct Listener<'a> {
    token: &'a CancelToken,
    number: u64,
}

impl Listener<'_> {
    /// Wakes `waker` when the token is cancelled.
    pub(crate) fn set(&self, waker: &Waker) {
        let mut state = self.token.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.wakers.get(&self.number).is_some_and(|known| known.will_wake(waker)) {
            state.wakers.insert(self.number, waker.clone());
        }
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        let mut state = self.token.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.wakers.remove(&self.number);
    }
}
