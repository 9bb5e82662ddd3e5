//! [`Event`]: one entry in the history of an execution.

use std::sync::Arc;
use std::time::Duration;

use asl_value::{Object, Text, Timestamp, Value};

use crate::{Failure, Outcome, TaskClock};

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
pub enum EventKind {
    /// `ExecutionStarted`: the first event of each execution.
    ExecutionStarted {
        /// The input of the execution.
        input: Value,
        /// The role of the execution; see [`Identity::role_arn`](crate::Identity::role_arn).
        role_arn: Text,
    },
    /// `ExecutionRedriven`: the execution continues where it stopped.
    ExecutionRedriven {
        /// How often it was redriven: 1 for the first time.
        redrive_count: u32,
    },
    /// `ExecutionSucceeded`, the last event of an execution that succeeded.
    ExecutionSucceeded {
        /// The output of the execution.
        output: Value,
    },
    /// `ExecutionFailed`, the last event: a state failed, and its error was not caught.
    ExecutionFailed(Failure),
    /// `ExecutionTimedOut`, the last event: the time of the execution is over.
    ExecutionTimedOut(Failure),
    /// `ExecutionAborted`, the last event: the execution was cancelled.
    ExecutionAborted(Failure),
    /// `PassStateEntered`, `TaskStateEntered`, …
    StateEntered {
        /// The type of the state.
        state: StateType,
        /// Its name.
        name: Text,
        /// Its input, before `InputPath`.
        input: Value,
    },
    /// `PassStateExited`, `TaskStateExited`, … A Fail state has none.
    StateExited {
        /// The type of the state.
        state: StateType,
        /// Its name.
        name: Text,
        /// Its output, after `OutputPath` or `Output`.
        output: Value,
        /// The variables that its `Assign` has set, each as JSON; `None` without `Assign`.
        assigned_variables: Option<Object>,
    },
    /// `TaskScheduled`, `LambdaFunctionScheduled`, `ActivityScheduled`: the arguments of a task are known.
    TaskScheduled(Box<Scheduled>),
    /// `TaskStarted`, `LambdaFunctionStarted`, `ActivityStarted`: a handler began the task, or a worker took it.
    TaskStarted {
        /// Which task.
        task: Arc<TaskKind>,
        /// The name of the worker that took an activity.
        worker: Option<Text>,
    },
    /// `TaskSubmitted`: a job was started, or a message with a token was sent; the task waits for its end.
    TaskSubmitted {
        /// Which task.
        task: Arc<TaskKind>,
        /// The answer of the service to the first request.
        output: Value,
    },
    /// `TaskSucceeded`, `LambdaFunctionSucceeded`, `ActivitySucceeded`.
    TaskSucceeded {
        /// Which task.
        task: Arc<TaskKind>,
        /// The result of the task, before `ResultSelector`.
        output: Value,
    },
    /// `TaskFailed`, `LambdaFunctionFailed`, `ActivityFailed`. A retry begins with another `TaskScheduled`.
    TaskFailed {
        /// Which task.
        task: Arc<TaskKind>,
        /// Its error and cause.
        failure: Failure,
    },
    /// `TaskTimedOut`, `LambdaFunctionTimedOut`, `ActivityTimedOut`.
    TaskTimedOut {
        /// Which task.
        task: Arc<TaskKind>,
        /// `States.Timeout`.
        failure: Failure,
        /// Which of its times expired.
        clock: TaskClock,
    },
    /// `TaskStateAborted`: a Task state ended unfinished, because the execution or the branch around it ended.
    TaskStateAborted,
    /// `WaitStateAborted`: a Wait state ended unfinished.
    WaitStateAborted,
    /// `MapStateStarted`: the items of a Map are known.
    MapStateStarted {
        /// How many items there are.
        length: usize,
    },
    /// `MapIterationStarted`.
    MapIterationStarted {
        /// The name of the Map state.
        name: Text,
        /// The index of the item, from 0.
        index: usize,
    },
    /// `MapIterationSucceeded`.
    MapIterationSucceeded {
        /// The name of the Map state.
        name: Text,
        /// The index of the item, from 0.
        index: usize,
    },
    /// `MapIterationFailed`: a state of the iteration failed, and its error was not caught in it.
    MapIterationFailed {
        /// The name of the Map state.
        name: Text,
        /// The index of the item, from 0.
        index: usize,
    },
    /// `MapIterationAborted`: the iteration ended unfinished, because another one failed or the execution ended.
    MapIterationAborted {
        /// The name of the Map state.
        name: Text,
        /// The index of the item, from 0.
        index: usize,
    },
    /// `MapStateSucceeded`: all iterations have succeeded.
    MapStateSucceeded,
    /// `MapStateFailed`: an iteration has failed, or the items are unusable.
    MapStateFailed,
    /// `MapStateAborted`: a Map state ended unfinished.
    MapStateAborted,
    /// `MapRunStarted`: a distributed Map begins to read its items, or to run its child executions.
    MapRunStarted {
        /// The ARN of the Map Run.
        map_run_arn: Text,
    },
    /// `MapRunRedriven`: the Map Run of an earlier run continues with the children that did not succeed.
    MapRunRedriven {
        /// The ARN of the Map Run.
        map_run_arn: Text,
        /// How often it was redriven: 1 for the first time.
        redrive_count: u32,
    },
    /// `MapRunSucceeded`: no more child executions failed than the Map tolerates.
    MapRunSucceeded,
    /// `MapRunFailed`: too many child executions failed, or the items could not be read.
    MapRunFailed(Failure),
    /// `ParallelStateStarted`: the branches begin.
    ParallelStateStarted,
    /// `ParallelStateSucceeded`: all branches have succeeded.
    ParallelStateSucceeded,
    /// `ParallelStateFailed`: a branch has failed.
    ParallelStateFailed,
    /// `ParallelStateAborted`: a Parallel state ended unfinished.
    ParallelStateAborted,
    /// `EvaluationFailed`: an expression failed, in a language that reports this as an event of its own.
    EvaluationFailed(Box<EvaluationFailed>),
}

/// A task was handed to its handler.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Scheduled {
    /// Which task.
    pub task: Arc<TaskKind>,
    /// The region of the execution.
    pub region: Text,
    /// The arguments of the task: `Parameters` or `Arguments`.
    pub parameters: Value,
    /// `TimeoutSeconds`.
    pub timeout: Option<Duration>,
    /// `HeartbeatSeconds`.
    pub heartbeat: Option<Duration>,
    /// The role of the state's `Credentials`.
    pub role_arn: Option<Text>,
}

/// An expression of a state failed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EvaluationFailed {
    /// `States.QueryEvaluationError`, with the reason.
    pub failure: Failure,
    /// The name of the state.
    pub state: Text,
    /// The field of the state that holds the expression: `Output`, `Arguments/Payload`.
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
            EventKind::MapRunRedriven { .. } => "MapRunRedriven",
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
