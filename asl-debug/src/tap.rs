//! [`Tap`]: what the engine calls in a debugged execution.

use std::sync::Arc;

use asl_engine::{ChildExecution, Debugger, Event, Halt, Observer};
use asl_value::Text;

use crate::shared::Shared;

/// The observer and debugger of one execution of a run.
pub(crate) struct Tap {
    shared: Arc<Shared>,
    machine: Text,
    execution: usize,
}

impl Tap {
    /// That of the execution that is debugged.
    pub(crate) fn first(shared: &Arc<Shared>, machine: Text) -> Tap {
        let execution = shared.world().add_execution(machine.clone(), None, None);
        Tap { shared: Arc::clone(shared), machine, execution }
    }
}

impl Tap {
    /// That of an execution that a task starts now.
    pub(crate) fn started(shared: &Arc<Shared>, machine: Text) -> Tap {
        let execution = {
            let mut world = shared.world();
            // The strand of the task is the one that moved last: it calls its handler at once.
            let caller = world.trail.last().map(|mark| mark.strand);
            world.add_execution(machine.clone(), None, caller)
        };
        Tap { shared: Arc::clone(shared), machine, execution }
    }
}

impl Observer for Tap {
    fn on_event(&self, _: Event) {}

    fn debugger(&self) -> Option<&dyn Debugger> {
        Some(self)
    }

    fn on_child(&self, _: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let machine = self.machine.clone();
        let execution = self.shared.world().add_execution(machine.clone(), Some(self.execution), None);
        Some(Arc::new(Tap { shared: Arc::clone(&self.shared), machine, execution }))
    }
}

impl Debugger for Tap {
    fn at(&self, halt: Halt<'_>) {
        self.shared.at(self.execution, halt);
    }
}
