//! [`TestTasks`]: the tasks of one execution of a test.

use std::sync::{Arc, Mutex, PoisonError};

use asl_engine::{Failure, Task, TaskHandler};
use asl_model::{Resource, error_name};
use asl_value::Value;
use async_trait::async_trait;

use crate::answer::Uses;
use crate::mock::{Mock, means};
use crate::mocks::{MockCase, MockHandler};

/// Answers the tasks of a machine with mocks.
pub(crate) struct TestTasks {
    /// Those of the case, then those of the file.
    layers: [Arc<[Mock]>; 2],
    uses: Mutex<[Vec<Uses>; 2]>,
    others: Option<MockHandler>,
    unanswered: Arc<Unanswered>,
}

/// The calls that no mock has answered: each makes its test fail.
#[derive(Debug, Default)]
pub(crate) struct Unanswered(Mutex<Vec<String>>);

impl Unanswered {
    fn push(&self, message: String) {
        /// How many are kept.
        const MOST: usize = 20;
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if list.len() < MOST {
            list.push(message);
        }
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl TestTasks {
    pub(crate) fn new(
        layers: [Arc<[Mock]>; 2],
        others: Option<&MockCase>,
        unanswered: Arc<Unanswered>,
    ) -> TestTasks {
        let uses = layers.each_ref().map(|mocks| mocks.iter().map(|mock| Uses::of(&mock.answers)).collect());
        TestTasks { layers, uses: Mutex::new(uses), others: others.map(MockCase::handler), unanswered }
    }

    /// Whether something is mocked for the task of a state.
    #[cfg(feature = "together")]
    pub(crate) fn mocks(&self, state: &str, resource: &Resource) -> bool {
        let is_listed = |mock: &Mock| mock.key == state || means(&mock.key, resource);
        self.layers.iter().flat_map(|mocks| mocks.iter()).any(is_listed)
            || self.others.as_ref().is_some_and(|others| others.has(state))
    }

    /// The mock for a task: by its state before by its resource, in the case before in the file.
    fn find(&self, state: &str, resource: &Resource) -> Option<(usize, usize, &Mock)> {
        let all = || {
            let layers = self.layers.iter().enumerate();
            layers.flat_map(|(layer, mocks)| {
                mocks.iter().enumerate().map(move |(index, mock)| (layer, index, mock))
            })
        };
        let by_state = all().find(|(_, _, mock)| mock.key == state);
        by_state.or_else(|| all().find(|(_, _, mock)| means(&mock.key, resource)))
    }

    fn unanswered(&self, message: String) -> Failure {
        self.unanswered.push(message.clone());
        Failure::new(error_name::RUNTIME, message)
    }
}

#[async_trait]
impl TaskHandler for TestTasks {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        task.started(None);
        let Some((layer, index, mock)) = self.find(task.state, task.resource) else {
            return match self.others.as_ref().filter(|others| others.has(task.state)) {
                Some(others) => others.next(task.state).unwrap_or_else(|cause| Err(self.unanswered(cause))),
                None => Err(self.unanswered(format!("nothing mocks the task of `{}`", task.state))),
            };
        };
        let answer = {
            let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
            let uses = uses.get_mut(layer).and_then(|uses| uses.get_mut(index));
            uses.and_then(|uses| uses.take(&mock.answers, &task.arguments))
        };
        let Some(answer) = answer else {
            let arguments = crate::difference::brief(&task.arguments);
            return Err(self.unanswered(format!(
                "no answer is left in the mock `{}` for the task of `{}`, called with {arguments}",
                mock.key, task.state
            )));
        };
        if !answer.delay.is_zero() {
            tokio::time::sleep(answer.delay).await;
        }
        answer.result.clone()
    }
}

/// A handler that shares its tasks with others.
pub(crate) struct Shared(pub(crate) Arc<TestTasks>);

#[async_trait]
impl TaskHandler for Shared {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        self.0.call(task).await
    }
}
