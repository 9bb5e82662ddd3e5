//! Runs executions.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use asl_engine::{
    Engine, Execution as EngineRun, Failure, Observer, Outcome, RecordedExecution, Registry, Report,
};
use asl_model::error_name;
use asl_value::Text;

use crate::admission::{Start, admit};
use crate::app::App;
use crate::definition::Runnable;
use crate::error::ApiError;
use crate::execution::{Ended, Execution};
use crate::held::hold;
use crate::journal::{Journalled, Resuming};
use crate::lifecycle::end;
use crate::listener::Listener;
use crate::mock::MockedTasks;
use crate::task::LocalTasks;

/// Starts an execution. If a STANDARD execution with this name and input is already running, returns that one.
pub(crate) async fn start(app: &Arc<App>, request: &Start<'_>) -> Result<Arc<Execution>, ApiError> {
    let (execution, first) = admit(app, request, None).await?;
    if let Some(first) = first {
        spawn(app, &execution, first);
    }
    Ok(execution)
}

/// Starts an execution with mocks and an additional observer, and waits for its end. `None` if the run panicked.
pub(crate) async fn run_here(
    app: &Arc<App>,
    request: &Start<'_>,
    mocks: Option<MockedTasks>,
    also: Arc<dyn Observer>,
) -> Result<Option<Report>, ApiError> {
    let (execution, first) = admit(app, request, mocks).await?;
    let Some(first) = first else { return Ok(None) };
    // In a task of its own, so that the execution goes on if nobody waits for its end.
    let run = app.spawn(run(Arc::clone(app), execution, first, Some(also)));
    Ok(run.await.ok().flatten())
}

/// Spawns a run of an execution: its first, or that of a redrive.
pub(crate) fn spawn(app: &Arc<App>, execution: &Arc<Execution>, run: EngineRun) {
    // Here, where a task may be starting it: a debugger sees which.
    let also = app.config.observers.as_ref().and_then(|observers| observers(run.identity()));
    let run = self::run(Arc::clone(app), Arc::clone(execution), run, also);
    app.spawn(async { drop(run.await) });
}

async fn run(
    app: Arc<App>,
    execution: Arc<Execution>,
    run: EngineRun,
    also: Option<Arc<dyn Observer>>,
) -> Option<Report> {
    let beginning = match app.archive.as_ref().filter(|_| execution.is_durable) {
        Some(archive) => {
            let number_of_run = execution.redrives().count;
            let journal = Journalled::new(archive, execution.number, number_of_run, Resuming::default());
            Beginning::Journalled(journal)
        }
        None => Beginning::Unrecorded,
    };
    run_from(app, execution, run, beginning, also).await
}

/// What a run begins with.
pub(crate) enum Beginning {
    /// Nothing of it survives the process.
    Unrecorded,
    Journalled(Journalled),
    /// It continues from what its journal has.
    #[cfg_attr(not(feature = "data-dir"), allow(dead_code, reason = "only a data folder keeps journals"))]
    Recorded(Box<RecordedExecution>, Journalled),
}

/// Runs an execution to its end. `None` if the run panicked, or cannot be continued from its journal: that execution is
/// held ([`hold`]).
pub(crate) async fn run_from(
    app: Arc<App>,
    execution: Arc<Execution>,
    run: EngineRun,
    beginning: Beginning,
    also: Option<Arc<dyn Observer>>,
) -> Option<Report> {
    let engine = engine(&app, &execution);
    let is_new = !matches!(beginning, Beginning::Recorded(..));
    let run = run.with_trace_header(execution.trace_header.as_deref().map(Text::from));
    let also = also
        .or_else(|| app.config.observers.as_ref().and_then(|observers| observers(run.identity())))
        .or_else(|| app.config.traces.as_ref().and_then(|traces| traces(&run)));
    let listener = Listener::new(&app, &execution, run.identity(), also).live(is_new);
    let replay = listener.replay();
    let run = run.with_cancel(execution.redrives().cancel.clone()).with_observer(Arc::new(listener));
    let runnable = execution.target.revision.program().cloned();
    // Boxed: a future that is moved would be twice in this one.
    let done = caught(Box::pin(async move {
        let Some(Runnable { program, hash }) = runnable else {
            return Err("this version of the server cannot run its definition".to_owned());
        };
        let report = match beginning {
            Beginning::Unrecorded => Ok(engine.run(&program, run).await),
            Beginning::Journalled(journal) => engine.run_journalled(&program, &hash, run, &journal).await,
            Beginning::Recorded(recorded, journal) => {
                engine.resume(&program, &hash, run, *recorded, &journal).await
            }
        };
        report.map_err(|error| error.to_string())
    }));
    let done = done.await.unwrap_or_else(|| Err("the execution panicked".to_owned()));
    match done {
        // Only a replay fails before anything is new.
        Err(problem) if !replay.is_live() => {
            hold(&app, &execution, &problem);
            None
        }
        done => finish(&app, &execution, done),
    }
}

/// What the work returns; `None` if it panics, so that its execution ends nevertheless.
async fn caught<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// The engine with the tasks of an execution.
pub(crate) fn engine(app: &Arc<App>, execution: &Execution) -> Engine {
    let tasks = LocalTasks {
        app: Arc::clone(app),
        mocks: execution.mocks.clone(),
        recorded: execution.is_durable.then_some(execution.number),
    };
    let engine = app.engine.with_tasks(Registry::new().fallback(tasks));
    match &app.config.children {
        Some(threads) => threads.engine(&engine),
        None => engine,
    }
}

/// Records the end of a run.
fn finish(app: &App, execution: &Arc<Execution>, done: Result<Report, String>) -> Option<Report> {
    let (mut report, outcome) = match done {
        Ok(report) => {
            let outcome = report.outcome.clone();
            (Some(report), outcome)
        }
        Err(problem) => {
            tracing::error!(arn = execution.arn, problem, "an execution failed");
            (None, Outcome::Failed(Failure::new(error_name::RUNTIME, problem)))
        }
    };
    for near in report.iter().flat_map(|report| &report.near_limits) {
        tracing::warn!(arn = execution.arn, limit = %near, "near a limit");
    }
    let checkpoint = report.as_mut().and_then(|report| report.checkpoint.take());
    execution.redrives().keep(checkpoint, execution.is_durable);
    let stopped = execution.history.last_time().unwrap_or(execution.started).max(execution.started);
    end(app, execution, Ended { stopped, outcome });
    report
}
