//! [`Mocks`], and runs of a machine from Rust.

use std::sync::Arc;

use asl_value::{Pointer, Text, Value};

use crate::answer::Answers;
use crate::machine::Machine;
use crate::mock::Mock;
use crate::mocks::MockCase;
use crate::run::{Setup, run};
use crate::tasks::{TestTasks, Unanswered};
use crate::test_run::TestRun;

/// The mocked tasks of a run.
///
/// ```
/// use std::time::Duration;
/// use asl_test::{Mocks, returns, throws};
/// use asl_value::json;
/// let mocks = Mocks::new()
///     .task("ScoreFraud", returns(json!({"score": 0})).after(Duration::from_secs(2)))
///     .task("PackItem", [throws("PackerBusy", "nobody is free"), returns(json!({"parcelId": "p-1"}))]);
/// # let _ = mocks;
/// ```
#[derive(Debug, Clone, Default)]
pub struct Mocks {
    list: Vec<Mock>,
    others: Option<MockCase>,
}

impl Mocks {
    /// No mocked tasks: a task that runs makes the test fail.
    pub fn new() -> Mocks {
        Mocks::default()
    }

    /// Mocks the task of a state, or all tasks of a resource: its ARN, the name of a function, `sqs:sendMessage`.
    #[must_use]
    pub fn task(mut self, name: impl Into<Text>, answers: impl Into<Answers>) -> Mocks {
        let key = name.into();
        self.list.retain(|mock| mock.key != key);
        self.list.push(Mock { key, place: Pointer::root(), answers: answers.into() });
        self
    }

    /// Mocks the other tasks with a case of a mock configuration, or of a recorded execution.
    #[must_use]
    pub fn others(self, case: MockCase) -> Mocks {
        Mocks { others: Some(case), ..self }
    }
}

impl Machine {
    /// Runs an execution with mocked tasks, in virtual time.
    ///
    /// It may be called from any thread, but not from an async task.
    pub fn run(&self, input: impl Into<Value>, mocks: Mocks) -> TestRun {
        let unanswered = Arc::new(Unanswered::default());
        let layers = [mocks.list.into(), Arc::default()];
        let tasks = Arc::new(TestTasks::new(layers, mocks.others.as_ref(), Arc::clone(&unanswered)));
        run(self, Setup { input: input.into(), seed: 0, time: None, tasks, unanswered }, &[])
    }
}
