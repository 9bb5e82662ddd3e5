//! The validations of TestState, in AWS's words.

use std::fmt;

use asl_value::Value;

use super::tested::find;
use super::{FieldValidation, StateTest, TestedState, context};
use crate::event::TaskKind;
use crate::program::{StepKind, TaskStep, Waiting};

/// Why a state cannot be tested as asked. The text is AWS's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRefusal {
    kind: TestRefusalKind,
    message: String,
}

/// The kinds of [`TestRefusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TestRefusalKind {
    /// The state is of a type that needs a mock: AWS's `InvalidDefinition`.
    Definition,
    /// The settings of the test do not fit the state: AWS's `ValidationException`.
    Request,
}

impl TestRefusal {
    fn definition(message: impl Into<String>) -> TestRefusal {
        TestRefusal { kind: TestRefusalKind::Definition, message: message.into() }
    }

    pub(super) fn request(message: impl Into<String>) -> TestRefusal {
        TestRefusal { kind: TestRefusalKind::Request, message: message.into() }
    }

    /// The kind, which decides the error of AWS's API.
    pub fn kind(&self) -> TestRefusalKind {
        self.kind
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for TestRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TestRefusal {}

/// Refuses a test that does not fit its state.
pub(super) fn check(tested: &TestedState, test: &StateTest) -> Result<(), TestRefusal> {
    let found = tested.found();
    let kind = &found.step.kind;
    check_mock(kind, test)?;
    let request = |message: &str| Err(TestRefusal::request(message));
    if let Some(given) = &test.context {
        if test.mock.is_none() {
            // UNRECORDED: AWS's text for a context object without a mock, which the documentation asks for.
            return request("TestState does not support a Context object when a mock is not specified.");
        }
        let has_token = kind.as_task().is_some_and(has_token);
        context::check(given, found.is_inside_map, has_token)
            .map_err(|problem| TestRefusal::request(format!("Invalid Context object provided: {problem}")))?;
    }
    if let Some(name) = &test.error_caused_by
        && !is_inside(kind, name)
    {
        // UNRECORDED: the text about an errorCausedByState that the state does not have.
        return request("State specified in errorCausedByState is not found in the Map or Parallel state.");
    }
    Ok(())
}

fn check_mock(kind: &StepKind, test: &StateTest) -> Result<(), TestRefusal> {
    let request = |message: &str| Err(TestRefusal::request(message));
    let Some(mock) = &test.mock else {
        if test.failed_iterations.is_some() {
            return request(
                "TestState does not support MapIterationFailureCount when a mock is not specified.",
            );
        }
        return match kind {
            StepKind::Waiting(Waiting::Map(_) | Waiting::Parallel(_)) => Err(TestRefusal::definition(
                "TestState API does not support Map or Parallel states. Supported state types include: [Task, \
                 Wait, Pass, Succeed, Fail, Choice]",
            )),
            // UNRECORDED: the text about a task that needs a mock, which the documentation lists.
            StepKind::Waiting(Waiting::Task(task)) if task.has_token => Err(TestRefusal::definition(
                "TestState API does not support Activity tasks and the service integration patterns '.sync' and \
                 '.waitForTaskToken' when a mock is not specified",
            )),
            _ => Ok(()),
        };
    };
    let StepKind::Waiting(waiting) = kind else { return unmockable(kind) };
    match (waiting, mock) {
        (Waiting::Task(task), Ok(result)) => match (&test.result_schema, test.field_validation) {
            (None, _) | (_, FieldValidation::None) => Ok(()),
            (Some(schema), validation) => {
                schema.check(&task.resource, result, validation).map_err(|problem| {
                    TestRefusal::request(format!("Mock result schema validation error: {problem}"))
                })
            }
        },
        (Waiting::Map(map), Ok(result)) => match (map.distributed.writer.is_some(), result) {
            (true, Value::Object(_)) | (false, Value::Array(_)) => Ok(()),
            (true, _) => request("Mocked result must be a JSON object."),
            (false, _) => request("Mocked result must be an array."),
        },
        (Waiting::Parallel(branches), Ok(result)) => match result {
            Value::Array(items) if items.len() == branches.len() => Ok(()),
            Value::Array(_) => {
                request("Mocked result must contain the same number of items as number of Parallel branches.")
            }
            _ => request("Mocked result must be an array."),
        },
        (Waiting::Task(_) | Waiting::Map(_) | Waiting::Parallel(_), Err(_)) => Ok(()),
        (Waiting::Wait(_), _) => unmockable(kind),
    }
}

/// Recorded for Pass, Succeed and Fail, documented for the others.
fn unmockable(kind: &StepKind) -> Result<(), TestRefusal> {
    let name = kind.state_type().name();
    Err(TestRefusal::request(format!("State type '{name}' is not supported when a mock is specified")))
}

/// Activities have a token, too, but AWS does not count them here.
fn has_token(task: &TaskStep) -> bool {
    task.has_token && matches!(*task.kind, TaskKind::Service { .. })
}

fn is_inside(kind: &StepKind, name: &str) -> bool {
    kind.machines().iter().any(|machine| find(machine, name, false).is_some())
}
