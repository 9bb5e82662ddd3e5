//! [`Answers`]: what a mocked task answers.

use std::time::Duration;

use asl_engine::Failure;
use asl_value::{Text, Value};

use crate::includes::includes;

/// The answers of a mocked task, in the order in which they are given.
///
/// A call gets the first answer that fits its arguments and is not used up. Made by [`returns`](crate::returns) and
/// [`throws`](crate::throws), or from an array of several answers, each of which then serves one call.
///
/// ```
/// use asl_test::{Answers, returns, throws};
/// use asl_value::json;
/// let busy_once = Answers::from([throws("Busy", "try later"), returns(json!({"total": 42}))]);
/// # let _ = busy_once;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    pub(crate) list: Vec<Answer>,
    /// Whether each serves one call, unless it says otherwise. An answer that stands alone serves any number.
    pub(crate) is_list: bool,
}

/// One answer of a mocked task.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub(crate) result: Result<Value, Failure>,
    pub(crate) delay: Duration,
    /// The part that the arguments must have.
    pub(crate) when: Option<Value>,
    pub(crate) times: Times,
}

/// How many calls get an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    /// One in a list, any number alone.
    Default,
    Exactly(u64),
    Always,
}

impl Answer {
    /// An answer without delay and condition.
    pub(crate) fn new(result: Result<Value, Failure>) -> Answer {
        Answer { result, delay: Duration::ZERO, when: None, times: Times::Default }
    }

    /// The task takes this long, in the time of the test.
    #[must_use]
    pub fn after(self, delay: Duration) -> Answer {
        Answer { delay, ..self }
    }

    /// Only calls whose arguments include this value get the answer. Objects may have further members.
    #[must_use]
    pub fn when(self, part: impl Into<Value>) -> Answer {
        Answer { when: Some(part.into()), ..self }
    }

    /// This many calls get the answer.
    #[must_use]
    pub fn times(self, calls: u64) -> Answer {
        Answer { times: Times::Exactly(calls), ..self }
    }

    /// Any number of calls get the answer, also in a list.
    #[must_use]
    pub fn always(self) -> Answer {
        Answer { times: Times::Always, ..self }
    }
}

/// A result of a task.
pub fn returns(result: impl Into<Value>) -> Answer {
    Answer::new(Ok(result.into()))
}

/// An error of a task, with its name and its cause.
pub fn throws(error: impl Into<Text>, cause: impl Into<Text>) -> Answer {
    Answer::new(Err(Failure::new(error, cause)))
}

impl From<Answer> for Answers {
    fn from(answer: Answer) -> Answers {
        Answers { list: vec![answer], is_list: false }
    }
}

impl From<Vec<Answer>> for Answers {
    fn from(list: Vec<Answer>) -> Answers {
        Answers { list, is_list: true }
    }
}

impl<const N: usize> From<[Answer; N]> for Answers {
    fn from(list: [Answer; N]) -> Answers {
        Answers { list: list.into(), is_list: true }
    }
}

/// How many calls each of some answers has served.
#[derive(Debug, Clone)]
pub(crate) struct Uses(Vec<u64>);

impl Uses {
    pub(crate) fn of(answers: &Answers) -> Uses {
        Uses(vec![0; answers.list.len()])
    }

    /// The answer to a call with these arguments.
    pub(crate) fn take<'a>(&mut self, answers: &'a Answers, arguments: &Value) -> Option<&'a Answer> {
        for (answer, used) in answers.list.iter().zip(&mut self.0) {
            let most = match answer.times {
                Times::Default if answers.is_list => 1,
                Times::Default => u64::MAX,
                Times::Exactly(calls) => calls,
                Times::Always => u64::MAX,
            };
            if *used < most && answer.when.as_ref().is_none_or(|part| includes(arguments, part)) {
                *used += 1;
                return Some(answer);
            }
        }
        None
    }
}
