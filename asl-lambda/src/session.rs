//! [`Session`]: what the executions of one invocation have in common.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{
    Engine, Event, EventKind, Execution, Failure, Identity, Interest, LogObserver, Observer, Outcome, Report,
};
use asl_value::{Object, Text, Timestamp, Value};
use tokio::task::JoinSet;

use crate::adapter::Machine;
use crate::envelope::Envelope;
use crate::input::Part;
use crate::log::Log;
use crate::metrics::{Metrics, Tasks};
use crate::nested::Nested;
use crate::reply::Weighed;
use crate::trigger::Trigger;
use crate::{Adapter, Config, Invocation};

/// One invocation.
pub(crate) struct Session {
    pub(crate) adapter: Adapter,
    pub(crate) invocation: Invocation,
    /// Of an execution of the main machine that has the request's id as its name.
    identity: Identity,
    deadline: Option<Timestamp>,
    log: Log,
    metrics: Option<Arc<Metrics>>,
    /// Executions that others have started so far.
    nested: AtomicU64,
    /// Executions that nobody waits for but the end of the invocation; `None` as long as there are none.
    detached: Mutex<Option<JoinSet<()>>>,
}

/// What an execution of an event may have of its own.
#[derive(Debug, Default)]
pub(crate) struct Start {
    /// Otherwise the request's id.
    pub(crate) name: Option<String>,
    /// Otherwise the invocation's.
    pub(crate) trace_header: Option<Text>,
}

/// An execution that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) identity: Identity,
    pub(crate) input: Value,
    pub(crate) report: Report,
    trace_header: Option<Text>,
}

/// Why no execution was begun.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) failure: Failure,
    pub(crate) by: RefusedBy,
}

/// What made no input of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusedBy {
    /// The body, which is not what it says to be.
    Body,
    /// `ASL_INPUT`.
    Expression,
}

impl Session {
    pub(crate) fn begin(adapter: &Adapter, invocation: Invocation) -> Arc<Session> {
        let config = adapter.config();
        let identity = invocation.identity();
        Arc::new(Session {
            adapter: adapter.clone(),
            deadline: invocation.deadline.map(|deadline| deadline.minus(config.margin)),
            log: Log::of(&invocation, &identity.execution_name, config),
            metrics: config.metrics_namespace.clone().map(|namespace| Arc::new(Metrics::new(namespace))),
            nested: AtomicU64::new(0),
            detached: Mutex::default(),
            identity,
            invocation,
        })
    }

    pub(crate) fn config(&self) -> &Config {
        self.adapter.config()
    }

    /// Stops the executions that nobody waits for, if the invocation is given up.
    pub(crate) fn guard(&self) -> StoppedOnDrop<'_> {
        StoppedOnDrop(self)
    }

    /// Waits for the executions that were started and not waited for: what does not run before the answer does not run.
    pub(crate) async fn end(&self) {
        while let Some(mut detached) = self.take_detached() {
            while detached.join_next().await.is_some() {}
        }
        if let Some(metrics) = &self.metrics {
            metrics.lines().into_iter().for_each(|line| self.log.write(&line));
        }
    }

    fn take_detached(&self) -> Option<JoinSet<()>> {
        self.lock().take()
    }

    fn lock(&self) -> MutexGuard<'_, Option<JoinSet<()>>> {
        self.detached.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs an execution that ends with the invocation, whoever started it.
    pub(crate) fn detach(&self, execution: impl Future<Output = ()> + Send + 'static) {
        self.lock().get_or_insert_default().spawn(execution);
    }

    /// The number of another execution that an execution starts: 1, 2, 3, …
    pub(crate) fn number_nested(&self) -> u64 {
        self.nested.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Runs the main machine on what an event, or a part of it, holds, and answers with what `answer` makes of its end.
    ///
    /// An execution whose answer Lambda would not take has failed, for its log and its metrics as well.
    pub(crate) async fn execute<A: Weighed>(
        self: &Arc<Self>,
        trigger: Trigger,
        part: Part,
        start: Start,
        answer: impl Fn(&Ended) -> A + Send,
    ) -> Result<A, Refused> {
        let identity = match &start.name {
            Some(name) => self.invocation.identity_named(&self.identity, name),
            None => self.identity.clone(),
        };
        let input = self.config().input.select(self.adapter.engine(), trigger, part, &identity).await;
        let input = input.inspect_err(|refused| self.log.problem(&refused.failure))?;
        let (mut ended, heard) =
            self.to_end(self.adapter.main(), identity, input, start.trace_header, 0).await;
        let mut answered = answer(&ended);
        if let (Outcome::Succeeded(_), Some(failure)) = (&ended.report.outcome, answered.excess()) {
            ended.report.outcome = Outcome::Failed(failure);
            answered = answer(&ended);
        }
        self.note(&ended, heard.as_deref());
        Ok(answered)
    }

    /// Writes what went wrong beside the executions.
    pub(crate) fn tell(&self, failure: &Failure) {
        self.log.problem(failure);
    }

    /// Runs an execution that was started by another, `depth` of them in a row.
    pub(crate) async fn run(
        self: &Arc<Self>,
        machine: &Machine,
        identity: Identity,
        input: Value,
        trace_header: Option<Text>,
        depth: u32,
    ) -> Ended {
        let (ended, heard) = self.to_end(machine, identity, input, trace_header, depth).await;
        self.note(&ended, heard.as_deref());
        ended
    }

    /// Counts and logs the end of an execution.
    fn note(&self, ended: &Ended, heard: Option<&Heard>) {
        self.log.near_limits(&ended.identity, &ended.report.near_limits);
        if let Some(metrics) = &self.metrics {
            metrics.note(&ended.identity, &ended.report);
        }
        if let Some(heard) = heard {
            heard.tell_success(&ended.report.outcome);
        }
    }

    /// Runs an execution to its end, of which nobody has heard yet if it succeeded.
    async fn to_end(
        self: &Arc<Self>,
        machine: &Machine,
        identity: Identity,
        input: Value,
        trace_header: Option<Text>,
        depth: u32,
    ) -> (Ended, Option<Arc<Heard>>) {
        let config = self.config();
        let trace = trace_header.clone().or_else(|| self.invocation.trace_header.clone());
        let mut execution = Execution::new(input.clone())
            .with_identity(identity.clone())
            .with_limits(config.limits.clone())
            .with_cancel(self.adapter.shutdown().clone())
            .with_deadline(self.deadline)
            .with_trace_header(trace);
        let heard = self.heard(&identity, depth).map(Arc::new);
        if let Some(heard) = &heard {
            execution = execution.with_observer(heard.clone());
        }
        let engine = self.engine(depth);
        let report = engine.as_ref().unwrap_or(self.adapter.engine()).run(&machine.program, execution).await;
        (Ended { identity, input, report, trace_header }, heard)
    }

    /// The engine with tasks that start other machines, where there are any.
    fn engine(self: &Arc<Self>, depth: u32) -> Option<Engine> {
        let engine = self.adapter.engine();
        self.adapter.has_others().then(|| {
            let nested = Nested::new(Arc::clone(self), depth);
            let tasks = engine.tasks().clone().service("states", "startExecution", nested);
            engine.with_tasks(tasks)
        })
    }

    /// Whoever listens to the invocation hears of the executions of its event, log and metrics of all.
    fn heard(&self, identity: &Identity, depth: u32) -> Option<Heard> {
        let listener = (depth == 0).then(|| Arc::clone(&self.invocation.observer));
        let listener = listener.filter(|listener| listener.interest() == Interest::Full);
        let log = self.log.observer(identity);
        let tasks = self.metrics.as_ref().map(|metrics| Tasks::new(Arc::clone(metrics), identity));
        let anybody = log.is_some() || tasks.is_some() || listener.is_some();
        anybody.then(|| Heard { log, tasks, listener, success: Mutex::default() })
    }
}

/// See [`Session::guard`].
pub(crate) struct StoppedOnDrop<'a>(&'a Session);

impl Drop for StoppedOnDrop<'_> {
    fn drop(&mut self) {
        // Dropped, they are stopped.
        drop(self.0.take_detached());
    }
}

/// Those who hear of an execution.
struct Heard {
    log: Option<LogObserver>,
    tasks: Option<Tasks>,
    listener: Option<Arc<dyn Observer>>,
    /// That it succeeded, which is not told before its answer is known to be one.
    success: Mutex<Option<Event>>,
}

impl Heard {
    fn tell(&self, event: Event) {
        if let Some(tasks) = &self.tasks {
            tasks.note(&event);
        }
        if let Some(listener) = &self.listener {
            listener.on_event(event.clone());
        }
        if let Some(log) = &self.log {
            log.on_event(event);
        }
    }

    /// Tells of a success, or of the failure that it has turned out to be.
    fn tell_success(&self, outcome: &Outcome) {
        let success = self.success.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut event) = success else { return };
        if let Outcome::Failed(failure) = outcome {
            event.kind = EventKind::ExecutionFailed(failure.clone());
        }
        self.tell(event);
    }
}

impl Observer for Heard {
    fn on_event(&self, event: Event) {
        match &event.kind {
            EventKind::ExecutionSucceeded { .. } => {
                *self.success.lock().unwrap_or_else(PoisonError::into_inner) = Some(event);
            }
            _ => self.tell(event),
        }
    }
}

impl Ended {
    /// What StartSyncExecution answers, with or without input and output.
    pub(crate) fn envelope(&self, includes_data: bool) -> Object {
        Envelope { ended: self, trace_header: self.trace_header.as_ref(), includes_data }.to_object()
    }
}
