//! [`Report`]: what is known of an execution that has ended.

use asl_value::{Text, Timestamp};

use crate::{Checkpoint, NearLimit, Outcome};

/// What an execution is told about, once it has ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// States entered, those of branches and iterations included.
    pub transitions: u64,
    /// Events of its history, whether anybody listened or not.
    pub events: u64,
    /// The state it stood in when it failed, timed out or was aborted, the outermost one.
    pub state: Option<Text>,
    /// When it began, in whole milliseconds.
    pub started: Timestamp,
    /// When it ended, in whole milliseconds.
    pub stopped: Timestamp,
    /// Limits of which it, or a child of its distributed Maps, has used 80 % and more.
    pub near_limits: Vec<NearLimit>,
    /// Where it can go on, if it did not succeed and
    /// [`keeping_checkpoint`](crate::Execution::keeping_checkpoint) has asked for it.
    pub checkpoint: Option<Checkpoint>,
}
