//! [`Event`]: one entry in the history of an execution, and [`Observer`], which receives it.

use std::sync::Arc;
use std::time::Duration;

use asl_value::{Object, Text, Timestamp, Value};

use crate::{ChildExecution, Failure, MapRun, Outcome, TaskClock};

/// Receives the events of an execution as they happen.
///
/// Give one to [`Execution::with_observer`](crate::Execution::with_observer).
/// [`HistoryRecorder`](crate::HistoryRecorder) and [`LogObserver`](crate::LogObserver) are ready to use; implement the
/// trait to print progress, to count tasks, to send metrics.
///
/// The methods are called from inside the execution, which waits for them: they must not block. Numbers and outcome of
/// the execution are the same without an observer, but events are then not built.
///
/// ```
/// use asl_engine::{Event, Observer};
/// struct Print;
/// impl Observer for Print {
///     fn on_event(&self, event: Event) {
///         println!("{} {}", event.id, event.kind.name());
///     }
/// }
/// ```
pub trait Observer: Send + Sync {
    /// Which events it receives. Asked once, when an execution begins.
    fn interest(&self) -> Interest {
        Interest::Full
    }

    /// Receives each event, in order.
    fn on_event(&self, event: Event);

    /// Called when a distributed Map begins, before its `MapRunStarted`.
    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        let _ = map_run;
    }

    /// Called when a child execution of a distributed Map begins. Returns the observer of the child, by default none.
    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let _ = child;
        None
    }
}

/// Which events an [`Observer`] receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// None: events are counted, but not built.
    None,
    /// Every event.
    Full,
}

/// Receives no events: the default of an execution.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn interest(&self) -> Interest {
        Interest::None
    }
    fn on_event(&self, _: Event) {}
}

/// One event in the history of an execution. Payloads are shared with the execution, not copied.
#[derive(Debug, Clone)]
pub struct Event {
    /// The number of the event: 1, 2, 3, …
    pub id: u64,
    /// The number of the event that led to this one, 0 for none.
    pub previous_id: u64,
    /// When it happened, in whole milliseconds.
    pub timestamp: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// The eight types of state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names of the language")]
pub enum StateType {
    Pass = 1,
    Task,
    Choice,
    Wait,
    Succeed,
    Fail,
    Parallel,
    Map,
}

impl StateType {
    /// All types, in the order of the enum.
    pub const ALL: [StateType; 8] = [
        StateType::Pass,
        StateType::Task,
        StateType::Choice,
        StateType::Wait,
        StateType::Succeed,
        StateType::Fail,
        StateType::Parallel,
        StateType::Map,
    ];

    /// The `Type` in a definition.
    pub fn name(self) -> &'static str {
        match self {
            StateType::Pass => "Pass",
            StateType::Task => "Task",
            StateType::Choice => "Choice",
            StateType::Wait => "Wait",
            StateType::Succeed => "Succeed",
            StateType::Fail => "Fail",
            StateType::Parallel => "Parallel",
            StateType::Map => "Map",
        }
    }
}

/// The kind of task that an event is about. Each has event types of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskKind {
    /// A function named by its ARN: `LambdaFunctionScheduled`, …
    Lambda {
        /// The function's ARN.
        resource: Text,
    },
    /// An activity: `ActivityScheduled`, …
    Activity {
        /// The activity's ARN.
        resource: Text,
    },
    /// A service integration, such as `arn:aws:states:::lambda:invoke`: `TaskScheduled`, …
    Service {
        /// `lambda`, `aws-sdk:s3`.
        resource_type: Text,
        /// `invoke`, `sendMessage.waitForTaskToken`.
        resource: Text,
    },
}

/// What happened. Types and fields are those of AWS's `GetExecutionHistory`; the `…Details` members are added when an
/// event is rendered.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html>
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields of AWS's event details, by their names")]
pub enum EventKind {
    ExecutionStarted {
        input: Value,
        role_arn: Text,
    },
    /// The execution continues where it stopped.
    ExecutionRedriven {
        redrive_count: u32,
    },
    ExecutionSucceeded {
        output: Value,
    },
    ExecutionFailed(Failure),
    ExecutionTimedOut(Failure),
    ExecutionAborted(Failure),
    /// `PassStateEntered`, `TaskStateEntered`, …
    StateEntered {
        state: StateType,
        name: Text,
        input: Value,
    },
    /// `PassStateExited`, `TaskStateExited`, … A Fail state has none.
    StateExited {
        state: StateType,
        name: Text,
        output: Value,
        assigned_variables: Option<Object>,
    },
    /// `TaskScheduled`, `LambdaFunctionScheduled`, `ActivityScheduled`.
    TaskScheduled(Box<Scheduled>),
    /// `TaskStarted`, `LambdaFunctionStarted`, `ActivityStarted`.
    TaskStarted {
        task: Arc<TaskKind>,
        worker: Option<Text>,
    },
    /// `TaskSubmitted`: a job was started, or a message with a token was sent; the task waits for its end.
    TaskSubmitted {
        task: Arc<TaskKind>,
        output: Value,
    },
    /// `TaskSucceeded`, `LambdaFunctionSucceeded`, `ActivitySucceeded`.
    TaskSucceeded {
        task: Arc<TaskKind>,
        output: Value,
    },
    /// `TaskFailed`, `LambdaFunctionFailed`, `ActivityFailed`.
    TaskFailed {
        task: Arc<TaskKind>,
        failure: Failure,
    },
    /// `TaskTimedOut`, `LambdaFunctionTimedOut`, `ActivityTimedOut`.
    TaskTimedOut {
        task: Arc<TaskKind>,
        failure: Failure,
        clock: TaskClock,
    },
    TaskStateAborted,
    WaitStateAborted,
    MapStateStarted {
        length: usize,
    },
    MapIterationStarted {
        name: Text,
        index: usize,
    },
    MapIterationSucceeded {
        name: Text,
        index: usize,
    },
    MapIterationFailed {
        name: Text,
        index: usize,
    },
    MapIterationAborted {
        name: Text,
        index: usize,
    },
    MapStateSucceeded,
    MapStateFailed,
    MapStateAborted,
    /// A distributed Map begins to read its items, or to run its child executions.
    MapRunStarted {
        map_run_arn: Text,
    },
    MapRunSucceeded,
    MapRunFailed(Failure),
    ParallelStateStarted,
    ParallelStateSucceeded,
    ParallelStateFailed,
    ParallelStateAborted,
    /// An expression failed, in a language that reports this as an event of its own.
    EvaluationFailed(Box<EvaluationFailed>),
}

/// A task was handed to its handler.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields of AWS's event details, by their names")]
pub struct Scheduled {
    pub task: Arc<TaskKind>,
    pub region: Text,
    pub parameters: Value,
    pub timeout: Option<Duration>,
    pub heartbeat: Option<Duration>,
    pub role_arn: Option<Text>,
}

/// An expression of a state failed.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the fields of AWS's event details, by their names")]
pub struct EvaluationFailed {
    pub failure: Failure,
    pub state: Text,
    pub location: Option<Text>,
}

/// A long history takes the memory of its events, so an event must stay small.
const _: () = assert!(size_of::<Event>() <= 88);

impl EventKind {
    /// AWS's event type: `TaskStateEntered`.
    pub fn name(&self) -> &'static str {
        use StateType::{Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait};
        match self {
            EventKind::ExecutionStarted { .. } => "ExecutionStarted",
            EventKind::ExecutionRedriven { .. } => "ExecutionRedriven",
            EventKind::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            EventKind::ExecutionFailed(_) => "ExecutionFailed",
            EventKind::ExecutionTimedOut(_) => "ExecutionTimedOut",
            EventKind::ExecutionAborted(_) => "ExecutionAborted",
            EventKind::StateEntered { state, .. } => match state {
                Pass => "PassStateEntered",
                Task => "TaskStateEntered",
                Choice => "ChoiceStateEntered",
                Wait => "WaitStateEntered",
                Succeed => "SucceedStateEntered",
                Fail => "FailStateEntered",
                Parallel => "ParallelStateEntered",
                Map => "MapStateEntered",
            },
            EventKind::StateExited { state, .. } => match state {
                Pass => "PassStateExited",
                Task => "TaskStateExited",
                Choice => "ChoiceStateExited",
                Wait => "WaitStateExited",
                Succeed => "SucceedStateExited",
                Fail => "FailStateExited",
                Parallel => "ParallelStateExited",
                Map => "MapStateExited",
            },
            EventKind::TaskScheduled(scheduled) => {
                scheduled.task.pick(["LambdaFunctionScheduled", "ActivityScheduled", "TaskScheduled"])
            }
            EventKind::TaskStarted { task, .. } => {
                task.pick(["LambdaFunctionStarted", "ActivityStarted", "TaskStarted"])
            }
            EventKind::TaskSubmitted { .. } => "TaskSubmitted",
            EventKind::TaskSucceeded { task, .. } => {
                task.pick(["LambdaFunctionSucceeded", "ActivitySucceeded", "TaskSucceeded"])
            }
            EventKind::TaskFailed { task, .. } => {
                task.pick(["LambdaFunctionFailed", "ActivityFailed", "TaskFailed"])
            }
            EventKind::TaskTimedOut { task, .. } => {
                task.pick(["LambdaFunctionTimedOut", "ActivityTimedOut", "TaskTimedOut"])
            }
            EventKind::TaskStateAborted => "TaskStateAborted",
            EventKind::WaitStateAborted => "WaitStateAborted",
            EventKind::MapStateStarted { .. } => "MapStateStarted",
            EventKind::MapIterationStarted { .. } => "MapIterationStarted",
            EventKind::MapIterationSucceeded { .. } => "MapIterationSucceeded",
            EventKind::MapIterationFailed { .. } => "MapIterationFailed",
            EventKind::MapIterationAborted { .. } => "MapIterationAborted",
            EventKind::MapStateSucceeded => "MapStateSucceeded",
            EventKind::MapStateFailed => "MapStateFailed",
            EventKind::MapStateAborted => "MapStateAborted",
            EventKind::MapRunStarted { .. } => "MapRunStarted",
            EventKind::MapRunSucceeded => "MapRunSucceeded",
            EventKind::MapRunFailed(_) => "MapRunFailed",
            EventKind::ParallelStateStarted => "ParallelStateStarted",
            EventKind::ParallelStateSucceeded => "ParallelStateSucceeded",
            EventKind::ParallelStateFailed => "ParallelStateFailed",
            EventKind::ParallelStateAborted => "ParallelStateAborted",
            EventKind::EvaluationFailed(_) => "EvaluationFailed",
        }
    }
}

impl EventKind {
    /// The input, output or parameters of the event.
    pub fn payload(&self) -> Option<&Value> {
        match self {
            EventKind::ExecutionStarted { input: payload, .. }
            | EventKind::StateEntered { input: payload, .. }
            | EventKind::StateExited { output: payload, .. }
            | EventKind::TaskSubmitted { output: payload, .. }
            | EventKind::TaskSucceeded { output: payload, .. }
            | EventKind::ExecutionSucceeded { output: payload } => Some(payload),
            EventKind::TaskScheduled(scheduled) => Some(&scheduled.parameters),
            _ => None,
        }
    }

    /// The outcome of the execution, if the event ends it.
    pub fn outcome(&self) -> Option<Outcome> {
        match self {
            EventKind::ExecutionSucceeded { output } => Some(Outcome::Succeeded(output.clone())),
            EventKind::ExecutionFailed(failure) => Some(Outcome::Failed(failure.clone())),
            EventKind::ExecutionTimedOut(failure) => Some(Outcome::TimedOut(failure.clone())),
            EventKind::ExecutionAborted(failure) => Some(Outcome::Aborted(failure.clone())),
            _ => None,
        }
    }
}

impl TaskKind {
    pub(crate) fn pick(&self, [lambda, activity, service]: [&'static str; 3]) -> &'static str {
        match self {
            TaskKind::Lambda { .. } => lambda,
            TaskKind::Activity { .. } => activity,
            TaskKind::Service { .. } => service,
        }
    }
}
