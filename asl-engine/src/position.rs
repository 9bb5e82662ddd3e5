//! [`Position`]: where a strand is, with everything that it has begun.
//!
//! It is what a [`Checkpoint`](crate::Checkpoint) or a [`Snapshot`](crate::Snapshot) is made of: a tree, since a Parallel, a Map or a Map Run has strands of
//! its own, each with a position.

use std::collections::BTreeMap;

use asl_query::Scope;
use asl_value::{Timestamp, Value};

use crate::ids::StateId;
use crate::map::block::Block;
use crate::map::ended_child::EndedChild;
use crate::map::exported::Exported;
use crate::map_item::MapItem;
use crate::map_run::{ChildStatus, MapRunHead, MapRunSettings};
use crate::recovery::RetryState;
use crate::trace::Cursor;
use crate::{Identity, TaskToken};

/// Where a strand is: in a state, or about to enter it.
#[derive(Clone, PartialEq)]
pub(crate) struct Position {
    pub(crate) state: StateId,
    pub(crate) input: Value,
    pub(crate) scope: Scope,
    pub(crate) map_item: Option<MapItem>,
    /// The event before the state was entered.
    pub(crate) before: Cursor,
    /// The event with which the state was entered, once it is.
    pub(crate) entered: Option<Cursor>,
    /// Of a Parallel or inline Map that has begun its strands.
    pub(crate) strands: Option<StrandPositions>,
    /// Of a distributed Map that has begun its Map Run.
    pub(crate) map_run: Option<Box<MapRunPosition>>,
    /// How far the strand has come in its state. Only in a snapshot: a redriven state begins again.
    pub(crate) stay: Option<Box<Stay>>,
    /// The number of what the strand waits for in its journal. Only in a snapshot.
    pub(crate) number: Option<u64>,
}

/// The strands of a Parallel or Map, by number.
#[derive(Clone, PartialEq)]
pub(crate) struct StrandPositions {
    pub(crate) started: Cursor,
    pub(crate) ends: BTreeMap<usize, StrandEnd>,
}

/// How far a strand came in this run, or in the one before a redrive.
#[derive(Clone, PartialEq)]
pub(crate) enum StrandEnd {
    Succeeded(Value),
    /// Boxed: a Map moves its list of strands about, and nearly all of them are running.
    Stopped(Box<Position>),
}

/// How far a Map Run came.
#[derive(Clone, PartialEq)]
pub(crate) struct MapRunPosition {
    /// `MapStateStarted`, which its first event follows.
    pub(crate) started: Cursor,
    pub(crate) head: MapRunHead,
    /// The settings that it acted on last.
    pub(crate) settings: MapRunSettings,
    /// The inputs of its children that were read last. A redrive reads only what comes after them.
    pub(crate) block: Option<Block>,
    /// Whether it has succeeded, so that only what the state does with its result can have failed.
    pub(crate) has_succeeded: bool,
    /// The children that have ended, by index. One that is missing never began, its run was abandoned, or its result is in
    /// a file.
    pub(crate) children: BTreeMap<usize, ChildPosition>,
    /// The files of a `ResultWriter`.
    pub(crate) exported: Option<Box<Exported>>,
}

/// A child execution that has ended.
#[derive(Clone, PartialEq)]
pub(crate) struct ChildPosition {
    pub(crate) ended: EndedChild,
    /// How it continues. `None` for one that succeeded.
    pub(crate) stopped: Option<Box<StoppedChild>>,
}

/// A child execution that did not succeed.
#[derive(Clone, PartialEq)]
pub(crate) struct StoppedChild {
    pub(crate) identity: Identity,
    pub(crate) input: Value,
    /// When it first began.
    pub(crate) started: Timestamp,
    pub(crate) stopped: Timestamp,
    /// The number of its last event.
    pub(crate) events: u64,
    /// Where it stopped. `None` for one that begins anew: an EXPRESS one, and one of which nobody knows how far it came.
    pub(crate) root: Option<Position>,
}

/// How far a strand has come in a state that may wait.
#[derive(Clone, PartialEq)]
pub(crate) struct Stay {
    /// When the state was entered.
    pub(crate) entered: Timestamp,
    pub(crate) retries: RetryState,
    /// The event that the attempt follows.
    pub(crate) cursor: Cursor,
    pub(crate) doing: Doing,
}

/// What a strand waits for in a state.
#[derive(Clone, PartialEq, Default)]
pub(crate) enum Doing {
    /// Its strands, if it has any.
    #[default]
    Work,
    /// The end of a Wait.
    Wait(Timestamp),
    /// The next attempt.
    Delay(Timestamp),
    Task(Box<Flight>),
    /// A Map Run, which no snapshot has.
    MapRun,
}

/// A task that was scheduled.
#[derive(Clone, PartialEq)]
pub(crate) struct Flight {
    pub(crate) arguments: Value,
    pub(crate) token: Option<TaskToken>,
    /// Its last event.
    pub(crate) cursor: Cursor,
    pub(crate) started: Option<Timestamp>,
    pub(crate) submitted: Option<Value>,
}

impl StrandPositions {
    /// It is one function for all that make it, since the code that makes a map is long.
    #[inline(never)]
    pub(crate) fn new(started: Cursor, ends: Vec<(usize, StrandEnd)>) -> StrandPositions {
        StrandPositions { started, ends: ends.into_iter().collect() }
    }
}

impl Position {
    /// How many strands there are in it, this one included.
    pub(crate) fn strands(&self) -> u64 {
        let ends = self.strands.iter().flat_map(|strands| strands.ends.values());
        let inside = ends.map(|end| match end {
            StrandEnd::Succeeded(_) => 0,
            StrandEnd::Stopped(position) => position.strands(),
        });
        1 + inside.sum::<u64>()
    }

    /// Children of Map Runs that failed by themselves do not begin again.
    pub(crate) fn keep_failures(&mut self) {
        for end in self.strands.iter_mut().flat_map(|strands| strands.ends.values_mut()) {
            if let StrandEnd::Stopped(position) = end {
                position.keep_failures();
            }
        }
        for child in self.map_run.iter_mut().flat_map(|map_run| map_run.children.values_mut()) {
            match (child.ended.status, &mut child.stopped) {
                (ChildStatus::Aborted, Some(stopped)) => {
                    stopped.root.iter_mut().for_each(Position::keep_failures);
                }
                _ => child.stopped = None,
            }
        }
    }

    /// About to enter a state, after the event `before`.
    pub(crate) fn before(
        state: StateId,
        input: Value,
        scope: Scope,
        map_item: Option<MapItem>,
        before: Cursor,
    ) -> Position {
        Position {
            state,
            input,
            scope,
            map_item,
            before,
            entered: None,
            strands: None,
            map_run: None,
            stay: None,
            number: None,
        }
    }

    /// The memory of the values in it. The recursion is bounded: machines nest no deeper than validation lets them.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let values = std::iter::once(&self.input).chain(self.scope.own().values());
        let own = values.map(Value::memory_bytes).fold(0, u64::saturating_add);
        let strands = self.strands.iter().flat_map(|strands| strands.ends.values()).map(|end| match end {
            StrandEnd::Succeeded(output) => output.memory_bytes(),
            StrandEnd::Stopped(position) => position.memory_bytes(),
        });
        let map_run = self.map_run.iter().map(|map_run| map_run.memory_bytes());
        strands.chain(map_run).fold(own, u64::saturating_add)
    }
}

impl MapRunPosition {
    fn memory_bytes(&self) -> u64 {
        let items = self.block.as_ref().map_or(0, |block| block.children.memory_bytes());
        let exported = self.exported.as_ref().map_or(0, |exported| exported.memory_bytes());
        let children = self.children.values().map(ChildPosition::memory_bytes);
        children.fold(items.saturating_add(exported), u64::saturating_add)
    }
}

impl ChildPosition {
    /// An estimate of the bytes that it takes in memory.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let stopped = self.stopped.as_ref().map_or(0, |stopped| {
            let root = stopped.root.as_ref().map_or(0, Position::memory_bytes);
            (size_of::<StoppedChild>() as u64)
                .saturating_add(stopped.input.memory_bytes())
                .saturating_add(root)
        });
        let own = size_of::<(usize, ChildPosition)>() as u64;
        own.saturating_add(self.ended.result.memory_bytes()).saturating_add(stopped)
    }
}
