//! [`Connections`]: limits the number of connections.
//!
//! A client that never completes its request must not block others. Beyond the limit, the connection that has waited
//! longest for its next request is closed. A connection whose response is being sent is closed only if its client has not
//! received the response for a long time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::clock::instant;

pub(super) struct Connections {
    most: usize,
    /// How long a client may take to receive a response while others need its connection.
    answer_time: Duration,
    state: Mutex<Queues>,
}

#[derive(Default)]
struct Queues {
    open: usize,
    next: u64,
    /// Connections without a complete request, in the order in which they began to wait for one.
    waiting: BTreeMap<u64, Arc<Notify>>,
    /// Connections whose response is being sent, in the order in which that began, with the time.
    answering: BTreeMap<u64, (Instant, Arc<Notify>)>,
}

/// A connection, counted until this is dropped.
pub(super) struct Connection {
    all: Arc<Connections>,
    /// Its key in `waiting` or `answering`.
    place: Mutex<Option<u64>>,
    /// Whether hyper has taken the whole response. It sends what it has taken before it flushes.
    is_taken: AtomicBool,
    closed: Arc<Notify>,
}

impl Connections {
    pub(super) fn new(most: usize, answer_time: Duration) -> Arc<Connections> {
        Arc::new(Connections { most: most.max(1), answer_time, state: Mutex::default() })
    }

    /// Counts another connection, which waits for its first request. `None` if there are too many and all are busy.
    pub(super) fn open(self: &Arc<Connections>) -> Option<Arc<Connection>> {
        let mut state = self.state();
        if state.open >= self.most && !state.close_longest_waiting(self.answer_time) {
            return None;
        }
        state.open += 1;
        drop(state);
        let connection = Connection {
            all: Arc::clone(self),
            place: Mutex::default(),
            is_taken: AtomicBool::default(),
            closed: Arc::default(),
        };
        connection.waits();
        Some(Arc::new(connection))
    }

    /// Closes the connection that has waited longest for a request. Returns whether there was one.
    pub(super) fn close_longest_waiting(&self) -> bool {
        self.state().close_longest_waiting(self.answer_time)
    }

    fn state(&self) -> MutexGuard<'_, Queues> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queues {
    fn close_longest_waiting(&mut self, answer_time: Duration) -> bool {
        let waiting = self.waiting.pop_first().map(|(_, closed)| closed);
        let longest = waiting.or_else(|| {
            let first = self.answering.first_entry()?;
            let is_late = first.get().0.elapsed() >= answer_time;
            is_late.then(|| first.remove().1)
        });
        longest.inspect(|closed| closed.notify_one()).is_some()
    }

    fn next_place(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

impl Connection {
    /// The connection waits for its next request, or for the rest of one.
    fn waits(&self) {
        self.move_to(|state, place, closed| {
            state.waiting.insert(place, closed);
        });
    }

    /// The request is complete and is being processed.
    pub(super) fn works(&self) {
        self.leave(&mut self.all.state());
    }

    /// The response is being sent.
    pub(super) fn answers(&self) {
        self.move_to(|state, place, closed| {
            state.answering.insert(place, (instant(), closed));
        });
    }

    /// Hyper has taken the whole response.
    pub(super) fn taken(&self) {
        self.is_taken.store(true, Ordering::Release);
    }

    /// Everything that hyper has taken is sent. After a response, the connection waits for its next request.
    pub(super) fn flushed(&self) {
        if self.is_taken.swap(false, Ordering::AcqRel) {
            self.waits();
        }
    }

    /// Waits until the connection must be closed in favour of another.
    pub(super) async fn closed(&self) {
        self.closed.notified().await;
    }

    fn move_to(&self, insert: impl FnOnce(&mut Queues, u64, Arc<Notify>)) {
        let mut state = self.all.state();
        self.leave(&mut state);
        let place = state.next_place();
        insert(&mut state, place, Arc::clone(&self.closed));
        *self.place() = Some(place);
    }

    fn leave(&self, state: &mut Queues) {
        if let Some(place) = self.place().take() {
            state.waiting.remove(&place);
            state.answering.remove(&place);
        }
    }

    fn place(&self) -> MutexGuard<'_, Option<u64>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.all.state();
        self.leave(&mut state);
        state.open -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[track_caller]
    fn check(connection: &Connection, is_closed: bool) {
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(pin!(connection.closed()).poll(&mut context).is_ready(), is_closed);
    }

    #[test]
    fn the_one_that_has_waited_longest_gives_way() {
        let all = Connections::new(3, PATIENCE);
        let [a, b, c] = [(); 3].map(|()| all.open().unwrap());
        a.works();
        let d = all.open().unwrap();
        check(&b, true);
        drop(b);
        a.waits();
        let e = all.open().unwrap();
        check(&c, true);
        for open in [&a, &d, &e] {
            check(open, false);
        }
    }

    #[test]
    fn no_connection_that_works_gives_way() {
        let all = Connections::new(2, PATIENCE);
        let [a, b] = [(); 2].map(|()| all.open().unwrap());
        a.works();
        b.works();
        assert!(all.open().is_none());
        drop(a);
        assert!(all.open().is_some());
        b.waits();
        assert!(all.close_longest_waiting());
        assert!(!all.close_longest_waiting(), "the other is gone");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_has_time_to_be_sent() {
        let all = Connections::new(2, PATIENCE);
        let [a, b] = [(); 2].map(|()| all.open().unwrap());
        a.works();
        a.answers();
        let c = all.open().unwrap();
        check(&b, true);
        drop(b);
        c.works();
        assert!(all.open().is_none(), "one is being answered, the other is busy");
        tokio::time::advance(PATIENCE).await;
        assert!(all.open().is_some());
        check(&a, true);
    }
}
