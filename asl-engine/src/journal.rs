//! [`Journal`]: what an execution learns from outside, recorded so that it can be replayed and resumed.
//!
//! A journalled execution is a function of its definition, its [`JournalHeader`] and its [`Turn`]s. `docs/journal.md`
//! describes the format for other tools.

mod arrivals;
pub(crate) mod call;
pub(crate) mod codec;
pub(crate) mod definition_hash;
pub(crate) mod driver;
pub(crate) mod effect_id;
mod engine;
pub(crate) mod error;
pub(crate) mod gate;
pub(crate) mod header;
pub(crate) mod map_run_end;
pub(crate) mod map_run_settings;
mod mismatch;
pub(crate) mod open_effect;
mod past;
pub(crate) mod record;
pub(crate) mod recorded;
pub(crate) mod refusal;
pub(crate) mod replayed;
pub(crate) mod run_journal;
pub(crate) mod seed;
mod sorted;
pub(crate) mod stop;
pub(crate) mod storage;
pub(crate) mod strand_path;
pub(crate) mod ticket;
pub(crate) mod timer;
pub(crate) mod turn;
pub(crate) mod turnstile;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::{JournalError, JournalRecord, OpenEffect, Snapshot};
use turnstile::Turnstile;

/// Where an execution records what it learns from outside.
///
/// ```
/// use asl_engine::{Journal, JournalError, JournalRecord};
///
/// /// Prints the lines.
/// struct Printed;
/// #[async_trait::async_trait]
/// impl Journal for Printed {
///     async fn append(&self, record: &JournalRecord) -> Result<(), JournalError> {
///         println!("{}", record.to_json());
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait Journal: Send + Sync {
    /// Stores a record: first the header, then each turn, then the end. The execution acts on a turn only after this
    /// has returned, so whatever it shows follows from what is stored.
    ///
    /// # Errors
    /// The record could not be stored, see [`JournalError::storage`]. The execution then ends without an outcome.
    async fn append(&self, record: &JournalRecord) -> Result<(), JournalError>;

    /// Waits until the header is stored. Called before the execution starts its first effect: a task, a timer, a read or write
    /// of an object. So [`append`](Journal::append) may return from a header before that is stored, and an execution that
    /// has no effects ends without this wait.
    ///
    /// # Errors
    /// As of [`append`](Journal::append).
    async fn begin_effects(&self) -> Result<(), JournalError> {
        Ok(())
    }

    /// Called when all strands of the execution wait. A host that cannot wait as long as they do may drop the execution
    /// now, and resume it later.
    fn parked(&self, parked: &Parked<'_>) {
        let _ = parked;
    }
}

/// An execution whose strands all wait, see [`Journal::parked`].
pub struct Parked<'a> {
    turnstile: &'a Turnstile,
    snapshot: &'a (dyn Fn() -> Option<Snapshot> + Sync),
}

impl Parked<'_> {
    /// What it waits for, in the order in which it began to.
    pub fn effects(&self) -> Vec<OpenEffect> {
        self.turnstile.open_effects()
    }

    /// The execution as it is, without the turns before. `None` unless it
    /// [keeps a checkpoint](crate::Execution::keeping_checkpoint).
    pub fn snapshot(&self) -> Option<Snapshot> {
        (self.snapshot)()
    }
}

#[async_trait]
impl<J: Journal + ?Sized> Journal for Arc<J> {
    async fn append(&self, record: &JournalRecord) -> Result<(), JournalError> {
        self.as_ref().append(record).await
    }

    async fn begin_effects(&self) -> Result<(), JournalError> {
        self.as_ref().begin_effects().await
    }

    fn parked(&self, parked: &Parked<'_>) {
        self.as_ref().parked(parked);
    }
}

/// A journal in memory: for tests, and to look at what was recorded.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<Vec<JournalRecord>>);

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> MemoryJournal {
        MemoryJournal::default()
    }

    /// The records so far.
    pub fn records(&self) -> Vec<JournalRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn append(&self, record: &JournalRecord) -> Result<(), JournalError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record.clone());
        Ok(())
    }
}
