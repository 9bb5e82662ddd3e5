//! [`Listener`]: observes an execution.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use asl_engine::{
    ChildExecution, Debugger, Event, Failure, Identity, Interest, LogObserver, MapRun, Observer,
    TraceHeaders, Traced, VisitStage,
};

use asl_model::error_name;

use crate::app::App;
use crate::execution::{Ended, Execution};
use crate::lifecycle::{begin_child, end, find_end};
use crate::log;
use crate::lookup;
use crate::reached::Tally;
use crate::replay::Replay;

/// Passes the events of an execution to its history and its log, and enters its Map Runs and their children into the
/// store.
pub(crate) struct Listener {
    app: Arc<App>,
    execution: Arc<Execution>,
    log: Option<LogObserver>,
    /// An additional observer.
    also: Option<Arc<dyn Observer>>,
    /// Counts what the execution reaches.
    tally: Tally,
    /// The first events of a resumed execution were logged by an earlier process.
    replay: Arc<Replay>,
}

impl Listener {
    pub(crate) fn new(
        app: &Arc<App>,
        execution: &Arc<Execution>,
        identity: &Identity,
        also: Option<Arc<dyn Observer>>,
    ) -> Listener {
        let log = log::observer(app, &execution.target.revision, identity);
        let tally = Tally::of(&execution.target.revision.reached, &app.config);
        let replay = Replay::new(true);
        Listener { app: Arc::clone(app), execution: Arc::clone(execution), log, also, tally, replay }
    }

    /// Sets whether its events are new from the beginning.
    pub(crate) fn live(self, is_live: bool) -> Listener {
        Listener { replay: Replay::new(is_live), ..self }
    }

    /// Whether its events are new, which changes when the replay is complete.
    pub(crate) fn replay(&self) -> Arc<Replay> {
        Arc::clone(&self.replay)
    }
}

/// The store is updated each time an execution has grown by this many bytes.
const COUNT_EVERY_BYTES: usize = 64 << 10;

impl Listener {
    /// Fails the execution if its history, or everything the server keeps, exceeds a quota.
    fn bound_memory(&self) {
        let (quotas, history) = (&self.app.config.quotas, &self.execution.history);
        let grown = history.memory().saturating_sub(self.execution.counted_bytes.load(Ordering::Relaxed));
        let (what, most) = if history.bytes() > quotas.history_bytes {
            ("The history holds more than {} bytes of payloads", quotas.history_bytes)
        } else if grown > COUNT_EVERY_BYTES && !self.app.store().has_grown(&self.execution, quotas) {
            ("All executions take more than {} bytes of memory", quotas.kept_bytes)
        } else {
            return;
        };
        let cause = format!("{}, the quota of this server.", what.replace("{}", &most.to_string()));
        self.execution.fail(Failure::new(error_name::DATA_LIMIT_EXCEEDED, cause));
    }
}

impl Observer for Listener {
    fn interest(&self) -> Interest {
        let is_asked = self.also.as_ref().is_some_and(|also| also.interest() == Interest::Stages);
        if is_asked || self.tally.is_on() || self.execution.stages.is_some() {
            Interest::Stages
        } else {
            Interest::Full
        }
    }

    fn wants_operands(&self) -> bool {
        self.tally.is_on() || self.also.as_ref().is_some_and(|also| also.wants_operands())
    }

    fn debugger(&self) -> Option<&dyn Debugger> {
        self.also.as_ref().and_then(|also| also.debugger())
    }

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        self.tally.on_stage(entered, stage);
        if let Some(stages) = &self.execution.stages {
            stages.on_stage(entered, stage);
        }
        if let Some(also) = self.also.as_ref().filter(|also| also.interest() == Interest::Stages) {
            also.on_stage(entered, stage);
        }
    }

    fn on_event(&self, event: Event) {
        if let Some(log) = self.log.as_ref().filter(|_| self.replay.is_live()) {
            log.on_event(event.clone());
        }
        match &self.also {
            Some(also) if self.replay.is_live() => also.on_event(event.clone()),
            Some(also) => also.on_replayed(event.clone()),
            None => {}
        }
        self.tally.on_event(&event);
        let outcome = self.execution.child_of.as_ref().and_then(|_| event.kind.outcome());
        let stopped = event.timestamp;
        self.execution.history.on_event(event);
        self.bound_memory();
        if let Some(outcome) = outcome {
            if !self.replay.is_live() {
                find_end(&self.app, &self.execution, stopped);
            }
            end(&self.app, &self.execution, Ended { stopped, outcome });
        }
    }

    fn trace_headers(&self, of: Traced<'_>) -> Option<TraceHeaders> {
        self.also.as_ref()?.trace_headers(of)
    }

    fn on_live(&self) {
        for map_run in self.replay.go_live() {
            self.app.store().settle_map_run(&map_run);
        }
    }

    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        let is_live = self.replay.is_live();
        // One that is redriven is known, and so is each of a replay.
        let is_known = !is_live || map_run.redrive_count() > 0;
        let earlier = is_known.then(|| lookup::map_run(&self.app, map_run.arn()).ok()).flatten();
        let is_kept = earlier.as_ref().is_some_and(|known| known.redrive_count() == map_run.redrive_count());
        let resumed = earlier.as_ref().filter(|_| !is_live).map(|earlier| earlier.settings());
        if resumed.is_some() {
            self.replay.settle_later(map_run);
        }
        self.app.store().begin_map_run(&self.execution, map_run, !is_kept, resumed);
        match earlier {
            // An update that the execution had not learned of when it ended.
            Some(earlier) if is_live && earlier.settings() != map_run.settings() => {
                map_run.update(|settings| *settings = earlier.settings());
            }
            _ => {}
        }
        if let Some(also) = &self.also {
            also.on_map_run(map_run);
        }
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let execution = begin_child(&self.app, &self.execution, child, self.replay.is_live());
        let also = self.also.as_ref().and_then(|also| also.on_child(child));
        let listener = Listener::new(&self.app, &execution, child.identity, also);
        Some(Arc::new(Listener { replay: Arc::clone(&self.replay), ..listener }))
    }
}
