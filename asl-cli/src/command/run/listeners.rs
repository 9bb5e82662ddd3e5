//! What observes the execution of `asl run`.

use std::sync::Arc;

use asl_engine::{ChildExecution, Event, HistoryRecorder, Interest, MapRun, Observer, VisitStage};
use asl_model::{ProcessorMode, StateKind, StateMachine};

use super::children::FailedChildren;
use super::progress::ProgressPrinter;
use super::reported::Reported;
use crate::render::path::PathPrinter;

/// The observers of the execution's events.
pub(super) struct Listeners {
    pub(super) path: Option<Arc<PathPrinter>>,
    pub(super) history: Option<HistoryRecorder>,
    /// Set if the machine has distributed Maps.
    pub(super) children: Option<Arc<FailedChildren>>,
    /// Set if people read what is printed, and the machine has distributed Maps.
    pub(super) progress: Option<Arc<ProgressPrinter>>,
    pub(super) report: Option<Arc<Reported>>,
}

impl Observer for Listeners {
    fn interest(&self) -> Interest {
        let nobody = self.path.is_none() && self.history.is_none() && self.children.is_none();
        match self.report {
            Some(_) => Interest::Stages,
            None if nobody => Interest::None,
            None => Interest::Full,
        }
    }

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        if let Some(report) = &self.report {
            report.on_stage(entered, stage);
        }
    }

    fn on_event(&self, event: Event) {
        if let Some(path) = &self.path {
            path.print(&event);
        }
        if let Some(progress) = &self.progress {
            progress.note(&event);
        }
        if let Some(history) = &self.history {
            history.on_event(event);
        }
    }

    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        if let Some(path) = &self.path {
            path.map_run(map_run);
        }
        if let Some(progress) = &self.progress {
            progress.map_run(map_run);
        }
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let observer = self.children.as_ref().map(|children| FailedChildren::listen(children, child));
        match &self.report {
            Some(report) => Some(Reported::child(report, child, observer)),
            None => observer,
        }
    }
}

/// Whether a machine has a Map in DISTRIBUTED mode, at any depth.
pub(super) fn has_distributed_map(machine: &StateMachine) -> bool {
    machine.states.iter().any(|state| {
        let is_distributed =
            matches!(&state.kind, StateKind::Map(map) if map.processor.mode == ProcessorMode::Distributed);
        is_distributed || StateMachine::children(state).iter().any(has_distributed_map)
    })
}
