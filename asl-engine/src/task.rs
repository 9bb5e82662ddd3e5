//! [`TaskHandler`]: the work of Task states.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_model::Resource;
use asl_value::{Text, Timestamp, Value};
use async_trait::async_trait;

use crate::clock::Timeline;
use crate::event::{EventKind, TaskKind};
use crate::trace::{Cursor, Trace};
use crate::{Failure, Identity, TaskToken};

/// Does the work of Task states.
///
/// For a Rust function there is [`task_fn`](crate::task_fn); a handler of its own sees the resource, the token and the deadline too.
/// Dropping the returned future cancels the task.
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
    /// Looks at the arguments before the task of a state is scheduled. What is refused here fails the state with
    /// `States.Runtime`, and the history has no event of the task; what is added here is in `TaskScheduled`.
    ///
    /// # Errors
    /// What is wrong with them, for the cause: ``The Parameters '{}' could not be used to start the Task: […]``.
    fn check(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Result<(), String> {
        let _ = (state, resource, arguments);
        Ok(())
    }

    /// Whether it can do the tasks of a resource at all, whatever their arguments: better asked when a process starts than
    /// in a running execution, see [`Registry::refused`](crate::Registry::refused).
    ///
    /// # Errors
    /// Why it cannot, for people: ``the service `sqs` has no action `sendMesage` ``.
    fn serves(&self, resource: &Resource) -> Result<(), String> {
        let _ = resource;
        Ok(())
    }

    /// Does it.
    ///
    /// # Errors
    /// The error that `Retry` and `Catch` of the state match.
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure>;

    /// The process was restored from a snapshot: connections are dead and credentials may have expired.
    fn restored(&self) {}
}

/// One attempt of a Task state. Clones are the same attempt.
#[derive(Clone)]
#[non_exhaustive]
pub struct Task<'a> {
    /// The state's name.
    pub state: &'a str,
    /// What to call.
    pub resource: &'a Resource,
    /// What to call it with: the input after `InputPath` and `Parameters`, or `Arguments`.
    pub arguments: Value,
    /// `$$.Task.Token`, of activities and of the patterns `.sync` and `.waitForTaskToken`.
    pub token: Option<TaskToken>,
    /// `Credentials.RoleArn`: the role to call it as.
    pub role_arn: Option<Text>,
    /// How often the state has been retried: 0 at first.
    pub attempt: u64,
    /// Whose task it is.
    pub identity: &'a Identity,
    /// When the execution ends at the latest.
    pub deadline: Option<Timestamp>,
    /// The trace the execution belongs to, for the `X-Amzn-Trace-Id` header of calls to services.
    pub trace_header: Option<&'a Text>,
    pub(crate) control: &'a Control<'a>,
}

impl Task<'_> {
    /// Somebody has begun to work on it (an activity's worker, by name): its timeout counts from now.
    ///
    /// Only an activity waits for this; the others begin when they are called, and so does a [`task_fn`](crate::task_fn).
    pub fn started(&self, worker: Option<Text>) {
        self.control.start(worker);
    }

    /// The job was started, or the message with the token was sent: the history's `TaskSubmitted`, which functions and
    /// activities do not have.
    pub fn submitted(&self, output: Value) {
        self.control.submit(output);
    }

    /// Whether [`submitted`](Task::submitted) has been called: for who holds a clone of what another handler works on.
    pub fn is_submitted(&self) -> bool {
        self.control.lock().is_submitted
    }

    /// Waits, by the engine's clock: for a handler that asks again and again. Time is real as long as a task is in flight.
    pub async fn sleep(&self, time: Duration) {
        let timeline = self.control.timeline;
        timeline.sleep_until(timeline.elapsed().saturating_add(time)).await;
    }

    /// How long anybody waits for it: until its own timeout or the end of the execution, whichever is first.
    pub fn remaining(&self) -> Option<Duration> {
        let timeline = self.control.timeline;
        let deadline = self.deadline.map(|deadline| timeline.instant(deadline));
        let ends = [self.control.expiry().map(|expiry| expiry.at), deadline];
        let end = ends.into_iter().flatten().min()?;
        Some(end.saturating_sub(timeline.elapsed()))
    }

    /// A sign of life: `HeartbeatSeconds` count anew.
    pub fn heartbeat(&self) {
        self.control.beat();
    }
}

/// What a running task tells the interpreter.
pub(crate) struct Control<'a> {
    trace: &'a Trace<'a>,
    timeline: &'a Timeline,
    kind: &'a Arc<TaskKind>,
    timeout: Option<Duration>,
    heartbeat: Option<Duration>,
    /// Heartbeats count only from the submission on.
    beats_when_submitted: bool,
    state: Mutex<ControlState>,
}

struct ControlState {
    cursor: Cursor,
    /// Instants of the execution.
    started: Option<Duration>,
    beat: Duration,
    is_submitted: bool,
}

/// Which of a task's clocks runs out first, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expiry {
    pub(crate) at: Duration,
    pub(crate) heartbeat: bool,
}

impl<'a> Control<'a> {
    pub(crate) fn new(
        trace: &'a Trace<'a>,
        timeline: &'a Timeline,
        kind: &'a Arc<TaskKind>,
        [timeout, heartbeat]: [Option<Duration>; 2],
        cursor: Cursor,
    ) -> Control<'a> {
        let state =
            Mutex::new(ControlState { cursor, started: None, beat: Duration::ZERO, is_submitted: false });
        let beats_when_submitted = heartbeat.is_some() && is_function_with_callback(kind);
        Control { trace, timeline, kind, timeout, heartbeat, beats_when_submitted, state }
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

    fn beat(&self) {
        self.lock().beat = self.timeline.elapsed();
    }

    /// A handler may have waited before it says something.
    fn note_time(&self) {
        if self.trace.is_on() {
            self.timeline.elapsed();
        }
    }

    fn submit(&self, output: Value) {
        {
            let mut state = self.lock();
            state.is_submitted = true;
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

    /// `None` while nothing is timed: no setting, or nobody has begun.
    pub(crate) fn expiry(&self) -> Option<Expiry> {
        let state = self.lock();
        let started = state.started?;
        let at = |start: Duration, time: Option<Duration>, heartbeat| {
            time.map(|time| Expiry { at: to_step(start.saturating_add(time)), heartbeat })
        };
        let heartbeat = self.heartbeat.filter(|_| state.is_submitted || !self.beats_when_submitted);
        let expiries = [at(started, self.timeout, false), at(state.beat, heartbeat, true)];
        expiries.into_iter().flatten().min_by_key(|expiry| expiry.at)
    }
}

/// Documented: as long as the function of a callback task runs, no heartbeat is missed.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html>
fn is_function_with_callback(kind: &TaskKind) -> bool {
    matches!(kind, TaskKind::Service { resource_type, resource }
        if resource_type == "lambda" && resource == "invoke.waitForTaskToken")
}

/// The nearest step of a task's clocks.
///
/// Observed: tasks that began together time out together, each with its event, before the first has them aborted.
fn to_step(at: Duration) -> Duration {
    const STEP: u128 = 100;
    let steps = (at.as_millis() + STEP / 2) / STEP;
    Duration::from_millis(u64::try_from(steps * STEP).unwrap_or(u64::MAX))
}
