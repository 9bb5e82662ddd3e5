//! Map, inline: one iteration per item, a limited number at a time, the results in the order of the items.

use std::sync::Arc;

use asl_query::{Env, Scope};
use asl_value::Value;

use crate::context::StateContext;
use crate::event::EventKind;
use crate::frame::{Ended, Frame};
use crate::map::dataset::Dataset;
use crate::map::iterations::{Iterations, items};
use crate::program::MapStep;
use crate::setting::Setting;
use crate::slot::Slot;
use crate::stage::Stage;
use crate::strand::Strands;
use crate::trace::Cursor;
use crate::visit::{Trouble, Visit};
use crate::wait;

pub(crate) async fn work(
    visit: &Visit<'_>,
    map: &MapStep,
    env: &Env<'_>,
    context: &StateContext<'_>,
    slot: &Slot,
    cursor: &mut Cursor,
) -> Result<Value, Trouble> {
    let trace = &visit.run.trace;
    let dataset = items(map, env)?;
    if visit.run.watch.is_some() {
        visit.saw(visit.run.watch, Stage::Items, &dataset.to_value());
    }
    let length = dataset.len();
    let iterations = InlineIterations { of: Iterations { visit, map, env, context }, dataset };
    let concurrency = iterations.concurrency()?;
    let mut strands = Strands::begin(visit.run, slot, cursor, || EventKind::MapStateStarted { length });
    let (mut results, ended_before) = strands.results(length)?;
    let mut waiting = (0..length).filter(|index| !ended_before.contains(index));
    let outer = Arc::new(env.scope.clone());
    iterations.start_more(&mut strands, &mut waiting, concurrency, *cursor, &outer).await?;
    // The end of the state follows the last `MapIterationSucceeded`.
    let mut last = *cursor;
    while let Some(ended) = strands.next().await {
        let slot_cursor = ended.cursor;
        match ended.result {
            Ok(output) => {
                last = iterations.mark_succeeded(ended.number, slot_cursor);
                if let Some(place) = results.get_mut(ended.number) {
                    *place = output;
                }
            }
            Err(failure) => {
                *cursor = slot_cursor;
                if failure.is_runtime() {
                    return Err(failure.into());
                }
                iterations.abort(strands, ended.number, ended.in_task, slot_cursor);
                return Err(failure.into());
            }
        }
        iterations.start_more(&mut strands, &mut waiting, concurrency, slot_cursor, &outer).await?;
    }
    *cursor = last;
    let output = visit.checked(Value::Array(results.into()))?;
    trace.mark(*cursor, || EventKind::MapStateSucceeded);
    Ok(output)
}

/// The iterations of one attempt of an inline Map.
struct InlineIterations<'a> {
    of: Iterations<'a>,
    dataset: Dataset,
}

impl<'a> InlineIterations<'a> {
    /// `MaxConcurrency`, within the limit; 0 means the limit.
    fn concurrency(&self) -> Result<usize, Trouble> {
        let limit = self.of.visit.run.limits.map_concurrency;
        Ok(match Setting::eval_optional(&self.of.map.max_concurrency, self.of.env)?.map(usize::try_from) {
            None | Some(Ok(0) | Err(_)) => limit,
            Some(Ok(wanted)) => wanted.min(limit),
        })
    }

    /// Starts waiting iterations while there is room. Their selectors may take long, so the end of the execution stops it.
    async fn start_more(
        &self,
        strands: &mut Strands<'a>,
        waiting: &mut impl Iterator<Item = usize>,
        concurrency: usize,
        cursor: Cursor,
        outer: &Arc<Scope>,
    ) -> Result<(), Trouble> {
        while strands.has_room(concurrency)
            && let Some(index) = waiting.next()
        {
            wait::before_start(self.of.visit.run, index).await;
            self.start(strands, index, cursor, outer)?;
        }
        Ok(())
    }

    /// Starts an iteration after the event `cursor`, or resumes it where it stopped before a redrive.
    fn start(
        &self,
        strands: &mut Strands<'a>,
        index: usize,
        cursor: Cursor,
        outer: &Arc<Scope>,
    ) -> Result<(), Trouble> {
        let frame = match strands.stopped_before(index) {
            Some(position) => Frame::resumed(index, position),
            None => self.frame(index, cursor, outer)?,
        };
        Ok(strands.start(&self.of.map.machine, frame)?)
    }

    /// The frame of an iteration that begins after the event `cursor`.
    fn frame(&self, index: usize, cursor: Cursor, outer: &Arc<Scope>) -> Result<Frame, Trouble> {
        let item = self.dataset.item(index);
        let input = self.of.input_of(&item)?;
        if self.of.map.item_selector.is_some() {
            self.of.visit.saw(self.of.visit.run.watch, Stage::ItemSelector, &input);
        }
        let started =
            self.of.visit.run.trace.mark(cursor, || EventKind::MapIterationStarted {
                name: self.of.visit.step.name.clone(),
                index,
            });
        Ok(Frame::child(index, input, Scope::inside(outer), started, Some(item)))
    }

    fn mark_succeeded(&self, index: usize, cursor: Cursor) -> Cursor {
        self.of.visit.run.trace.mark(cursor, || EventKind::MapIterationSucceeded {
            name: self.of.visit.step.name.clone(),
            index,
        })
    }

    /// Iteration `failed` has ended the state: emits its failure and the aborted iterations, all after the event that
    /// failed.
    fn abort(&self, strands: Strands<'_>, failed: usize, in_task: bool, cursor: Cursor) {
        let trace = &self.of.visit.run.trace;
        let name = &self.of.visit.step.name;
        let succeeded = |ended: Ended| {
            self.mark_succeeded(ended.number, ended.cursor);
        };
        let aborted = strands.abort(failed, succeeded);
        trace.mark(cursor, || EventKind::MapIterationFailed { name: name.clone(), index: failed });
        if in_task {
            trace.mark(cursor, || EventKind::TaskStateAborted);
        }
        for (index, slot) in aborted {
            trace.mark(cursor, || EventKind::MapIterationAborted { name: name.clone(), index });
            slot.mark_aborted(trace, cursor);
        }
    }
}
