//! What observes the execution of `asl run`.

use std::sync::Arc;

use asl_engine::{ChildExecution, Event, HistoryRecorder, Interest, MapRun, Observer};
use asl_model::{ProcessorMode, StateKind, StateMachine};

use super::children::FailedChildren;
use crate::render::path::PathPrinter;

/// The observers of the execution's events.
pub(super) struct Listeners {
    pub(super) path: Option<Arc<PathPrinter>>,
    pub(super) history: Option<HistoryRecorder>,
    /// Set if the machine has distributed Maps.
    pub(super) children: Option<Arc<FailedChildren>>,
}

impl Observer for Listeners {
    fn interest(&self) -> Interest {
        let nobody = self.path.is_none() && self.history.is_none() && self.children.is_none();
        if nobody { Interest::None } else { Interest::Full }
    }

    fn on_event(&self, event: Event) {
        if let Some(path) = &self.path {
            path.print(&event);
        }
        if let Some(history) = &self.history {
            history.on_event(event);
        }
    }

    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        if let Some(path) = &self.path {
            path.map_run(map_run);
        }
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let children = self.children.as_ref()?;
        Some(FailedChildren::listen(children, child))
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
