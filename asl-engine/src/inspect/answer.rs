//! [`Inspection`]: the result of a test of a state.

use asl_value::{Object, Text, Value};

use crate::Failure;

/// How a tested state ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestStatus {
    /// It succeeds.
    Succeeded,
    /// It fails, and the error is neither retried nor caught.
    Failed,
    /// It fails and would be retried.
    Retriable,
    /// It fails, and a catcher handles the error.
    CaughtError,
}

impl TestStatus {
    /// AWS's word: `SUCCEEDED`, `FAILED`, `RETRIABLE`, `CAUGHT_ERROR`.
    pub fn name(self) -> &'static str {
        match self {
            TestStatus::Succeeded => "SUCCEEDED",
            TestStatus::Failed => "FAILED",
            TestStatus::Retriable => "RETRIABLE",
            TestStatus::CaughtError => "CAUGHT_ERROR",
        }
    }
}

/// How much of an [`Inspection`] an answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InspectionLevel {
    /// `INFO`: how the state ends.
    #[default]
    Info,
    /// `DEBUG`: the data between its filters, too. `TRACE` shows the same of every state but a call of HTTP.
    Debug,
}

/// The result of a test of a state, see [`Engine::test_state`](crate::Engine::test_state).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Inspection {
    /// How it ends.
    pub status: TestStatus,
    /// Its output, or that of the catcher.
    pub output: Option<Value>,
    /// The next state; `None` at the end of the machine.
    pub next_state: Option<Text>,
    /// The error, even if it is retried or caught.
    pub failure: Option<Failure>,
    /// Which retrier or catcher handles the error.
    pub error_details: ErrorDetails,
    /// The variables after the state.
    pub variables: Object,
    /// The data between the filters of the state.
    pub data: InspectionData,
}

/// Which retrier or catcher handles an error, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ErrorDetails {
    /// The catcher that handles the error.
    pub catch_index: Option<usize>,
    /// The retrier that matches: it retries, or has no attempt left.
    pub retry_index: Option<usize>,
    /// Whole seconds until the retry.
    pub retry_backoff_seconds: Option<u64>,
}

/// The data between the filters of a state.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct InspectionData {
    /// Values by the names of AWS's answer, in the order of the state's work: `input`, `afterInputPath`,
    /// `afterParameters`, `result`, …
    pub stages: Vec<(&'static str, Value)>,
    /// `MaxConcurrency` of a Map, 0 if it has none.
    pub max_concurrency: Option<u64>,
    /// `ToleratedFailureCount` of a Map.
    pub tolerated_failure_count: Option<u64>,
    /// `ToleratedFailurePercentage` of a Map.
    pub tolerated_failure_percentage: Option<f64>,
}

impl Inspection {
    /// The answer of AWS's TestState.
    ///
    /// ```json
    /// {"output": "7", "nextState": "Ship", "status": "SUCCEEDED",
    ///  "inspectionData": {"input": "{\"order\":7}", "afterInputPath": "7", "afterParameters": "7"}}
    /// ```
    pub fn to_json(&self, level: InspectionLevel) -> Value {
        self.to_json_with(level, Value::to_json)
    }

    /// The same, with `text` for the JSON text of a value: AWS keeps the spaces of the request.
    pub fn to_json_with(&self, level: InspectionLevel, text: impl Fn(&Value) -> String) -> Value {
        let mut answer = Object::new();
        if let Some(output) = &self.output {
            answer.insert("output", text(output).into());
        }
        if let Some(Failure { error, cause, .. }) = &self.failure {
            for (name, part) in [("error", error), ("cause", cause)] {
                if let Some(part) = part {
                    answer.insert(name, part.into());
                }
            }
        }
        if level == InspectionLevel::Debug {
            answer.insert("inspectionData", self.data_json(text));
        }
        if let Some(next) = &self.next_state {
            answer.insert("nextState", next.into());
        }
        answer.insert("status", self.status.name().into());
        answer.into()
    }

    fn data_json(&self, text: impl Fn(&Value) -> String) -> Value {
        let mut members = Object::new();
        for (name, value) in &self.data.stages {
            members.insert(*name, text(value).into());
        }
        // UNRECORDED: whether AWS shows the variables of a test that has none.
        if !self.variables.is_empty() {
            members.insert("variables", text(&self.variables.clone().into()).into());
        }
        let mut number = |name, number: Option<Value>| {
            if let Some(number) = number {
                members.insert(name, number);
            }
        };
        number("maxConcurrency", self.data.max_concurrency.map(Value::from));
        number("toleratedFailureCount", self.data.tolerated_failure_count.map(Value::from));
        number("toleratedFailurePercentage", self.data.tolerated_failure_percentage.map(Value::from));
        let mut details = Object::new();
        let ErrorDetails { catch_index, retry_index, retry_backoff_seconds } = self.error_details;
        for (name, number) in [
            ("catchIndex", catch_index.map(Value::from)),
            ("retryIndex", retry_index.map(Value::from)),
            ("retryBackoffIntervalSeconds", retry_backoff_seconds.map(Value::from)),
        ] {
            if let Some(number) = number {
                details.insert(name, number);
            }
        }
        if !details.is_empty() {
            members.insert("errorDetails", details.into());
        }
        members.into()
    }
}
