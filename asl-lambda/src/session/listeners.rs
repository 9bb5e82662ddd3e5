//! [`Listeners`]: log, metrics and observer of one execution.

use std::sync::{Arc, Mutex, PoisonError};

use asl_engine::{
    ChildExecution, Event, EventKind, Interest, LogObserver, MapRun, Observer, Outcome, TraceHeaders, Traced,
    VisitStage,
};

use crate::metrics::Tasks;

/// The listeners to one execution.
pub(super) struct Listeners {
    log: Option<LogObserver>,
    tasks: Option<Tasks>,
    observer: Option<Arc<dyn Observer>>,
    /// What records its spans.
    spans: Option<Arc<dyn Observer>>,
    /// The event that the execution succeeded, held back until its answer is known to be one.
    success: Mutex<Option<Event>>,
}

impl Listeners {
    /// `None` if nothing listens, so that the engine need not make events.
    pub(super) fn new(
        log: Option<LogObserver>,
        tasks: Option<Tasks>,
        observer: Option<Arc<dyn Observer>>,
        spans: Option<Arc<dyn Observer>>,
    ) -> Option<Listeners> {
        let observer = observer.filter(|observer| observer.interest() != Interest::None);
        let is_any = log.is_some() || tasks.is_some() || observer.is_some() || spans.is_some();
        is_any.then(|| Listeners { log, tasks, observer, spans, success: Mutex::default() })
    }

    fn report(&self, event: Event) {
        if let Some(tasks) = &self.tasks {
            tasks.note(&event);
        }
        if let Some(observer) = &self.observer {
            observer.on_event(event.clone());
        }
        if let Some(spans) = &self.spans {
            spans.on_event(event.clone());
        }
        if let Some(log) = &self.log {
            log.on_event(event);
        }
    }

    /// Reports the success that was held back, or the failure that it has turned out to be.
    pub(super) fn report_success(&self, outcome: &Outcome) {
        let success = self.success.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut event) = success else { return };
        if let Outcome::Failed(failure) = outcome {
            event.kind = EventKind::ExecutionFailed(failure.clone());
        }
        self.report(event);
    }
}

impl Observer for Listeners {
    fn interest(&self) -> Interest {
        if self.spans.is_some() { Interest::Stages } else { Interest::Full }
    }

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        if let Some(spans) = &self.spans {
            spans.on_stage(entered, stage);
        }
    }

    fn trace_headers(&self, of: Traced<'_>) -> Option<TraceHeaders> {
        self.spans.as_ref()?.trace_headers(of)
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        self.spans.as_ref()?.on_child(child)
    }

    fn on_event(&self, event: Event) {
        match &event.kind {
            EventKind::ExecutionSucceeded { .. } => {
                *self.success.lock().unwrap_or_else(PoisonError::into_inner) = Some(event);
            }
            _ => self.report(event),
        }
    }

    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        if let Some(observer) = &self.observer {
            observer.on_map_run(map_run);
        }
    }

    fn on_replayed(&self, event: Event) {
        if let Some(tasks) = &self.tasks {
            tasks.recall(&event);
        }
        if let Some(spans) = &self.spans {
            spans.on_replayed(event);
        }
    }
}
