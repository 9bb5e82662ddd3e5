//! [`MapRun`]: the progress of a distributed Map.

mod kept;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use asl_model::{ExecutionType, MachineArn};
use asl_value::{Text, Timestamp, Value};

use crate::{CancelToken, Identity, Outcome};

/// The progress of one attempt of a Map state in DISTRIBUTED mode. It is live while the Map runs.
///
/// An [`Observer`](crate::Observer) receives it when the Map begins, see [`on_map_run`](crate::Observer::on_map_run).
#[derive(Debug)]
pub struct MapRun {
    arn: Text,
    id: Text,
    execution_arn: Text,
    label: Text,
    state_machine_arn: Text,
    children: ExecutionType,
    started: Timestamp,
    live: Mutex<Live>,
}

#[derive(Debug, Default)]
struct Live {
    settings: MapRunSettings,
    items: MapRunCounts,
    executions: MapRunCounts,
    ended: Option<(MapRunStatus, Timestamp)>,
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
}

impl MapRunCounts {
    /// The sum of all statuses.
    pub fn total(&self) -> u64 {
        self.pending + self.running + self.ended()
    }

    fn ended(&self) -> u64 {
        self.succeeded + self.failed + self.timed_out + self.aborted
    }

    /// How many count against the tolerance.
    pub(crate) fn unsuccessful(&self) -> u64 {
        self.failed + self.timed_out + self.aborted
    }

    fn of(&mut self, outcome: &Outcome) -> &mut u64 {
        match outcome {
            Outcome::Succeeded(_) => &mut self.succeeded,
            Outcome::Failed(_) => &mut self.failed,
            Outcome::TimedOut(_) => &mut self.timed_out,
            Outcome::Aborted(_) => &mut self.aborted,
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
    /// When it begins, in whole milliseconds.
    pub started: Timestamp,
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
        MapRun {
            arn: machine.sibling(format_args!("mapRun:{name}:{id}")).into(),
            id: id.into(),
            execution_arn: parent.execution_arn.clone(),
            state_machine_arn: MachineArn { name: &name, ..machine }.to_string().into(),
            label,
            children,
            started,
            live: Mutex::new(Live { settings, ..Live::default() }),
        }
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `arn:aws:states:us-east-1:123456789012:mapRun:orders/label:7b1c0d2e-5f64-4a0b-9c3d-2e1f00a9b8c7`
    pub fn arn(&self) -> &Text {
        &self.arn
    }

    /// The last part of its ARN.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The execution that it is part of.
    pub fn execution_arn(&self) -> &Text {
        &self.execution_arn
    }

    /// The machine of its child executions: `arn:aws:states:us-east-1:123456789012:stateMachine:orders/label`.
    pub fn state_machine_arn(&self) -> &Text {
        &self.state_machine_arn
    }

    /// The `Label` of the state, or a random one.
    pub fn label(&self) -> &Text {
        &self.label
    }

    /// The type of its child executions.
    pub fn children(&self) -> ExecutionType {
        self.children
    }

    /// When it began, in whole milliseconds.
    pub fn started(&self) -> Timestamp {
        self.started
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

    /// Sets the number of children and of items, once they are known.
    pub(crate) fn read(&self, executions: u64, items: u64) {
        let mut live = self.live();
        live.executions.pending = executions;
        live.items.pending = items;
    }

    /// A child with this number of items has begun.
    pub(crate) fn child_started(&self, items: u64) {
        self.each(items, |counts, many| {
            counts.pending -= many;
            counts.running += many;
        });
    }

    /// A running child with this number of items has ended.
    pub(crate) fn child_ended(&self, items: u64, outcome: &Outcome) {
        self.each(items, |counts, many| {
            counts.running -= many;
            *counts.of(outcome) += many;
        });
    }

    /// Recorded: the results of all children count as written, with or without a `ResultWriter`.
    pub(crate) fn results_written(&self) {
        let mut live = self.live();
        live.items.results_written = live.items.ended();
        live.executions.results_written = live.executions.ended();
    }

    fn each(&self, items: u64, change: impl Fn(&mut MapRunCounts, u64)) {
        let mut live = self.live();
        change(&mut live.items, items);
        change(&mut live.executions, 1);
    }

    /// Ends the Map Run. Only the first call counts.
    pub(crate) fn end(&self, status: MapRunStatus, at: Timestamp) {
        let mut live = self.live();
        if live.ended.is_none() {
            live.ended = Some((status, at));
        }
    }
}
