//! Map, distributed: one child execution per item or batch of items, each with a history of its own.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use asl_model::{ExecutionType, error_name};
use asl_query::Env;
use asl_value::VALUE_BYTES;
use asl_value::Value;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::budget::Held;
use crate::context::StateContext;
use crate::event::EventKind;
use crate::journal::map_run_end::MapRunEnd;
use crate::journal::map_run_settings::LiveSettings;
use crate::map::child::{self, Children, Start};
use crate::map::dataset::{ChildItems, Dataset};
use crate::map::ended_child::EndedChild;
use crate::map::inputs::Inputs;
use crate::map::iterations::{Iterations, items};
use crate::map::notes::MapRunNotes;
use crate::map::place::Place;
use crate::map::reader::ReadRequest;
use crate::map::redriven;
use crate::map::writer::{Form, Results};
use crate::map_run::{MapRun, MapRunSettings, MapRunStatus};
use crate::position::Doing;
use crate::program::MapStep;
use crate::run::Run;
use crate::setting::Setting;
use crate::slot::Slot;
use crate::stage::Stage;
use crate::trace::Cursor;
use crate::turn::{self, YIELD_EVERY};
use crate::visit::{Exit, Trouble, Visit, Worked};
use crate::{Failure, ObjectStore, wait};

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
        Some(notes) => Begun::again(visit, notes, cursor)?,
        None => Begun::first(visit, map, children, env, slot, cursor)?,
    };
    let guard = AbortedOnDrop { run, map_run: &begun.map_run };
    if let Some(observer) = trace.observer() {
        observer.on_map_run(&begun.map_run);
    }
    trace.step(cursor, || begun.event());
    let mut held = run.budget.hold();
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
        let (dataset, kept) = begun.source.items(visit, map, env, storage, &mut held).await?;
        run.note_time();
        let iterations = Iterations { visit, map, env, context, dataset };
        let progress = Progress {
            map_run: &begun.map_run,
            notes: begun.notes.as_deref(),
            settings: begun.settings,
            place: place.as_ref(),
        };
        finish(&iterations, kept, progress, &mut held, storage).await.map(Worked::Result)
    };
    let result = result.await;
    match result {
        Ok(output) => {
            guard.ended(MapRunStatus::Succeeded);
            if let Some(notes) = &begun.notes {
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

/// Where the items of a Map Run come from.
enum Source<'a> {
    /// The data of the state.
    Given(Dataset),
    Reader(ReadRequest<'a>),
    /// An earlier run.
    Kept(ChildItems),
    /// An earlier run failed, or was stopped, before it knew them.
    Unknown,
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
        let source = match (given, request) {
            (Some(dataset), _) => Source::Given(dataset),
            (None, Some(request)) => Source::Reader(request),
            (None, None) => Source::Given(Dataset::default()),
        };
        Ok(Begun { map_run: Arc::new(map_run), settings, source, notes })
    }

    /// Documented: a Map Run continues with the items that it had.
    /// UNRECORDED: the settings of a redriven Map Run; here those that it had, with the changes of UpdateMapRun.
    fn again(visit: &Visit<'_>, notes: Arc<MapRunNotes>, cursor: &mut Cursor) -> Result<Begun<'a>, Trouble> {
        let now = visit.run.timeline.now().to_millis();
        let map_run = redriven::begin(&notes, now);
        let map_run = map_run.ok_or_else(|| Trouble::Runtime(redriven::TOO_MANY_REDRIVES.into()))?;
        let (settings, source) = {
            let known = notes.lock();
            *cursor = known.started;
            (known.settings, known.items.clone().map_or(Source::Unknown, Source::Kept))
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

impl Source<'_> {
    /// The items and, after a redrive, the inputs that the children had.
    async fn items(
        self,
        visit: &Visit<'_>,
        map: &MapStep,
        env: &Env<'_>,
        storage: Option<&dyn ObjectStore>,
        held: &mut Held,
    ) -> Result<(Arc<Dataset>, Option<ChildItems>), Trouble> {
        let request = match (self, &map.distributed.reader) {
            (Source::Given(dataset), _) => return Ok((Arc::new(dataset), None)),
            (Source::Kept(kept), reader) => {
                if reader.is_some() || matches!(kept, ChildItems::Batches(_)) {
                    held.add(kept.memory_bytes()).map_err(Failure::from)?;
                }
                let dataset = match &kept {
                    ChildItems::Items(dataset) => Arc::clone(dataset),
                    ChildItems::Batches(_) => Arc::default(),
                };
                return Ok((dataset, Some(kept)));
            }
            (Source::Unknown, None) => return Ok((Arc::new(items(map, env)?), None)),
            (Source::Unknown, Some(reader)) => reader.request(visit, env)?,
            (Source::Reader(request), _) => request,
        };
        let _in_flight = visit.run.timeline.in_flight();
        let dataset = request.read(storage, visit.run.limits, held).await?;
        Ok((Arc::new(dataset), None))
    }
}

/// What the children of a Map Run change.
#[derive(Clone, Copy)]
struct Progress<'a> {
    map_run: &'a Arc<MapRun>,
    notes: Option<&'a MapRunNotes>,
    settings: MapRunSettings,
    place: Option<&'a Place<'a>>,
}

/// Runs the children, and combines their results into that of the state.
///
/// `held` is the memory of the items; batches and results add to it.
async fn finish(
    iterations: &Iterations<'_>,
    kept: Option<ChildItems>,
    progress: Progress<'_>,
    held: &mut Held,
    storage: Option<&dyn ObjectStore>,
) -> Result<Value, Trouble> {
    let Iterations { visit, map, env, .. } = iterations;
    let Progress { map_run, notes, .. } = progress;
    let writer = map.distributed.writer.as_ref();
    let destination = writer
        .and_then(|writer| writer.arguments.as_ref())
        .map(|arguments| arguments.eval(env))
        .transpose()?;
    let is_kept = kept.is_some();
    let inputs = match kept {
        Some(kept) => Inputs::kept(iterations, kept),
        None => Inputs::of(iterations, held).await?,
    };
    let length = inputs.items.len();
    held.add(VALUE_BYTES.saturating_mul(length as u64)).map_err(Failure::from)?;
    let mut results = Results::new(length, writer);
    let mut staying = BTreeSet::new();
    match notes.filter(|_| is_kept) {
        Some(notes) => {
            let (bytes, ended) = redriven::take_results(notes, &mut results);
            held.add(bytes).map_err(Failure::from)?;
            staying = ended;
        }
        None => map_run.read(length as u64, inputs.items.items()),
    }
    if let Some(notes) = notes.filter(|_| !is_kept) {
        notes.keep_items(inputs.items.clone());
    }
    let ended = run_children(&inputs, staying, visit, map, progress, &mut results, held).await;
    map_run.results_written();
    let output = match destination {
        None => {
            ended?;
            results.into_output()
        }
        Some(arguments) => {
            let _in_flight = visit.run.timeline.in_flight();
            // Documented: a Map Run that fails exports its results, too.
            let output = results.export(&arguments, map_run, storage).await;
            ended?;
            output?
        }
    };
    visit.run.note_time();
    visit.checked(output)
}

/// Runs the children but for those that stay as they ended, a limited number at a time, until all have ended or too many
/// have failed.
async fn run_children(
    inputs: &Inputs<'_>,
    staying: BTreeSet<usize>,
    visit: &Visit<'_>,
    map: &MapStep,
    progress: Progress<'_>,
    results: &mut Results,
    held: &mut Held,
) -> Result<(), Trouble> {
    let (run, Progress { map_run, notes, place, settings }) = (visit.run, progress);
    let form = Form::of(map.distributed.writer.as_ref());
    let children = Children { parent: run, machine: &map.machine, map_run, form, notes };
    let mut waiting = (0..inputs.items.len()).filter(|index| !staying.contains(index)).peekable();
    let mut running = FuturesUnordered::new();
    let most = run.limits.map_run_concurrency;
    let mut live = LiveSettings::new(map_run, settings, place.map(Place::numbered), &visit.step.name);
    let concurrency = |settings: MapRunSettings| match usize::try_from(settings.max_concurrency) {
        Ok(0) | Err(_) => most,
        Ok(wanted) => wanted.min(most),
    };
    let has_room = |live: &LiveSettings<'_>, running: usize| {
        running == 0 || (running < concurrency(live.get()) && run.budget.has_room())
    };
    let mut ended = 0u32;
    // Those of an earlier run that cannot be redriven count as failed.
    live.get().check(map_run.items().unsuccessful(), map_run.items().total())?;
    loop {
        while has_room(&live, running.len()) {
            let Some(index) = waiting.next() else { break };
            wait::before_start(run, index).await;
            let earlier = notes.and_then(|notes| notes.stopped(index));
            let input = match &earlier {
                Some(earlier) => earlier.input.clone(),
                None => inputs.get(index)?,
            };
            let (batch, held) = (inputs.items.batch(&input), run.budget.hold_strand());
            let path = place.map(|place| place.child(index));
            running.push(child::run(
                children,
                Start { state: &visit.step.name, index, input, batch, earlier, held, path },
            ));
        }
        // The next child that ends, or `None` if there is room for more children.
        let next: Option<Option<(usize, EndedChild)>> = poll_fn(|cx| {
            live.poll(cx);
            match running.poll_next_unpin(cx) {
                Poll::Ready(ended) => Poll::Ready(Some(ended)),
                Poll::Pending if waiting.peek().is_some() && has_room(&live, running.len()) => {
                    Poll::Ready(None)
                }
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
        if let Some(notes) = notes {
            notes.set_settings(live.get());
        }
        let Some(next) = next else { continue };
        let Some((index, child)) = next else { break };
        held.add(results.add(index, child)).map_err(Failure::from)?;
        let items = map_run.items();
        live.get().check(items.unsuccessful(), items.total())?;
        ended = ended.wrapping_add(1);
        if ended.is_multiple_of(YIELD_EVERY) {
            turn::end(run.timeline).await;
        }
    }
    Ok(())
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
