//! Map, distributed: one child execution per item or batch of items, each with a history of its own.

use std::sync::{Arc, Mutex, PoisonError};

use asl_model::{ExecutionType, error_name};
use asl_query::Env;
use asl_value::Value;

use crate::ObjectStore;
use crate::context::StateContext;
use crate::event::EventKind;
use crate::journal::map_run_end::MapRunEnd;
use crate::map::blocks::Origin;
use crate::map::child::{Children, Unbegun};
use crate::map::child_names::ChildNames;
use crate::map::children::{self, Progress};
use crate::map::dataset::Dataset;
use crate::map::export::Export;
use crate::map::form::{Form, has_lines};
use crate::map::inputs::{Inputs, Source};
use crate::map::iterations::{Iterations, items};
use crate::map::notes::MapRunNotes;
use crate::map::place::Place;
use crate::map::redriven;
use crate::map::result_file::{self, Desk};
use crate::map::results::{Output, Results};
use crate::map_run::{MapRun, MapRunSettings, MapRunStatus};
use crate::position::Doing;
use crate::program::MapStep;
use crate::run::Run;
use crate::setting::Setting;
use crate::slot::Slot;
use crate::stage::Stage;
use crate::trace::Cursor;
use crate::visit::{Exit, Trouble, Visit, Worked};

pub(crate) async fn work(
    visit: &Visit<'_>,
    map: &MapStep,
    children: ExecutionType,
    env: &Env<'_>,
    context: &StateContext<'_>,
    slot: &Slot,
    cursor: &mut Cursor,
) -> Result<Worked, Trouble> {
    let (run, trace) = (visit.run, &visit.run.trace);
    if run.keeps_checkpoint {
        slot.set_doing(|| Doing::MapRun);
    }
    let begun = match slot.map_run() {
        Some(notes) => Begun::again(visit, map, env, notes, cursor)?,
        None => Begun::first(visit, map, children, env, slot, cursor)?,
    };
    let (map_run, notes) = (Arc::clone(&begun.map_run), begun.notes.clone());
    let guard = AbortedOnDrop { run, map_run: &map_run };
    if let Some(observer) = trace.observer() {
        observer.on_map_run(&begun.map_run);
    }
    trace.step(cursor, || begun.event());
    let place = Place::of(visit, slot);
    let journalled = place.as_ref().map(Place::store);
    let storage = match &journalled {
        Some(journalled) => Some(journalled as &dyn ObjectStore),
        None => run.engine.storage(),
    };
    let recorded = match &place {
        Some(place) => place.recorded().await,
        None => None,
    };
    let result = async {
        match recorded {
            None => {}
            Some(MapRunEnd::Failed(failure)) => return Err(failure.into()),
            Some(MapRunEnd::Left { output, assigned }) => {
                let exit = Exit { output, assigned, next: visit.step.next };
                return Ok(Worked::Left(Box::new(exit)));
            }
        }
        let iterations = Iterations { visit, map, env, context };
        finish(&iterations, begun, place.as_ref(), storage).await.map(Worked::Result)
    };
    let result = result.await;
    match result {
        Ok(output) => {
            guard.ended(MapRunStatus::Succeeded);
            if let Some(notes) = &notes {
                notes.succeed();
            }
            // Recorded since November 2024, and observed in 2026: the state's exit follows `MapRunStarted`. Before, it
            // followed `MapRunSucceeded`.
            let succeeded = trace.mark(*cursor, || EventKind::MapRunSucceeded);
            trace.mark(succeeded, || EventKind::MapStateSucceeded);
            Ok(output)
        }
        Err(trouble) => {
            let failure = visit.settle(trouble, cursor).await;
            guard.ended(MapRunStatus::Failed);
            trace.step(cursor, || EventKind::MapRunFailed(failure.clone()));
            if failure.is_runtime() || failure.error.as_deref() == Some(error_name::DATA_LIMIT_EXCEEDED) {
                // Documented: a redrive then starts another Map Run.
                slot.forget_map_run();
            }
            Err(failure.into())
        }
    }
}

/// A Map Run that begins, or continues after a redrive.
struct Begun<'a> {
    map_run: Arc<MapRun>,
    /// The settings that it begins with. A host may change those of `map_run` at once.
    settings: MapRunSettings,
    source: Source<'a>,
    /// Only in an execution that keeps a checkpoint.
    notes: Option<Arc<MapRunNotes>>,
}

impl<'a> Begun<'a> {
    fn first(
        visit: &Visit<'_>,
        map: &'a MapStep,
        children: ExecutionType,
        env: &Env<'_>,
        slot: &Slot,
        cursor: &mut Cursor,
    ) -> Result<Begun<'a>, Trouble> {
        let (run, fields) = (visit.run, &map.distributed);
        let max_concurrency = Setting::eval_optional(&map.max_concurrency, env)?.unwrap_or_default();
        let given = match fields.reader {
            Some(_) => None,
            None => Some(items(map, env)?),
        };
        if let (Some(given), Some(_)) = (&given, run.watch) {
            visit.saw(visit.run.watch, Stage::Items, &given.to_value());
        }
        let length = given.as_ref().map_or(0, Dataset::len);
        run.trace.step(cursor, || EventKind::MapStateStarted { length });
        // Recorded: these are evaluated after `MapStateStarted`.
        let settings = MapRunSettings::eval(max_concurrency, fields, env)?;
        let request = fields.reader.as_ref().map(|reader| reader.request(visit, env)).transpose()?;
        let label = fields.label.clone().unwrap_or_else(|| run.entropy().uuid().into());
        let now = run.timeline.now().to_millis();
        let map_run = MapRun::new(run.identity, label, &run.entropy().uuid(), children, now, settings);
        let notes = run.keeps_checkpoint.then(|| {
            let notes = Arc::new(MapRunNotes::new(*cursor, map_run.head().clone(), settings));
            slot.begin_map_run(Arc::clone(&notes));
            notes
        });
        let source = match request {
            Some(request) => Source::Reader(request),
            None => Source::Items(Origin::Given(given.unwrap_or_default().into())),
        };
        Ok(Begun { map_run: Arc::new(map_run), settings, source, notes })
    }

    /// Documented: a Map Run continues with the items that it had.
    /// UNRECORDED: the settings of a redriven Map Run; here those that it had, with the changes of UpdateMapRun.
    fn again(
        visit: &Visit<'_>,
        map: &'a MapStep,
        env: &Env<'_>,
        notes: Arc<MapRunNotes>,
        cursor: &mut Cursor,
    ) -> Result<Begun<'a>, Trouble> {
        let now = visit.run.timeline.now().to_millis();
        let map_run = redriven::begin(&notes, now);
        let map_run = map_run.ok_or_else(|| Trouble::Runtime(redriven::TOO_MANY_REDRIVES.into()))?;
        let (settings, block) = {
            let known = notes.lock();
            *cursor = known.started;
            (known.settings, known.block.clone())
        };
        let request = || map.distributed.reader.as_ref().map(|reader| reader.request(visit, env)).transpose();
        let source = match block {
            Some(block) if block.is_last => Source::Kept(block, None),
            Some(block) => Source::Kept(block, request()?),
            // An earlier run failed, or was stopped, before it knew any item.
            None => match request()? {
                Some(request) => Source::Reader(request),
                None => Source::Items(Origin::Given(items(map, env)?.into())),
            },
        };
        Ok(Begun { map_run: Arc::new(map_run), settings, source, notes: Some(notes) })
    }

    fn event(&self) -> EventKind {
        let map_run_arn = self.map_run.arn().clone();
        match self.map_run.redrive_count() {
            0 => EventKind::MapRunStarted { map_run_arn },
            redrive_count => EventKind::MapRunRedriven { map_run_arn, redrive_count },
        }
    }
}

/// Runs the children, and combines their results into that of the state.
async fn finish<'a>(
    iterations: &'a Iterations<'a>,
    begun: Begun<'a>,
    place: Option<&'a Place<'a>>,
    storage: Option<&'a dyn ObjectStore>,
) -> Result<Value, Trouble> {
    let Iterations { visit, map, env, .. } = iterations;
    let Begun { map_run, settings, source, notes } = begun;
    let writer = map.distributed.writer.as_ref();
    let notes = notes.as_deref();
    let destination = match notes.and_then(MapRunNotes::destination) {
        // UNRECORDED: where a Map Run that is redriven writes; here where it has begun to.
        Some(known) => Some(known),
        None => writer
            .and_then(|writer| writer.arguments.as_ref())
            .map(|arguments| arguments.eval(env))
            .transpose()?,
    };
    let run = visit.run;
    notes.map_or(Ok(()), |notes| notes.hold(run.budget.hold()))?;
    let (form, held) = (Form::of(writer), run.budget.hold());
    let (desk, folder);
    let mut results = match &destination {
        None => Results::Output(Output::new(form, visit, held)),
        Some(arguments) => {
            folder = result_file::folder(arguments, &map_run);
            desk = Desk::new(storage, run.timeline, arguments, &folder)?;
            Results::Files(Box::new(Export::new(desk, &map_run, form, has_lines(writer), held, notes)))
        }
    };
    let mut inputs = Inputs::of(iterations, source, storage, run.budget.hold())?;
    if let Some(notes) = notes.filter(|_| map_run.redrive_count() > 0) {
        inputs.keep(redriven::take_results(notes, &mut results).await?);
    }
    let (aborted, unbegun) = (Mutex::default(), Unbegun::default());
    let (machine, aborted, unbegun) = (&map.machine, &aborted, &unbegun);
    let names = ChildNames::of(run.identity, &map_run);
    let is_exported = destination.is_some();
    let children = Children {
        parent: run,
        machine,
        map_run: &map_run,
        names: &names,
        form,
        is_exported,
        notes,
        aborted,
        unbegun,
    };
    let progress = Progress { children, notes, settings, place };
    let ended = children::run(&mut inputs, run, &visit.step.name, progress, &mut results).await;
    if inputs.block().is_none() {
        // UNRECORDED: an export by a Map whose items cannot be read; here nothing is written.
        ended?;
        return Ok(Value::Null);
    }
    if ended.is_err() {
        // Documented: files also have the children that were aborted, and those that did not begin.
        let aborted = std::mem::take(&mut *aborted.lock().unwrap_or_else(PoisonError::into_inner));
        // The Map fails anyway, with the error that it has: lists that do not fit into memory are not complete.
        let _ = results.fill_up(aborted, unbegun.take(), &mut inputs, &map_run, notes).await;
    }
    map_run.results_written();
    let output = results.end(ended).await?;
    run.note_time();
    visit.checked(output)
}

/// Ends the Map Run with its Map, even if the Map is dropped.
struct AbortedOnDrop<'a> {
    run: &'a Run<'a>,
    map_run: &'a MapRun,
}

impl AbortedOnDrop<'_> {
    fn ended(&self, status: MapRunStatus) {
        self.map_run.end(status, self.run.timeline.now().to_millis());
    }
}

impl Drop for AbortedOnDrop<'_> {
    fn drop(&mut self) {
        if !self.run.is_abandoned() {
            self.ended(MapRunStatus::Aborted);
        }
    }
}
