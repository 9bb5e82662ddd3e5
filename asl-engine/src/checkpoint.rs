//! [`Checkpoint`]: where an execution stopped, so that it can continue from there.
//!
//! While an execution that keeps a checkpoint runs, each strand notes its position in its [`Slot`](crate::slot::Slot).
//! A Map Run has [notes](crate::map::notes::MapRunNotes) of its children. When the execution ends without success, the notes
//! are collected into a tree of [`Position`]s. So a strand that was dropped is still known.

use std::fmt;

use asl_value::{Timestamp, Value};

use crate::position::Position;
use crate::{Identity, Limits};

/// Where an execution stopped that did not succeed. [`Execution::redrive`](crate::Execution::redrive) continues from
/// there, with the same program.
///
/// A report has one if [`Execution::keeping_checkpoint`](crate::Execution::keeping_checkpoint) asked for it. It holds
/// the inputs and variables of the states in which strands stopped, of a Map Run also some of its items, and the results of
/// its children that no `ResultWriter` has written yet. [`to_value`](Checkpoint::to_value) is its JSON form.
///
/// ```
/// use asl_engine::{load, Engine, Execution};
/// use asl_model::Source;
/// use asl_value::json;
/// # futures_util::FutureExt::now_or_never(async {
/// let program = load(&Source::json(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail"}}}"#)).unwrap().program;
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

impl Checkpoint {
    /// The names and ARNs of the execution.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The same checkpoint, but children of its Map Runs that failed or timed out stay as they are, and count as before.
    /// A redrive begins only those that were stopped, and those that had not begun: the execution goes on, nothing is mended.
    #[must_use]
    pub fn keeping_failures(mut self) -> Checkpoint {
        self.root.keep_failures();
        self
    }

    /// An estimate of the bytes that the values in it take in memory. Values that are shared count wherever they are held.
    pub fn memory_bytes(&self) -> u64 {
        self.input.memory_bytes().saturating_add(self.root.memory_bytes())
    }
}

/// Leaves out the payloads.
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
    /// It is redriven from here.
    From(Box<Checkpoint>),
    /// It goes on from a snapshot, as if it had never stopped.
    Snapshot(Box<Checkpoint>),
}

impl Checkpointing {
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self, Checkpointing::Off)
    }

    pub(crate) fn checkpoint(&self) -> Option<&Checkpoint> {
        match self {
            Checkpointing::From(checkpoint) | Checkpointing::Snapshot(checkpoint) => Some(checkpoint),
            Checkpointing::Off | Checkpointing::On => None,
        }
    }

    /// Whether the execution is redriven.
    pub(crate) fn is_redrive(&self) -> bool {
        matches!(self, Checkpointing::From(_))
    }
}
