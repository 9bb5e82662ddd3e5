//! The interpreter: the loop of a machine, and the attempts of a state that may wait.
//!
//! [`run_machine`] is the only recursion, and the only future that is boxed for it: the machine itself, each branch of
//! a Parallel and each iteration of a Map. States that cannot wait (Pass, Choice, Succeed, Fail) are plain functions.

use std::time::Duration;

use asl_model::error_name;
use asl_query::{Env, StateWork};
use asl_value::Timestamp;
use futures_util::future::BoxFuture;

use crate::context::StateContext;
use crate::event::EventKind;
use crate::frame::{Ended, Frame};
use crate::position::{Doing, Stay};
use crate::program::{Machine, MapStep, Next, StepKind, Waiting};
use crate::recovery::{Decision, RetryState};
use crate::run::Run;
use crate::slot::Slot;
use crate::stage::Stage;
use crate::trace::Cursor;
use crate::visit::{Exit, Trouble, Visit, Worked};
use crate::{Failure, turn, wait, work};

/// The clock is read once in this many quick states: a reading costs a tenth of such a state.
const READ_CLOCK_EVERY: u32 = 8;

/// The result of one attempt of a state.
pub(crate) enum Attempt<'a> {
    Done(Exit),
    Failed(Failure, Decision<'a>),
}

/// Runs a machine to its end.
pub(crate) fn run_machine<'a>(
    run: &'a Run<'a>,
    machine: &'a Machine,
    mut frame: Frame,
) -> BoxFuture<'a, Ended> {
    Box::pin(async move {
        let mut resumed = if run.keeps_checkpoint { frame.slot.resumes_at() } else { None };
        let mut at = resumed.map_or(machine.start, |(state, _)| state);
        if !machine.has(at) {
            let failure = Failure::new(error_name::RUNTIME, "the checkpoint belongs to another program");
            return Ended { result: Err(failure), ..frame.ended() };
        }
        let mut transitions = 0u32;
        let mut is_clock_due = true;
        loop {
            if run.keeps_checkpoint && resumed.is_none() {
                frame.note_position(at);
            }
            if run.is_stopped(is_clock_due) {
                match wait::until_dropped().await {}
            }
            transitions += 1;
            if transitions.is_multiple_of(turn::YIELD_EVERY) {
                turn::end(run.timeline).await;
                // Another strand may have noticed it meanwhile.
                if run.is_stopped(false) {
                    match wait::until_dropped().await {}
                }
            } else if is_clock_due && run.timeline.is_turn_over() {
                turn::yield_now().await;
            }
            let step = machine.step(at);
            is_clock_due = !step.is_quick || transitions.is_multiple_of(READ_CLOCK_EVERY);
            run.count_transition();
            if frame.is_root {
                run.enter_top_level(at);
            }
            let visit = match resumed.take() {
                Some((_, Some(events))) => Visit::resume(run, step, &mut frame, events),
                _ => Visit::enter(run, step, &mut frame),
            };
            let exit = match &step.kind {
                StepKind::Quick(quick) => match run.watch {
                    None => work::quick(&visit, None, quick, &mut frame),
                    Some(watch) => work::watched(&visit, watch, quick, &mut frame),
                },
                // Boxed, so that the loop of a machine that never waits stays small.
                StepKind::Waiting(_) => match Box::pin(visit.attempt_until_done(&mut frame)).await {
                    Ok(exit) => Ok(exit),
                    Err(failure) => return visit.failed(failure, &frame),
                },
            };
            match exit {
                Ok(exit) => match visit.leave(exit, &mut frame) {
                    Next::State(next) => {
                        at = next;
                        if let Err(exceeded) = frame.hold() {
                            return visit.failed(exceeded.into(), &frame);
                        }
                    }
                    Next::End => return frame.ended(),
                },
                Err(trouble) => {
                    let failure = visit.settle(trouble, &mut frame.cursor).await;
                    return visit.failed(failure, &frame);
                }
            }
        }
    })
}

impl<'a> Visit<'a> {
    /// Repeats attempts until one succeeds, is caught, or is not retried.
    async fn attempt_until_done(&self, frame: &mut Frame) -> Result<Exit, Failure> {
        self.begins(0, frame);
        let mut done = self.repeat_attempts(frame).await;
        done.iter_mut().for_each(|exit| self.left(exit));
        done
    }

    async fn repeat_attempts(&self, frame: &mut Frame) -> Result<Exit, Failure> {
        let timeline = self.run.timeline;
        let mut entered = timeline.now();
        let mut retries = RetryState::default();
        let mut delay = None;
        if self.run.keeps_checkpoint {
            delay = self.begin_stay(frame, &mut entered, &mut retries);
        }
        loop {
            let until = match delay.take() {
                Some(until) => until,
                None => {
                    let (failure, decision) = match self.once(frame, entered, &mut retries).await {
                        Attempt::Done(exit) => return Ok(exit),
                        Attempt::Failed(failure, decision) => (failure, decision),
                    };
                    match decision {
                        Decision::Retry { after, .. } => {
                            frame.slot.forget_strands();
                            timeline.elapsed().saturating_add(after)
                        }
                        Decision::Catch { catcher, .. } => {
                            return match self.catch(catcher, &failure, entered, retries.count, frame) {
                                Ok(exit) => Ok(exit),
                                Err(trouble) => Err(self.settle(trouble, &mut frame.cursor).await),
                            };
                        }
                        Decision::Fail { .. } => return Err(failure),
                    }
                }
            };
            let note = |doing: Doing| {
                if self.run.keeps_checkpoint {
                    let (retries, cursor) = (retries.clone(), frame.cursor);
                    frame.slot.set_stay(Stay { entered, retries, cursor, doing });
                }
            };
            note(Doing::Delay(timeline.at(until)));
            wait::sleep_until(self.run, &frame.slot, &self.step.name, until).await;
            note(Doing::Work);
            self.begins(retries.count, frame);
        }
    }

    /// Notes that the strand is in the state. If it continues from a snapshot, it has been there before; returns the end of
    /// the delay that it was in, if it was in one.
    fn begin_stay(
        &self,
        frame: &Frame,
        entered: &mut Timestamp,
        retries: &mut RetryState,
    ) -> Option<Duration> {
        let Some(stay) = frame.slot.stay() else {
            let (entered, cursor) = (*entered, frame.cursor);
            let (retries, doing) = (RetryState::default(), Doing::Work);
            frame.slot.set_stay(Stay { entered, retries, cursor, doing });
            return None;
        };
        (*entered, *retries) = (stay.entered, stay.retries);
        match stay.doing {
            Doing::Delay(until) => Some(self.run.timeline.instant(until)),
            _ => None,
        }
    }

    /// Runs one attempt. If it fails, returns what `Retry` and `Catch` decide: an execution carries it out, a test of
    /// the state reports it.
    pub(crate) async fn once(
        &self,
        frame: &mut Frame,
        entered: Timestamp,
        retries: &mut RetryState,
    ) -> Attempt<'a> {
        let exit = match &self.step.kind {
            StepKind::Quick(quick) => work::quick(self, self.run.watch, quick, frame),
            StepKind::Waiting(waiting) => self.attempt(waiting, frame, entered, retries.count).await,
        };
        let trouble = match exit {
            Ok(exit) => return Attempt::Done(exit),
            Err(trouble) => trouble,
        };
        let failure = self.settle(trouble, &mut frame.cursor).await;
        let decision = self.step.recovery.decide(retries, &failure, self.run.entropy());
        self.decided(&failure, &decision);
        if !failure.is_runtime() && !matches!(decision, Decision::Retry { .. }) {
            let cursor = &mut frame.cursor;
            match self.step.kind {
                StepKind::Waiting(Waiting::Map(_)) => {
                    self.run.trace.step(cursor, || EventKind::MapStateFailed)
                }
                StepKind::Waiting(Waiting::Parallel(_)) => {
                    self.run.trace.step(cursor, || EventKind::ParallelStateFailed);
                }
                _ => {}
            }
        }
        if matches!(decision, Decision::Fail { .. })
            && failure.error.as_deref() == Some(error_name::DATA_LIMIT_EXCEEDED)
        {
            // Documented: a redrive then runs all strands again.
            frame.slot.restart_strands_on_redrive();
        }
        if matches!(decision, Decision::Fail { .. }) && frame.slot.has_map_run_succeeded() {
            // The state could do nothing with its result. Documented: a redrive then starts another Map Run.
            frame.slot.forget_map_run();
        }
        Attempt::Failed(failure, decision)
    }

    /// The work of a state that may wait, from its input filters to the limits of its output.
    async fn attempt(
        &self,
        waiting: &Waiting,
        frame: &mut Frame,
        entered: Timestamp,
        retry_count: u64,
    ) -> Result<Exit, Trouble> {
        let step = self.step;
        // A state without `Retry` and `Catch` gives its input away, so that `ResultPath` can change it in place.
        let raw = match step.recovery.is_empty() {
            true => std::mem::take(&mut frame.input),
            false => frame.input.clone(),
        };
        let Frame { scope, cursor, map_item, slot, .. } = frame;
        let flight = if self.run.keeps_checkpoint { slot.flight() } else { None };
        let token = flight.as_ref().map_or_else(|| self.token(), |flight| flight.token.clone());
        let context = StateContext {
            entered: Some(entered),
            retry_count: waiting.is_retryable().then_some(retry_count),
            token: token.as_ref(),
            ..self.context(map_item.as_ref())
        };
        let work = StateWork::new();
        let env = self.env(&context, scope, &work);
        let effective = self.effective(self.run.watch, &raw, &env)?;
        let inside = env.with_input(&effective);
        let mut result = match waiting {
            Waiting::Task(task) => {
                let arguments = match &flight {
                    Some(flight) => flight.arguments.clone(),
                    None => self.arguments(&inside)?,
                };
                Some(work::task::work(self, task, arguments, &inside, &context, slot, cursor).await?)
            }
            Waiting::Parallel(branches) => {
                let arguments = self.arguments(&inside)?;
                Some(match self.run.witness() {
                    Some(witness) => self.checked(witness.mocked()?)?,
                    None => {
                        work::parallel::work(self, branches, arguments, scope, &context, slot, cursor).await?
                    }
                })
            }
            Waiting::Map(map) => match self.work_of_map(map, &inside, &context, slot, cursor).await? {
                Worked::Result(result) => Some(result),
                Worked::Left(exit) => return Ok(*exit),
            },
            Waiting::Wait(wait) => {
                work::wait::work(self, wait, &inside, entered, slot).await?;
                None
            }
        };
        if let Some(result) = &mut result {
            self.open(self.run.watch, Stage::Result, result, &inside);
        }
        let after_work = result.as_ref().map_or(inside, |result| inside.with_result(result));
        let assigned = self.assign(step.assign.as_ref(), &after_work)?;
        let result = result.unwrap_or(effective);
        let output = self.checked(self.exit(self.run.watch, step.flow.as_ref(), raw, result, &env)?)?;
        Ok(Exit { output, assigned, next: step.next })
    }

    async fn work_of_map(
        &self,
        map: &MapStep,
        env: &Env<'_>,
        context: &StateContext<'_>,
        slot: &Slot,
        cursor: &mut Cursor,
    ) -> Result<Worked, Trouble> {
        if map.distributed.is_misplaced() {
            // Observed on AWS, where such a definition is accepted.
            let cause =
                "The ItemReader, ItemBatcher and ResultWriter fields are not supported for INLINE maps";
            return Err(Trouble::Runtime(cause.into()));
        }
        match (self.run.witness(), map.distributed.children) {
            (Some(witness), _) => {
                work::tested_map::work(witness, self, map, env, context).map(Worked::Result)
            }
            (None, None) => work::map::work(self, map, env, context, slot, cursor).await.map(Worked::Result),
            // Boxed, so that an inline Map takes no more memory than it needs.
            (None, Some(children)) => {
                Box::pin(work::map_run::work(self, map, children, env, context, slot, cursor)).await
            }
        }
    }
}
