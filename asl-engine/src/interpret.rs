//! The interpreter: a machine's loop, and one state's visit.
//!
//! [`run_machine`] is the only recursion, and the only future that is boxed for it: the machine itself, each branch of a
//! Parallel and each iteration of a Map. States that cannot wait (Pass, Choice, Succeed, Fail) are plain functions.

use std::sync::{Arc, OnceLock};

use asl_model::error_name;
use asl_query::{Env, EvalError, EvalErrorKind, Scope, Template};
use asl_value::{Object, Timestamp, Value};
use futures_util::future::BoxFuture;

use crate::budget::{Exceeded, Held, STRAND_BYTES};
use crate::checkpoint::Stand;
use crate::context::{MapItem, StateContext};
use crate::event::{EvaluationFailed, EventKind, StateType};
use crate::outcome::Place;
use crate::program::{Machine, Next, Quick, StateId, Step, StepKind, Waiting};
use crate::recovery::{Catcher, Decision, RetryState};
use crate::run::Run;
use crate::strand::Slot;
use crate::trace::Cursor;
use crate::{Failure, Limit, TaskToken, turn, wait, work};

/// Quick states between two readings of the clock, which costs as much as a tenth of such a state.
const READ_CLOCK_EVERY: u32 = 8;

/// What a strand carries from state to state.
pub(crate) struct Frame {
    pub(crate) input: Value,
    pub(crate) scope: Scope,
    pub(crate) cursor: Cursor,
    /// Of the iteration the strand is in.
    pub(crate) map_item: Option<MapItem>,
    /// Where the strand tells which state it is in.
    pub(crate) slot: Arc<Slot>,
    /// Which of its parent's strands it is.
    pub(crate) number: usize,
    /// The memory it takes, but for the root of an execution that is no child.
    held: Option<Held>,
    is_root: bool,
}

impl Frame {
    pub(crate) fn root(input: Value) -> Frame {
        Frame::child(0, input, Scope::default(), Cursor::START, None).at_root()
    }

    /// The frame of the machine itself.
    pub(crate) fn at_root(self) -> Frame {
        Frame { is_root: true, ..self }
    }

    /// The frame of a branch or an iteration.
    pub(crate) fn child(
        number: usize,
        input: Value,
        scope: Scope,
        cursor: Cursor,
        map_item: Option<MapItem>,
    ) -> Frame {
        Frame { input, scope, cursor, map_item, slot: Arc::default(), number, held: None, is_root: false }
    }

    /// The frame of a strand that goes on where it stopped.
    pub(crate) fn resumed(number: usize, stand: Stand) -> Frame {
        let cursor = stand.entered.unwrap_or(stand.before);
        let child =
            Frame::child(number, stand.input.clone(), stand.scope.clone(), cursor, stand.map_item.clone());
        Frame { slot: Arc::new(Slot::resumed(stand)), ..child }
    }

    /// Counts the memory it takes from now on.
    pub(crate) fn holding(mut self, held: Held) -> Result<Frame, Exceeded> {
        self.held = Some(held);
        self.hold()?;
        Ok(self)
    }

    /// Counts the memory it takes now.
    fn hold(&mut self) -> Result<(), Exceeded> {
        let Some(held) = &mut self.held else { return Ok(()) };
        let payloads = std::iter::once(&self.input).chain(self.scope.own().values());
        held.set(payloads.map(Value::memory_bytes).fold(STRAND_BYTES, u64::saturating_add))
    }

    /// Notes that it is about to enter a state.
    fn keep(&self, state: StateId) {
        self.slot.kept.set(Stand {
            state,
            input: self.input.clone(),
            scope: self.scope.clone(),
            map_item: self.map_item.clone(),
            before: self.cursor,
            entered: None,
            strands: None,
        });
    }

    fn ended(self) -> Ended {
        Ended { number: self.number, result: Ok(self.input), cursor: self.cursor, in_task: false }
    }
}

/// How a strand ended. A failure needs the cursor too: the events that report it follow the one that failed.
pub(crate) struct Ended {
    pub(crate) number: usize,
    pub(crate) result: Result<Value, Failure>,
    pub(crate) cursor: Cursor,
    /// A task that had begun failed uncaught: its strand's parent marks it as aborted.
    pub(crate) in_task: bool,
}

/// How a state is left.
pub(crate) struct Exit {
    pub(crate) output: Value,
    pub(crate) assigned: Option<Object>,
    pub(crate) next: Next,
}

/// What one attempt of a state came to.
pub(crate) enum Attempt<'a> {
    Done(Exit),
    Failed(Failure, Decision<'a>),
}

/// Why an attempt of a state failed.
pub(crate) enum Trouble {
    /// An expression of the state.
    Eval(EvalError),
    /// The state itself cannot be executed: `States.Runtime`.
    Runtime(String),
    /// Its work, with an event of its own.
    Failure(Failure),
}

impl From<EvalError> for Trouble {
    fn from(error: EvalError) -> Self {
        Trouble::Eval(error)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Failure(failure)
    }
}

/// Runs a machine to its end.
pub(crate) fn run_machine<'a>(
    run: &'a Run<'a>,
    machine: &'a Machine,
    mut frame: Frame,
) -> BoxFuture<'a, Ended> {
    Box::pin(async move {
        let mut resumed = if run.keeps { frame.slot.kept.resumed() } else { None };
        let mut at = resumed.map_or(machine.start, |(state, _)| state);
        if !machine.has(at) {
            let failure = Failure::new(error_name::RUNTIME, "the checkpoint is of another program");
            return Ended { result: Err(failure), ..frame.ended() };
        }
        let mut transitions = 0u32;
        let mut is_clock_due = true;
        loop {
            if run.keeps && resumed.is_none() {
                frame.keep(at);
            }
            if run.stopped(is_clock_due).is_some() {
                wait::stop().await;
            }
            transitions += 1;
            if transitions.is_multiple_of(turn::YIELD_EVERY) {
                turn::end(run.timeline).await;
            } else if is_clock_due && run.timeline.is_turn_over() {
                turn::yield_now().await;
            }
            let step = machine.step(at);
            is_clock_due = !step.is_quick || transitions.is_multiple_of(READ_CLOCK_EVERY);
            run.count_transition();
            if frame.is_root {
                run.stand_at(at);
            }
            let visit = match resumed.take() {
                Some((_, Some(events))) => Visit::resume(run, step, &mut frame, events),
                _ => Visit::enter(run, step, &mut frame),
            };
            let exit = match &step.kind {
                StepKind::Quick(quick) => work::quick(&visit, quick, &mut frame),
                // Boxed, so that the loop of a machine that never waits stays small.
                StepKind::Waiting(_) => match Box::pin(visit.attempt_until_done(&mut frame)).await {
                    Ok(exit) => Ok(exit),
                    Err(failure) => return visit.failed(failure, &frame),
                },
            };
            if let Err(trouble) = &exit {
                visit.give_way(trouble).await;
            }
            match exit.map_err(|trouble| visit.settle(trouble, &mut frame.cursor)) {
                Ok(exit) => match visit.leave(exit, &mut frame) {
                    Next::State(next) => {
                        at = next;
                        if let Err(exceeded) = frame.hold() {
                            return visit.failed(exceeded.into(), &frame);
                        }
                    }
                    Next::End => return frame.ended(),
                },
                Err(failure) => return visit.failed(failure, &frame),
            }
        }
    })
}

/// One visit of a state, retries included.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'a> {
    pub(crate) run: &'a Run<'a>,
    pub(crate) step: &'a Step,
    /// The event before the state was entered.
    before: Cursor,
    /// The event with which it was.
    entered: Cursor,
}

impl<'a> Visit<'a> {
    pub(crate) fn enter(run: &'a Run<'a>, step: &'a Step, frame: &mut Frame) -> Visit<'a> {
        let before = frame.cursor;
        let (input, state) = (&frame.input, step.kind.state_type());
        run.trace.step(&mut frame.cursor, || EventKind::StateEntered {
            state,
            name: step.name.clone(),
            input: input.clone(),
        });
        frame.slot.enter(state);
        if run.keeps {
            frame.slot.kept.enter(frame.cursor);
        }
        Visit { run, step, before, entered: frame.cursor }
    }

    /// The visit of a state that was entered before the execution was redriven: it goes on, with retries as at first.
    ///
    /// Documented: a Fail state is entered anew.
    /// UNRECORDED: which event the work of a redriven state follows: here, as at first, the one with which it was entered.
    /// UNRECORDED: how long a redriven Wait with `Seconds` takes: here it waits them all again.
    fn resume(
        run: &'a Run<'a>,
        step: &'a Step,
        frame: &mut Frame,
        [before, entered]: [Cursor; 2],
    ) -> Visit<'a> {
        if matches!(step.kind, StepKind::Quick(Quick::Fail(_))) {
            return Visit::enter(run, step, frame);
        }
        frame.slot.enter(step.kind.state_type());
        Visit { run, step, before, entered }
    }

    /// The visit succeeded: variables, event, and the output as input of what comes next.
    pub(crate) fn leave(&self, exit: Exit, frame: &mut Frame) -> Next {
        let Exit { output, assigned, next } = exit;
        self.run.trace.step(&mut frame.cursor, || EventKind::StateExited {
            state: self.step.kind.state_type(),
            name: self.step.name.clone(),
            output: output.clone(),
            assigned_variables: assigned.clone().filter(|variables| !variables.is_empty()),
        });
        for (name, value) in assigned.into_iter().flatten() {
            frame.scope.set(name, value);
        }
        frame.input = output;
        next
    }

    fn failed(&self, failure: Failure, frame: &Frame) -> Ended {
        let in_task = self.step.kind.as_task().is_some() && frame.cursor != self.entered;
        Ended { number: frame.number, result: Err(failure), cursor: frame.cursor, in_task }
    }

    /// Attempts until one succeeds, is caught, or nothing retries it.
    async fn attempt_until_done(&self, frame: &mut Frame) -> Result<Exit, Failure> {
        let entered = self.run.timeline.now();
        let mut retries = RetryState::default();
        loop {
            let (failure, decision) = match self.once(frame, entered, &mut retries).await {
                Attempt::Done(exit) => return Ok(exit),
                Attempt::Failed(failure, decision) => (failure, decision),
            };
            match decision {
                Decision::Retry { after, .. } => {
                    frame.slot.forget_strands();
                    wait::sleep_until(self.run, self.run.timeline.elapsed().saturating_add(after)).await;
                }
                Decision::Catch { catcher, .. } => {
                    let caught = self.catch(catcher, &failure, entered, retries.count, frame);
                    return caught.map_err(|trouble| self.settle(trouble, &mut frame.cursor));
                }
                Decision::Fail { .. } => return Err(failure),
            }
        }
    }

    /// One attempt, and what `Retry` and `Catch` decide if it fails. What they decide is left to the caller: an execution
    /// does it, a test of the state reports it.
    pub(crate) async fn once(
        &self,
        frame: &mut Frame,
        entered: Timestamp,
        retries: &mut RetryState,
    ) -> Attempt<'a> {
        let exit = match &self.step.kind {
            StepKind::Quick(quick) => work::quick(self, quick, frame),
            StepKind::Waiting(waiting) => self.attempt(waiting, frame, entered, retries.count).await,
        };
        let trouble = match exit {
            Ok(exit) => return Attempt::Done(exit),
            Err(trouble) => trouble,
        };
        self.give_way(&trouble).await;
        let failure = self.settle(trouble, &mut frame.cursor);
        let decision = self.step.recovery.decide(retries, &failure, self.run.entropy());
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
            // Documented: all strands are redriven then.
            frame.slot.kept.forget_strands();
        }
        Attempt::Failed(failure, decision)
    }

    /// An evaluation that the end of the execution has interrupted is not a failure of its state.
    async fn give_way(&self, trouble: &Trouble) {
        if matches!(trouble, Trouble::Eval(_)) && self.run.stopped(true).is_some() {
            wait::stop().await;
        }
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
        // A state that nothing retries or catches gives its input away, so that `ResultPath` can write it in place.
        let raw = match step.recovery.is_empty() {
            true => std::mem::take(&mut frame.input),
            false => frame.input.clone(),
        };
        let Frame { scope, cursor, map_item, slot, .. } = frame;
        let token = self.token();
        let context = StateContext {
            run: self.run,
            state: &step.name,
            entered: Some(entered),
            retry_count: step.kind.is_retryable().then_some(retry_count),
            map_item: map_item.as_ref(),
            token: token.as_ref(),
            built: OnceLock::new(),
        };
        let env = self.env(&context, scope);
        let effective = step.flow.enter(&raw, &env)?;
        let inside = env.with_input(&effective);
        let result = match waiting {
            Waiting::Task(task) => {
                let arguments = self.arguments(&inside)?;
                let token = token.as_ref();
                Some(work::task::work(self, task, arguments, &inside, token, retry_count, cursor).await?)
            }
            Waiting::Parallel(branches) => {
                let arguments = self.arguments(&inside)?;
                Some(work::parallel::work(self, branches, arguments, scope, &context, slot, cursor).await?)
            }
            Waiting::Map(map) => Some(work::map::work(self, map, &inside, &context, slot, cursor).await?),
            Waiting::Wait(wait) => {
                work::wait::work(self, wait, &inside, entered).await?;
                None
            }
        };
        let assigned = self.assign(step.assign.as_ref(), &Env { result: result.as_ref(), ..inside })?;
        let result = result.unwrap_or(effective);
        let output = self.checked(step.flow.exit(raw, result, &env, None)?)?;
        Ok(Exit { output, assigned, next: step.next })
    }

    /// The catcher's way out: its `ResultPath` or `Output` on the error output, its `Assign` instead of the state's.
    pub(crate) fn catch(
        &self,
        catcher: &Catcher,
        failure: &Failure,
        entered: Timestamp,
        retry_count: u64,
        frame: &mut Frame,
    ) -> Result<Exit, Trouble> {
        let raw = std::mem::take(&mut frame.input);
        let error = failure.output();
        let context = StateContext {
            entered: Some(entered),
            retry_count: Some(retry_count),
            ..self.context(frame.map_item.as_ref())
        };
        let env = self.env(&context, &frame.scope).with_error(&error);
        let assigned = self.assign(catcher.assign.as_ref(), &env.with_input(&raw))?;
        let output = self.checked(catcher.flow.exit(raw, error.clone(), &env, None)?)?;
        Ok(Exit { output, assigned, next: Next::State(catcher.next) })
    }

    /// Turns what went wrong into the failure it is, and emits the event of a failed evaluation.
    pub(crate) fn settle(&self, trouble: Trouble, cursor: &mut Cursor) -> Failure {
        let in_execution = self.run.probe.is_none();
        let place = Place { state: &self.step.name, entered: in_execution.then(|| self.entered.id()) };
        let limits = self.run.limits;
        match trouble {
            Trouble::Failure(failure) => failure.within(limits),
            Trouble::Runtime(cause) => Failure::runtime(&place, cause).within(limits),
            Trouble::Eval(error) => {
                let failure = Failure::eval(&place, &error).within(limits);
                if error.kind() == EvalErrorKind::QueryEvaluation {
                    // Observed: rule 7 of the trace.
                    // UNRECORDED: which event `EvaluationFailed` follows when the work is done; here the last of it.
                    let is_wait = matches!(self.step.kind, StepKind::Waiting(Waiting::Wait(_)));
                    if *cursor == self.entered && !is_wait {
                        *cursor = self.before;
                    }
                    self.run.trace.step(cursor, || {
                        EventKind::EvaluationFailed(Box::new(EvaluationFailed {
                            failure: failure.clone(),
                            state: self.step.name.clone(),
                            location: error.location().cloned(),
                        }))
                    });
                }
                failure
            }
        }
    }

    /// The context of a state that cannot wait: it is entered when somebody asks.
    pub(crate) fn context(&self, map_item: Option<&'a MapItem>) -> StateContext<'a>
    where
        Self: 'a,
    {
        StateContext {
            run: self.run,
            state: &self.step.name,
            entered: None,
            retry_count: None,
            map_item,
            token: None,
            built: OnceLock::new(),
        }
    }

    /// What the expressions of the state see, but for the input.
    pub(crate) fn env<'e>(&self, context: &'e StateContext<'_>, scope: &'e Scope) -> Env<'e>
    where
        'a: 'e,
    {
        Env::new(&NULL, scope, self.run).with_context(context)
    }

    fn token(&self) -> Option<TaskToken> {
        let has_token = self.step.kind.as_task().is_some_and(|task| task.has_token);
        has_token.then(|| TaskToken::random(self.run.entropy()))
    }

    fn arguments(&self, env: &Env<'_>) -> Result<Value, Trouble> {
        self.checked(self.step.flow.arguments(env)?)
    }

    /// The variables that an `Assign` sets, evaluated and within the limits.
    pub(crate) fn assign(&self, assign: Option<&Template>, env: &Env<'_>) -> Result<Option<Object>, Trouble> {
        let Some(template) = assign else { return Ok(None) };
        let Value::Object(variables) = template.eval(env)? else { return Ok(None) };
        let limits = self.run.limits;
        let assigned = variables.values().map(Value::encoded_len).fold(0, usize::saturating_add);
        let replaced = variables.keys().filter_map(|name| env.scope.own().get(name)).map(Value::encoded_len);
        let kept = replaced.fold(env.scope.encoded_len(), usize::saturating_sub);
        let held = kept.saturating_add(assigned);
        self.run.near.bytes(Limit::Assign, limits.assign_bytes, assigned, Some(&self.step.name));
        self.run.near.bytes(Limit::Variables, limits.variables_bytes, held, Some(&self.step.name));
        let over = |limit: Option<usize>, size: usize| limit.is_some_and(|limit| size > limit);
        // UNRECORDED: error and text for variables that are too large; the limits are documented.
        if over(limits.assign_bytes, assigned) || over(limits.variables_bytes, held) {
            return Err(Failure::data_limit(&self.step.name).into());
        }
        Ok(Some(variables))
    }

    /// A payload within the limits.
    pub(crate) fn checked(&self, payload: Value) -> Result<Value, Trouble> {
        payload.check_depth().map_err(EvalError::from)?;
        match self.run.admits(&payload, Some(&self.step.name)) {
            true => Ok(payload),
            false => Err(Failure::data_limit(&self.step.name).into()),
        }
    }
}

/// The input in the environment of `enter` and `exit`, which are handed theirs.
static NULL: Value = Value::Null;

impl StepKind {
    fn is_retryable(&self) -> bool {
        matches!(self.state_type(), StateType::Task | StateType::Parallel | StateType::Map)
    }
}
