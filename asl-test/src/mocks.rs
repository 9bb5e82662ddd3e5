//! Mocked tasks, in the format of Step Functions Local's `MockConfigFile.json`.
//!
//! ```
//! use asl_test::mocks::MockConfig;
//! use asl_engine::Registry;
//! use asl_value::json;
//!
//! let config = MockConfig::parse(&json!({
//!     "StateMachines": {"Orders": {"TestCases": {"Busy": {"Price": "BusyAtFirst"}}}},
//!     "MockedResponses": {"BusyAtFirst": {
//!         "0-1": {"Throw": {"Error": "Busy", "Cause": "try later"}},
//!         "2": {"Return": {"total": 42}}
//!     }}
//! })).unwrap();
//! let case = config.case(None, None).unwrap();      // the only machine and its only test case
//! let tasks = Registry::new().fallback(case.handler());
//! # let _ = tasks;
//! ```
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-mock-cfg-file.html>

mod error;
mod handler;
mod read;
mod recorded;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use asl_engine::Failure;
use asl_value::{Pointer, Text, Value};

pub use error::{CaseError, CaseErrorKind};
pub use handler::MockHandler;

/// The test cases of a mock configuration, as Step Functions Local reads them from `MockConfigFile.json`.
///
/// Use it to reuse mocks that exist for Step Functions Local in tests of your own; the module has an example. For new tests in
/// Rust, functions in a [`Registry`](asl_engine::Registry) are simpler.
#[derive(Debug, Clone, PartialEq)]
pub struct MockConfig {
    cases: Vec<MockCase>,
}

/// One test case: the answers of the machine's Task states. Displayed as `Machine/Case`.
#[derive(Debug, Clone, PartialEq)]
pub struct MockCase {
    machine: Text,
    name: Text,
    states: Vec<(Text, Arc<MockedResponse>)>,
}

/// The answers of a mocked task, call by call.
#[derive(Debug, Clone, PartialEq)]
pub struct MockedResponse {
    name: Text,
    answers: Vec<(RangeInclusive<u64>, Answer)>,
}

/// One answer of a mocked task.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// `{"Return": …}`: the task's result.
    Return(Value),
    /// `{"Throw": {"Error": "…", "Cause": "…"}}`
    Throw(Failure),
}

/// A problem in a mock configuration.
///
/// Displayed as ``expected an object at `/StateMachines`, found number``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place in the file.
    pub place: Pointer,
    message: String,
}

impl MockConfig {
    /// Reads a configuration.
    ///
    /// ```json
    /// {"StateMachines": {"Orders": {"TestCases": {"Happy": {"Price": "Cheap"}}}},
    ///  "MockedResponses": {"Cheap": {"0": {"Return": {"total": 1}}}}}
    /// ```
    ///
    /// # Errors
    /// All problems of the configuration, each with its place.
    pub fn parse(document: &Value) -> Result<MockConfig, Vec<Problem>> {
        read::config(document)
    }

    /// The test case of this name. If there is only one machine or only one case, its name may be left out.
    ///
    /// # Errors
    /// No case or several cases match.
    pub fn case(&self, machine: Option<&str>, name: Option<&str>) -> Result<&MockCase, CaseError> {
        let fits = |given: Option<&str>, actual: &Text| given.is_none_or(|given| given == actual.as_str());
        let mut fitting =
            self.cases.iter().filter(|case| fits(machine, &case.machine) && fits(name, &case.name));
        let (kind, message) = match (fitting.next(), fitting.next()) {
            (Some(case), None) => return Ok(case),
            (None, _) if self.cases.is_empty() => {
                (CaseErrorKind::NotFound, "there is no test case".to_owned())
            }
            (None, _) => {
                let message = format!("there is no such test case; there are {}", list(&self.cases));
                (CaseErrorKind::NotFound, message)
            }
            (Some(_), Some(_)) => {
                let message = format!("there are several test cases, name one of {}", list(&self.cases));
                (CaseErrorKind::Ambiguous, message)
            }
        };
        Err(CaseError::new(kind, message))
    }

    /// All test cases, in the order of the file.
    pub fn cases(&self) -> &[MockCase] {
        &self.cases
    }
}

fn list(cases: &[MockCase]) -> String {
    cases.iter().map(|case| format!("`{case}`")).collect::<Vec<_>>().join(", ")
}

impl MockCase {
    /// The name of the state machine.
    pub fn machine(&self) -> &str {
        &self.machine
    }

    /// The name of the case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The states that the case has answers for, with the answers.
    pub fn states(&self) -> impl Iterator<Item = (&str, &MockedResponse)> {
        self.states.iter().map(|(state, response)| (state.as_str(), &**response))
    }

    /// The answers for a state.
    pub fn response(&self, state: &str) -> Option<&MockedResponse> {
        self.states.iter().find(|(name, _)| name.as_str() == state).map(|(_, response)| &**response)
    }

    /// A task handler that returns the answers. It counts calls, so use a new one for each execution.
    pub fn handler(&self) -> MockHandler {
        MockHandler::new(self.clone())
    }
}

/// `Machine/Case`
impl fmt::Display for MockCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.machine, self.name)
    }
}

impl MockedResponse {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The answer to a call, counted from 0: a retry is a call like any other.
    pub fn answer(&self, call: u64) -> Option<&Answer> {
        self.answers.iter().find(|(calls, _)| calls.contains(&call)).map(|(_, answer)| answer)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}
