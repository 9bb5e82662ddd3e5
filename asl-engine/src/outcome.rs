//! [`Outcome`] and [`Failure`]: how executions end.

use std::fmt;

use asl_model::error_name;
use asl_query::EvalError;
use asl_value::{Object, Text, Value};

use crate::{Limits, TaskClock};

/// How an execution ended. A failed execution is data, not a Rust error.
///
/// It is in the [`Report`](crate::Report) of [`Engine::run`](crate::Engine::run). Match it where each end is handled in
/// its own way; [`output`](Outcome::output) and [`failure`](Outcome::failure) are enough elsewhere.
///
/// ```
/// use asl_engine::{Failure, Outcome};
/// let outcome = Outcome::Failed(Failure::new("OutOfStock", "no `a-1` left"));
/// assert_eq!(outcome.status(), "FAILED");
/// assert_eq!(outcome.failure().and_then(|failure| failure.error.as_deref()), Some("OutOfStock"));
/// assert_eq!(outcome.output(), None);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// `SUCCEEDED`, with the output.
    Succeeded(Value),
    /// `FAILED`: a state failed, and its error was not caught.
    Failed(Failure),
    /// `TIMED_OUT`: the `TimeoutSeconds` of the machine, the limit of the execution or its deadline expired.
    TimedOut(Failure),
    /// `ABORTED`: the execution was cancelled.
    Aborted(Failure),
}

impl Outcome {
    /// AWS's word: `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`.
    pub fn status(&self) -> &'static str {
        match self {
            Outcome::Succeeded(_) => "SUCCEEDED",
            Outcome::Failed(_) => "FAILED",
            Outcome::TimedOut(_) => "TIMED_OUT",
            Outcome::Aborted(_) => "ABORTED",
        }
    }

    /// The output of a succeeded execution.
    pub fn output(&self) -> Option<&Value> {
        if let Outcome::Succeeded(output) = self { Some(output) } else { None }
    }

    /// The error of an execution that did not succeed.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Outcome::Succeeded(_) => None,
            Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure) => {
                Some(failure)
            }
        }
    }
}

/// An error of Amazon States Language: `Retry` and `Catch` match its name, and a failed execution reports it.
///
/// A task handler returns it to fail its task. Both parts may be absent, as in a Fail state without `Error`.
///
/// ```
/// use asl_engine::Failure;
/// let failure = Failure::new("OutOfStock", "no `a-1` left");
/// assert_eq!(failure.to_string(), "OutOfStock: no `a-1` left");
/// ```
#[derive(Clone, Default)]
pub struct Failure {
    /// The error name: `States.Timeout`, `OutOfStock`.
    pub error: Option<Text>,
    /// A text for people. For AWS's own tasks it is often JSON.
    pub cause: Option<Text>,
    /// A missed heartbeat is reported as `States.Timeout`, yet `States.HeartbeatTimeout` matches it.
    heartbeat: bool,
}

impl Failure {
    /// An error with a name and a cause.
    pub fn new(error: impl Into<Text>, cause: impl Into<Text>) -> Failure {
        Failure { error: Some(error.into()), cause: Some(cause.into()), heartbeat: false }
    }

    /// An error whose parts may be absent.
    pub fn from_parts(error: Option<Text>, cause: Option<Text>) -> Failure {
        Failure { error, cause, heartbeat: false }
    }

    /// `States.TaskFailed`, with this cause.
    pub fn task(cause: impl Into<Text>) -> Failure {
        Failure::new(error_name::TASK_FAILED, cause)
    }

    /// `States.Timeout` without a cause: the end of a task whose clock has expired.
    pub(crate) fn expired(clock: TaskClock) -> Failure {
        let heartbeat = clock == TaskClock::Heartbeat;
        Failure { error: Some(error_name::TIMEOUT.into()), cause: None, heartbeat }
    }

    /// Whether it is a missed heartbeat.
    pub(crate) fn is_heartbeat(&self) -> bool {
        self.heartbeat
    }

    /// The same failure, of a missed heartbeat.
    pub(crate) fn of_heartbeat(self) -> Failure {
        Failure { heartbeat: true, ..self }
    }

    /// `States.Runtime`, with the state in which it happened.
    pub(crate) fn runtime(origin: &Origin<'_>, cause: impl fmt::Display) -> Failure {
        Failure::new(error_name::RUNTIME, origin.describe(cause))
    }

    /// A failed expression, with the state in which it failed.
    pub(crate) fn eval(origin: &Origin<'_>, error: &EvalError) -> Failure {
        Failure::new(error.kind().error_name(), origin.describe(error.message()))
    }

    /// A payload over the limit. `of` is a state's name, a function's ARN or a service (recorded).
    pub(crate) fn data_limit(of: &str) -> Failure {
        Failure::new(
            error_name::DATA_LIMIT_EXCEEDED,
            format!(
                "The state/task '{of}' returned a result with a size exceeding the maximum number of bytes service limit."
            ),
        )
    }

    /// Cuts its parts to what AWS's API can show.
    ///
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskFailedEventDetails.html>
    pub(crate) fn within(self, limits: &Limits) -> Failure {
        let error = self.error.map(|error| cut(error, limits.error_chars));
        let cause = self.cause.map(|cause| cut(cause, limits.cause_chars));
        Failure { error, cause, ..self }
    }

    /// Whether it is `States.Runtime`, which is never caught. A Parallel or Map around it does not report its own
    /// failure (observed on AWS).
    pub(crate) fn is_runtime(&self) -> bool {
        self.error.as_deref() == Some(error_name::RUNTIME)
    }

    /// The name that `ErrorEquals` of `Retry` and `Catch` is compared with; empty if there is no error name.
    ///
    /// It is the error's own name, except for a missed heartbeat: that one is reported as `States.Timeout` and matched
    /// as `States.HeartbeatTimeout`. Two failures that are equal may differ in it.
    pub fn matched_name(&self) -> &str {
        match (&self.error, self.heartbeat) {
            (_, true) => error_name::HEARTBEAT_TIMEOUT,
            (Some(error), false) => error,
            (None, false) => "",
        }
    }

    /// The error output, which a catcher sees. `{"Error": "States.Timeout", "Cause": ""}` for a timeout (recorded);
    /// `null` where the task gave nothing (recorded for both members together).
    ///
    /// UNRECORDED: whether a missing cause is also `null` if there is an error name.
    pub fn output(&self) -> Value {
        let cause = match (self.error.as_deref(), &self.cause) {
            (_, Some(cause)) => Value::from(cause),
            (Some(error_name::TIMEOUT), None) => Value::from(""),
            (_, None) => Value::Null,
        };
        let error = self.error.as_ref().map_or(Value::Null, Value::from);
        Value::Object(Object::from_distinct(vec![("Error".into(), error), ("Cause".into(), cause)]))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.error, &self.cause) {
            (Some(error), Some(cause)) => write!(f, "{error}: {cause}"),
            (Some(text), None) | (None, Some(text)) => f.write_str(text),
            (None, None) => f.write_str("failed without an error name"),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure").field("error", &self.error).field("cause", &self.cause).finish()
    }
}

impl std::error::Error for Failure {}

/// Failures are equal if they report the same error and cause.
impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        (&self.error, &self.cause) == (&other.error, &other.cause)
    }
}

impl Eq for Failure {}

/// The first characters of a text.
///
/// UNRECORDED: whether AWS marks the place where it cuts an error or a cause.
fn cut(text: Text, chars: Option<usize>) -> Text {
    let Some(limit) = chars.filter(|limit| text.len() > *limit) else { return text };
    match text.char_indices().nth(limit).and_then(|(end, _)| text.get(..end)) {
        Some(beginning) => beginning.into(),
        None => text,
    }
}

/// The state in which an error happened, for the prefix of AWS's causes.
#[derive(Clone, Copy)]
pub(crate) struct Origin<'a> {
    pub(crate) state: &'a Text,
    /// The number of its `…Entered`. Recorded: a state that is tested alone has none, and its causes have no prefix.
    pub(crate) entered: Option<u64>,
}

impl Origin<'_> {
    fn describe(&self, cause: impl fmt::Display) -> String {
        match self.entered {
            Some(event) => format!(
                "An error occurred while executing the state '{}' (entered at the event id #{event}). {cause}",
                self.state
            ),
            None => cause.to_string(),
        }
    }
}
