//! [`MockHandler`]: the tasks of one test case.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use asl_engine::{Failure, Task, TaskHandler};
use asl_model::error_name;
use asl_value::Value;
use async_trait::async_trait;

use super::{Answer, MockCase};

/// Answers tasks with the mocked responses of a test case. Made by [`MockCase::handler`], one for each execution.
///
/// UNRECORDED: what Step Functions Local does on a call beyond the last answer. Here it fails with `States.Runtime`, which
/// nothing catches, and so does a state that the case does not mention.
#[derive(Debug)]
pub struct MockHandler {
    case: MockCase,
    /// Calls so far, by state. Names are unique in a machine, including its branches.
    calls: Mutex<HashMap<String, u64>>,
}

impl MockHandler {
    pub(super) fn new(case: MockCase) -> MockHandler {
        MockHandler { case, calls: Mutex::default() }
    }

    /// The answer to the next call of a state's task.
    ///
    /// # Errors
    /// The error that the answer throws, or `States.Runtime` if there is no answer.
    pub fn answer(&self, state: &str) -> Result<Value, Failure> {
        self.next(state).unwrap_or_else(|cause| Err(missing(cause)))
    }

    /// The answer to the next call of a state's task.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn next(&self, state: &str) -> Result<Result<Value, Failure>, String> {
        let case = &self.case;
        let Some(response) = case.response(state) else {
            return Err(format!("the test case `{case}` has no mocked response for the state `{state}`"));
        };
        let call = self.count(state);
        match response.answer(call) {
            Some(Answer::Return(result)) => Ok(Ok(result.clone())),
            Some(Answer::Throw(failure)) => Ok(Err(failure.clone())),
            None => Err(format!(
                "the mocked response `{}` of the state `{state}` has no answer for call {call}; it has {}",
                response.name(),
                response
                    .answers
                    .iter()
                    .map(|(calls, _)| super::read::range_text(calls))
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        }
    }

    /// Whether the case has answers for a state.
    pub(crate) fn has(&self, state: &str) -> bool {
        self.case.response(state).is_some()
    }

    fn count(&self, state: &str) -> u64 {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = calls.get_mut(state) {
            *count += 1;
            return *count;
        }
        calls.insert(state.to_owned(), 0);
        0
    }
}

#[async_trait]
impl TaskHandler for MockHandler {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        task.started(None);
        self.answer(task.state)
    }
}

fn missing(cause: String) -> Failure {
    Failure::new(error_name::RUNTIME, cause)
}
