//! [`Observer`]: receives the events of an execution.

use std::sync::Arc;

use crate::{ChildExecution, Debugger, Event, MapRun, TraceHeaders, Traced, VisitStage};

/// Receives the events of an execution as they happen.
///
/// Give one to [`Execution::with_observer`](crate::Execution::with_observer).
/// [`HistoryRecorder`](crate::HistoryRecorder) and [`LogObserver`](crate::LogObserver) are ready to use; implement the
/// trait to print progress, to count tasks, to send metrics.
///
/// A closure that takes an [`Event`] is an observer, too: `|event: Event| println!("{}", event.kind.name())`.
///
/// The methods are called from inside the execution, which waits for them: they must not block. Numbers and outcome of
/// the execution are the same without an observer, but events are then not built.
///
/// ```
/// use asl_engine::{Event, Observer};
/// struct Print;
/// impl Observer for Print {
///     fn on_event(&self, event: Event) {
///         println!("{} {}", event.id, event.kind.name());
///     }
/// }
/// ```
pub trait Observer: Send + Sync {
    /// Which events it receives. Asked once, when an execution begins.
    fn interest(&self) -> Interest {
        Interest::Full
    }

    /// Receives each event, in order.
    fn on_event(&self, event: Event);

    /// Receives what each state makes of its data, if it asks for that with [`Interest::Stages`]. `entered` is the number of
    /// the event with which the state was entered; visits of concurrent branches and iterations alternate.
    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        let _ = (entered, stage);
    }

    /// The debugger that may stop the execution. Asked once, when an execution begins. With one,
    /// [`on_stage`](Observer::on_stage) is not called.
    fn debugger(&self) -> Option<&dyn Debugger> {
        None
    }

    /// Whether [`on_stage`](Observer::on_stage) receives [`VisitStage::Tested`] as well, for which conditions with several operands
    /// are evaluated twice.
    fn wants_operands(&self) -> bool {
        false
    }

    /// Called when an execution that is [resumed](crate::Engine::resume) from its journal has done again what it did before:
    /// the events until now had been reported to an observer of an earlier process. A child execution's observer is not
    /// called.
    fn on_live(&self) {}

    /// Receives an event that an observer of an earlier process has received, from a host that tells them apart: to know the
    /// tasks that are in flight, for example. By default it is ignored.
    fn on_replayed(&self, event: Event) {
        let _ = event;
    }

    /// Called when a distributed Map begins, before its `MapRunStarted`, and when its Map Run is redriven, before its
    /// `MapRunRedriven`: then with another [`MapRun`] of the same ARN, which continues the counts.
    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        let _ = map_run;
    }

    /// The trace headers of a call, for an observer that records the call as a span. Asked after the event with which it
    /// begins. Without them, calls have the [trace header](crate::Execution::with_trace_header) of the execution.
    fn trace_headers(&self, of: Traced<'_>) -> Option<TraceHeaders> {
        let _ = of;
        None
    }

    /// Called when a child execution of a distributed Map begins, or runs again with its Map Run
    /// ([`ChildExecution::redriven`]). Returns the observer of the child, by default none.
    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let _ = child;
        None
    }
}

/// A closure receives each event.
impl<F: Fn(Event) + Send + Sync> Observer for F {
    fn on_event(&self, event: Event) {
        self(event);
    }
}

/// Which events an [`Observer`] receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// None: events are counted, but not built.
    None,
    /// Every event.
    Full,
    /// Every event, and the data of each state at every stage between its input and its output.
    Stages,
}

/// Receives no events: the default of an execution.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn interest(&self) -> Interest {
        Interest::None
    }
    fn on_event(&self, _: Event) {}
}
