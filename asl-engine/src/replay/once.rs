//! [`once`]: one replay of a record.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::comparison::{Comparison, Found};
use super::ends;
use super::script::Script;
use crate::event::Event;
use crate::journal::driver::Drive;
use crate::journal::map_run_end::MapRunEnds;
use crate::journal::run_journal::RunJournal;
use crate::journal::strand_path::StrandPath;
use crate::journal::turnstile::Turnstile;
use crate::record::steps::Steps;
use crate::run::Run;
use crate::{
    ChildExecution, Debugger, EffectKind, Engine, Execution, Identity, Journal, Limits, MapRun, Observer,
    Outcome, Program, Record, RecordError, Report, Seed,
};

/// The settings of a replay that a record does not contain.
pub(super) struct Once {
    pub(super) identity: Identity,
    /// How much later everything is learned than it was recorded.
    pub(super) shift: Duration,
    pub(super) seed: u8,
    pub(super) observer: Arc<dyn Observer>,
}

/// A replay that has ended.
pub(super) struct Ended<'r> {
    pub(super) report: Option<Report>,
    pub(super) comparison: Comparison<'r>,
}

/// Runs a program with the results of a record.
pub(super) async fn once<'r>(
    engine: &Engine,
    program: &Program,
    steps: &'r Steps<'r>,
    once: Once,
) -> Result<Ended<'r>, RecordError> {
    let record = steps.record();
    let seen = Arc::new(Seen { events: Mutex::default(), observer: once.observer });
    let limits = Limits { events: Some(EVENTS.max(record.events().len() as u64 * 2)), ..Limits::standard() };
    let execution = Execution::new(record.input().clone())
        .with_identity(once.identity)
        .with_limits(limits)
        .with_observer(Arc::clone(&seen) as Arc<dyn Observer>);
    let started = record.started().plus(once.shift);
    let timeline = engine.clock().begin_stepped(Some(started), started);
    let turnstile = Turnstile::new(Seed::new([once.seed; 32]), None);
    let (path, map_runs) = (StrandPath::root(), MapRunEnds::default());
    let journal = RunJournal::new(&turnstile, &path).with_map_runs(map_runs.clone());
    let run = Run::of(engine, program, &execution, &timeline).journalled(journal);
    let root = run.root(&execution);
    root.slot.set_path(path);
    let drive = Drive {
        timeline: &timeline,
        turnstile: &turnstile,
        is_new: false,
        end: None,
        journal: None::<&dyn Journal>,
        on_live: &|| (),
        snapshot: &|| None,
    };
    let strands = async {
        run.begin(&execution);
        run.to_end(&program.root, root).await
    };
    let mut script = Script::new(steps, once.shift, map_runs);
    let mut comparison = Comparison::new(steps);
    let (mut refused, mut open) = (None, Vec::new());
    let outcome = drive
        .run_chosen(strands, || {
            if let Err(error) = seen.take().into_iter().try_for_each(|event| comparison.follow(event)) {
                refused = Some(error);
                return None;
            }
            open = turnstile.open_effects();
            script.next(&open, &comparison)
        })
        .await;
    if let Some(error) = refused {
        return Err(error);
    }
    seen.take().into_iter().try_for_each(|event| comparison.follow(event))?;
    if outcome.is_none() && record.outcome().is_some() {
        for effect in open {
            let waits = match effect.kind {
                EffectKind::Task { .. } => "waits for the result of a call that was not recorded",
                EffectKind::Timer { .. } => "waits for a Map Run that was not recorded",
                _ => continue,
            };
            if let Some(strand) = comparison.strands.find(effect.of.strand_numbers()) {
                comparison.stuck(strand, &effect.state, waits);
            }
        }
    }
    let has_failed = outcome.as_ref().and_then(Outcome::failure);
    if let Some(failure) = has_failed.filter(|_| outcome.as_ref().map(Outcome::status) != status(record)) {
        comparison.failed(failure);
    }
    let report = outcome.map(|outcome| run.report(&program.root, &execution, None, outcome));
    Ok(Ended { report, comparison })
}

fn status(record: &Record) -> Option<&'static str> {
    record.outcome().map(|outcome| outcome.status())
}

/// The most events that an execution may have on AWS.
const EVENTS: u64 = 25_000;

impl Ended<'_> {
    pub(super) fn outcome(&self) -> Option<&Outcome> {
        self.report.as_ref().map(|report| &report.outcome)
    }

    /// What differs, in order. The end comes last.
    pub(super) fn differences(&self, recorded: Option<&Outcome>) -> Vec<Found> {
        let mut differences = self.comparison.found.clone();
        let ends = ends::differences(recorded, self.outcome());
        differences.extend(ends.into_iter().map(|difference| Found { place: None, difference }));
        differences
    }
}

/// Keeps the events until they are compared.
struct Seen {
    events: Mutex<Vec<Event>>,
    observer: Arc<dyn Observer>,
}

impl Seen {
    fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Observer for Seen {
    fn debugger(&self) -> Option<&dyn Debugger> {
        self.observer.debugger()
    }

    fn on_event(&self, event: Event) {
        self.observer.on_event(event.clone());
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        self.observer.on_map_run(map_run);
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        self.observer.on_child(child)
    }
}
