//! [`Session`]: what the executions of one invocation share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_engine::{Engine, Execution, Failure, Identity, Limits, Observer, Outcome, Program};
use asl_value::{Text, Timestamp, Value};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::execution::{Ended, Start};
use crate::fleet::{Fleet, FleetRunner, FleetSettings};
use crate::log::Log;
use crate::machine::Machine;
use crate::metrics::{Metrics, Tasks};
use crate::nested::Nested;
use crate::refusal::Refusal;
use crate::reply::Weighed;
use crate::traces::{Caller, Traces};
use crate::{Adapter, Config, Invocation, InvocationError, MapFunction, deadline};
use listeners::Listeners;

mod continued;
#[cfg(feature = "durable")]
mod durable;
mod listeners;
mod machines;
mod worker;

/// An invocation while it is being handled.
pub(crate) struct Session {
    pub(crate) adapter: Adapter,
    pub(crate) invocation: Invocation,
    /// The identity of an execution of the main machine whose name is the id of the request.
    identity: Identity,
    deadline: Option<Timestamp>,
    /// The time when it began, by both clocks.
    begun: (Timestamp, Instant),
    log: Log,
    metrics: Option<Arc<Metrics>>,
    traces: Traces,
    /// What runs the children of distributed Maps, if they do not run in this invocation.
    fleet: Option<Arc<Fleet>>,
    /// The number of executions that other executions have started so far.
    nested: AtomicU64,
    /// Executions that only the end of the invocation waits for; `None` until there is one.
    detached: Mutex<Option<JoinSet<()>>>,
}

impl Session {
    pub(crate) fn begin(adapter: &Adapter, invocation: Invocation) -> Arc<Session> {
        let config = adapter.config();
        let identity = invocation.identity();
        let begun = (adapter.engine().clock().now(), deadline::instant());
        let is_kept = adapter.checkpoints().is_some();
        let ends = |timeout| deadline::of_executions(begun.0, timeout, config.margin, is_kept);
        let (deadline, until) = invocation.deadline.map(ends).unzip();
        Arc::new(Session {
            adapter: adapter.clone(),
            deadline,
            fleet: fleet(adapter, &invocation, begun.0, until),
            begun,
            log: Log::of(&invocation, &identity.execution_name, config),
            metrics: config.metrics_namespace.clone().map(|namespace| Arc::new(Metrics::new(namespace))),
            traces: Traces::of(adapter, &invocation),
            nested: AtomicU64::new(0),
            detached: Mutex::default(),
            identity,
            invocation,
        })
    }

    pub(crate) fn config(&self) -> &Config {
        self.adapter.config()
    }

    /// The current time. In an invocation, no clock stands still.
    fn now(&self) -> Timestamp {
        let (at, instant) = self.begun;
        at.plus(deadline::instant().duration_since(instant))
    }

    /// Stops the detached executions if the invocation is dropped.
    pub(crate) fn guard(&self) -> StoppedOnDrop<'_> {
        StoppedOnDrop(self)
    }

    /// Waits for the detached executions, because Lambda freezes the process after the answer. Then writes the metrics, and sends the spans.
    pub(crate) async fn end(&self) {
        while let Some(mut detached) = self.take_detached() {
            while detached.join_next().await.is_some() {}
        }
        if let Some(metrics) = &self.metrics {
            metrics.lines().into_iter().for_each(|line| self.log.write(&line));
        }
        if let Some(line) = self.traces.send().await {
            self.log.write(&line);
        }
    }

    fn take_detached(&self) -> Option<JoinSet<()>> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<JoinSet<()>>> {
        self.detached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs an execution that may outlive the execution that started it, but not the invocation.
    pub(crate) fn detach(&self, execution: impl Future<Output = ()> + Send + 'static) {
        self.lock().get_or_insert_default().spawn(execution);
    }

    /// A number for an execution that another one starts: 1, 2, 3, …
    pub(crate) fn number_nested(&self) -> u64 {
        self.nested.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Runs the main machine on an event or a part of it, and converts its end to an answer.
    ///
    /// If Lambda would refuse the answer, the execution counts as failed, in the log and the metrics too.
    pub(crate) async fn execute<A: Weighed>(
        self: &Arc<Self>,
        start: Start,
        answer: impl Fn(&Ended) -> A + Send,
    ) -> Result<A, Refusal> {
        let identity = match &start.name {
            Some(name) => self.invocation.identity_named(&self.identity, name),
            None => self.identity.clone(),
        };
        let caller = Caller::of(&self.traces, start.trigger, &start.part);
        let Start { trigger, part, trace_header, .. } = start;
        let config = self.config();
        let input =
            config.input.select(self.adapter.engine(), &config.limits, trigger, part, &identity).await;
        let input = input.inspect_err(|refusal| self.log.problem(&refusal.failure))?;
        let execution = self.begins(Execution::new(input).with_identity(identity));
        Ok(self.conclude(execution, (trace_header, caller), answer).await)
    }

    /// Runs an execution of the main machine, and converts its end to an answer.
    async fn conclude<A: Weighed>(
        self: &Arc<Self>,
        execution: Execution,
        from: (Option<Text>, Caller),
        answer: impl Fn(&Ended) -> A + Send,
    ) -> A {
        let program = &self.adapter.main().program;
        let (mut ended, listeners) = self.to_end(program, execution, from, 0, self.bounds()).await;
        self.keep(&mut ended).await;
        let mut answered = answer(&ended);
        if let (Outcome::Succeeded(_), Some(failure)) = (&ended.report.outcome, answered.excess()) {
            ended.report.outcome = Outcome::Failed(failure);
            answered = answer(&ended);
        }
        self.note(&ended, listeners.as_deref());
        answered
    }

    /// Logs a problem that is not the failure of an execution.
    pub(crate) fn log_problem(&self, failure: &Failure) {
        self.log.problem(failure);
    }

    pub(crate) fn log_kept(&self, identity: &Identity, place: &Text) {
        self.log.kept(identity, place);
    }

    /// Logs a problem and makes it the error of the invocation.
    pub(crate) fn refuse(&self, failure: &Failure) -> InvocationError {
        self.log_problem(failure);
        InvocationError::refused(failure)
    }

    /// Runs an execution that another one started; `depth` is the length of this chain.
    pub(crate) async fn run(
        self: &Arc<Self>,
        machine: &Machine,
        identity: Identity,
        input: Value,
        trace_header: Option<Text>,
        depth: u32,
    ) -> Ended {
        let (program, bounds) = (&machine.program, self.bounds());
        let execution = Execution::new(input).with_identity(identity);
        let from = (trace_header, Caller::default());
        let (ended, listeners) = self.to_end(program, execution, from, depth, bounds).await;
        self.note(&ended, listeners.as_deref());
        ended
    }

    /// Counts and logs the end of an execution.
    fn note(&self, ended: &Ended, listeners: Option<&Listeners>) {
        self.log.near_limits(&ended.identity, &ended.report.near_limits);
        if let Some(metrics) = &self.metrics {
            metrics.start(&ended.identity);
            metrics.end(&ended.identity, &ended.report);
        }
        if let Some(listeners) = listeners {
            listeners.report_success(&ended.report.outcome);
        }
    }

    /// Runs an execution to its end. The listeners have not received the event of its success yet.
    async fn to_end(
        self: &Arc<Self>,
        program: &Program,
        execution: Execution,
        (trace_header, caller): (Option<Text>, Caller),
        depth: u32,
        bounds: Bounds,
    ) -> (Ended, Option<Arc<Listeners>>) {
        let (identity, input) = (execution.identity().clone(), execution.input().clone());
        let trace = trace_header.clone().or_else(|| self.invocation.trace_header.clone());
        let mut execution = execution
            .with_limits(bounds.limits)
            .with_cancel(self.adapter.shutdown().clone())
            .with_deadline(bounds.deadline)
            .with_trace_header(trace);
        let spans = self.traces.observer(&identity, trace_header.as_ref(), caller);
        let listeners = self.listeners(&identity, depth, spans).map(Arc::new);
        if let Some(listeners) = &listeners {
            execution = execution.with_observer(listeners.clone());
        }
        let engine = self.engine(depth, bounds.fans_out);
        let report = engine.as_ref().unwrap_or(self.adapter.engine()).run(program, execution).await;
        (Ended { identity, input, report, trace_header, kept: None }, listeners)
    }

    /// What bounds an execution of this invocation.
    fn bounds(&self) -> Bounds {
        Bounds { limits: self.config().limits.clone(), deadline: self.deadline, fans_out: true }
    }

    /// The engine, with a handler for tasks that start executions if the function has several machines, and with what runs
    /// children elsewhere.
    fn engine(self: &Arc<Self>, depth: u32, fans_out: bool) -> Option<Engine> {
        let engine = self.adapter.engine();
        let with_starts = self.adapter.has_others().then(|| {
            let nested = Nested::new(Arc::clone(self), depth);
            let tasks = engine.tasks().clone().service("states", "startExecution", nested);
            engine.with_tasks(tasks)
        });
        match self.fleet.as_ref().filter(|_| fans_out) {
            Some(fleet) => {
                let runner = FleetRunner(Arc::clone(fleet));
                Some(with_starts.as_ref().unwrap_or(engine).with_children(runner))
            }
            None => with_starts,
        }
    }

    /// The log and the metrics receive the events of every execution, the observer those of executions that the event
    /// starts.
    fn listeners(
        &self,
        identity: &Identity,
        depth: u32,
        spans: Option<Arc<dyn Observer>>,
    ) -> Option<Listeners> {
        let observer = (depth == 0).then(|| Arc::clone(&self.invocation.observer));
        let tasks = self.metrics.as_ref().map(|metrics| Tasks::new(Arc::clone(metrics), identity));
        Listeners::new(self.log.observer(identity), tasks, observer, spans)
    }
}

/// What bounds an execution.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    limits: Limits,
    deadline: Option<Timestamp>,
    /// Whether the children of its distributed Maps may run in other invocations.
    fans_out: bool,
}

/// The longest time that an invocation of any function can take.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// The fleet of an invocation, if the settings ask for one. On a developer's machine, children run in the process.
fn fleet(
    adapter: &Adapter,
    invocation: &Invocation,
    now: Timestamp,
    until: Option<Timestamp>,
) -> Option<Arc<Fleet>> {
    let api = adapter.workers().filter(|_| invocation.at_a_time.is_none())?;
    let settings = &adapter.config().map;
    let (function, lifetime) = match settings.function.as_ref()? {
        MapFunction::Named(function) => (function.clone(), LONGEST),
        MapFunction::Own => {
            let rest = invocation.deadline.map(|deadline| deadline.since(now));
            (Text::from(invocation.function_arn.as_str()), rest.unwrap_or(LONGEST).min(LONGEST))
        }
    };
    let (workers, batch) = (settings.workers, settings.batch);
    let ends = until.map(|until| deadline::instant() + until.since(now));
    let settings = FleetSettings { function, workers, batch, until, ends, lifetime };
    Some(Arc::new(Fleet::new(Arc::clone(api), settings)))
}

/// See [`Session::guard`].
pub(crate) struct StoppedOnDrop<'a>(&'a Session);

impl Drop for StoppedOnDrop<'_> {
    fn drop(&mut self) {
        // Dropping them stops them.
        drop(self.0.take_detached());
    }
}
