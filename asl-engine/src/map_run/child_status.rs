//! [`ChildStatus`]: how a child execution of a Map Run ended.

use crate::Outcome;

/// How a child execution ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChildStatus {
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl ChildStatus {
    /// AWS's word: `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            ChildStatus::Succeeded => "SUCCEEDED",
            ChildStatus::Failed => "FAILED",
            ChildStatus::TimedOut => "TIMED_OUT",
            ChildStatus::Aborted => "ABORTED",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<ChildStatus> {
        let all = [ChildStatus::Succeeded, ChildStatus::Failed, ChildStatus::TimedOut, ChildStatus::Aborted];
        all.into_iter().find(|status| status.name() == name)
    }

    pub(crate) fn of(outcome: &Outcome) -> ChildStatus {
        match outcome {
            Outcome::Succeeded(_) => ChildStatus::Succeeded,
            Outcome::Failed(_) => ChildStatus::Failed,
            Outcome::TimedOut(_) => ChildStatus::TimedOut,
            Outcome::Aborted(_) => ChildStatus::Aborted,
        }
    }
}
