//! [`Visit`]: one stay in a state.

use std::sync::OnceLock;

use asl_query::{ContextObject, DataFlow, Env, EvalError, EvalErrorKind, Scope, StateWork, Template};
use asl_value::{Object, Timestamp, Value};

use crate::context::StateContext;
use crate::event::{EvaluationFailed, EventKind};
use crate::frame::{Ended, Frame};
use crate::map_item::MapItem;
use crate::outcome::Origin;
use crate::program::{Next, Quick, Rule, Step, StepKind, Waiting};
use crate::recovery::{Catcher, Decision};
use crate::run::Run;
use crate::stage::Stage;
use crate::trace::Cursor;
use crate::watch::{Watch, Watched};
use crate::{Failure, Limit, TaskToken, wait};

/// One visit of a state, from its entry to its exit, retries included.
#[derive(Clone, Copy)]
pub(crate) struct Visit<'a> {
    pub(crate) run: &'a Run<'a>,
    pub(crate) step: &'a Step,
    /// The event before the state was entered.
    before: Cursor,
    /// The event with which the state was entered.
    entered: Cursor,
}

/// How a state is left: its output, its variables, its next state.
pub(crate) struct Exit {
    pub(crate) output: Value,
    pub(crate) assigned: Option<Object>,
    pub(crate) next: Next,
}

/// What the work of a Map ends with.
pub(crate) enum Worked {
    /// A result, which goes through the filters of the state.
    Result(Value),
    /// The end of the state itself, which was recorded.
    Left(Box<Exit>),
}

/// Why an attempt of a state failed, before it is turned into a [`Failure`].
pub(crate) enum Trouble {
    /// An expression of the state failed.
    Eval(EvalError),
    /// The state itself cannot be executed: `States.Runtime`.
    Runtime(String),
    /// Its work failed, with an event of its own.
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
        if run.keeps_checkpoint {
            frame.slot.set_entered(frame.cursor);
        }
        Visit { run, step, before, entered: frame.cursor }
    }

    /// The visit of a state that was entered before the execution was redriven. It has all its retries again.
    ///
    /// Documented: a Fail state is entered again.
    /// UNRECORDED: which event the work of a redriven state follows: here the one of its first entry.
    /// UNRECORDED: how long a redriven Wait with `Seconds` takes: here it waits for all of them again.
    pub(crate) fn resume(
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

    /// Leaves the state: emits its event, sets the variables, and makes the output the input of the next state.
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

    pub(crate) fn failed(&self, failure: Failure, frame: &Frame) -> Ended {
        if let Some(watch) = self.run.watch {
            watch.failed(self.watched(), &failure);
        }
        let in_task = self.step.kind.as_task().is_some() && frame.cursor != self.entered;
        Ended { number: frame.number, result: Err(failure), cursor: frame.cursor, in_task }
    }

    /// Leaves the state through a catcher: applies its `ResultPath` or `Output` to the error output, and its `Assign`
    /// instead of the state's.
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
        let work = StateWork::new();
        let env = self.env(&context, &frame.scope, &work).with_error(&error);
        let assigned = self.assign(catcher.assign.as_ref(), &env.with_input(&raw))?;
        let output = self.checked(catcher.flow.exit(raw, error.clone(), &env, None)?)?;
        Ok(Exit { output, assigned, next: Next::State(catcher.next) })
    }

    /// Turns trouble into a failure, and emits the event of a failed evaluation. Never returns if the end of the
    /// execution interrupted the evaluation: that is not a failure of the state.
    pub(crate) async fn settle(&self, trouble: Trouble, cursor: &mut Cursor) -> Failure {
        if matches!(trouble, Trouble::Eval(_)) && self.run.is_stopped(true) {
            match wait::until_dropped().await {}
        }
        let in_execution = self.run.witness().is_none();
        let origin = Origin { state: &self.step.name, entered: in_execution.then(|| self.entered.id()) };
        let limits = self.run.limits;
        match trouble {
            Trouble::Failure(failure) => failure.within(limits),
            Trouble::Runtime(cause) => Failure::runtime(&origin, cause).within(limits),
            Trouble::Eval(error) => {
                let failure = Failure::eval(&origin, &error).within(limits);
                if error.kind() == EvalErrorKind::QueryEvaluation {
                    // Observed: rule 7 of the trace.
                    // UNRECORDED: which event `EvaluationFailed` follows after the work: here the last event of the
                    // work.
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

    /// The context of a state that cannot wait: it reads the clock on first use.
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

    /// The context object of an attempt that begins.
    #[cold]
    fn context_at(&self, attempt: u64, frame: &Frame) -> Value {
        let is_retryable = matches!(&self.step.kind, StepKind::Waiting(waiting) if waiting.is_retryable());
        let context = StateContext {
            retry_count: is_retryable.then_some(attempt),
            ..self.context(frame.map_item.as_ref())
        };
        context.get().clone()
    }

    /// What the expressions of the state see, without the input, and what counts their work.
    pub(crate) fn env<'e>(
        &self,
        context: &'e StateContext<'_>,
        scope: &'e Scope,
        work: &'e StateWork,
    ) -> Env<'e>
    where
        'a: 'e,
    {
        Env::new(&NULL, scope, self.run).with_context(context).with_work(work)
    }

    pub(crate) fn token(&self) -> Option<TaskToken> {
        let has_token = self.step.kind.as_task().is_some_and(|task| task.has_token);
        has_token.then(|| TaskToken::random(self.run.entropy()))
    }

    pub(crate) fn arguments(&self, env: &Env<'_>) -> Result<Value, Trouble> {
        let mut arguments = self.step.flow.arguments(env)?;
        self.open(self.run.watch, Stage::Arguments, &mut arguments, env);
        self.checked(arguments)
    }

    /// The input after `InputPath`, shown to `watch`.
    #[inline(always)]
    pub(crate) fn effective(
        &self,
        watch: Option<Watch<'_>>,
        raw: &Value,
        env: &Env<'_>,
    ) -> Result<Value, EvalError> {
        let effective = self.step.flow.enter(raw, env)?;
        self.saw(watch, Stage::Input, &effective);
        Ok(effective)
    }

    /// The output that the filters of `flow` make of a result, shown to `watch`.
    #[inline(always)]
    pub(crate) fn exit(
        &self,
        watch: Option<Watch<'_>>,
        flow: &dyn DataFlow,
        raw: Value,
        result: Value,
        env: &Env<'_>,
    ) -> Result<Value, EvalError> {
        match watch {
            None => flow.exit(raw, result, env, None),
            Some(watch) => self.watched_exit(watch, flow, raw, result, env),
        }
    }

    #[cold]
    #[inline(never)]
    fn watched_exit(
        &self,
        watch: Watch<'_>,
        flow: &dyn DataFlow,
        raw: Value,
        result: Value,
        env: &Env<'_>,
    ) -> Result<Value, EvalError> {
        let watched = self.watched();
        watch.saw(watched, Stage::Result, &result);
        let mut see = |at, value: &Value| watch.saw(watched, Stage::Exit(at), value);
        flow.exit(raw, result, env, Some(&mut see))
    }

    /// Shows a stage of the data to whoever watches.
    #[inline(always)]
    pub(crate) fn saw(&self, watch: Option<Watch<'_>>, stage: Stage, value: &Value) {
        if let Some(watch) = watch {
            watch.saw(self.watched(), stage, value);
        }
    }

    /// Shows a value that a debugger may change to whoever watches.
    #[inline(always)]
    pub(crate) fn open(&self, watch: Option<Watch<'_>>, stage: Stage, value: &mut Value, env: &Env<'_>) {
        if let Some(watch) = watch {
            watch.open(self.watched(), stage, value, env);
        }
    }

    fn watched(&self) -> Watched<'a> {
        Watched { entered: self.entered.id(), step: self.step, timeline: self.run.timeline }
    }

    /// Shows what an attempt begins with to whoever watches.
    pub(crate) fn begins(&self, attempt: u64, frame: &mut Frame) {
        if let Some(watch) = self.run.watch {
            watch.begins(self.watched(), attempt, frame, |frame| self.context_at(attempt, frame));
        }
    }

    /// Shows which rule of a Choice matched to whoever watches.
    #[inline]
    pub(crate) fn chose(&self, rule: Option<usize>, rules: &[Rule], env: &Env<'_>) {
        if let Some(watch) = self.run.watch {
            watch.chose(self.watched(), rule, rules, env);
        }
    }

    /// Shows with what the state is left to whoever watches.
    pub(crate) fn left(&self, exit: &mut Exit) {
        if let Some(watch) = self.run.watch {
            let Exit { output, assigned, next } = exit;
            watch.left(self.watched(), output, assigned, matches!(next, Next::End));
        }
    }

    pub(crate) fn decided(&self, failure: &Failure, decision: &Decision<'_>) {
        if let Some(watch) = self.run.watch {
            watch.decided(self.watched(), failure, decision);
        }
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
        // UNRECORDED: the error for variables that are too large; the limits are documented.
        if over(limits.assign_bytes, assigned) || over(limits.variables_bytes, held) {
            return Err(Failure::data_limit(&self.step.name).into());
        }
        Ok(Some(variables))
    }

    /// Returns the payload if it is within the limits.
    pub(crate) fn checked(&self, payload: Value) -> Result<Value, Trouble> {
        payload.check_depth().map_err(EvalError::from)?;
        match self.run.admits(&payload, Some(&self.step.name)) {
            true => Ok(payload),
            false => Err(Failure::data_limit(&self.step.name).into()),
        }
    }
}

/// The input in the environment of `enter` and `exit`, which take theirs as an argument.
static NULL: Value = Value::Null;
