//! [`CancelToken`]: stop an execution from outside.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

use asl_value::Text;

use crate::Failure;

/// Stops the executions it was given to. Clones are the same token.
///
/// ```
/// use asl_engine::CancelToken;
/// let token = CancelToken::new();
/// token.clone().cancel(None, None);
/// assert!(token.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    cancelled: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failure: Failure,
    /// One place for each execution that listens, kept by its number.
    wakers: Vec<Option<Waker>>,
}

impl CancelToken {
    /// A token nobody has used yet.
    pub fn new() -> CancelToken {
        CancelToken::default()
    }

    /// Ends the executions as `ABORTED` with this error and cause, as StopExecution does. Only the first call counts.
    pub fn cancel(&self, error: Option<Text>, cause: Option<Text>) {
        let wakers = {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            if self.is_cancelled() {
                return;
            }
            state.failure = Failure::from_parts(error, cause);
            self.0.cancelled.store(true, Ordering::Release);
            std::mem::take(&mut state.wakers)
        };
        wakers.into_iter().flatten().for_each(Waker::wake);
    }

    /// Whether somebody has called [`cancel`](CancelToken::cancel).
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    pub(crate) fn failure(&self) -> Option<Failure> {
        self.is_cancelled()
            .then(|| self.0.state.lock().unwrap_or_else(PoisonError::into_inner).failure.clone())
    }

    /// A place for the waker of one execution, given back when it is dropped.
    pub(crate) fn listen(&self) -> Listener<'_> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let free = state.wakers.iter().position(Option::is_none);
        let place = free.unwrap_or_else(|| {
            state.wakers.push(None);
            state.wakers.len() - 1
        });
        // Taken at once, so that the next listener finds another place.
        if let Some(waker) = state.wakers.get_mut(place) {
            *waker = Some(Waker::noop().clone());
        }
        Listener { token: self, place }
    }
}

pub(crate) struct Listener<'a> {
    token: &'a CancelToken,
    place: usize,
}

impl Listener<'_> {
    /// Has `waker` called when the token is cancelled.
    pub(crate) fn set(&self, waker: &Waker) {
        let mut state = self.token.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Some(known)) = state.wakers.get_mut(self.place)
            && !known.will_wake(waker)
        {
            *known = waker.clone();
        }
    }
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        let mut state = self.token.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waker) = state.wakers.get_mut(self.place) {
            *waker = None;
        }
    }
}
