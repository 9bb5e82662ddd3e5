//! The connections of a server: how many there are, and which must give way.
//!
//! A client that never completes its request holds a connection, not the server: when there are too many, the one that has
//! waited longest for its next request is closed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

pub(super) struct Connections {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    open: usize,
    next: u64,
    /// Those that have no complete request, in the order in which they began to wait for one.
    waiting: BTreeMap<u64, Arc<Notify>>,
}

/// One connection; it is counted until this is dropped.
pub(super) struct Connection {
    all: Arc<Connections>,
    /// Where it stands among those that wait.
    place: Mutex<Option<u64>>,
    closed: Arc<Notify>,
}

impl Connections {
    pub(super) fn new(most: usize) -> Arc<Connections> {
        Arc::new(Connections { most: most.max(1), state: Mutex::default() })
    }

    /// Counts one more connection, which waits for its first request. `None`: there are too many, and each is at work.
    pub(super) fn open(self: &Arc<Connections>) -> Option<Arc<Connection>> {
        let mut state = self.state();
        if state.open >= self.most && !state.close_longest_waiting() {
            return None;
        }
        state.open += 1;
        drop(state);
        let connection =
            Connection { all: Arc::clone(self), place: Mutex::default(), closed: Arc::new(Notify::new()) };
        connection.waits();
        Some(Arc::new(connection))
    }

    /// Closes the connection that has waited longest for a request, if one waits.
    pub(super) fn close_longest_waiting(&self) -> bool {
        self.state().close_longest_waiting()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close_longest_waiting(&mut self) -> bool {
        let longest = self.waiting.pop_first();
        longest.inspect(|(_, closed)| closed.notify_one()).is_some()
    }
}

impl Connection {
    /// It waits for its next request, or for the rest of one.
    pub(super) fn waits(&self) {
        let mut state = self.all.state();
        state.next += 1;
        let place = state.next;
        state.waiting.insert(place, Arc::clone(&self.closed));
        *self.place() = Some(place);
    }

    /// Its request is complete and is being answered.
    pub(super) fn works(&self) {
        let place = self.place().take();
        if let Some(place) = place {
            self.all.state().waiting.remove(&place);
        }
    }

    /// Waits until it must give way to another.
    pub(super) async fn closed(&self) {
        self.closed.notified().await;
    }

    fn place(&self) -> MutexGuard<'_, Option<u64>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.works();
        self.all.state().open -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[track_caller]
    fn check(connection: &Connection, is_closed: bool) {
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(pin!(connection.closed()).poll(&mut context).is_ready(), is_closed);
    }

    #[test]
    fn the_one_that_has_waited_longest_gives_way() {
        let all = Connections::new(3);
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
        let all = Connections::new(2);
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
}
