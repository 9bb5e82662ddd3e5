//! [`ExecutionError`]: an execution that did not succeed, as the error of a Rust function.

use std::fmt;

use asl_value::Value;

use crate::{Failure, Outcome, Report};

/// An execution that did not succeed: the error of [`Report::into_output`].
///
/// `Display` prints how it ended, in which state and why, and names the limit that it has reached:
///
/// ```text
/// the execution ended as FAILED in state `Orders`: States.Runtime: The execution reached the maximum number of history events
/// (25000). It has reached `Limits::events`: allow more with `Execution::with_limits`, or all with `Limits::unlimited()`
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionError(Box<Report>);

impl Report {
    /// The output, for callers to whom a failed execution is an error.
    ///
    /// # Errors
    /// The execution did not succeed.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use asl_engine::{Engine, Execution, load};
    /// use asl_model::Source;
    /// use asl_value::json;
    /// let source = Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 7, "End": true}}}"#);
    /// let program = load(&source)?.program;
    /// let output = Engine::builder().build().run(&program, Execution::new(json!({}))).await.into_output()?;
    /// assert_eq!(output, json!(7));
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_output(self) -> Result<Value, ExecutionError> {
        match self.outcome {
            Outcome::Succeeded(output) => Ok(output),
            _ => Err(ExecutionError(Box::new(self))),
        }
    }
}

impl ExecutionError {
    /// The error name and cause.
    pub fn failure(&self) -> Option<&Failure> {
        self.0.outcome.failure()
    }

    /// How the execution ended, with its figures.
    pub fn report(&self) -> &Report {
        &self.0
    }
}

impl fmt::Display for ExecutionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { outcome, state, near_limits, .. } = &*self.0;
        write!(f, "the execution ended as {}", outcome.status())?;
        if let Some(state) = state {
            write!(f, " in state `{state}`")?;
        }
        if let Some(failure) = outcome.failure().filter(|failure| **failure != Failure::default()) {
            write!(f, ": {failure}")?;
        }
        let reached = near_limits.iter().filter(|near| near.used >= near.allowed);
        let reached: Vec<String> = reached.map(|near| format!("`Limits::{}`", near.limit.field())).collect();
        match reached.is_empty() {
            true => Ok(()),
            // Causes that are AWS's texts end with a full stop.
            false => write!(
                f,
                "{} It has reached {}: allow more with `Execution::with_limits`, or all with `Limits::unlimited()`",
                if failure_ends_sentence(outcome) { "" } else { "." },
                reached.join(" and ")
            ),
        }
    }
}

fn failure_ends_sentence(outcome: &Outcome) -> bool {
    let cause = outcome.failure().and_then(|failure| failure.cause.as_deref());
    cause.is_some_and(|cause| cause.ends_with('.'))
}

impl std::error::Error for ExecutionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.failure().map(|failure| failure as _)
    }
}
