//! [`Checkpoint`]: where an execution stopped, to go on from there.
//!
//! While it runs, an execution that keeps checkpoints notes in the [`Slot`](crate::slot::Slot) of each strand where that
//! strand is. When it has ended without success, these notes are put together to a tree of [`Position`]s: a strand that was
//! dropped on the way out has left its note.

use std::fmt;

use asl_value::{Timestamp, Value};

use crate::slot::Position;
use crate::{Identity, Limits};

/// Where an execution stopped that did not succeed. [`Execution::redrive`](crate::Execution::redrive) goes on from there,
/// with the same program.
///
/// ```
/// use asl_engine::{load, Engine, Execution};
/// use asl_model::Source;
/// use asl_value::json;
/// # futures_util::FutureExt::now_or_never(async {
/// let program = load(&Source::json(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}"#)).program.unwrap();
/// let engine = Engine::builder().build();
/// let failed = engine.run(&program, Execution::new(json!({})).keeping_checkpoint()).await;
/// let redriven = Execution::redrive(failed.checkpoint.unwrap());
/// assert_eq!(redriven.identity().redrive_count, Some(1));
/// assert_eq!(engine.run(&program, redriven).await.outcome.status(), "FAILED");
/// # });
/// ```
#[derive(Clone, PartialEq)]
pub struct Checkpoint {
    pub(crate) identity: Identity,
    pub(crate) input: Value,
    pub(crate) limits: Limits,
    pub(crate) started: Timestamp,
    pub(crate) stopped: Timestamp,
    /// The number of its last event.
    pub(crate) events: u64,
    pub(crate) root: Position,
}

/// Says nothing of the payloads it holds.
impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checkpoint")
            .field("identity", &self.identity)
            .field("stopped", &self.stopped)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

/// Whether an execution notes where it is, and where it begins.
#[derive(Clone, Default)]
pub(crate) enum Checkpointing {
    #[default]
    Off,
    On,
    /// It continues from here.
    From(Box<Checkpoint>),
}

impl Checkpointing {
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self, Checkpointing::Off)
    }

    pub(crate) fn checkpoint(&self) -> Option<&Checkpoint> {
        if let Checkpointing::From(checkpoint) = self { Some(checkpoint) } else { None }
    }
}
