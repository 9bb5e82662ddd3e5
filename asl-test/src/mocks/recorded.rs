//! A [`MockConfig`] made from a recorded execution, and any as a document.

use std::ops::RangeInclusive;
use std::sync::Arc;

use asl_engine::{Failure, Record, RecordError, RecordedEnd};
use asl_value::{Object, Text, Value};

use super::read::range_text;
use super::{Answer, MockCase, MockConfig, MockedResponse};

impl MockConfig {
    /// The answers that the tasks of a recorded execution had, as the only test case of a machine.
    ///
    /// A call that had no answer, because another branch or iteration failed first, gets the error that ended it. The
    /// tasks of children of a distributed Map are not in the history of their parent, and so not mocked.
    ///
    /// ```
    /// use asl_test::mocks::MockConfig;
    /// use asl_engine::Record;
    /// use asl_value::json;
    ///
    /// let record = Record::read(&json!({"events": [
    ///     {"timestamp": 0, "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
    ///      "executionStartedEventDetails": {"input": "{}"}},
    ///     {"timestamp": 0, "type": "TaskStateEntered", "id": 2, "previousEventId": 0,
    ///      "stateEnteredEventDetails": {"name": "Price", "input": "{}"}},
    ///     {"timestamp": 0, "type": "TaskScheduled", "id": 3, "previousEventId": 2,
    ///      "taskScheduledEventDetails": {"resourceType": "lambda", "resource": "invoke", "parameters": "{}"}},
    ///     {"timestamp": 1, "type": "TaskSucceeded", "id": 4, "previousEventId": 3,
    ///      "taskSucceededEventDetails": {"output": "{\"total\": 42}"}}
    /// ]})).unwrap();
    /// let config = MockConfig::recorded("Orders", "Happy", &record).unwrap();
    /// assert_eq!(config.to_json()["MockedResponses"]["Price"]["0"], json!({"Return": {"total": 42}}));
    /// ```
    ///
    /// # Errors
    /// The events of the record do not follow one another as those of an execution do.
    pub fn recorded(
        machine: impl Into<Text>,
        case: impl Into<Text>,
        record: &Record,
    ) -> Result<MockConfig, RecordError> {
        config(machine.into(), case.into(), record)
    }

    /// The configuration as a document, which [`parse`](MockConfig::parse) reads.
    pub fn to_json(&self) -> Value {
        document(self)
    }
}

fn config(machine: Text, name: Text, record: &Record) -> Result<MockConfig, RecordError> {
    let mut states: Vec<(Text, MockedResponse)> = Vec::new();
    for call in record.calls()? {
        let answer = match call.end {
            RecordedEnd::Returned(result) => Answer::Return(result),
            RecordedEnd::Failed(failure) | RecordedEnd::Aborted(Some(failure)) => Answer::Throw(failure),
            RecordedEnd::Aborted(None) => Answer::Throw(Failure::task("the recorded call did not end")),
        };
        match states.iter_mut().find(|(state, _)| *state == call.state) {
            Some((_, response)) => response.push(answer),
            None => {
                let mut response = MockedResponse { name: call.state.clone(), answers: Vec::new() };
                response.push(answer);
                states.push((call.state, response));
            }
        }
    }
    let states = states.into_iter().map(|(state, response)| (state, Arc::new(response))).collect();
    Ok(MockConfig { cases: vec![MockCase { machine, name, states }] })
}

impl MockedResponse {
    /// Adds the answer to the next call.
    fn push(&mut self, answer: Answer) {
        match self.answers.last_mut() {
            Some((calls, last)) if *last == answer => *calls = *calls.start()..=calls.end() + 1,
            Some((calls, _)) => {
                let next = calls.end() + 1;
                self.answers.push((next..=next, answer));
            }
            None => self.answers.push((0..=0, answer)),
        }
    }
}

fn document(config: &MockConfig) -> Value {
    let (mut machines, mut responses) = (Object::new(), Object::new());
    for case in &config.cases {
        let mut states = Object::new();
        for (state, response) in &case.states {
            states.insert(state.clone(), Value::from(&response.name));
            responses.insert(response.name.clone(), answers(&response.answers));
        }
        let machine = machines.take(&case.machine);
        let cases = machine.as_ref().and_then(|machine| machine.get("TestCases")).and_then(Value::as_object);
        let mut cases = cases.cloned().unwrap_or_default();
        cases.insert(case.name.clone(), states.into());
        machines.insert(case.machine.clone(), object("TestCases", cases.into()));
    }
    let mut document = Object::new();
    document.insert("StateMachines", machines.into());
    document.insert("MockedResponses", responses.into());
    document.into()
}

fn answers(answers: &[(RangeInclusive<u64>, Answer)]) -> Value {
    let members = answers.iter().map(|(calls, answer)| (Text::from(range_text(calls)), answer.to_json()));
    Value::Object(members.collect())
}

impl Answer {
    fn to_json(&self) -> Value {
        match self {
            Answer::Return(result) => object("Return", result.clone()),
            Answer::Throw(failure) => {
                let mut thrown = Object::new();
                for (name, part) in [("Error", &failure.error), ("Cause", &failure.cause)] {
                    if let Some(part) = part {
                        thrown.insert(name, part.into());
                    }
                }
                object("Throw", thrown.into())
            }
        }
    }
}

fn object(name: &str, value: Value) -> Value {
    let mut object = Object::new();
    object.insert(name, value);
    object.into()
}
