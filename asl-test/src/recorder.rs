//! [`Recorder`]: observes the execution of a test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_coverage::{Hits, Visits};
use asl_engine::{ChildExecution, Event, EventKind, Interest, Observer, Outline, VisitStage};
use asl_value::{Object, Text, Value};

/// What was seen of an execution, and of the children of its distributed Maps.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The states of the machine itself, without those of branches and iterations.
    pub(crate) path: Vec<Text>,
    /// The tasks that were scheduled: their states and arguments.
    pub(crate) calls: Vec<(Text, Value)>,
    /// The variables of the machine itself.
    pub(crate) variables: Object,
    pub(crate) hits: Hits,
    /// The events of the execution itself.
    pub(crate) events: Vec<Event>,
}

/// Observes an execution, or a child of it.
pub(crate) struct Recorder {
    seen: Arc<Mutex<Seen>>,
    own: Mutex<Own>,
    is_child: bool,
}

#[derive(Default)]
struct Own {
    outline: Outline,
    /// The states, by the events with which they were entered.
    names: HashMap<u64, Text>,
    visits: Visits,
}

impl Recorder {
    pub(crate) fn new() -> Recorder {
        Recorder { seen: Arc::default(), own: Mutex::default(), is_child: false }
    }

    /// Observes a further execution: a child, or one of a machine that the tested one starts.
    pub(crate) fn another(&self) -> Recorder {
        Recorder { seen: Arc::clone(&self.seen), own: Mutex::default(), is_child: true }
    }

    /// What was seen so far.
    pub(crate) fn take(&self) -> Seen {
        std::mem::take(&mut *lock(&self.seen))
    }
}

impl Observer for Recorder {
    fn interest(&self) -> Interest {
        Interest::Stages
    }

    fn wants_operands(&self) -> bool {
        true
    }

    fn on_event(&self, event: Event) {
        let (mut own, mut seen) = (lock(&self.own), lock(&self.seen));
        let step = own.outline.follow(&event);
        let is_top = step.inside.is_none() && !self.is_child;
        match &event.kind {
            EventKind::StateEntered { name, .. } => {
                own.names.insert(event.id, name.clone());
                own.visits.begin(event.id, name, &mut seen.hits);
                if is_top {
                    seen.path.push(name.clone());
                }
            }
            EventKind::TaskScheduled(scheduled) => {
                if let Some(state) = step.row.and_then(|row| own.names.get(&row)) {
                    seen.calls.push((state.clone(), scheduled.parameters.clone()));
                }
            }
            EventKind::StateExited { assigned_variables: Some(variables), .. } if is_top => {
                for (name, value) in variables {
                    seen.variables.insert(name.clone(), value.clone());
                }
            }
            _ => {}
        }
        if !self.is_child {
            seen.events.push(event);
        }
    }

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        let (mut own, mut seen) = (lock(&self.own), lock(&self.seen));
        own.visits.follow(entered, &stage, &mut seen.hits);
    }

    fn on_child(&self, _: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        Some(Arc::new(self.another()))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
