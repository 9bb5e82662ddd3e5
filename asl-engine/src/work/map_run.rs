//! Map, distributed: one child execution per item or batch of items, each with a history of its own.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use asl_model::ExecutionType;
use asl_query::Env;
use asl_value::{Text, VALUE_BYTES, Value};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::budget::Held;
use crate::context::StateContext;
use crate::event::EventKind;
use crate::journal::map_run_end::MapRunEnd;
use crate::journal::map_run_settings::LiveSettings;
use crate::journal::run_journal::RunJournal;
use crate::journal::storage::JournalledStore;
use crate::journal::strand_path::StrandPath;
use crate::map::batch::batches;
use crate::map::child;
use crate::map::dataset::Dataset;
use crate::map::ended_child::EndedChild;
use crate::map::iterations::{Iterations, items};
use crate::map::writer::Results;
use crate::map_run::{MapRun, MapRunSettings, MapRunStatus};
use crate::program::MapStep;
use crate::run::Run;
use crate::setting::Setting;
use crate::slot::Slot;
use crate::stage::Stage;
use crate::trace::Cursor;
use crate::turn::{self, YIELD_EVERY};
use crate::visit::{Exit, Trouble, Visit, Worked};
use crate::{Failure, ObjectStore, wait};

/// DEVIATION: a redriven execution starts the Map again with a new Map Run; AWS continues with the children that did
/// not succeed.
pub(crate) async fn work(
    visit: &Visit<'_>,
    map: &MapStep,
    children: ExecutionType,
    env: &Env<'_>,
    context: &StateContext<'_>,
    slot: &Slot,
    cursor: &mut Cursor,
) -> Result<Worked, Trouble> {
    let (run, fields) = (visit.run, &map.distributed);
    let trace = &run.trace;
    let max_concurrency = Setting::eval_optional(&map.max_concurrency, env)?.unwrap_or_default();
    let given = match fields.reader {
        Some(_) => None,
        None => Some(items(map, env)?),
    };
    if let (Some(given), Some(_)) = (&given, run.watch) {
        visit.saw(Stage::Items, &given.to_value());
    }
    let length = given.as_ref().map_or(0, Dataset::len);
    trace.step(cursor, || EventKind::MapStateStarted { length });
    // Recorded: these are evaluated after `MapStateStarted`.
    let settings = MapRunSettings::eval(max_concurrency, fields, env)?;
    let request = fields.reader.as_ref().map(|reader| reader.request(visit, env)).transpose()?;
    let label = fields.label.clone().unwrap_or_else(|| run.entropy().uuid().into());
    let now = run.timeline.now().to_millis();
    let map_run = Arc::new(MapRun::new(run.identity, label, &run.entropy().uuid(), children, now, settings));
    let guard = AbortedOnDrop { run, map_run: &map_run };
    if let Some(observer) = trace.observer() {
        observer.on_map_run(&map_run);
    }
    trace.step(cursor, || EventKind::MapRunStarted { map_run_arn: map_run.arn().clone() });
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
        let dataset = match (given, request) {
            (Some(dataset), _) => dataset,
            (None, Some(request)) => {
                let _in_flight = run.timeline.in_flight();
                request.read(storage, run.limits, &mut held).await?
            }
            (None, None) => Dataset::default(),
        };
        run.note_time();
        let iterations = Iterations { visit, map, env, context, dataset };
        finish(iterations, &map_run, &mut held, place.as_ref(), storage).await.map(Worked::Result)
    };
    let result = result.await;
    match result {
        Ok(output) => {
            guard.ended(MapRunStatus::Succeeded);
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
            Err(failure.into())
        }
    }
}

/// Runs the children, and combines their results into that of the state.
///
/// `held` is the memory of the items; batches and results add to it.
async fn finish(
    iterations: Iterations<'_>,
    map_run: &Arc<MapRun>,
    held: &mut Held,
    place: Option<&Place<'_>>,
    storage: Option<&dyn ObjectStore>,
) -> Result<Value, Trouble> {
    let Iterations { visit, map, env, .. } = iterations;
    let writer = map.distributed.writer.as_ref();
    let destination = writer
        .and_then(|writer| writer.arguments.as_ref())
        .map(|arguments| arguments.eval(env))
        .transpose()?;
    let inputs = Inputs::of(iterations, held).await?;
    let config = writer.and_then(|writer| writer.config.as_ref());
    held.add(VALUE_BYTES.saturating_mul(inputs.len() as u64)).map_err(Failure::from)?;
    let mut results = Results::new(inputs.len(), config, destination.is_some());
    map_run.read(inputs.len() as u64, inputs.items());
    let ended = run_children(visit, map, &inputs, map_run, &mut results, held, place).await;
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

/// Runs the children, a limited number at a time, until all have ended or too many have failed.
async fn run_children(
    visit: &Visit<'_>,
    map: &MapStep,
    inputs: &Inputs<'_>,
    map_run: &Arc<MapRun>,
    results: &mut Results,
    held: &mut Held,
    place: Option<&Place<'_>>,
) -> Result<(), Trouble> {
    let run = visit.run;
    let mut waiting = 0..inputs.len();
    let mut running = FuturesUnordered::new();
    let most = run.limits.map_run_concurrency;
    let mut live = LiveSettings::new(map_run, place.map(Place::numbered), &visit.step.name);
    let concurrency = |settings: MapRunSettings| match usize::try_from(settings.max_concurrency) {
        Ok(0) | Err(_) => most,
        Ok(wanted) => wanted.min(most),
    };
    let has_room = |live: &LiveSettings<'_>, running: usize| {
        running == 0 || (running < concurrency(live.get()) && run.budget.has_room())
    };
    let mut ended = 0u32;
    loop {
        while has_room(&live, running.len()) {
            let Some(index) = waiting.next() else { break };
            wait::before_start(run, index).await;
            let held = run.budget.hold_strand();
            let path = place.map(|place| place.child(index));
            running.push(child::run(run, &map.machine, map_run, index, inputs.get(index)?, held, path));
        }
        // The next child that ends, or `None` if there is room for more children.
        let next: Option<Option<EndedChild>> = poll_fn(|cx| {
            live.poll(cx);
            match running.poll_next_unpin(cx) {
                Poll::Ready(ended) => Poll::Ready(Some(ended)),
                Poll::Pending if !waiting.is_empty() && has_room(&live, running.len()) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
        let Some(next) = next else { continue };
        let Some(child) = next else { break };
        held.add(results.add(child, map_run)).map_err(Failure::from)?;
        let items = map_run.items();
        live.get().check(items.unsuccessful(), items.total())?;
        ended = ended.wrapping_add(1);
        if ended.is_multiple_of(YIELD_EVERY) {
            turn::end(run.timeline).await;
        }
    }
    Ok(())
}

/// Where a distributed Map is, in a journalled execution.
struct Place<'a> {
    journal: &'a RunJournal,
    path: &'a StrandPath,
    /// The number of the Map in its strand.
    number: u64,
    state: &'a Text,
    storage: Option<&'a dyn ObjectStore>,
}

impl<'a> Place<'a> {
    fn of(visit: &Visit<'a>, slot: &'a Slot) -> Option<Place<'a>> {
        let (journal, path) = (visit.run.journal.as_ref()?, slot.path()?);
        let (number, state) = (path.next_number(), &visit.step.name);
        Some(Place { journal, path, number, state, storage: visit.run.engine.storage() })
    }

    /// The recorded end of the Map Run, if a history is replayed.
    async fn recorded(&self) -> Option<MapRunEnd> {
        let ends = self.journal.map_runs()?;
        Some(ends.wait(self.journal.turnstile(), self.path, self.state).await)
    }

    fn store(&self) -> JournalledStore<'_> {
        let (turnstile, path, state) = (self.journal.turnstile(), self.path, self.state);
        JournalledStore { turnstile, path, state, store: self.storage }
    }

    fn numbered(&self) -> (&RunJournal, &StrandPath, u64) {
        (self.journal, self.path, self.number)
    }

    /// The path of a child execution.
    fn child(&self, index: usize) -> StrandPath {
        self.path.inside(self.number, index)
    }
}

/// The inputs of the children.
enum Inputs<'a> {
    /// One item each. The input is made when its child begins.
    Items(Iterations<'a>),
    Batches(Vec<Value>),
}

impl<'a> Inputs<'a> {
    async fn of(iterations: Iterations<'a>, held: &mut Held) -> Result<Inputs<'a>, Trouble> {
        let Some(batcher) = &iterations.map.distributed.batcher else { return Ok(Inputs::Items(iterations)) };
        let mut inputs = Vec::new();
        for index in 0..iterations.dataset.len() {
            wait::before_start(iterations.visit.run, index).await;
            let (_, input) = iterations.input(index)?;
            held.add(input.memory_bytes()).map_err(Failure::from)?;
            inputs.push(input);
        }
        Ok(Inputs::Batches(batches(batcher, inputs, iterations.visit, iterations.env)?))
    }

    /// How many children there are.
    fn len(&self) -> usize {
        match self {
            Inputs::Items(iterations) => iterations.dataset.len(),
            Inputs::Batches(batches) => batches.len(),
        }
    }

    /// How many items the children have together.
    fn items(&self) -> u64 {
        match self {
            Inputs::Items(iterations) => iterations.dataset.len() as u64,
            Inputs::Batches(batches) => batches.iter().map(items_of).sum(),
        }
    }

    /// The input of a child and, if it is a batch, the number of its items.
    fn get(&self, index: usize) -> Result<(Value, Option<u64>), Trouble> {
        match self {
            Inputs::Items(iterations) => Ok((iterations.input(index)?.1, None)),
            Inputs::Batches(batches) => {
                let batch = batches.get(index).cloned().unwrap_or_default();
                let items = items_of(&batch);
                Ok((batch, Some(items)))
            }
        }
    }
}

fn items_of(batch: &Value) -> u64 {
    batch.get("Items").and_then(Value::as_array).map_or(0, |items| items.len() as u64)
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
