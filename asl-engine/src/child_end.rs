//! [`ChildEnd`]: how a child execution of a distributed Map ended that somebody else has run.

use asl_value::{Object, Timestamp, Value};

use crate::{Checkpoint, Failure, Outcome, Report};

/// How a child execution of a distributed Map ended that ran elsewhere, see [`ChildRunner`](crate::ChildRunner).
///
/// ```
/// use asl_engine::{ChildEnd, Outcome};
/// use asl_value::json;
/// let ended = ChildEnd { outcome: Outcome::Succeeded(json!(2)), ..ChildEnd::default() };
/// assert_eq!(ended.to_value(), json!({"status": "SUCCEEDED", "output": 2}));
/// assert_eq!(ChildEnd::read(&ended.to_value()), Some(ended));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ChildEnd {
    /// How it ended.
    pub outcome: Outcome,
    /// When it began, if that is known.
    pub started: Option<Timestamp>,
    /// When it ended, if that is known.
    pub stopped: Option<Timestamp>,
    /// Where it stopped, if it did not succeed and whoever ran it has kept that. The JSON form has none.
    pub checkpoint: Option<Box<Checkpoint>>,
}

/// Succeeded, with an output of `null`.
impl Default for ChildEnd {
    fn default() -> ChildEnd {
        let outcome = Outcome::Succeeded(Value::Null);
        ChildEnd { outcome, started: None, stopped: None, checkpoint: None }
    }
}

impl ChildEnd {
    /// The end that a report is about.
    pub fn of(report: &Report) -> ChildEnd {
        ChildEnd {
            outcome: report.outcome.clone(),
            started: Some(report.started),
            stopped: Some(report.stopped),
            checkpoint: report.checkpoint.clone().map(Box::new),
        }
    }

    /// Its JSON form, with instants in milliseconds: `{"status": "SUCCEEDED", "startDate": …, "stopDate": …, "output": …}`,
    /// `{"status": "FAILED", …, "error": …, "cause": …}`.
    pub fn to_value(&self) -> Value {
        let mut members = Object::new();
        members.insert("status", self.outcome.status().into());
        for (name, date) in [("startDate", self.started), ("stopDate", self.stopped)] {
            if let Some(date) = date {
                members.insert(name, date.epoch_millis().into());
            }
        }
        if let Some(output) = self.outcome.output() {
            members.insert("output", output.clone());
        }
        if let Some(failure) = self.outcome.failure() {
            for (name, text) in [("error", &failure.error), ("cause", &failure.cause)] {
                if let Some(text) = text {
                    members.insert(name, text.into());
                }
            }
        }
        members.into()
    }

    /// Reads the JSON form. `None` for any other value.
    pub fn read(value: &Value) -> Option<ChildEnd> {
        let text = |name: &str| value.get(name).and_then(Value::as_text).cloned();
        let date = |name: &str| value.get(name).and_then(Value::as_i64).map(Timestamp::from_epoch_millis);
        let failure = || Failure::from_parts(text("error"), text("cause"));
        let outcome = match text("status")?.as_str() {
            "SUCCEEDED" => Outcome::Succeeded(value.get("output")?.clone()),
            "FAILED" => Outcome::Failed(failure()),
            "TIMED_OUT" => Outcome::TimedOut(failure()),
            "ABORTED" => Outcome::Aborted(failure()),
            _ => return None,
        };
        Some(ChildEnd { outcome, started: date("startDate"), stopped: date("stopDate"), checkpoint: None })
    }

    /// The end of a child that fails without having begun.
    pub(crate) fn failed(failure: Failure) -> ChildEnd {
        ChildEnd { outcome: Outcome::Failed(failure), ..ChildEnd::default() }
    }
}
