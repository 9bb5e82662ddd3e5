//! [`MapRunNotes`]: how far a Map Run has come, noted while it runs.

use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_value::{Object, Value};

use super::block::Block;
use super::dataset::ChildItems;
use super::ended_child::EndedChild;
use super::exported::Exported;
use super::index_ranges::IndexRanges;
use super::kept_file::KeptFile;
use crate::budget::{Exceeded, Held};
use crate::map_run::MapRunHead;
use crate::position::{ChildPosition, MapRunPosition, StoppedChild};
use crate::trace::Cursor;
use crate::{Failure, MapRunSettings};

/// How far a Map Run has come, in an execution that keeps a checkpoint.
///
/// A child is noted in the poll in which it ends, or when it is dropped: there is no moment at which it has ended and its
/// note is missing. A child of an earlier run keeps its note until it has ended again. If its result goes into a file, its
/// note becomes part of what is noted of the files.
pub(crate) struct MapRunNotes {
    position: Mutex<MapRunPosition>,
    /// The memory of what is noted of single children, while the Map Run runs.
    held: Mutex<Option<Held>>,
}

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
            exported: None,
        })
    }

    /// The notes of an earlier run.
    pub(crate) fn of(position: MapRunPosition) -> MapRunNotes {
        MapRunNotes { position: Mutex::new(position), held: Mutex::new(None) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, MapRunPosition> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what is noted of single children as a part of this budget.
    pub(crate) fn hold(&self, mut held: Held) -> Result<(), Failure> {
        let children =
            self.lock().children.values().map(ChildPosition::memory_bytes).fold(0, u64::saturating_add);
        let is_held = held.set(children);
        *self.held() = Some(held);
        Ok(is_held?)
    }

    /// Counts a change of what is noted of a child. Fails if there is too much.
    fn change(&self, before: u64, after: u64) -> Result<(), Exceeded> {
        match &mut *self.held() {
            Some(held) => held.replace(before, after),
            None => Ok(()),
        }
    }

    /// Whether what is noted fits into the memory of the execution.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        Ok(self.change(0, 0)?)
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
        let child = ChildPosition { ended, stopped: stopped.map(Box::new) };
        let after = child.memory_bytes();
        let before = self.lock().children.insert(index, child);
        // A child is noted wherever it ends. The Map Run notices that this is too much when it looks.
        let _ = self.change(before.as_ref().map_or(0, ChildPosition::memory_bytes), after);
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

    /// The first child from `index` on whose result of an earlier run stays.
    pub(crate) fn staying(&self, index: usize) -> Option<(usize, EndedChild)> {
        let position = self.lock();
        let (index, child) = position.children.range(index..).find(|(_, child)| child.stopped.is_none())?;
        Some((*index, child.ended.clone()))
    }

    /// Where an earlier run has written results: the arguments of its `ResultWriter`.
    pub(crate) fn destination(&self) -> Option<Value> {
        self.lock().exported.as_ref().map(|exported| exported.destination.clone())
    }

    /// Notes where results are written. Returns the children whose results an earlier run has written, and how far its
    /// files are.
    pub(crate) fn begin_export(&self, destination: &Object) -> (IndexRanges, KeptFile) {
        let mut position = self.lock();
        let begin = || Box::new(Exported::new(Value::Object(destination.clone())));
        let exported = position.exported.get_or_insert_with(begin);
        (exported.children.clone(), std::mem::take(&mut exported.file))
    }

    /// Notes that the result of a child is in the text of a file.
    pub(crate) fn export(&self, index: usize) {
        let position = &mut *self.lock();
        let Some(exported) = &mut position.exported else { return };
        let Some(child) = position.children.remove(&index) else { return };
        exported.children.insert(index);
        exported.items = exported.items.saturating_add(child.ended.items);
        let _ = self.change(child.memory_bytes(), 0);
    }

    /// Notes how far the files are that have the results.
    pub(crate) fn keep_file(&self, file: KeptFile) {
        if let Some(exported) = &mut self.lock().exported {
            exported.file = file;
        }
    }

    /// A copy of the notes.
    pub(crate) fn position(&self) -> MapRunPosition {
        self.lock().clone()
    }
}
