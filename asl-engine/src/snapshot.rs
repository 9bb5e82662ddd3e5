//! [`Snapshot`]: a journalled execution that waits, as it is.

use std::fmt;

use asl_value::{Object, Timestamp, Value};

use crate::checkpoint::Checkpoint;
use crate::journal::codec::{self, Members, set};
use crate::position::Position;
use crate::{JournalError, JournalHeader, Limits};

/// A journalled execution that waits, as it is: [`Engine::run_on`](crate::Engine::run_on) continues it without the turns
/// before. It is as long as what the execution holds, not as what it did.
///
/// Get one from [`Parked::snapshot`](crate::Parked::snapshot), of an execution that
/// [keeps a checkpoint](crate::Execution::keeping_checkpoint). The execution goes on as if nothing had happened: with the
/// numbers of its events and turns, its retries, timeouts and tokens. A task in flight is called again, as by
/// [`Engine::resume`](crate::Engine::resume). It is as secret as a journal.
///
/// What the fields of a Map compute is computed again, so those fields should not use random numbers or the time.
#[derive(Clone, PartialEq)]
pub struct Snapshot {
    pub(crate) header: JournalHeader,
    /// The last turn.
    pub(crate) turn: u64,
    pub(crate) at: Timestamp,
    pub(crate) events: u64,
    pub(crate) transitions: u64,
    pub(crate) root: Position,
}

/// Leaves out the payloads.
impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("turn", &self.turn)
            .field("at", &self.at)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// What the execution began with.
    pub fn header(&self) -> &JournalHeader {
        &self.header
    }

    /// The number of the last turn before it.
    pub fn turn(&self) -> u64 {
        self.turn
    }

    /// The same snapshot, of an execution with these limits: for a host that does not know who made it.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Snapshot {
        Snapshot { header: JournalHeader { limits, ..self.header }, ..self }
    }

    /// The JSON form: `{"asl-snapshot": 1, "header": {…}, "turn": 7, "at": "…", "events": 30, "transitions": 9, "root": {…}}`.
    /// `None` while a distributed Map runs.
    #[inline]
    pub fn to_value(&self) -> Option<Value> {
        let mut object = Object::new();
        set(&mut object, "asl-snapshot", VERSION);
        set(&mut object, "header", codec::header::to_value(&self.header));
        set(&mut object, "turn", self.turn);
        set(&mut object, "at", self.at.to_string());
        set(&mut object, "events", self.events);
        set(&mut object, "transitions", self.transitions);
        set(&mut object, "root", codec::position::to_value(&self.root)?);
        Some(object.into())
    }

    /// Reads the JSON form.
    ///
    /// # Errors
    /// What is wrong with it.
    #[inline]
    pub fn read(value: Value) -> Result<Snapshot, JournalError> {
        Members::read("the snapshot", value, |members| {
            if members.number("asl-snapshot") != VERSION {
                let message = format!("expected a snapshot of version {VERSION}");
                members.refuse(JournalError::version(message));
            }
            Snapshot {
                header: members.member("header", codec::header::parse),
                turn: members.number("turn"),
                at: members.timestamp("at"),
                events: members.number("events"),
                transitions: members.number("transitions"),
                root: members.member("root", |root| codec::position::parse(root, None)),
            }
        })
    }

    #[inline]
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            identity: self.header.identity.clone(),
            input: self.header.input.clone(),
            limits: self.header.limits.clone(),
            started: self.header.started,
            stopped: self.at,
            events: self.events,
            root: self.root.clone(),
        }
    }
}

/// The version of the format.
const VERSION: u64 = 1;
