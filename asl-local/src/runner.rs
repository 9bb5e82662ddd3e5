//! Runs executions.

use std::sync::Arc;

use asl_engine::{Execution as EngineRun, Failure, Observer, Outcome, Registry, Report};
use asl_model::error_name;

use crate::admission::{Start, admit};
use crate::app::App;
use crate::error::ApiError;
use crate::execution::{Ended, Execution};
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
    match first {
        Some(first) => Ok(run(Arc::clone(app), execution, first, Some(also)).await),
        None => Ok(None),
    }
}

/// Spawns a run of an execution: its first, or that of a redrive.
pub(crate) fn spawn(app: &Arc<App>, execution: &Arc<Execution>, run: EngineRun) {
    let run = self::run(Arc::clone(app), Arc::clone(execution), run, None);
    app.spawn(async { drop(run.await) });
}

async fn run(
    app: Arc<App>,
    execution: Arc<Execution>,
    run: EngineRun,
    also: Option<Arc<dyn Observer>>,
) -> Option<Report> {
    let tasks = LocalTasks { app: Arc::clone(&app), mocks: execution.mocks.clone() };
    let engine = app.engine.with_tasks(Registry::new().fallback(tasks));
    let listener = Listener::new(&app, &execution, run.identity(), also);
    let run = run.with_cancel(execution.redrives().cancel.clone()).with_observer(Arc::new(listener));
    let program = execution.target.revision.program().cloned();
    // In a task of its own, so that the execution ends even if the run panics.
    let mut report = match program {
        Some(program) => app.spawn(async move { engine.run(&program, run).await }).await.ok(),
        None => None,
    };
    let outcome = report.as_ref().map(|report| report.outcome.clone());
    let outcome = outcome
        .unwrap_or_else(|| Outcome::Failed(Failure::new(error_name::RUNTIME, "the execution panicked")));
    for near in report.iter().flat_map(|report| &report.near_limits) {
        tracing::warn!(arn = execution.arn, limit = %near, "near a limit");
    }
    execution.redrives().checkpoint = report.as_mut().and_then(|report| report.checkpoint.take());
    let stopped = execution.history.last_time().unwrap_or(execution.started).max(execution.started);
    end(&app, &execution, Ended { stopped, outcome });
    report
}
