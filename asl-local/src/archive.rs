//! [`Archive`]: where the store's changes are kept, and what has left the memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{JournalRecord, MapRun};
use asl_value::{Timestamp, Value};
use tokio::sync::watch;

use crate::execution::{Ended, Execution};
use crate::machine::Revision;
use crate::redrives::Redriven;

/// A change of what the server keeps. The methods of the store write one for each of their changes.
pub(crate) enum Record {
    /// A machine that is new or has changed, with the revisions that are new with it and those that it refers to.
    Machine {
        arn: String,
        body: Value,
        new: Option<Arc<Revision>>,
        revisions: Vec<u64>,
    },
    NoMachine {
        arn: String,
    },
    /// An activity that is new or has changed.
    Activity {
        arn: String,
        body: Value,
    },
    NoActivity {
        arn: String,
    },
    /// An execution that was started or redriven.
    Open {
        execution: Arc<Execution>,
        redriven: Redriven,
        /// Keeps its earlier runs until this is written, which drops it.
        #[allow(dead_code, reason = "it is there to be dropped")]
        pin: Option<Pin>,
    },
    /// An execution that ended, with the number of events and the Map Runs that it had then.
    End {
        execution: Arc<Execution>,
        ended: Ended,
        redriven: Redriven,
        events: usize,
        map_runs: Vec<Arc<MapRun>>,
    },
    /// A line of the journal of a run: 0 is the header, others are turns. It is printed when it is written.
    Turn {
        execution: u64,
        run: u32,
        number: u64,
        line: JournalRecord,
    },
    /// What workers have reported of a task of an execution.
    Token {
        execution: u64,
        token: String,
        body: Value,
    },
    /// A Map Run of the execution with this number.
    MapRun {
        arn: String,
        body: Value,
        execution: u64,
    },
}

/// The numbers of executions that retention leaves alone, each with how many pins it has.
#[derive(Clone, Default)]
pub(crate) struct Pins(Arc<Mutex<BTreeMap<u64, u32>>>);

/// Keeps an ended execution on disk until this is dropped.
pub(crate) struct Pin {
    pins: Pins,
    execution: u64,
}

impl Pins {
    pub(crate) fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn pin(&self, execution: u64) -> Pin {
        *self.lock().entry(execution).or_default() += 1;
        Pin { pins: self.clone(), execution }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut pins = self.pins.lock();
        let left = pins.get_mut(&self.execution).map(|count| {
            *count -= 1;
            *count
        });
        if left == Some(0) {
            pins.remove(&self.execution);
        }
    }
}

/// How far records have been written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    /// The number of records that are on disk.
    pub(crate) persisted: u64,
    /// Why the next ones cannot be written at the moment.
    pub(crate) problem: Option<Arc<str>>,
}

/// An ended execution that was read: its record and its events, as they were shown.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) body: Value,
    pub(crate) events: Vec<Value>,
}

/// The journals of the runs of an execution, the first one and those of its redrives, each in lines.
pub(crate) type Journals = Vec<Vec<String>>;

/// An execution that has not ended.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) kept: Kept,
    pub(crate) journals: Journals,
}

/// Which ended executions are listed.
pub(crate) struct Listing<'a> {
    pub(crate) of: Of<'a>,
    pub(crate) status: Option<&'a str>,
    /// The place of the last one on the page before.
    pub(crate) before: Option<u128>,
    pub(crate) most: usize,
}

/// What listed executions have in common.
#[derive(Clone, Copy)]
pub(crate) enum Of<'a> {
    /// The executions of a machine, of one of its versions, or of an alias.
    Machine {
        arn: &'a str,
        version: Option<&'a str>,
        alias: Option<&'a str>,
    },
    MapRun(&'a str),
    /// All but the children of Map Runs.
    #[cfg_attr(not(feature = "page"), allow(dead_code, reason = "only the page lists them together"))]
    Everything,
}

/// Everything that a server needs in memory when it starts.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// The greatest number of anything.
    pub(crate) last_number: u64,
    /// Revisions that machines or open executions refer to.
    pub(crate) revisions: Vec<Value>,
    pub(crate) machines: Vec<Value>,
    pub(crate) activities: Vec<Value>,
    /// Executions that have not ended.
    pub(crate) open: Vec<Open>,
    /// Tokens with what workers reported about their tasks.
    pub(crate) tokens: Vec<(String, Value)>,
}

/// Keeps records beyond the end of the process. Reads return what is on disk; errors are texts for people.
pub(crate) trait Archive: Send + Sync {
    /// Adds a record, to be written after those before it. Returns its number: 1, 2, 3, …
    fn write(&self, record: Record) -> u64;

    /// The number of the last record.
    fn sent(&self) -> u64;

    fn progress(&self) -> watch::Receiver<Progress>;

    /// Writes what was sent, and ignores later records.
    fn close(&self);

    /// Keeps an execution from now on, if it is still there.
    fn pin(&self, execution: u64) -> Pin;

    fn contents(&self) -> Result<Contents, String>;

    /// The ended execution with this ARN.
    fn execution(&self, arn: &str) -> Result<Option<Kept>, String>;

    /// The number of the execution with this ARN and when it ended, if it did.
    fn stopped(&self, arn: &str) -> Result<Option<(u64, Timestamp)>, String>;

    /// Ended executions as they are listed, last ended first, by their place ([`Execution::place`]).
    fn list(&self, listing: &Listing<'_>) -> Result<Vec<(u128, Value)>, String>;

    /// The journals of an execution. There are none of one that has succeeded.
    fn journals(&self, execution: u64) -> Result<Journals, String>;

    fn revision(&self, number: u64) -> Result<Option<Value>, String>;

    fn map_run(&self, arn: &str) -> Result<Option<Value>, String>;
}
