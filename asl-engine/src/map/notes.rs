//! [`MapRunNotes`]: how far a Map Run has come, noted while it runs.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::block::Block;
use super::dataset::ChildItems;
use super::ended_child::EndedChild;
use crate::MapRunSettings;
use crate::map_run::MapRunHead;
use crate::position::{ChildPosition, MapRunPosition, StoppedChild};
use crate::trace::Cursor;

/// How far a Map Run has come, in an execution that keeps a checkpoint.
///
/// A child is noted in the poll in which it ends, or when it is dropped: there is no moment at which it has ended and its
/// note is missing. A child of an earlier run keeps its note until it has ended again.
pub(crate) struct MapRunNotes(Mutex<MapRunPosition>);

impl MapRunNotes {
    /// The notes of a Map Run that begins after the event `started`.
    pub(crate) fn new(started: Cursor, head: MapRunHead, settings: MapRunSettings) -> MapRunNotes {
        MapRunNotes::of(MapRunPosition {
            started,
            head,
            settings,
            block: None,
            has_succeeded: false,
            children: Default::default(),
        })
    }

    /// The notes of an earlier run.
    pub(crate) fn of(position: MapRunPosition) -> MapRunNotes {
        MapRunNotes(Mutex::new(position))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, MapRunPosition> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the inputs that were read last.
    pub(crate) fn keep_block(&self, block: Block) {
        self.lock().block = Some(block);
    }

    /// Notes the settings that the Map Run acts on.
    pub(crate) fn set_settings(&self, settings: MapRunSettings) {
        self.lock().settings = settings;
    }

    /// Notes that the Map Run has succeeded.
    pub(crate) fn succeed(&self) {
        self.lock().has_succeeded = true;
    }

    /// Notes that a child has ended, and how it continues if it did not succeed.
    pub(crate) fn end_child(&self, index: usize, ended: EndedChild, stopped: Option<StoppedChild>) {
        self.lock().children.insert(index, ChildPosition { ended, stopped: stopped.map(Box::new) });
    }

    /// How a child continues that did not succeed in an earlier run, with the number of its items if they are a batch.
    pub(crate) fn stopped(&self, index: usize) -> Option<(StoppedChild, Option<u64>)> {
        let position = self.lock();
        let is_batch = matches!(position.block.as_ref()?.children, ChildItems::Batches(_));
        let ChildPosition { ended, stopped } = position.children.get(&index)?;
        Some((stopped.as_deref()?.clone(), is_batch.then_some(ended.items)))
    }

    /// How a child has ended, in this run or an earlier one.
    pub(crate) fn ended(&self, index: usize) -> Option<EndedChild> {
        self.lock().children.get(&index).map(|child| child.ended.clone())
    }

    /// A copy of the notes.
    pub(crate) fn position(&self) -> MapRunPosition {
        self.lock().clone()
    }
}
