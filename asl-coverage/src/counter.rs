//! [`Counter`]: an observer that counts what an execution reaches.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{ChildExecution, Event, EventKind, Interest, Observer, VisitStage};

use crate::hits::Hits;
use crate::visits::Visits;

/// Observes an execution and counts what it reaches. All counters that begin with the same [`SharedHits`] count together.
#[derive(Debug, Default)]
pub struct Counter {
    hits: SharedHits,
    visits: Mutex<Visits>,
}

/// What several executions have reached so far.
#[derive(Debug, Clone, Default)]
pub struct SharedHits(Arc<Mutex<Hits>>);

impl SharedHits {
    /// What was reached so far.
    pub fn get(&self) -> Hits {
        lock(&self.0).clone()
    }
}

impl Counter {
    /// A counter for a further execution.
    pub fn of(hits: &SharedHits) -> Counter {
        Counter { hits: hits.clone(), visits: Mutex::default() }
    }

    /// What was reached so far.
    pub fn hits(&self) -> Hits {
        self.hits.get()
    }

    /// Counts an event, which is not needed afterwards.
    pub fn count(&self, event: &Event) {
        if let EventKind::StateEntered { name, .. } = &event.kind {
            lock(&self.visits).begin(event.id, name, &mut lock(&self.hits.0));
        }
    }
}

impl Observer for Counter {
    fn interest(&self) -> Interest {
        Interest::Stages
    }

    fn wants_operands(&self) -> bool {
        true
    }

    fn on_event(&self, event: Event) {
        self.count(&event);
    }

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        lock(&self.visits).follow(entered, &stage, &mut lock(&self.hits.0));
    }

    fn on_child(&self, _: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        Some(Arc::new(Counter::of(&self.hits)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
