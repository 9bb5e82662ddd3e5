//! [`Expect`]: what a case expects of its execution.

use std::time::Duration;

use asl_value::{Text, Value};

/// What a case expects. What is absent is not compared, except that an execution without `error` must succeed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Expect {
    pub(crate) status: Option<Text>,
    pub(crate) output: Option<Value>,
    pub(crate) output_includes: Option<Value>,
    pub(crate) error: Option<Text>,
    pub(crate) cause: Option<Text>,
    pub(crate) cause_includes: Option<Text>,
    /// The states of the machine itself, without those of branches and iterations.
    pub(crate) path: Option<Vec<Text>>,
    /// How often states were entered.
    pub(crate) visits: Vec<(Text, u64)>,
    pub(crate) calls: Vec<(Text, Calls)>,
    pub(crate) variables: Vec<(Text, Value)>,
    pub(crate) duration: Option<Between>,
    /// JSONata expressions that must be true.
    pub(crate) that: Vec<Text>,
    /// The file with the history.
    pub(crate) history: Option<Text>,
}

/// The calls of a task.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Calls {
    /// How many.
    Times(u64),
    /// The arguments of each.
    Arguments(Vec<Value>),
    /// How many, if that matters, and a part that the arguments of each have.
    Each { times: Option<u64>, includes: Value },
}

/// A duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Between {
    pub(crate) least: Duration,
    pub(crate) most: Duration,
}

impl Expect {
    /// The status that is expected: the one that is named, or the one that fits the rest.
    pub(crate) fn status(&self) -> Option<&str> {
        let fails = self.error.is_some() || self.cause.is_some() || self.cause_includes.is_some();
        match &self.status {
            Some(status) => Some(status),
            // Any status other than SUCCEEDED has an error.
            None => (!fails).then_some("SUCCEEDED"),
        }
    }
}
