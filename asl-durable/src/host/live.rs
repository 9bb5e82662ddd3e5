//! [`Live`]: reports each event once, although each invocation does again what was done before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use asl_engine::{Event, Interest, Observer, TraceHeaders, Traced, VisitStage};

/// Distinguishes the events that earlier invocations have reported from those that follow the recorded turns.
pub(super) struct Live {
    observer: Arc<dyn Observer>,
    is_live: AtomicBool,
}

impl Live {
    pub(super) fn new(observer: Arc<dyn Observer>, is_live: bool) -> Live {
        Live { observer, is_live: AtomicBool::new(is_live) }
    }
}

impl Observer for Live {
    fn interest(&self) -> Interest {
        self.observer.interest()
    }

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        self.observer.on_stage(entered, stage);
    }

    fn trace_headers(&self, of: Traced<'_>) -> Option<TraceHeaders> {
        self.observer.trace_headers(of)
    }

    fn on_event(&self, event: Event) {
        match self.is_live.load(Ordering::Relaxed) {
            true => self.observer.on_event(event),
            false => self.observer.on_replayed(event),
        }
    }

    fn on_live(&self) {
        self.is_live.store(true, Ordering::Relaxed);
        self.observer.on_live();
    }
}
