//! [`Report`]: the result of an execution.

use asl_value::{Text, Timestamp};

use crate::{Checkpoint, NearLimit, Outcome};

/// The result of [`Engine::run`](crate::Engine::run): the outcome, and figures about the execution.
///
/// Match [`outcome`](Report::outcome) for the output or the error, or use [`into_output`](Report::into_output) with `?`. The figures are the same with and without an
/// observer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// How the execution ended.
    pub outcome: Outcome,
    /// How many states were entered, including those of branches and iterations.
    pub transitions: u64,
    /// How many events its history has, with or without an observer.
    pub events: u64,
    /// The state in which it failed, timed out or was aborted: the top-level one.
    pub state: Option<Text>,
    /// When it began, in whole milliseconds.
    pub started: Timestamp,
    /// When it ended, in whole milliseconds.
    pub stopped: Timestamp,
    /// The limits of which it, or a child execution of its distributed Maps, has used 80 % or more.
    pub near_limits: Vec<NearLimit>,
    /// Where it can continue, if it did not succeed and [`keeping_checkpoint`](crate::Execution::keeping_checkpoint)
    /// asked for a checkpoint.
    pub checkpoint: Option<Checkpoint>,
}
