//! [`TaskHandler`]: does the work of Task states.

mod claim;
pub(crate) mod control;

use std::time::Duration;

use asl_model::Resource;
use asl_value::{Text, Timestamp, Value};
use async_trait::async_trait;
use control::Control;

use crate::journal::turn::Learned;
use crate::{EffectId, Failure, Identity, TaskClock, TaskRefusal, TaskToken, TraceHeaders};

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
    /// The headers of the span that stands for this attempt, if the execution is traced. Its `X-Amzn-Trace-Id` is the
    /// [`trace_header`](Task::trace_header), too.
    pub trace_headers: Option<&'a TraceHeaders>,
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
        self.control.is_submitted()
    }

    /// What is known of an earlier call of this attempt, in an execution that was resumed from its
    /// [`Journal`](crate::Journal) by another process. `None` if this is the first call.
    ///
    /// A handler that started a job does not start it again but waits for it. A handler that sent a message with the
    /// token waits for the same token, whose text has not changed. A call without either is made again.
    pub fn resumed(&self) -> Option<Resumed> {
        self.control.claim()?.resumed()
    }

    /// Whether the execution was dropped by its host and may be resumed from its [`Journal`](crate::Journal). A handler whose
    /// call is dropped then leaves the job that it has started running.
    pub fn is_suspended(&self) -> bool {
        self.control.claim().is_some_and(|claim| claim.ticket.is_abandoned())
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
        self.control.claim().map(|claim| claim.ticket.effect())
    }

    /// A UUID that is the same whenever this attempt is called: a journalled execution that is resumed calls a task again
    /// whose end it does not know. Give it to services that ignore a request they have seen. `None` without a journal, in
    /// which an attempt is called once.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.control.claim().map(|claim| claim.idempotency_key(&self.identity.execution_arn))
    }

    /// Reports that a clock of the task has run out, for a handler that learns so from outside: whoever keeps a callback
    /// keeps its clocks, too. Has no effect without a [`Journal`](crate::Journal), where the engine's own clocks count.
    pub fn expire(&self, clock: TaskClock) {
        if let Some(claim) = self.control.claim() {
            claim.ticket.report(Learned::Expired(clock), None);
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
