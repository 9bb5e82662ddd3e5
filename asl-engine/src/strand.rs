//! [`Strands`]: branches and iterations that run together in the future of their parent.

use std::collections::BTreeSet;
use std::sync::Arc;

use asl_value::{VALUE_BYTES, Value};
use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::Failure;
use crate::budget::Held;
use crate::event::EventKind;
use crate::frame::{Ended, Frame};
use crate::interpret::run_machine;
use crate::journal::strand_path::StrandPath;
use crate::position::Position;
use crate::program::Machine;
use crate::run::Run;
use crate::slot::Slot;
use crate::trace::Cursor;
use crate::turn::{self, YIELD_EVERY};

/// The running strands of one Parallel or Map, by number. Dropping them stops them.
pub(crate) struct Strands<'a> {
    run: &'a Run<'a>,
    /// The slot of their parent.
    slot: &'a Slot,
    /// Their number in the strand of their parent, in a journalled execution.
    number: u64,
    running: FuturesUnordered<BoxFuture<'a, Ended>>,
    /// The memory of the results.
    held: Held,
    ended: u32,
}

impl<'a> Strands<'a> {
    /// Begins the strands of a state, which emits an event. Those of a redriven state began in the earlier run, without
    /// another event.
    pub(crate) fn begin(
        run: &'a Run<'a>,
        slot: &'a Slot,
        cursor: &mut Cursor,
        kind: impl FnOnce() -> EventKind,
    ) -> Strands<'a> {
        *cursor = slot.begin_strands(|| run.trace.mark(*cursor, kind));
        let number = slot.path().map_or(0, StrandPath::next_number);
        Strands { run, slot, number, running: FuturesUnordered::new(), held: run.budget.hold(), ended: 0 }
    }

    /// A result for each of `length` strands, and the numbers of those that had already succeeded before a redrive.
    pub(crate) fn results(&mut self, length: usize) -> Result<(Vec<Value>, BTreeSet<usize>), Failure> {
        self.held.add(VALUE_BYTES.saturating_mul(length as u64))?;
        let mut results = vec![Value::Null; length];
        let ended = self.slot.results(&mut results);
        Ok((results, ended))
    }

    /// The position at which a strand stopped before a redrive.
    pub(crate) fn stopped_before(&self, number: usize) -> Option<Position> {
        self.slot.take_stopped(number)
    }

    /// Whether another strand may begin, of at most `most` at a time.
    pub(crate) fn has_room(&self, most: usize) -> bool {
        self.running.is_empty() || (self.running.len() < most && self.run.budget.has_room())
    }

    pub(crate) fn start(&mut self, machine: &'a Machine, frame: Frame) -> Result<(), Failure> {
        let frame = frame.holding(self.run.budget.hold_strand())?;
        if let Some(path) = self.slot.path() {
            frame.slot.set_path(path.inside(self.number, frame.number));
        }
        self.slot.start_strand(frame.number, Arc::clone(&frame.slot));
        self.running.push(run_machine(self.run, machine, frame));
        Ok(())
    }

    /// Waits for the next strand that ends; `None` when all have ended.
    pub(crate) async fn next(&mut self) -> Option<Ended> {
        self.ended = self.ended.wrapping_add(1);
        if self.ended.is_multiple_of(YIELD_EVERY) {
            // Short strands do not yield.
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
            self.slot.end_strand(ended.number, output);
        }
        Some(ended)
    }

    /// Drops the strands after a failure. Strands that are ready at the same instant first run until they wait, since on
    /// AWS they had begun or failed together. Returns the slots of the strands that were still running, by number.
    pub(crate) fn abort(
        mut self,
        failed: usize,
        mut succeeded: impl FnMut(Ended),
    ) -> Vec<(usize, Arc<Slot>)> {
        while let Some(Some(ended)) = self.next_ended().now_or_never() {
            if ended.result.is_ok() {
                succeeded(ended);
            }
        }
        self.slot.abort_strands(failed)
    }
}
