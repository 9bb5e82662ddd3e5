//! [`OpenEffect`]: something that an execution waits for.

use std::fmt;

use asl_value::{Text, Timestamp};

use super::turn::Learned;
use crate::{EffectId, TaskToken};

/// Something that an execution waits for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OpenEffect {
    /// Its name.
    pub of: EffectId,
    /// The state that waits; empty for the execution itself.
    pub state: Text,
    /// What it is.
    pub kind: EffectKind,
}

/// What an execution waits for.
#[derive(Debug, Clone, PartialEq)]
pub enum EffectKind {
    /// The end of a task.
    Task {
        /// Its token, if it has one.
        token: Option<TaskToken>,
        /// Whether the job was started, or the message with the token sent.
        is_submitted: bool,
        /// When its timeout or its heartbeat runs out, as far as known.
        expires: Option<Timestamp>,
    },
    /// An instant: the end of a Wait, or of the delay before a retry.
    Timer {
        /// The instant.
        until: Timestamp,
    },
    /// A file that an `ItemReader` reads.
    Read,
    /// A page of the objects of a bucket.
    List,
    /// A file that a `ResultWriter` writes.
    Write,
    /// New settings of a Map Run. It need not come.
    MapRun,
    /// The end of the execution from outside: cancelled, failed by its host, or at its deadline. It need not come.
    Stop {
        /// When the execution ends at the latest.
        deadline: Option<Timestamp>,
    },
}

impl EffectKind {
    /// Whether this can be learned of it.
    pub(super) fn admits(&self, learned: &Learned) -> bool {
        match self {
            EffectKind::Task { .. } => matches!(
                learned,
                Learned::Started { .. }
                    | Learned::Submitted(_)
                    | Learned::Returned(_)
                    | Learned::Failed(_)
                    | Learned::Refused(_)
                    | Learned::Expired(_)
            ),
            EffectKind::Timer { .. } => matches!(learned, Learned::Rang),
            EffectKind::Read => {
                matches!(learned, Learned::Read(_) | Learned::ReadPart(_) | Learned::Failed(_))
            }
            EffectKind::List => matches!(learned, Learned::Listed(_) | Learned::Failed(_)),
            EffectKind::Write => {
                matches!(learned, Learned::Written | Learned::Returned(_) | Learned::Failed(_))
            }
            EffectKind::MapRun => matches!(learned, Learned::Updated(_)),
            EffectKind::Stop { .. } => matches!(learned, Learned::Stopped(_)),
        }
    }

    /// For messages: `a task`.
    fn name(&self) -> &'static str {
        match self {
            EffectKind::Task { .. } => "a task",
            EffectKind::Timer { .. } => "a timer",
            EffectKind::Read => "a file",
            EffectKind::List => "a list of objects",
            EffectKind::Write => "a file to be written",
            EffectKind::MapRun => "an update of a Map Run",
            EffectKind::Stop { .. } => "a stop",
        }
    }
}

impl OpenEffect {
    /// Whether the execution cannot go on without it.
    pub(super) fn must_come(&self) -> bool {
        !matches!(self.kind, EffectKind::MapRun | EffectKind::Stop { .. })
    }
}

/// ``a task (`1`) in state `Pay` ``
impl fmt::Display for OpenEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (`{}`)", self.kind.name(), self.of)?;
        if self.state.is_empty() { Ok(()) } else { write!(f, " in state `{}`", self.state) }
    }
}
