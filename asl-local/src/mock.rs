//! [`MockSource`]: test cases, in which tasks are mocked.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use asl_engine::TaskHandler;

/// Where test cases come from: StartExecution on `…:stateMachine:orders#Busy` runs `orders` with the case `Busy`, as Step
/// Functions Local does.
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
    /// The mocked tasks of one execution. Called where it may block, and may call the server.
    ///
    /// # Errors
    /// Why there is no such test case, for the message of a `ValidationException`.
    fn mocks(&self, machine: &str, case: &str) -> Result<MockedTasks, NoTestCase>;
}

/// Why a [`MockSource`] has no test case of a name. The message is shown to who starts the execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTestCase(String);

impl NoTestCase {
    /// With this reason: one line in lower case, without a period.
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
    /// Mocks the tasks of these states: `handler` answers them. The tasks of all other states are called as usual.
    pub fn new<S: Into<String>>(
        states: impl IntoIterator<Item = S>,
        handler: impl TaskHandler + 'static,
    ) -> MockedTasks {
        MockedTasks { states: states.into_iter().map(Into::into).collect(), handler: Arc::new(handler) }
    }

    /// The handler of a state's task, if that is mocked.
    pub(crate) fn handler(&self, state: &str) -> Option<&dyn TaskHandler> {
        self.states.contains(state).then_some(&*self.handler)
    }
}

impl fmt::Debug for MockedTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockedTasks").field("states", &self.states).finish_non_exhaustive()
    }
}
