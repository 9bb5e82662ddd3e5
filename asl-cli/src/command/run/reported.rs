//! `asl run --report`: what the report shows besides the history.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_engine::{ChildExecution, Description, Event, MapRun, Observer, Report, StageRecorder, VisitStage};
use asl_local::{HtmlReport, ReportedExecution};
use asl_model::{ExecutionArn, ExecutionRun, ExecutionType};
use asl_value::{Timestamp, Value, json};

/// The bytes that the report may have for what states made of their data.
const MOST_STAGE_BYTES: usize = 32 << 20;

/// How many children of distributed Maps the report lists.
const MOST_CHILDREN: usize = 20_000;

/// Records what the report shows besides the history.
pub(super) struct Reported {
    stages: StageRecorder,
    children: Mutex<Vec<Child>>,
}

/// A child of a distributed Map.
struct Child {
    execution_arn: String,
    name: String,
    map_run_arn: String,
    started: Timestamp,
    ended: Option<(Timestamp, &'static str)>,
}

impl Reported {
    pub(super) fn new() -> Reported {
        Reported { stages: StageRecorder::new(MOST_STAGE_BYTES), children: Mutex::default() }
    }

    pub(super) fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        self.stages.on_stage(entered, stage);
    }

    /// The observer of a child, which passes everything on to `also`.
    pub(super) fn child(
        reported: &Arc<Reported>,
        child: &ChildExecution<'_>,
        also: Option<Arc<dyn Observer>>,
    ) -> Arc<dyn Observer> {
        let mut children = reported.children();
        let index = (children.len() < MOST_CHILDREN).then_some(children.len());
        if index.is_some() {
            children.push(Child {
                execution_arn: child.identity.execution_arn.to_string(),
                name: child.identity.execution_name.to_string(),
                map_run_arn: child.map_run.arn().to_string(),
                started: child.started,
                ended: None,
            });
        }
        drop(children);
        Arc::new(ChildListener { reported: Arc::clone(reported), index, also })
    }

    /// The report of an execution with this ARN.
    pub(super) fn html(
        &self,
        arn: &ExecutionArn<'_>,
        definition: Option<String>,
        input: &Value,
        events: Value,
        report: &Report,
    ) -> HtmlReport {
        let (execution_arn, machine_arn) = (arn.to_string(), arn.machine.to_string());
        let description = Description::new(&execution_arn, &machine_arn, arn.name, report.started, input)
            .ended(report.stopped, &report.outcome);
        let kind = match arn.run {
            ExecutionRun::Standard => ExecutionType::Standard,
            _ => ExecutionType::Express,
        };
        let children = self.children();
        let mut html = HtmlReport::new();
        html.add(ReportedExecution {
            description: description.describe_execution(),
            machine: arn.machine.name.to_owned(),
            kind: kind.name().to_owned(),
            definition,
            events,
            stages: Some(self.stages.to_json()),
            children: (!children.is_empty()).then(|| children.iter().map(Child::to_json).collect()),
        });
        html
    }

    fn children(&self) -> MutexGuard<'_, Vec<Child>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Child {
    fn to_json(&self) -> Value {
        let mut child = json!({
            "executionArn": self.execution_arn.as_str(),
            "name": self.name.as_str(),
            "mapRunArn": self.map_run_arn.as_str(),
            "status": self.ended.map_or("RUNNING", |(_, status)| status),
            "startDate": self.started.epoch_seconds()
        });
        if let (Value::Object(members), Some((stopped, _))) = (&mut child, self.ended) {
            members.insert("stopDate", stopped.epoch_seconds().into());
        }
        child
    }
}

/// Observes one child.
struct ChildListener {
    reported: Arc<Reported>,
    /// Its place in the list; `None` if the list is full.
    index: Option<usize>,
    also: Option<Arc<dyn Observer>>,
}

impl Observer for ChildListener {
    fn on_event(&self, event: Event) {
        if let (Some(outcome), Some(index)) = (event.kind.outcome(), self.index)
            && let Some(child) = self.reported.children().get_mut(index)
        {
            child.ended = Some((event.timestamp, outcome.status()));
        }
        if let Some(also) = &self.also {
            also.on_event(event);
        }
    }

    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        if let Some(also) = &self.also {
            also.on_map_run(map_run);
        }
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let also = self.also.as_ref().and_then(|also| also.on_child(child));
        Some(Reported::child(&self.reported, child, also))
    }
}
