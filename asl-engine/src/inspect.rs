//! Testing a single state: AWS's TestState.

mod answer;
mod check;
mod context;
mod probe;
mod tested;

use std::sync::Arc;
use std::time::Duration;

use asl_model::{LONE_STATE, Resource};
use asl_query::Scope;
use asl_value::{Object, Text, Timestamp, Value};

pub use answer::{ErrorDetails, Inspection, InspectionData, InspectionLevel, TestStatus};
pub use check::{TestRefusal, TestRefusalKind};
use probe::Probe;
pub use tested::TestedState;

use crate::budget::Budget;
use crate::frame::Frame;
use crate::interpret::Attempt;
use crate::program::{Next, Step};
use crate::recovery::{Decision, RetryState};
use crate::run::Run;
use crate::visit::{Exit, Visit};
use crate::wait::until_stopped;
use crate::{Engine, Execution, Failure, Identity, Limits, TaskClock, TaskRefusal};

/// What a single state is tested with, see [`Engine::test_state`].
///
/// ```
/// use asl_engine::StateTest;
/// use asl_value::json;
/// let mut test = StateTest::new(json!({"n": 1}));
/// test.mock = Some(Ok(json!({"StatusCode": 200})));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct StateTest {
    /// The state's input.
    pub input: Value,
    /// The variables that the state can read.
    pub variables: Object,
    /// The whole context object: the state sees nothing that it lacks. `None` gives the state one that fits the test.
    pub context: Option<Value>,
    /// The result or the error of the state's work, which is then not done.
    pub mock: Option<Result<Value, Failure>>,
    /// Checks the mocked result. `None` accepts any.
    pub result_schema: Option<Arc<dyn ResultSchema>>,
    /// How strictly the mocked result is checked.
    pub field_validation: FieldValidation,
    /// How often the retrier that matches the error has already retried.
    pub retries: u64,
    /// The state inside a Map or Parallel that the mocked error comes from.
    pub error_caused_by: Option<Text>,
    /// How many iterations of a Map have failed.
    pub failed_iterations: Option<u64>,
    /// The text of the file that the `ItemReader` of a Map reads.
    pub item_reader_data: Option<Text>,
    /// The names and ARNs in the context object.
    pub identity: Identity,
}

impl StateTest {
    /// A test with this input, and nothing else set.
    pub fn new(input: impl Into<Value>) -> StateTest {
        StateTest {
            input: input.into(),
            variables: Object::new(),
            context: None,
            mock: None,
            result_schema: None,
            field_validation: FieldValidation::Strict,
            retries: 0,
            error_caused_by: None,
            failed_iterations: None,
            item_reader_data: None,
            identity: Identity::default(),
        }
    }
}

/// How strictly a mocked result is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldValidation {
    /// `STRICT`: every field, and that no required one is missing.
    #[default]
    Strict,
    /// `PRESENT`: only the fields that the result has.
    Present,
    /// `NONE`: nothing.
    None,
}

/// Checks mocked results against what the operations of services return.
pub trait ResultSchema: Send + Sync {
    /// Checks whether a task of this resource could have this result. Fields that the operation does not have are
    /// ignored.
    ///
    /// # Errors
    /// What is wrong with the result, in AWS's words: `Field 'X' must be a string` (`number`, `array`), `Required field
    /// 'X' is missing`, `Field 'X' is not an expected value`, `Field 'X' exceeds the maximum value`, `Field 'X' is less
    /// than the minimum value`, `Field 'X' is smaller than the minimum length`.
    fn check(
        &self,
        resource: &Resource,
        result: &Value,
        validation: FieldValidation,
    ) -> Result<(), TaskRefusal>;
}

impl Engine {
    /// Runs a single state once, and reports what each of its filters saw. A failed attempt is not retried: the result
    /// says which retrier or catcher would handle the error.
    ///
    /// # Errors
    /// The state cannot be tested in this way.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use asl_engine::{Engine, StateTest, TestStatus, TestedState};
    /// use asl_model::Source;
    /// use asl_value::json;
    /// let state = Source::json(r#"{"Type": "Pass", "InputPath": "$.order", "Next": "Ship"}"#);
    /// let state = TestedState::alone(&state).unwrap();
    /// let test = StateTest::new(json!({"order": 7}));
    /// let seen = Engine::builder().build().test_state(&state, &test).await.unwrap();
    /// assert_eq!((seen.status, seen.output), (TestStatus::Succeeded, Some(json!(7))));
    /// assert_eq!(seen.next_state.as_deref(), Some("Ship"));
    /// # }
    /// ```
    pub async fn test_state(
        &self,
        tested: &TestedState,
        test: &StateTest,
    ) -> Result<Inspection, TestRefusal> {
        let found = tested.found();
        check::check(tested, test)?;
        let probe = Arc::new(Probe::new(test));
        let engine = match &test.mock {
            Some(_) => self.with_tasks(probe::mocked_tasks(&probe)),
            None => self.clone(),
        };
        let timeline = engine.clock().begin(Timestamp::EPOCH);
        let limits = Limits::express();
        let execution =
            Execution::new(test.input.clone()).with_identity(test.identity.clone()).with_limits(limits);
        let (start, budget) = (found.machine.start, Budget::new(&execution.limits));
        let run = Run::new(&engine, &execution, &timeline, Duration::ZERO, None, start, budget);
        let run = run.watched(probe.as_ref());
        // Recorded: a state of a whole machine is named like one that is defined alone.
        let step = Step { name: LONE_STATE.into(), ..found.step.clone() };
        let mut frame = Frame::root(test.input.clone());
        frame.scope = Scope::from(test.variables.clone());
        let visit = Visit::enter(&run, &step, &mut frame);
        let name = |next| match next {
            Next::State(next) => Some(found.machine.step(next).name.clone()),
            Next::End => None,
        };
        let ended = timeline.drive(until_stopped(&run, end(visit, &mut frame, test.retries))).await;
        let ended = ended.unwrap_or_else(|_| End::failed(Failure::expired(TaskClock::Timeout)));
        if let Some(message) = probe.refusal() {
            return Err(TestRefusal::request(message));
        }
        let End { status, way, failure, details } = ended;
        let (output, next_state) = match way {
            Way::Out(exit) => {
                let next = visit.leave(exit, &mut frame);
                (Some(frame.input), name(next))
            }
            Way::To(next) => (None, name(next)),
            Way::None => (None, None),
        };
        let data = probe.data(&step, &test.input);
        let variables = frame.scope.own().clone();
        Ok(Inspection { status, output, next_state, failure, error_details: details, variables, data })
    }
}

/// Where a tested state leads.
enum Way {
    /// Out of the state, with an output.
    Out(Exit),
    /// To a next state, without an output.
    To(Next),
    None,
}

/// How a tested state ends.
struct End {
    status: TestStatus,
    way: Way,
    failure: Option<Failure>,
    details: ErrorDetails,
}

impl End {
    fn failed(failure: Failure) -> End {
        let details = ErrorDetails::default();
        End { status: TestStatus::Failed, way: Way::None, failure: Some(failure), details }
    }
}

/// Runs one attempt, and reports what `Retry` and `Catch` decide.
async fn end(visit: Visit<'_>, frame: &mut Frame, retries: u64) -> End {
    let entered = visit.run.timeline.now();
    let mut state = RetryState::after(&visit.step.recovery, retries);
    let (failure, decision) = match visit.once(frame, entered, &mut state).await {
        Attempt::Done(exit) => {
            let (status, details) = (TestStatus::Succeeded, ErrorDetails::default());
            return End { status, way: Way::Out(exit), failure: None, details };
        }
        Attempt::Failed(failure, decision) => (failure, decision),
    };
    match decision {
        Decision::Retry { index, after } => {
            let retry_backoff_seconds = Some(after.as_secs());
            let details =
                ErrorDetails { retry_index: Some(index), retry_backoff_seconds, ..ErrorDetails::default() };
            End { status: TestStatus::Retriable, details, ..End::failed(failure) }
        }
        Decision::Catch { index, catcher } => {
            // Measured on AWS: a catcher whose Output or Assign finds nothing has still caught the error, although an
            // execution fails. UNRECORDED: whether this holds for everything that goes wrong in the catcher of a tested
            // state.
            let caught = visit.catch(catcher, &failure, entered, retries, frame);
            let way = caught.map_or(Way::To(Next::State(catcher.next)), Way::Out);
            // UNRECORDED: whether the details of a caught error also name the exhausted retrier.
            let details = ErrorDetails { catch_index: Some(index), ..ErrorDetails::default() };
            End { status: TestStatus::CaughtError, way, failure: Some(failure), details }
        }
        // Recorded: the exhausted retrier is named.
        Decision::Fail { exhausted } => {
            let details = ErrorDetails { retry_index: exhausted, ..ErrorDetails::default() };
            End { details, ..End::failed(failure) }
        }
    }
}
