//! [`Gates`]: where in a turn an execution was stopped.
//!
//! A stop may come while the execution computes, and it computes until it checks whether to stop. So a turn counts events
//! and checks: the stop is recorded with both counts, and a replay stops at the same place. The events decide, too,
//! since the evaluation of an expression that was interrupted at first is not interrupted in a replay.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{EffectId, MidTurn};

/// Whether an execution has been stopped: a closed gate lets no event through, and its strands do not go on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate(Arc<AtomicBool>);

impl Gate {
    pub(crate) fn is_closed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Closes it. Returns whether it was open.
    pub(crate) fn close(&self) -> bool {
        !self.0.swap(true, Ordering::Relaxed)
    }
}

/// What the executions of a timeline have done in the current turn, and which of them are stopped in it.
#[derive(Debug, Default)]
pub(super) struct Gates {
    events: AtomicU64,
    checks: AtomicU64,
    /// Whether there are any stops below.
    is_armed: AtomicBool,
    armed: Mutex<Vec<(MidTurn, EffectId)>>,
}

impl Gates {
    /// A turn begins.
    pub(super) fn begin_turn(&self) {
        self.events.store(0, Ordering::Relaxed);
        self.checks.store(0, Ordering::Relaxed);
        self.lock().clear();
        self.is_armed.store(false, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(MidTurn, EffectId)>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This stop happens in the current turn.
    pub(super) fn arm(&self, at: MidTurn, stop: EffectId) {
        self.lock().push((at, stop));
        self.is_armed.store(true, Ordering::Relaxed);
    }

    /// The current place in the turn.
    pub(super) fn place(&self) -> MidTurn {
        MidTurn { events: self.events.load(Ordering::Relaxed), checks: self.checks.load(Ordering::Relaxed) }
    }

    /// A strand checks whether to stop. Returns the stops that happen now.
    pub(super) fn count_check(&self) -> Vec<EffectId> {
        // All strands run in one task, so nothing else counts between the load and the store.
        self.checks.store(self.checks.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        let MidTurn { events, checks } = self.place();
        self.reached(|at| checks >= at.checks && events >= at.events)
    }

    /// An event is about to be emitted. Returns the stops that happen before.
    pub(super) fn before_event(&self) -> Vec<EffectId> {
        let events = self.place().events;
        self.reached(|at| events >= at.events)
    }

    pub(super) fn count_event(&self) {
        self.events.store(self.events.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    fn reached(&self, is_reached: impl Fn(&MidTurn) -> bool) -> Vec<EffectId> {
        if !self.is_armed.load(Ordering::Relaxed) {
            return Vec::new();
        }
        self.lock().iter().filter(|(at, _)| is_reached(at)).map(|(_, stop)| stop.clone()).collect()
    }
}
