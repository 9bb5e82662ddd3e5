//! [`MockSource`]: test cases with mocked tasks.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use asl_engine::TaskHandler;

/// Provides the mocked tasks of test cases.
///
/// StartExecution with the machine `…:stateMachine:orders#Busy` runs `orders` with the test case `Busy`, as in Step
/// Functions Local. Set [`Config::mocks`](crate::Config::mocks) to use it.
///
/// ```
/// use asl_engine::{Failure, task_fn};
/// use asl_local::{MockSource, MockedTasks, NoTestCase};
/// use asl_value::{Value, json};
///
/// /// One case, in which the state `Charge` is declined.
/// struct Declined;
///
/// impl MockSource for Declined {
///     fn mocks(&self, _machine: &str, case: &str) -> Result<MockedTasks, NoTestCase> {
///         if case != "Declined" {
///             return Err(NoTestCase::new("the only test case is `Declined`"));
///         }
///         let charge = task_fn(|_: Value| async { Ok::<_, Failure>(json!({"declined": true})) });
///         Ok(MockedTasks::new(["Charge"], charge))
///     }
/// }
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-test-sm-exec.html>
pub trait MockSource: Send + Sync {
    /// Returns the mocked tasks of a test case. Called once for each execution that is started with one.
    ///
    /// It runs on a thread for blocking work: it may read files, and it may call the server.
    ///
    /// # Errors
    /// The reason why the test case does not exist. The request then fails with a `ValidationException`.
    fn mocks(&self, machine: &str, case: &str) -> Result<MockedTasks, NoTestCase>;
}

/// The reason why a [`MockSource`] does not have a test case. It becomes part of the error message of StartExecution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTestCase(String);

impl NoTestCase {
    /// Creates the error with a reason: one line in lower case, without a period.
    pub fn new(reason: impl Into<String>) -> NoTestCase {
        NoTestCase(reason.into())
    }
}

impl fmt::Display for NoTestCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoTestCase {}

/// The mocked tasks of one execution.
#[derive(Clone)]
pub struct MockedTasks {
    states: HashSet<String>,
    handler: Arc<dyn TaskHandler>,
}

impl MockedTasks {
    /// Mocks the tasks of these states with `handler`. Tasks of other states are executed as usual.
    pub fn new<S: Into<String>>(
        states: impl IntoIterator<Item = S>,
        handler: impl TaskHandler + 'static,
    ) -> MockedTasks {
        MockedTasks { states: states.into_iter().map(Into::into).collect(), handler: Arc::new(handler) }
    }

    /// The handler for the task of a state, if it is mocked.
    pub(crate) fn handler(&self, state: &str) -> Option<&dyn TaskHandler> {
        self.states.contains(state).then_some(&*self.handler)
    }
}

impl fmt::Debug for MockedTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockedTasks").field("states", &self.states).finish_non_exhaustive()
    }
}
