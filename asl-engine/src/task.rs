//! [`TaskHandler`]: does the work of Task states.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use asl_model::Resource;
use asl_value::{MAX_DEPTH, Text, Timestamp, Value};
use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::clock::Timeline;
use crate::event::{EventKind, TaskKind};
use crate::journal::ticket::Ticket;
use crate::journal::turn::Learned;
use crate::trace::{Cursor, Trace};
use crate::{EffectId, Failure, Identity, TaskClock, TaskRefusal, TaskToken};

/// Does the work of Task states: calls a service, a function, a worker.
///
/// For a plain Rust function, [`task_fn`](crate::task_fn) is simpler. Implement this trait if the work depends on more
/// than the arguments: the resource, the task token, the role, the deadline; or to report progress with
/// [`Task::started`], [`Task::submitted`] and [`Task::heartbeat`]. Register it in a [`Registry`](crate::Registry).
///
/// The engine enforces the timeouts of the state and of the execution by dropping the future of
/// [`call`](TaskHandler::call), which is how a task is cancelled. A panic of the handler becomes `States.TaskFailed`.
/// The future runs in the future of the execution: hand long computations to another thread.
///
/// ```
/// use asl_engine::{Failure, Task, TaskHandler};
/// use asl_value::{json, Value};
///
/// struct Echo;
/// #[async_trait::async_trait]
/// impl TaskHandler for Echo {
///     async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
///         Ok(json!({"resource": task.resource.as_str(), "arguments": task.arguments}))
///     }
/// }
/// ```
#[async_trait]
pub trait TaskHandler: Send + Sync {
    /// Checks, and may complete, the arguments before a task is scheduled. An error fails the state with
    /// `States.Runtime`, without an event of the task in the history. `TaskScheduled` shows the completed arguments.
    ///
    /// # Errors
    /// What is wrong with the arguments, for the cause: ``The Parameters '{}' could not be used to start the Task:
    /// […]``.
    fn check(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        let _ = (state, resource, arguments);
        Ok(())
    }

    /// Whether the handler can run tasks of this resource at all, with any arguments. It is asked when a process
    /// starts, see [`Registry::refused`](crate::Registry::refused).
    ///
    /// # Errors
    /// Why it cannot, for the log: ``the service `sqs` has no action `sendMesage` ``.
    fn serves(&self, resource: &Resource) -> Result<(), TaskRefusal> {
        let _ = resource;
        Ok(())
    }

    /// Runs one attempt of a task, and returns its result.
    ///
    /// # Errors
    /// The error that `Retry` and `Catch` of the state match.
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure>;

    /// Called after the process was restored from a snapshot: connections are dead and credentials may have expired.
    fn restored(&self) {}
}

/// One attempt of a task, as its handler sees it. Clones are the same attempt.
#[derive(Clone)]
#[non_exhaustive]
pub struct Task<'a> {
    /// The state's name.
    pub state: &'a str,
    /// The `Resource` to call.
    pub resource: &'a Resource,
    /// The arguments: the input after `InputPath` and `Parameters`, or `Arguments`.
    pub arguments: Value,
    /// `$$.Task.Token`, for activities and for the patterns `.sync` and `.waitForTaskToken`.
    pub token: Option<TaskToken>,
    /// `Credentials.RoleArn`: the role to assume for the call.
    pub role_arn: Option<Text>,
    /// How often the state has been retried: 0 in the first attempt.
    pub attempt: u64,
    /// The names and ARNs of the execution.
    pub identity: &'a Identity,
    /// When the execution ends at the latest.
    pub deadline: Option<Timestamp>,
    /// The trace that the execution is part of, for the `X-Amzn-Trace-Id` header of calls to services.
    pub trace_header: Option<&'a Text>,
    pub(crate) control: &'a Control<'a>,
}

impl Task<'_> {
    /// Reports that work has begun, for an activity with the name of its worker: the timeout counts from now.
    ///
    /// Only an activity waits for this. Other tasks begin when they are called.
    pub fn started(&self, worker: Option<Text>) {
        self.control.report_start(worker);
    }

    /// Reports that the job was started or the message with the token was sent: the `TaskSubmitted` of the history.
    /// Functions and activities do not have this event.
    pub fn submitted(&self, output: Value) {
        self.control.report_submission(output);
    }

    /// Whether [`submitted`](Task::submitted) has been called, maybe on a clone that another handler has.
    pub fn is_submitted(&self) -> bool {
        let state = self.control.lock();
        state.is_submitted || state.has_reported_submission
    }

    /// What is known of an earlier call of this attempt, in an execution that was resumed from its
    /// [`Journal`](crate::Journal) by another process. `None` if this is the first call.
    ///
    /// A handler that started a job does not start it again but waits for it. A handler that sent a message with the
    /// token waits for the same token, whose text has not changed. A call without either is made again.
    pub fn resumed(&self) -> Option<Resumed> {
        self.control.lock().resumed.clone()
    }

    /// Whether the execution was dropped by its host and may be resumed from its [`Journal`](crate::Journal). A handler whose
    /// call is dropped then leaves the job that it has started running.
    pub fn is_suspended(&self) -> bool {
        self.control.ticket.as_ref().is_some_and(Ticket::is_abandoned)
    }

    /// Sleeps by the clock of the engine, for handlers that poll. Time is real while a task is in flight.
    pub async fn sleep(&self, time: Duration) {
        let timeline = self.control.timeline;
        timeline.sleep_until(timeline.passed().saturating_add(time)).await;
    }

    /// The time until the task is dropped: by its own timeout or by the end of the execution, whichever comes first.
    pub fn remaining(&self) -> Option<Duration> {
        let timeline = self.control.timeline;
        let deadline = self.deadline.map(|deadline| timeline.instant(deadline));
        let ends = [self.control.expiry().map(|expiry| expiry.at), deadline];
        let end = ends.into_iter().flatten().min()?;
        Some(end.saturating_sub(timeline.passed()))
    }

    /// `TimeoutSeconds`.
    pub fn timeout(&self) -> Option<Duration> {
        self.control.timeout
    }

    /// `HeartbeatSeconds`.
    pub fn heartbeat_interval(&self) -> Option<Duration> {
        self.control.heartbeat
    }

    /// The name of the task in the [`Journal`](crate::Journal) of its execution. `None` without one.
    pub fn effect(&self) -> Option<&EffectId> {
        self.control.ticket.as_ref().map(Ticket::effect)
    }

    /// A UUID that is the same whenever this attempt is called: a journalled execution that is resumed calls a task again
    /// whose end it does not know. Give it to services that ignore a request they have seen. `None` without a journal, in
    /// which an attempt is called once.
    pub fn idempotency_key(&self) -> Option<&str> {
        let effect = self.effect()?;
        let key = || {
            let mut hash = Sha256::new_with_prefix(self.identity.execution_arn.as_bytes());
            hash.update([0]);
            hash.update(effect.as_text().as_bytes());
            let hash: [u8; 32] = hash.finalize().into();
            let half = |at: usize| {
                let bytes = hash.get(at..at + 8).and_then(|bytes| bytes.first_chunk());
                bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
            };
            asl_query::sfn::uuid([half(0), half(8)])
        };
        Some(self.control.key.get_or_init(key))
    }

    /// Reports that a clock of the task has run out, for a handler that learns so from outside: whoever keeps a callback
    /// keeps its clocks, too. Has no effect without a [`Journal`](crate::Journal), where the engine's own clocks count.
    pub fn expire(&self, clock: TaskClock) {
        if let Some(ticket) = &self.control.ticket {
            ticket.report(Learned::Expired(clock), None);
        }
    }

    /// Reports a heartbeat: `HeartbeatSeconds` count from now.
    pub fn heartbeat(&self) {
        self.control.beat();
    }
}

/// What is known of an earlier call of an attempt, see [`Task::resumed`].
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Resumed {
    /// Whether a worker had taken the activity.
    pub is_started: bool,
    /// What [`Task::submitted`] was called with, if it was: the job was started, or the message sent.
    pub submitted: Option<Value>,
}

/// What a running task reports to the interpreter.
pub(crate) struct Control<'a> {
    trace: &'a Trace<'a>,
    timeline: &'a Timeline,
    kind: &'a Arc<TaskKind>,
    timeout: Option<Duration>,
    heartbeat: Option<Duration>,
    /// Whether heartbeats count only after the submission.
    beats_when_submitted: bool,
    /// Only in a journalled execution, in which reports take effect in a turn.
    ticket: Option<Ticket>,
    /// Made on first use.
    key: OnceLock<String>,
    state: Mutex<ControlState>,
}

struct ControlState {
    cursor: Cursor,
    /// Instants of the execution.
    started: Option<Duration>,
    beat: Duration,
    is_submitted: bool,
    /// Whether the submission is on its way to a turn.
    has_reported_submission: bool,
    /// What was submitted, until the handler is called. Only in an execution that is resumed.
    submitted: Option<Value>,
    resumed: Option<Resumed>,
}

/// Which clock of a task runs out first, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expiry {
    pub(crate) at: Duration,
    pub(crate) clock: TaskClock,
}

impl<'a> Control<'a> {
    pub(crate) fn new(
        trace: &'a Trace<'a>,
        timeline: &'a Timeline,
        kind: &'a Arc<TaskKind>,
        [timeout, heartbeat]: [Option<Duration>; 2],
        cursor: Cursor,
    ) -> Control<'a> {
        let state = Mutex::new(ControlState {
            cursor,
            started: None,
            beat: Duration::ZERO,
            is_submitted: false,
            has_reported_submission: false,
            submitted: None,
            resumed: None,
        });
        let beats_when_submitted = heartbeat.is_some() && is_function_with_callback(kind);
        Control {
            trace,
            timeline,
            kind,
            timeout,
            heartbeat,
            beats_when_submitted,
            ticket: None,
            key: OnceLock::new(),
            state,
        }
    }

    /// The same for a task of a journalled execution.
    pub(crate) fn journalled(self, ticket: Option<Ticket>) -> Control<'a> {
        Control { ticket, ..self }
    }

    pub(crate) fn ticket(&self) -> Option<&Ticket> {
        self.ticket.as_ref()
    }

    /// The handler of a journalled execution is about to be called.
    ///
    /// Nobody could report a heartbeat before, so in an execution that is resumed they count from now.
    pub(crate) fn begin_live(&self) {
        if self.ticket.as_ref().is_some_and(Ticket::is_resumed) {
            let mut state = self.lock();
            let is_activity = matches!(**self.kind, TaskKind::Activity { .. });
            let is_started = is_activity && state.started.is_some();
            state.beat = self.timeline.passed();
            state.resumed = Some(Resumed { is_started, submitted: state.submitted.take() });
        }
    }

    fn lock(&self) -> MutexGuard<'_, ControlState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The task's last event.
    pub(crate) fn cursor(&self) -> Cursor {
        self.lock().cursor
    }

    pub(crate) fn is_timed(&self) -> bool {
        self.timeout.is_some() || self.heartbeat.is_some()
    }

    pub(crate) fn start(&self, worker: Option<Text>) {
        let mut state = self.lock();
        if state.started.is_some() {
            return;
        }
        let now = if self.is_timed() { self.timeline.elapsed() } else { Duration::ZERO };
        state.started = Some(now);
        state.beat = now;
        self.note_time();
        self.trace.step(&mut state.cursor, || EventKind::TaskStarted { task: self.kind.clone(), worker });
    }

    fn report_start(&self, worker: Option<Text>) {
        match &self.ticket {
            None => self.start(worker),
            Some(ticket) if self.lock().started.is_none() => {
                ticket.report(Learned::Started { worker }, None);
            }
            Some(_) => {}
        }
    }

    fn report_submission(&self, output: Value) {
        let Some(ticket) = &self.ticket else { return self.submit(output) };
        {
            let mut state = self.lock();
            if ticket.is_resumed() && state.is_submitted {
                return;
            }
            state.has_reported_submission = true;
        }
        // What is nested too deep cannot be written.
        let output = if output.depth() > MAX_DEPTH { "…".into() } else { output };
        ticket.report(Learned::Submitted(output), None);
    }

    fn beat(&self) {
        self.lock().beat = self.timeline.passed();
    }

    /// A handler may have waited before it reports something.
    fn note_time(&self) {
        if self.trace.is_on() {
            self.timeline.elapsed();
        }
    }

    pub(crate) fn submit(&self, output: Value) {
        {
            let mut state = self.lock();
            state.is_submitted = true;
            if self.ticket.as_ref().is_some_and(Ticket::is_resumed) {
                state.submitted = Some(output.clone());
            }
            if self.beats_when_submitted {
                state.beat = self.timeline.elapsed();
            }
        }
        if matches!(**self.kind, TaskKind::Service { .. }) {
            self.note_time();
            let task = self.kind.clone();
            self.trace.step(&mut self.lock().cursor, || EventKind::TaskSubmitted { task, output });
        }
    }

    /// `None` while no clock runs: there is no timeout, or work has not begun.
    pub(crate) fn expiry(&self) -> Option<Expiry> {
        let state = self.lock();
        let started = state.started?;
        let at = |start: Duration, time: Option<Duration>, clock| {
            time.map(|time| Expiry { at: to_step(start.saturating_add(time)), clock })
        };
        let heartbeat = self.heartbeat.filter(|_| state.is_submitted || !self.beats_when_submitted);
        let expiries =
            [at(started, self.timeout, TaskClock::Timeout), at(state.beat, heartbeat, TaskClock::Heartbeat)];
        expiries.into_iter().flatten().min_by_key(|expiry| expiry.at)
    }
}

/// Documented: while the function of a callback task runs, no heartbeat is missed.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html>
fn is_function_with_callback(kind: &TaskKind) -> bool {
    matches!(kind, TaskKind::Service { resource_type, resource }
        if resource_type == "lambda" && resource == "invoke.waitForTaskToken")
}

/// Rounds to the steps in which the clocks of tasks run out.
///
/// Observed: tasks that began together time out together, each with its event, before the first one aborts the others.
fn to_step(at: Duration) -> Duration {
    const STEP: u128 = 100;
    let steps = (at.as_millis() + STEP / 2) / STEP;
    Duration::from_millis(u64::try_from(steps * STEP).unwrap_or(u64::MAX))
}
