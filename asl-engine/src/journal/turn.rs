//! [`Turn`]: what an execution learned from outside at one instant.

use std::sync::Arc;

use asl_value::{Text, Timestamp, Value};

use super::codec::{self, Members};
use crate::{EffectId, Failure, JournalError, MapRunSettings, ObjectPage, ObjectPart, Outcome, TaskClock};

/// What an execution learned from outside at one instant, and acted on in one go. Inside a turn time stands still.
///
/// Most turns have one piece of news. What arrives together, such as timers that are due at the same instant, is one
/// turn, as on AWS, where tasks that began together also time out together.
///
/// ```json
/// {"turn": 3, "at": "2026-03-14T12:00:00.500Z", "news": [{"of": "2.1/1", "returned": {"n": 1}}]}
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The number of the turn: 1, 2, 3, …
    pub number: u64,
    /// The instant, in whole milliseconds. It is never before that of the turn before.
    pub at: Timestamp,
    /// What was learned, in the order in which the execution acts on it.
    pub news: Vec<News>,
}

impl Turn {
    /// Its JSON form.
    #[inline]
    pub fn to_value(&self) -> Value {
        codec::turn::to_value(self)
    }

    /// Reads its JSON form.
    ///
    /// ```
    /// use asl_engine::{Learned, Turn};
    /// use asl_value::json;
    /// let turn = json!({"turn": 3, "at": "2026-03-14T12:00:00.500Z", "news": [{"of": "2", "rang": true}]});
    /// let read = Turn::read(turn.clone())?;
    /// assert_eq!((read.number, &read.news[0].learned), (3, &Learned::Rang));
    /// assert_eq!(read.to_value(), turn);
    /// # Ok::<(), asl_engine::JournalError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with it.
    #[inline]
    pub fn read(value: Value) -> Result<Turn, JournalError> {
        Members::read("the turn", value, codec::turn::parse)
    }
}

/// One piece of news.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// What it is about.
    pub of: EffectId,
    /// What was learned of it.
    pub learned: Learned,
}

/// What an execution learns of something it waits for.
///
/// Heartbeats are not recorded: they leave no event, and a missed one is an [`Expired`](Learned::Expired).
#[derive(Debug, Clone, PartialEq)]
pub enum Learned {
    /// A worker has begun the activity: `{"started": {"worker": "w-1"}}`
    Started {
        /// The name that the worker gave, if any.
        worker: Option<Text>,
    },
    /// The job was started, or the message with the token sent: `{"submitted": {"JobId": "7"}}`
    Submitted(Value),
    /// The task ended with a result: `{"returned": {"n": 1}}`
    Returned(Value),
    /// The task, the read or the write failed: `{"failed": {"error": "Busy", "cause": "…"}}`
    Failed(Failure),
    /// The task could not be scheduled, with the cause: `{"refused": "The activity does not exist"}`
    ///
    /// Its check may depend on what has changed when the execution is resumed, so a replay does not ask.
    Refused(Text),
    /// A clock of the task ran out: `{"expired": "TimeoutSeconds"}` or `"HeartbeatSeconds"`
    Expired(TaskClock),
    /// The time of a Wait or of the delay before a retry has come: `{"rang": true}`
    Rang,
    /// A file of an `ItemReader`: `{"read": "a,b\n1,2"}`, or `{"read": {"base64": "…"}}` if it is not text.
    Read(Arc<[u8]>),
    /// A part of a file of an `ItemReader`: `{"readPart": {"bytes": "a,b", "total": 7, "tag": "…"}}`, with `bytes` like `read`.
    ReadPart(ObjectPart),
    /// Objects of a bucket: `{"listed": {"objects": [{"Key": "a"}], "next": "token"}}`
    Listed(ObjectPage),
    /// A file of a `ResultWriter` was written: `{"written": true}`
    Written,
    /// The Map Run was updated: `{"updated": {"maxConcurrency": 5, "toleratedFailureCount": 1}}`
    Updated(MapRunSettings),
    /// The execution, or the child execution, must stop: `{"stopped": {"status": "ABORTED"}}`
    Stopped(Stopped),
}

impl Learned {
    /// The member that holds it: `returned`.
    pub fn name(&self) -> &'static str {
        match self {
            Learned::Started { .. } => "started",
            Learned::Submitted(_) => "submitted",
            Learned::Returned(_) => "returned",
            Learned::Failed(_) => "failed",
            Learned::Refused(_) => "refused",
            Learned::Expired(_) => "expired",
            Learned::Rang => "rang",
            Learned::Read(_) => "read",
            Learned::ReadPart(_) => "readPart",
            Learned::Listed(_) => "listed",
            Learned::Written => "written",
            Learned::Updated(_) => "updated",
            Learned::Stopped(_) => "stopped",
        }
    }

    /// Whether nothing more can be learned of the effect.
    pub fn is_end(&self) -> bool {
        !matches!(self, Learned::Started { .. } | Learned::Submitted(_) | Learned::Updated(_))
    }
}

impl Learned {
    /// Whether it is a stop in the middle of the turn before.
    pub(super) fn is_midway(&self) -> bool {
        matches!(self, Learned::Stopped(Stopped { after: Some(_), .. }))
    }
}

/// Why an execution stops before its machine ends, and where in the turn before.
///
/// ```json
/// {"status": "ABORTED", "error": "Operator", "cause": "by hand", "after": {"events": 12, "checks": 5}}
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Stopped {
    /// How it ends: cancelled, failed by its host, or at its deadline.
    pub outcome: Outcome,
    /// The place in the turn before this one, if the execution was computing at the time and had to be interrupted.
    pub after: Option<MidTurn>,
}

impl Stopped {
    /// How an execution ends at its deadline. The cause is added when it does.
    pub(crate) fn deadline() -> Outcome {
        Outcome::TimedOut(Failure::from_parts(Some(asl_model::error_name::TIMEOUT.into()), None))
    }
}

/// A place in the middle of a turn: what the execution and its child executions had done in it together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MidTurn {
    /// The number of events.
    pub events: u64,
    /// How often they had checked whether to stop.
    pub checks: u64,
}
