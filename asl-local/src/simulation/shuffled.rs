//! [`Shuffled`]: a task whose turn among those that are ready is drawn.
//!
//! Tokio polls tasks in the order in which they were woken, and some of its own parts wake in an order of their own. So a
//! task that tokio polls only says that it is ready, and [`arbitrate`] draws which of those goes on, once nothing else can.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::dice;

thread_local! {
    /// The tasks that are ready, by number.
    static READY: RefCell<BTreeMap<u64, Waker>> = const { RefCell::new(BTreeMap::new()) };
    /// The task whose turn it is.
    static TURN: Cell<Option<u64>> = const { Cell::new(None) };
    static ARBITER: RefCell<Option<Waker>> = const { RefCell::new(None) };
    static MADE: Cell<u64> = const { Cell::new(0) };
}

/// A future that is polled when it is drawn.
pub(crate) struct Shuffled<F> {
    number: u64,
    work: Pin<Box<F>>,
}

/// The same future, but shuffled among others if this thread runs a simulation. It must be a task of its own.
pub(crate) fn shuffled<F: Future>(work: F) -> Shuffled<F> {
    MADE.set(MADE.get() + 1);
    Shuffled { number: MADE.get(), work: Box::pin(work) }
}

impl<F: Future> Future for Shuffled<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if !dice::is_seeded() || TURN.get() == Some(self.number) {
            TURN.set(None);
            ask();
            return self.work.as_mut().poll(cx);
        }
        READY.with_borrow_mut(|ready| ready.insert(self.number, cx.waker().clone()));
        ask();
        Poll::Pending
    }
}

impl<F> Drop for Shuffled<F> {
    fn drop(&mut self) {
        if TURN.get() == Some(self.number) {
            TURN.set(None);
        }
        READY.with_borrow_mut(|ready| ready.remove(&self.number));
        ask();
    }
}

/// Wakes the arbiter.
fn ask() {
    ARBITER.with_borrow(|arbiter| arbiter.iter().for_each(Waker::wake_by_ref));
}

/// Draws one task after the other. It must be a part of the main future of a runtime that polls all tasks before that.
pub(super) async fn arbitrate() {
    std::future::poll_fn(|cx| {
        ARBITER.set(Some(cx.waker().clone()));
        let drawn = READY.with_borrow_mut(|ready| {
            let numbers: Vec<u64> = ready.keys().copied().collect();
            let number = dice::choose(&numbers).filter(|_| TURN.get().is_none())?;
            Some((*number, ready.remove(number)?))
        });
        if let Some((number, task)) = drawn {
            TURN.set(Some(number));
            task.wake();
        }
        Poll::<()>::Pending
    })
    .await;
}
