//! [`Strands`]: branches and iterations, running together in their parent's future.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::event::{EventKind, StateType};
use crate::interpret::{Ended, Frame, run_machine};
use crate::program::Machine;
use crate::run::Run;
use crate::trace::{Cursor, Trace};

/// Which state a strand is in, for the events of its abortion. Kept only when somebody listens.
#[derive(Default)]
pub(crate) struct Slot(Mutex<SlotState>);

#[derive(Default)]
struct SlotState {
    state: Option<StateType>,
    children: Vec<Arc<Slot>>,
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, SlotState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn enter(&self, state: StateType) {
        let mut slot = self.lock();
        slot.state = Some(state);
        slot.children.clear();
    }

    fn leave(&self) {
        *self.lock() = SlotState::default();
    }

    /// Marks the states that end because another strand failed, innermost first.
    pub(crate) fn mark_aborted(&self, trace: &Trace<'_>, cursor: Cursor) {
        let slot = self.lock();
        for child in &slot.children {
            child.mark_aborted(trace, cursor);
        }
        let aborted = match slot.state {
            Some(StateType::Task) => EventKind::TaskStateAborted,
            Some(StateType::Wait) => EventKind::WaitStateAborted,
            Some(StateType::Map) => EventKind::MapStateAborted,
            Some(StateType::Parallel) => EventKind::ParallelStateAborted,
            _ => return,
        };
        trace.mark(cursor, || aborted);
    }
}

/// The strands of one Parallel or Map, by number. Dropping them stops them at their awaits.
pub(crate) struct Strands<'a> {
    run: &'a Run<'a>,
    parent: Option<&'a Slot>,
    running: FuturesUnordered<BoxFuture<'a, Ended>>,
    /// By number, of those that have not succeeded; empty when nobody listens.
    slots: BTreeMap<usize, Arc<Slot>>,
}

impl<'a> Strands<'a> {
    pub(crate) fn new(run: &'a Run<'a>, parent: Option<&'a Slot>) -> Strands<'a> {
        Strands { run, parent, running: FuturesUnordered::new(), slots: BTreeMap::new() }
    }

    pub(crate) fn start(&mut self, machine: &'a Machine, mut frame: Frame) {
        if self.run.trace.is_on() {
            let slot = Arc::new(Slot::default());
            if let Some(parent) = self.parent {
                parent.lock().children.push(Arc::clone(&slot));
            }
            self.slots.insert(frame.number, Arc::clone(&slot));
            frame.slot = Some(slot);
        }
        self.running.push(run_machine(self.run, machine, frame));
    }

    /// The next strand that ends, `None` when all have.
    pub(crate) async fn next(&mut self) -> Option<Ended> {
        let ended = self.running.next().await?;
        if ended.result.is_ok()
            && let Some(slot) = self.slots.remove(&ended.number)
        {
            slot.leave();
        }
        Some(ended)
    }

    /// After a failure: strands that are ready at the same instant go on until they wait, since on AWS they had begun or
    /// failed together; then all are dropped. Hands back where those stood that did not succeed, by number.
    pub(crate) fn abort(
        mut self,
        failed: usize,
        mut succeeded: impl FnMut(Ended),
    ) -> BTreeMap<usize, Arc<Slot>> {
        while let Some(Some(ended)) = self.next().now_or_never() {
            if ended.result.is_ok() {
                succeeded(ended);
            }
        }
        self.slots.remove(&failed);
        self.slots
    }
}
