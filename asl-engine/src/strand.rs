//! [`Strands`]: branches and iterations, running together in their parent's future.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_value::{VALUE_BYTES, Value};
use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::Failure;
use crate::budget::Held;
use crate::checkpoint::{Kept, Stand};
use crate::event::{EventKind, StateType};
use crate::interpret::{Ended, Frame, run_machine};
use crate::program::Machine;
use crate::run::Run;
use crate::trace::{Cursor, Trace};
use crate::turn::{self, YIELD_EVERY};

/// Which state a strand is in, for the events of its abortion. Kept even when nobody listens: those events count.
#[derive(Default)]
pub(crate) struct Slot {
    /// A [`StateType`], 0 before the first.
    state: AtomicU8,
    /// The strands of its Parallel or Map, by number, but for those that have succeeded.
    strands: Mutex<BTreeMap<usize, Arc<Slot>>>,
    /// For a checkpoint, if the execution keeps one.
    pub(crate) kept: Kept,
}

impl Slot {
    /// Of a strand that goes on where it stopped.
    pub(crate) fn resumed(stand: Stand) -> Slot {
        Slot { kept: stand.into(), ..Slot::default() }
    }

    fn strands(&self) -> MutexGuard<'_, BTreeMap<usize, Arc<Slot>>> {
        self.strands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn enter(&self, state: StateType) {
        self.state.store(state as u8, Ordering::Relaxed);
    }

    /// The strands of an attempt are gone: nobody is to hear of them once more.
    pub(crate) fn forget_strands(&self) {
        self.strands().clear();
        self.kept.forget_strands();
    }

    /// Marks the states that end because another strand failed, innermost first.
    pub(crate) fn mark_aborted(&self, trace: &Trace<'_>, cursor: Cursor) {
        let state = usize::from(self.state.load(Ordering::Relaxed));
        let aborted = match state.checked_sub(1).and_then(|place| StateType::ALL.get(place)) {
            Some(StateType::Task) => EventKind::TaskStateAborted,
            Some(StateType::Wait) => EventKind::WaitStateAborted,
            Some(StateType::Map) => EventKind::MapStateAborted,
            Some(StateType::Parallel) => EventKind::ParallelStateAborted,
            _ => return,
        };
        if matches!(aborted, EventKind::MapStateAborted | EventKind::ParallelStateAborted) {
            for strand in self.strands().values() {
                strand.mark_aborted(trace, cursor);
            }
        }
        trace.mark(cursor, || aborted);
    }
}

/// The strands of one Parallel or Map, by number. Dropping them stops them at their awaits.
pub(crate) struct Strands<'a> {
    run: &'a Run<'a>,
    /// Their parent's.
    slot: &'a Slot,
    running: FuturesUnordered<BoxFuture<'a, Ended>>,
    /// The memory of the results.
    held: Held,
    ended: u32,
}

impl<'a> Strands<'a> {
    /// The strands of a state, which begin with an event. Those of a redriven one have begun before.
    pub(crate) fn begin(
        run: &'a Run<'a>,
        slot: &'a Slot,
        cursor: &mut Cursor,
        kind: impl FnOnce() -> EventKind,
    ) -> Strands<'a> {
        slot.strands().clear();
        let started = || run.trace.mark(*cursor, kind);
        *cursor = if run.keeps { slot.kept.begin_strands(started) } else { started() };
        Strands { run, slot, running: FuturesUnordered::new(), held: run.budget.hold(), ended: 0 }
    }

    /// Room for the results of so many, and those that ended before the execution was redriven.
    pub(crate) fn results(&mut self, length: usize) -> Result<(Vec<Value>, BTreeSet<usize>), Failure> {
        self.held.add(VALUE_BYTES.saturating_mul(length as u64))?;
        let mut results = vec![Value::Null; length];
        let ended = if self.run.keeps { self.slot.kept.outputs(&mut results) } else { BTreeSet::new() };
        Ok((results, ended))
    }

    /// Where one stopped before the execution was redriven.
    pub(crate) fn stopped_before(&self, number: usize) -> Option<Stand> {
        if self.run.keeps { self.slot.kept.take_stopped(number) } else { None }
    }

    /// Whether another one may begin beside those that run, of which `most` may.
    pub(crate) fn has_room(&self, most: usize) -> bool {
        self.running.is_empty() || (self.running.len() < most && self.run.budget.has_room())
    }

    pub(crate) fn start(&mut self, machine: &'a Machine, frame: Frame) -> Result<(), Failure> {
        let frame = frame.holding(self.run.budget.hold_strand())?;
        self.slot.strands().insert(frame.number, Arc::clone(&frame.slot));
        if self.run.keeps {
            self.slot.kept.start_strand(frame.number, &frame.slot);
        }
        self.running.push(run_machine(self.run, machine, frame));
        Ok(())
    }

    /// The next strand that ends, `None` when all have.
    pub(crate) async fn next(&mut self) -> Option<Ended> {
        self.ended = self.ended.wrapping_add(1);
        if self.ended.is_multiple_of(YIELD_EVERY) {
            // Short strands never yield themselves.
            turn::end(self.run.timeline).await;
        }
        self.next_ended().await
    }

    async fn next_ended(&mut self) -> Option<Ended> {
        let mut ended = self.running.next().await?;
        if let Ok(output) = &ended.result
            && let Err(exceeded) = self.held.add(output.memory_bytes())
        {
            ended.result = Err(exceeded.into());
        }
        if let Ok(output) = &ended.result {
            self.slot.strands().remove(&ended.number);
            if self.run.keeps {
                self.slot.kept.end_strand(ended.number, output);
            }
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
        while let Some(Some(ended)) = self.next_ended().now_or_never() {
            if ended.result.is_ok() {
                succeeded(ended);
            }
        }
        let mut slots = std::mem::take(&mut *self.slot.strands());
        slots.remove(&failed);
        slots
    }
}
