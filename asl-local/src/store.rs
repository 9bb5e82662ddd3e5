//! [`Store`]: the data that the server keeps.

mod activities;
mod durable;
mod machines;
mod map_runs;
#[cfg(feature = "data-dir")]
mod restored;
mod tags;
mod versions;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};

use asl_engine::{MapRun, MapRunSettings};
use asl_model::ExecutionType;

use crate::activity::Activity;
use crate::archive::{Archive, Pin};
use crate::error::ApiError;
use crate::execution::Execution;
use crate::machine::{Machine, Revision};
use crate::quotas::Quotas;

pub(crate) use machines::{MachineUpdate, NewMachine};
pub(crate) use tags::MOST_TAGS;

/// State machines, activities, executions and Map Runs by ARN.
///
/// Each change is one method, called under one lock. None of them calls code of the host.
#[derive(Default)]
pub(crate) struct Store {
    machines: HashMap<String, Machine>,
    activities: HashMap<String, Activity>,
    executions: HashMap<String, Arc<Execution>>,
    /// By sequence number, which is the order in which they were started.
    by_start: BTreeMap<u64, Arc<Execution>>,
    /// In the order in which they ended.
    ended: VecDeque<Arc<Execution>>,
    /// Kept as long as their execution.
    map_runs: HashMap<String, Arc<MapRun>>,
    /// The last settings of Map Runs that are replayed, or will be. They get them when the replay is complete.
    resumed: HashMap<String, MapRunSettings>,
    ended_events: usize,
    /// The part of `bytes` that ended executions have.
    ended_bytes: usize,
    /// Bytes of all executions, running ones included.
    bytes: usize,
    /// The number of running executions, those that are not kept included.
    open: usize,
    /// How often an execution was redriven.
    reopened: u64,
    /// Executions that were removed under the current lock.
    removed: Vec<Arc<Execution>>,
    /// Where changes are kept. Ended executions leave the memory once they are there.
    archive: Option<Arc<dyn Archive>>,
}

/// The number of ended executions in memory if they are kept elsewhere.
const MOST_CACHED: usize = 256;

/// Whether an ended execution may leave the memory.
fn is_persisted(archive: &Option<Arc<dyn Archive>>, execution: &Execution) -> bool {
    let persisted = |archive: &Arc<dyn Archive>| archive.progress().borrow().persisted;
    archive.as_ref().is_none_or(|archive| {
        let record = execution.end_record.load(Ordering::Relaxed);
        !execution.is_durable || execution.is_archived() || record > 0 && record <= persisted(archive)
    })
}

/// The store while it is locked.
///
/// Executions that are removed meanwhile are dropped after the lock is released: they hold mocks, whose `Drop` is the
/// host's code.
pub(crate) struct LockedStore<'a> {
    // Fields are dropped in this order.
    store: MutexGuard<'a, Store>,
    removed: Vec<Arc<Execution>>,
}

impl<'a> LockedStore<'a> {
    pub(crate) fn new(store: MutexGuard<'a, Store>) -> LockedStore<'a> {
        LockedStore { store, removed: Vec::new() }
    }
}

impl Drop for LockedStore<'_> {
    fn drop(&mut self) {
        self.removed = std::mem::take(&mut self.store.removed);
    }
}

impl Deref for LockedStore<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl DerefMut for LockedStore<'_> {
    fn deref_mut(&mut self) -> &mut Store {
        &mut self.store
    }
}

impl Store {
    /// The execution with this ARN, if it is in memory.
    pub(crate) fn execution(&self, arn: &str) -> Option<Arc<Execution>> {
        self.executions.get(arn).cloned()
    }

    /// The executions, last started first.
    pub(crate) fn executions(&self) -> impl Iterator<Item = &Arc<Execution>> {
        self.by_start.values().rev()
    }

    /// The Map Run with this ARN, if it is in memory.
    pub(crate) fn map_run(&self, arn: &str) -> Option<Arc<MapRun>> {
        self.map_runs.get(arn).cloned()
    }

    /// Enters a new execution, unless a STANDARD execution is already running with this name and input: returns that one.
    pub(crate) fn enter(
        &mut self,
        execution: &Arc<Execution>,
        is_kept: bool,
        quotas: &Quotas,
    ) -> Result<Option<Arc<Execution>>, ApiError> {
        // The machine may have been deleted since the request found it.
        self.active_machine(&execution.target.machine_arn)?;
        if execution.target.kind == ExecutionType::Standard
            && let Some(known) = self.executions.get(&execution.arn).cloned()
        {
            if known.ended().is_none() && known.input.text == execution.input.text {
                return Ok(Some(known));
            }
            if !known.is_name_free(execution.started) {
                return Err(ApiError::execution_exists(&known.arn));
            }
            self.unlist_ended(&known);
            self.forget(known);
        } else if execution.target.kind == ExecutionType::Standard {
            self.check_archived_name(execution)?;
        }
        self.check_open(execution.bytes(), quotas)?;
        self.start(execution, is_kept);
        if execution.is_durable {
            self.keep_open(execution, None);
        }
        Ok(None)
    }

    /// Counts a running execution, and keeps it if `is_kept`.
    pub(crate) fn start(&mut self, execution: &Arc<Execution>, is_kept: bool) {
        if is_kept {
            self.executions.insert(execution.arn.clone(), Arc::clone(execution));
            self.by_start.insert(execution.number, Arc::clone(execution));
        }
        self.open(execution);
    }

    fn open(&mut self, execution: &Execution) {
        self.open += 1;
        self.count(execution, execution.bytes());
        if let Some(machine) = self.machines.get_mut(&execution.target.machine_arn) {
            machine.open_executions += 1;
        }
    }

    /// Sets the bytes that are counted for an execution.
    fn count(&mut self, execution: &Execution, bytes: usize) {
        let before = execution.counted_bytes.swap(bytes, Ordering::Relaxed);
        self.bytes = self.bytes.saturating_sub(before).saturating_add(bytes);
        // The definition, which all executions of a revision share, counts once.
        let Revision { users, definition, .. } = &*execution.target.revision;
        if before == 0 && bytes > 0 && users.fetch_add(1, Ordering::Relaxed) == 0 {
            self.bytes = self.bytes.saturating_add(definition.len());
        }
        if before > 0 && bytes == 0 && users.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.bytes = self.bytes.saturating_sub(definition.len());
        }
    }

    /// Counts the growth of an execution's history. If necessary, removes ended executions. Returns whether it fits.
    pub(crate) fn has_grown(&mut self, execution: &Execution, quotas: &Quotas) -> bool {
        if execution.counted_bytes.load(Ordering::Relaxed) > 0 {
            self.count(execution, execution.bytes());
        }
        while self.bytes > quotas.kept_bytes && self.forget_oldest() {}
        self.bytes <= quotas.kept_bytes
    }

    /// Makes room for another execution of this many bytes, or fails if the running executions leave none.
    pub(crate) fn check_open(&mut self, bytes: usize, quotas: &Quotas) -> Result<(), ApiError> {
        while self.bytes.saturating_add(bytes) > quotas.kept_bytes && self.forget_oldest() {}
        if self.open < quotas.open_executions && self.bytes.saturating_add(bytes) <= quotas.kept_bytes {
            return Ok(());
        }
        // UNRECORDED: the text of ExecutionLimitExceeded.
        let message = "The maximum number of open executions has been reached";
        Err(ApiError::new("ExecutionLimitExceeded", message))
    }

    /// Records that an ended execution runs again.
    pub(crate) fn reopen(&mut self, execution: &Arc<Execution>, pin: Option<Pin>) {
        self.reopened += 1;
        self.unlist_ended(execution);
        self.start(execution, true);
        self.keep_open(execution, pin);
    }

    /// How often an execution was redriven.
    pub(crate) fn reopened(&self) -> u64 {
        self.reopened
    }

    /// Whether this is what there is of an execution, and not a copy that was read from the archive before somebody redrove
    /// it. It was found when so many had been `reopened`.
    pub(crate) fn is_current(&self, execution: &Arc<Execution>, reopened: u64) -> bool {
        match self.executions.get(&execution.arn) {
            Some(known) => Arc::ptr_eq(known, execution),
            None => self.reopened == reopened,
        }
    }

    /// Removes an ended execution that is no longer kept on disk.
    pub(crate) fn forget_ended(&mut self, execution: &Arc<Execution>) {
        self.unlist_ended(execution);
        self.forget(Arc::clone(execution));
    }

    /// Records that the child of a Map Run runs again, as another entry with the same number and ARN.
    pub(crate) fn restart_child(&mut self, child: &Arc<Execution>) {
        if let Some(earlier) = self.executions.get(&child.arn).cloned() {
            self.unlist_ended(&earlier);
            self.count(&earlier, 0);
            self.removed.push(earlier);
        }
        self.start(child, true);
    }

    /// Takes an ended execution from the list of those, unless it has left the memory.
    fn unlist_ended(&mut self, execution: &Arc<Execution>) {
        let listed = self.ended.len();
        self.ended.retain(|ended| !Arc::ptr_eq(ended, execution));
        if self.ended.len() < listed {
            self.uncount_ended(execution);
        }
    }

    /// Removes an execution.
    fn forget(&mut self, execution: Arc<Execution>) {
        self.count(&execution, 0);
        self.by_start.remove(&execution.number);
        self.executions.remove(&execution.arn);
        for map_run in execution.map_runs().drain(..) {
            self.map_runs.remove(&map_run);
        }
        self.removed.push(execution);
    }

    /// Removes the execution that ended first. Returns whether there was one, and it was kept where it must be.
    fn forget_oldest(&mut self) -> bool {
        if !self.ended.front().is_some_and(|oldest| is_persisted(&self.archive, oldest)) {
            return false;
        }
        let Some(oldest) = self.ended.pop_front() else { return false };
        self.uncount_ended(&oldest);
        self.forget(oldest);
        true
    }

    fn uncount_ended(&mut self, execution: &Execution) {
        self.ended_events -= execution.history.len();
        let bytes = execution.counted_bytes.load(Ordering::Relaxed);
        self.ended_bytes = self.ended_bytes.saturating_sub(bytes);
    }

    /// Whether the executions that have ended take more than their quotas.
    fn is_over(&self, quotas: &Quotas) -> bool {
        self.ended_events > quotas.ended_events
            || self.ended_bytes > quotas.ended_bytes
            || self.bytes > quotas.kept_bytes
    }

    /// Records the end of an execution, and removes the oldest ended executions beyond the quotas.
    pub(crate) fn end(&mut self, execution: &Arc<Execution>, is_kept: bool, quotas: &Quotas) {
        self.open -= 1;
        self.count(execution, if is_kept { execution.bytes() } else { 0 });
        if is_kept {
            self.ended_events += execution.history.len();
            self.ended_bytes += execution.counted_bytes.load(Ordering::Relaxed);
            self.ended.push_back(Arc::clone(execution));
            self.keep_end(execution);
        }
        let most = if self.archive.is_some() { MOST_CACHED } else { quotas.ended_executions.max(1) };
        while (self.ended.len() > most || self.ended.len() > 1 && self.is_over(quotas))
            && self.forget_oldest()
        {}
        let machine = &execution.target.machine_arn;
        if let Some(known) = self.machines.get_mut(machine) {
            known.open_executions = known.open_executions.saturating_sub(1);
            if known.is_deleting && known.open_executions == 0 {
                self.remove_machine(&machine.clone());
            }
        }
    }
}
