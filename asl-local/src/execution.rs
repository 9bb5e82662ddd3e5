//! [`Execution`]: one execution, and the starting of it.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_engine::{
    ChildExecution, Engine, Failure, Identity, Limits, MapRun, Observer, Outcome, Registry, Report,
};
use asl_model::{ExecutionArn, ExecutionType, Source, error_name};
use asl_value::{Timestamp, Value};
use tokio::sync::watch;

use crate::app::App;
use crate::arn::{QualifiedArn, check_name};
use crate::clock::now;
use crate::config::MockedTasks;
use crate::error::ApiError;
use crate::history::{History, View};
use crate::listener::Listener;
use crate::machine::{Revision, Target};
use crate::redrive::Redrives;
use crate::status;
use crate::task::LocalTasks;
use crate::verbatim;

/// Measured on AWS: a name is free again 90 days after its execution ended.
fn is_name_free(ended: Timestamp, now: Timestamp) -> bool {
    const PERIOD: Duration = Duration::from_secs(90 * 86_400);
    now.since(ended) >= PERIOD
}

/// One execution.
pub(crate) struct Execution {
    /// Its place among the executions.
    pub(crate) number: u64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: ExecutionType,
    pub(crate) machine_arn: String,
    pub(crate) version_arn: Option<String>,
    pub(crate) alias_arn: Option<String>,
    pub(crate) revision: Arc<Revision>,
    pub(crate) input: Value,
    /// The input as it was sent.
    pub(crate) input_text: String,
    pub(crate) trace_header: Option<String>,
    /// Of a child of a distributed Map.
    pub(crate) child_of: Option<ChildOf>,
    pub(crate) started: Timestamp,
    mocks: Option<MockedTasks>,
    redrives: Mutex<Redrives>,
    pub(crate) history: History,
    /// What the store has counted for it.
    pub(crate) counted_bytes: AtomicUsize,
    /// The ARNs of its Map Runs, in the order in which they began.
    map_runs: Mutex<Vec<String>>,
    ended: watch::Sender<Option<Ended>>,
}

/// What a child execution belongs to.
pub(crate) struct ChildOf {
    pub(crate) map_run: Arc<MapRun>,
    /// Items of its batch.
    pub(crate) item_count: Option<u64>,
}

/// How an execution ended, and when.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    pub(crate) stopped: Timestamp,
    pub(crate) outcome: Outcome,
}

/// A request to start an execution.
#[derive(Default)]
pub(crate) struct Start<'a> {
    /// The machine, a version or an alias; with `#Case` behind it, a test case.
    pub(crate) machine: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) input: Option<&'a str>,
    pub(crate) trace_header: Option<&'a str>,
    /// The caller waits for its end.
    pub(crate) is_synchronous: bool,
}

impl Execution {
    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`.
    pub(crate) fn status(&self) -> &'static str {
        self.ended.borrow().as_ref().map_or("RUNNING", |ended| ended.outcome.status())
    }

    pub(crate) fn ended(&self) -> Option<Ended> {
        self.ended.borrow().clone()
    }

    /// Waits for its end.
    pub(crate) async fn end(&self) -> Ended {
        let mut ended = self.ended.subscribe();
        let ended = ended.wait_for(Option::is_some).await.ok().and_then(|ended| ended.clone());
        // The sender is a part of `self`, so it lives as long as the wait.
        ended.unwrap_or_else(|| Ended { stopped: now(), outcome: Outcome::Aborted(Failure::default()) })
    }

    /// Stops it with this error and cause, if it runs.
    pub(crate) fn stop(&self, error: Option<&str>, cause: Option<&str>) {
        self.redrives().cancel.cancel_with(Failure::from_parts(error.map(Into::into), cause.map(Into::into)));
    }

    /// Ends it as FAILED, if it runs.
    pub(crate) fn fail(&self, failure: Failure) {
        self.redrives().cancel.fail(failure);
    }

    /// It runs again.
    pub(crate) fn reopen(&self) {
        self.ended.send_replace(None);
    }

    /// How often it was redriven, and when at last.
    pub(crate) fn redriven(&self) -> (u32, Option<Timestamp>) {
        let redrives = self.redrives();
        (redrives.count, redrives.date)
    }

    /// Where it stands in a list. Measured on AWS: by the date when it ended or, while it runs, when it was started or
    /// redriven; what was started later comes later where these are the same.
    pub(crate) fn place(&self) -> u128 {
        let began = || self.redriven().1.unwrap_or(self.started);
        let date = self.ended().map_or_else(began, |ended| ended.stopped);
        let millis = u64::try_from(date.epoch_millis()).unwrap_or_default();
        u128::from(millis) << 64 | u128::from(self.number)
    }

    /// Whether another execution can have its name.
    pub(crate) fn is_name_free(&self, now: Timestamp) -> bool {
        self.ended().is_some_and(|ended| is_name_free(ended.stopped, now))
    }

    pub(crate) fn redrives(&self) -> MutexGuard<'_, Redrives> {
        self.redrives.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn map_runs(&self) -> MutexGuard<'_, Vec<String>> {
        self.map_runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of what is remembered of it alone.
    pub(crate) fn bytes(&self) -> usize {
        self.input_text.len() + self.history.bytes()
    }

    pub(crate) fn view(&self, include_data: bool) -> View<'_> {
        View {
            input: &self.input,
            input_text: &self.input_text,
            started_by: [
                ("stateMachineAliasArn", self.alias_arn.as_deref()),
                ("stateMachineVersionArn", self.version_arn.as_deref()),
            ],
            include_data,
        }
    }
}

/// Starts an execution. A STANDARD one that runs under this name with this input is started already.
pub(crate) async fn start(app: &Arc<App>, request: &Start<'_>) -> Result<Arc<Execution>, ApiError> {
    let (execution, first) = admit(app, request, None).await?;
    if let Some(first) = first {
        spawn(app, &execution, first);
    }
    Ok(execution)
}

/// Starts an execution with these mocks, whose events somebody else hears too, and waits for its end. `None` if its run
/// has panicked.
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

/// Enters an execution into the store, and how its run begins; nothing begins if it runs already.
async fn admit(
    app: &Arc<App>,
    request: &Start<'_>,
    mocks: Option<MockedTasks>,
) -> Result<(Arc<Execution>, Option<asl_engine::Execution>), ApiError> {
    let (machine, case) = match request.machine.split_once('#') {
        // Seen in Step Functions Local: no case behind the mark is no mark.
        Some((machine, case)) => (machine, Some(case).filter(|case| !case.is_empty())),
        None => (request.machine, None),
    };
    let chance = QualifiedArn::parse(machine)?.alias().map_or(0, |_| app.ids.below(100));
    let target = app.store().target_to_start(machine, chance)?;
    if request.is_synchronous && target.kind == ExecutionType::Standard {
        return Err(ApiError::wrong_type());
    }
    if let Some(name) = request.name {
        check_name(name)?;
    }
    // The store is not locked here: parsing a long input takes time, and a source of mocks may call this server.
    let (input, input_text) = input(request.input)?;
    let mocks = match case {
        Some(case) => Some(mocks_of(app, &target.machine_name, case).await?),
        None => mocks,
    };
    let execution = Execution { mocks, ..make(app, request, target, input, input_text) };
    let mut store = app.store();
    // It may have been deleted in the meantime.
    store.active_machine(&execution.machine_arn)?;
    if execution.kind == ExecutionType::Standard
        && let Ok(known) = store.execution(&execution.arn)
    {
        if known.ended().is_none() && known.input_text == execution.input_text {
            return Ok((known, None));
        }
        if !known.is_name_free(execution.started) {
            let message = format!("Execution Already Exists: '{}'", known.arn);
            return Err(ApiError::new("ExecutionAlreadyExists", message));
        }
        store.forget_ended(&known);
    }
    store.check_open(execution.bytes(), &app.config.quotas)?;
    let execution = Arc::new(execution);
    store.start(&execution, app.keeps(&execution));
    drop(store);
    tracing::info!(arn = execution.arn, "execution started");
    status::tell(app, &execution);
    let first = asl_engine::Execution::new(execution.input.clone())
        .with_identity(identity(&execution, request.is_synchronous));
    let memory_bytes = Some(app.config.quotas.execution_bytes);
    let first = match execution.kind {
        ExecutionType::Standard => {
            first.with_limits(Limits { memory_bytes, ..Limits::standard() }).keeping_checkpoint()
        }
        ExecutionType::Express => first.with_limits(Limits { memory_bytes, ..Limits::express() }),
    };
    Ok((execution, Some(first)))
}

fn make(app: &App, request: &Start<'_>, target: Target, input: Value, input_text: String) -> Execution {
    let name = request.name.map_or_else(|| app.ids.uuid(), str::to_owned);
    let machine = app.home.machine(&target.machine_name);
    let arn = match target.kind {
        ExecutionType::Standard => machine.execution(&name).to_string(),
        ExecutionType::Express => machine.express(&name, &app.ids.uuid()).to_string(),
    };
    Execution {
        number: app.ids.next(),
        arn,
        name,
        kind: target.kind,
        machine_arn: target.machine_arn,
        version_arn: target.version_arn,
        alias_arn: target.alias_arn,
        revision: target.revision,
        input,
        input_text,
        trace_header: request.trace_header.map(str::to_owned),
        child_of: None,
        started: now(),
        mocks: None,
        redrives: Mutex::default(),
        history: History::new(app.keeps_all(target.kind)),
        counted_bytes: AtomicUsize::default(),
        map_runs: Mutex::default(),
        ended: watch::Sender::new(None),
    }
}

/// The child of a distributed Map begins.
pub(crate) fn begin_child(app: &App, parent: &Execution, child: &ChildExecution<'_>) -> Arc<Execution> {
    let ChildExecution { map_run, identity, .. } = child;
    let execution = Arc::new(Execution {
        number: app.ids.next(),
        arn: identity.execution_arn.to_string(),
        name: identity.execution_name.to_string(),
        kind: map_run.children(),
        machine_arn: identity.state_machine_arn.to_string(),
        version_arn: None,
        alias_arn: None,
        revision: Arc::clone(&parent.revision),
        input: child.input.clone(),
        input_text: child.input.to_json(),
        trace_header: parent.trace_header.clone(),
        child_of: Some(ChildOf { map_run: Arc::clone(map_run), item_count: child.item_count }),
        started: child.started,
        mocks: None,
        redrives: Mutex::new(Redrives::of(child.cancel.clone())),
        history: History::new(app.keeps_all(map_run.children())),
        counted_bytes: AtomicUsize::default(),
        map_runs: Mutex::default(),
        ended: watch::Sender::new(None),
    });
    app.store().start(&execution, true);
    execution
}

/// Runs an execution, for the first time or again.
pub(crate) fn spawn(app: &Arc<App>, execution: &Arc<Execution>, run: asl_engine::Execution) {
    let run = self::run(Arc::clone(app), Arc::clone(execution), run, None);
    app.spawn(async { drop(run.await) });
}

async fn run(
    app: Arc<App>,
    execution: Arc<Execution>,
    run: asl_engine::Execution,
    also: Option<Arc<dyn Observer>>,
) -> Option<Report> {
    let tasks = LocalTasks { app: Arc::clone(&app), mocks: execution.mocks.clone() };
    let engine = Engine::builder().tasks(Registry::new().fallback(tasks)).clock(app.config.clock.clone());
    let engine = match &app.config.storage {
        Some(storage) => engine.storage(Arc::clone(storage)),
        None => engine,
    };
    let engine = match &app.config.entropy {
        Some(entropy) => engine.entropy(Arc::clone(entropy)),
        None => engine,
    };
    let engine = engine.build();
    let listener = Listener::new(&app, &execution, run.identity(), also);
    let run = run.with_cancel(execution.redrives().cancel.clone()).with_observer(Arc::new(listener));
    let program = Arc::clone(&execution.revision.program);
    // In a task of its own: whatever happens in there, the execution gets an end.
    let mut report = app.spawn(async move { engine.run(&program, run).await }).await.ok();
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

/// Notes that an execution has ended.
pub(crate) fn end(app: &App, execution: &Arc<Execution>, ended: Ended) {
    tracing::info!(arn = execution.arn, status = ended.outcome.status(), "execution ended");
    // Under the lock of the store, so that whoever sees its end finds it among those that have ended.
    let mut store = app.store();
    execution.ended.send_replace(Some(ended));
    store.end(execution, app.keeps(execution), &app.config.quotas);
    drop(store);
    // UNRECORDED: whether the children of a Map Run have events; here they have none.
    if execution.child_of.is_none() {
        status::tell(app, execution);
    }
}

fn identity(execution: &Execution, is_synchronous: bool) -> Identity {
    let identity = ExecutionArn::parse(&execution.arn).map(Identity::new).unwrap_or_default();
    // Recorded: a synchronous Express execution has no redrive count.
    let redrive_count = (!is_synchronous).then_some(0);
    identity.with_role(&*execution.revision.role_arn).with_redrive_count(redrive_count)
}

/// The mocks of a test case. Their source is the host's code and may block.
async fn mocks_of(app: &App, machine: &str, case: &str) -> Result<MockedTasks, ApiError> {
    let found = match app.config.mocks.clone() {
        Some(source) => {
            let (machine, case) = (machine.to_owned(), case.to_owned());
            let found = tokio::task::spawn_blocking(move || source.mocks(&machine, &case)).await;
            found.map_err(|error| ApiError::internal(&error))?
        }
        None => Err("the server was started without mocks".to_owned()),
    };
    found.map_err(|problem| {
        ApiError::validation(format!("no test case '{case}' of state machine '{machine}': {problem}"))
    })
}

/// The input of an execution; none is `{}`.
pub(crate) fn input(text: Option<&str>) -> Result<(Value, String), ApiError> {
    let text = text.unwrap_or("{}");
    match Value::parse(text) {
        // UNRECORDED: an input in which an object has a key twice. AWS's parser keeps the last one; what has been read is
        // handed on then, not the text.
        Ok(input) => {
            let text = if verbatim::is_whole(text, &input) { text.to_owned() } else { input.to_json() };
            Ok((input, text))
        }
        Err(error) => {
            let problem = match text.trim_ascii().is_empty() {
                true => "Invalid execution input.".into(),
                false => json_problem(text, &error),
            };
            let message = format!("Invalid State Machine Execution Input: '{problem}'");
            Err(ApiError::new("InvalidExecutionInput", message))
        }
    }
}

/// Why a text is not JSON, in the words of AWS's parser.
pub(crate) fn json_problem(text: &str, error: &dyn std::fmt::Display) -> String {
    Source::json(text).syntax_error().unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_free_after_ninety_days() {
        let ended = Timestamp::parse("2026-01-01T12:00:00Z").expect("a time");
        for (now, expected) in [
            ("2025-12-31T00:00:00Z", false),
            ("2026-01-01T12:00:00Z", false),
            ("2026-04-01T11:59:59Z", false),
            ("2026-04-01T12:00:00Z", true),
        ] {
            let now = Timestamp::parse(now).expect("a time");
            assert_eq!(is_name_free(ended, now), expected, "{now}");
        }
    }
}
