//! [`MapRun`]: what a distributed Map is doing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use asl_model::{ExecutionType, MachineArn};
use asl_value::{Text, Timestamp, Value};

use crate::{CancelToken, Identity, Outcome};

/// One attempt of a Map state in DISTRIBUTED mode: live, for as long as it runs, and as it ended from then on.
///
/// An [`Observer`](crate::Observer) is told of it when it begins.
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
    /// Of the Map, which waits for children to end or for settings to change.
    waker: Option<Waker>,
}

/// What may change while a [`MapRun`] goes on, as UpdateMapRun does.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MapRunSettings {
    /// Child executions at a time; 0 for as many as there may be.
    pub max_concurrency: u64,
    /// Items that may fail.
    pub tolerated_failure_count: Option<u64>,
    /// Items that may fail, in percent of all: 0 to 100.
    pub tolerated_failure_percentage: Option<f64>,
}

/// How a [`MapRun`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapRunStatus {
    /// `SUCCEEDED`: no more items failed than are tolerated.
    Succeeded,
    /// `FAILED`
    Failed,
    /// `ABORTED`: the execution ended before.
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

/// Items or child executions of a [`MapRun`], by what has become of them.
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
    /// All of them.
    pub fn total(&self) -> u64 {
        self.pending + self.running + self.ended()
    }

    fn ended(&self) -> u64 {
        self.succeeded + self.failed + self.timed_out + self.aborted
    }

    /// Those that count against what is tolerated.
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
    /// What it is a child of.
    pub map_run: &'a Arc<MapRun>,
    /// Its name and ARNs.
    pub identity: &'a Identity,
    /// Its input.
    pub input: &'a Value,
    /// Items of an `ItemBatcher`'s batch.
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

    /// The execution that it is a part of.
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

    /// What its child executions are.
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

    /// What it keeps to.
    pub fn settings(&self) -> MapRunSettings {
        self.live().settings
    }

    /// Changes what it keeps to, from now on. Nothing happens once it has ended.
    pub fn update(&self, change: impl FnOnce(&mut MapRunSettings)) {
        let waker = {
            let mut live = self.live();
            change(&mut live.settings);
            live.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// Its items.
    pub fn items(&self) -> MapRunCounts {
        self.live().items
    }

    /// Its child executions.
    pub fn executions(&self) -> MapRunCounts {
        self.live().executions
    }

    /// Has `waker` called when the settings change.
    pub(crate) fn listen(&self, waker: &Waker) {
        self.live().waker = Some(waker.clone());
    }

    /// Its items are known: so many children with so many items.
    pub(crate) fn read(&self, executions: u64, items: u64) {
        let mut live = self.live();
        live.executions.pending = executions;
        live.items.pending = items;
    }

    /// A child of so many items has begun.
    pub(crate) fn child_started(&self, items: u64) {
        self.each(items, |counts, many| {
            counts.pending -= many;
            counts.running += many;
        });
    }

    /// A child of so many items that ran, or ended in an earlier run, has ended.
    pub(crate) fn child_ended(&self, items: u64, outcome: &Outcome) {
        self.each(items, |counts, many| {
            counts.running -= many;
            *counts.of(outcome) += many;
        });
    }

    /// Recorded: the results of all children count as written, whether a `ResultWriter` is there or not.
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

    /// It has ended: what was running is aborted with it. Only the first call counts.
    pub(crate) fn end(&self, status: MapRunStatus, at: Timestamp) {
        let mut live = self.live();
        if live.ended.is_none() {
            live.ended = Some((status, at));
        }
    }
}
