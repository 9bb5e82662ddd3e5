//! [`MapRun`]: the progress of a distributed Map.

mod child_status;
mod kept;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use asl_model::{ExecutionType, MachineArn};
use asl_value::{Text, Timestamp, Value};

pub(crate) use child_status::ChildStatus;

use crate::{CancelToken, Identity};

/// The progress of one attempt of a Map state in DISTRIBUTED mode. It is live while the Map runs.
///
/// An [`Observer`](crate::Observer) receives it when the Map begins, see [`on_map_run`](crate::Observer::on_map_run). If its
/// execution is redriven, the observer receives another one with the same ARN, which continues the counts.
#[derive(Debug)]
pub struct MapRun {
    head: MapRunHead,
    /// When it was redriven.
    redriven: Option<Timestamp>,
    live: Mutex<Live>,
}

/// What stays the same while a Map Run runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MapRunHead {
    arn: Text,
    id: Text,
    execution_arn: Text,
    label: Text,
    state_machine_arn: Text,
    children: ExecutionType,
    started: Timestamp,
    pub(crate) redrive_count: u32,
}

#[derive(Debug, Default)]
struct Live {
    settings: MapRunSettings,
    items: MapRunCounts,
    executions: MapRunCounts,
    ended: Option<(MapRunStatus, Timestamp)>,
    /// The children that wait to be redriven, by ARN, with the number of their items and how they had ended.
    pending_redrive: HashMap<Text, (u64, ChildStatus)>,
    /// The waker of the Map, which waits for children to end or for settings to change.
    waker: Option<Waker>,
}

/// What may be changed while a [`MapRun`] runs, as UpdateMapRun does.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MapRunSettings {
    /// How many child executions run at a time; 0 for the limit.
    pub max_concurrency: u64,
    /// How many items may fail.
    pub tolerated_failure_count: Option<u64>,
    /// The percentage of items that may fail: 0 to 100.
    pub tolerated_failure_percentage: Option<f64>,
}

/// How a [`MapRun`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapRunStatus {
    /// `SUCCEEDED`: at most the tolerated number of items failed.
    Succeeded,
    /// `FAILED`
    Failed,
    /// `ABORTED`: the execution ended first.
    Aborted,
}

impl MapRunStatus {
    /// AWS's word: `SUCCEEDED`, `FAILED`, `ABORTED`.
    pub fn name(self) -> &'static str {
        match self {
            MapRunStatus::Succeeded => "SUCCEEDED",
            MapRunStatus::Failed => "FAILED",
            MapRunStatus::Aborted => "ABORTED",
        }
    }
}

/// The items or child executions of a [`MapRun`], counted by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the members of AWS's MapRunItemCounts")]
pub struct MapRunCounts {
    pub pending: u64,
    pub running: u64,
    pub succeeded: u64,
    pub failed: u64,
    pub timed_out: u64,
    pub aborted: u64,
    pub results_written: u64,
    /// How many of those that failed, timed out or were aborted cannot be redriven.
    pub failures_not_redrivable: u64,
    /// Those that did not succeed in an earlier run and have not begun again. They count in no other status.
    pub pending_redrive: u64,
}

impl MapRunCounts {
    /// The sum of all statuses.
    pub fn total(&self) -> u64 {
        self.pending + self.running + self.pending_redrive + self.ended()
    }

    fn ended(&self) -> u64 {
        self.succeeded + self.failed + self.timed_out + self.aborted
    }

    /// How many count against the tolerance.
    pub(crate) fn unsuccessful(&self) -> u64 {
        self.failed + self.timed_out + self.aborted
    }

    /// Counts what has ended in this way.
    fn end(&mut self, status: ChildStatus, is_redrivable: bool, many: u64) {
        *match status {
            ChildStatus::Succeeded => &mut self.succeeded,
            ChildStatus::Failed => &mut self.failed,
            ChildStatus::TimedOut => &mut self.timed_out,
            ChildStatus::Aborted => &mut self.aborted,
        } += many;
        if status != ChildStatus::Succeeded && !is_redrivable {
            self.failures_not_redrivable += many;
        }
    }
}

/// A child execution of a [`MapRun`], when it begins.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChildExecution<'a> {
    /// The Map Run that it is a child of.
    pub map_run: &'a Arc<MapRun>,
    /// Its name and ARNs.
    pub identity: &'a Identity,
    /// Its input.
    pub input: &'a Value,
    /// The number of items in the batch of an `ItemBatcher`.
    pub item_count: Option<u64>,
    /// When it begins, in whole milliseconds. One that is redriven has begun earlier.
    pub started: Timestamp,
    /// When it was redriven, if it did not succeed in an earlier run of its Map Run. An EXPRESS one then begins anew under
    /// its name, and its redrive count stays 0.
    pub redriven: Option<Timestamp>,
    /// How many events its history has already.
    pub events: u64,
    /// Ends it as `ABORTED`.
    pub cancel: &'a CancelToken,
}

impl MapRun {
    /// A Map Run of an execution of this identity.
    pub(crate) fn new(
        parent: &Identity,
        label: Text,
        id: &str,
        children: ExecutionType,
        started: Timestamp,
        settings: MapRunSettings,
    ) -> MapRun {
        let machine = parent.machine();
        // The parent may be the child of another Map Run, whose machine has a label already.
        let name = format!("{}/{label}", machine.name.split('/').next().unwrap_or_default());
        let head = MapRunHead {
            arn: machine.sibling(format_args!("mapRun:{name}:{id}")).into(),
            id: id.into(),
            execution_arn: parent.execution_arn.clone(),
            state_machine_arn: MachineArn { name: &name, ..machine }.to_string().into(),
            label,
            children,
            started,
            redrive_count: 0,
        };
        MapRun { head, redriven: None, live: Mutex::new(Live { settings, ..Live::default() }) }
    }

    /// A Map Run of which no more is known.
    pub(crate) fn known(head: MapRunHead, settings: MapRunSettings) -> MapRun {
        MapRun { head, redriven: None, live: Mutex::new(Live { settings, ..Live::default() }) }
    }

    /// A Map Run that is redriven, without its children.
    pub(crate) fn redriven(head: MapRunHead, at: Timestamp, settings: MapRunSettings) -> MapRun {
        MapRun { head, redriven: Some(at), live: Mutex::new(Live { settings, ..Live::default() }) }
    }

    pub(crate) fn head(&self) -> &MapRunHead {
        &self.head
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `arn:aws:states:us-east-1:123456789012:mapRun:orders/label:7b1c0d2e-5f64-4a0b-9c3d-2e1f00a9b8c7`
    pub fn arn(&self) -> &Text {
        &self.head.arn
    }

    /// The last part of its ARN.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// The execution that it is part of.
    pub fn execution_arn(&self) -> &Text {
        &self.head.execution_arn
    }

    /// The machine of its child executions: `arn:aws:states:us-east-1:123456789012:stateMachine:orders/label`.
    pub fn state_machine_arn(&self) -> &Text {
        &self.head.state_machine_arn
    }

    /// The `Label` of the state, or a random one.
    pub fn label(&self) -> &Text {
        &self.head.label
    }

    /// The type of its child executions.
    pub fn children(&self) -> ExecutionType {
        self.head.children
    }

    /// When it began, in whole milliseconds.
    pub fn started(&self) -> Timestamp {
        self.head.started
    }

    /// How often it was redriven.
    pub fn redrive_count(&self) -> u32 {
        self.head.redrive_count
    }

    /// When it was redriven last.
    pub fn redriven_at(&self) -> Option<Timestamp> {
        self.redriven
    }

    /// The ARNs of the child executions that wait to be redriven: `PENDING_REDRIVE`.
    pub fn pending_redrive(&self) -> Vec<Text> {
        self.live().pending_redrive.keys().cloned().collect()
    }

    /// Whether the child execution with this ARN waits to be redriven.
    pub fn is_pending_redrive(&self, execution_arn: &str) -> bool {
        self.live().pending_redrive.contains_key(execution_arn)
    }

    /// How and when it ended.
    pub fn ended(&self) -> Option<(MapRunStatus, Timestamp)> {
        self.live().ended
    }

    /// The current settings.
    pub fn settings(&self) -> MapRunSettings {
        self.live().settings
    }

    /// Changes the settings from now on. A Map Run that has ended ignores them.
    pub fn update(&self, change: impl FnOnce(&mut MapRunSettings)) {
        let waker = {
            let mut live = self.live();
            change(&mut live.settings);
            live.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// The counts of its items.
    pub fn items(&self) -> MapRunCounts {
        self.live().items
    }

    /// The counts of its child executions.
    pub fn executions(&self) -> MapRunCounts {
        self.live().executions
    }

    /// Wakes `waker` when the settings change.
    pub(crate) fn listen(&self, waker: &Waker) {
        self.live().waker = Some(waker.clone());
    }

    /// Counts children and items that have been read.
    pub(crate) fn read(&self, executions: u64, items: u64) {
        let mut live = self.live();
        live.executions.pending += executions;
        live.items.pending += items;
    }

    /// Children of an earlier run have succeeded.
    pub(crate) fn children_stay(&self, children: u64, items: u64) {
        let live = &mut *self.live();
        for (counts, many) in [(&mut live.items, items), (&mut live.executions, children)] {
            counts.pending = counts.pending.saturating_sub(many);
            counts.end(ChildStatus::Succeeded, false, many);
        }
    }

    /// A child of an earlier run stays as it ended.
    pub(crate) fn child_stays(&self, items: u64, status: ChildStatus, is_redrivable: bool) {
        self.each(items, |counts, many| {
            counts.pending = counts.pending.saturating_sub(many);
            counts.end(status, is_redrivable, many);
        });
    }

    /// A child that did not succeed in an earlier run waits to begin again.
    pub(crate) fn child_waits(&self, execution_arn: &Text, items: u64, status: ChildStatus) {
        self.each(items, |counts, many| {
            counts.pending = counts.pending.saturating_sub(many);
            counts.pending_redrive += many;
        });
        self.live().pending_redrive.insert(execution_arn.clone(), (items, status));
    }

    /// A child with this ARN and number of items has begun.
    pub(crate) fn child_started(&self, execution_arn: &Text, items: u64) {
        let was_waiting = self.live().pending_redrive.remove(execution_arn).is_some();
        self.each(items, |counts, many| {
            match was_waiting {
                true => counts.pending_redrive = counts.pending_redrive.saturating_sub(many),
                false => counts.pending = counts.pending.saturating_sub(many),
            }
            counts.running += many;
        });
    }

    /// A running child with this number of items has ended.
    pub(crate) fn child_ended(&self, items: u64, status: ChildStatus, is_redrivable: bool) {
        self.each(items, |counts, many| {
            counts.running -= many;
            counts.end(status, is_redrivable, many);
        });
    }

    /// Recorded: the results of all children count as written, with or without a `ResultWriter`.
    pub(crate) fn results_written(&self) {
        let live = &mut *self.live();
        for counts in [&mut live.items, &mut live.executions] {
            // The results of an earlier run are written, too.
            counts.results_written = counts.ended() + counts.pending_redrive;
        }
    }

    fn each(&self, items: u64, change: impl Fn(&mut MapRunCounts, u64)) {
        let mut live = self.live();
        change(&mut live.items, items);
        change(&mut live.executions, 1);
    }

    /// Ends the Map Run. Only the first call counts.
    ///
    /// Documented: no child waits to be redriven any more.
    pub(crate) fn end(&self, status: MapRunStatus, at: Timestamp) {
        let live = &mut *self.live();
        if live.ended.is_none() {
            live.ended = Some((status, at));
            for (_, (items, status)) in live.pending_redrive.drain() {
                for (counts, many) in [(&mut live.items, items), (&mut live.executions, 1)] {
                    counts.pending_redrive = counts.pending_redrive.saturating_sub(many);
                    counts.end(status, true, many);
                }
            }
        }
    }
}
