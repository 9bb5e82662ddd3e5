//! [`Woken`]: whether a future that was polled asked to be polled again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Wake, Waker};

/// Records that a future asked to be polled again, and passes it on.
pub(crate) struct Woken {
    flag: AtomicBool,
    waker: Waker,
}

impl Woken {
    /// Passes on to `waker`.
    pub(crate) fn new(waker: &Waker) -> Arc<Woken> {
        Arc::new(Woken { flag: AtomicBool::new(false), waker: waker.clone() })
    }

    /// Whether the future asked.
    pub(crate) fn is_set(&self) -> bool {
        self.flag.load(Ordering::Acquire)
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::Release);
        self.waker.wake_by_ref();
    }
}
