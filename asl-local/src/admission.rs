//! [`admit`]: decides whether an execution may start, and prepares its run.

use std::sync::Arc;

use asl_engine::{Execution as EngineRun, Identity, Limits};
use asl_model::ExecutionType;

use crate::app::App;
use crate::arn::{QualifiedArn, check_name};
use crate::changes::Change;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::history::History;
use crate::input::Input;
use crate::machine::Target;
use crate::mock::{MockedTasks, NoTestCase};
use crate::status;

/// A request to start an execution.
#[derive(Default)]
pub(crate) struct Start<'a> {
    /// The ARN of the machine, a version or an alias. `#Case` at the end selects a test case.
    pub(crate) machine: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) input: Option<&'a str>,
    pub(crate) trace_header: Option<&'a str>,
    /// The execution whose task starts it.
    pub(crate) parent: Option<&'a str>,
    /// Whether the caller waits for the end.
    pub(crate) is_synchronous: bool,
}

/// Enters an execution into the store and returns it with the run to begin; no run if the same execution is already
/// running.
pub(crate) async fn admit(
    app: &Arc<App>,
    request: &Start<'_>,
    mocks: Option<MockedTasks>,
) -> Result<(Arc<Execution>, Option<EngineRun>), ApiError> {
    let (execution, identity) = prepare(app, request, mocks).await?;
    let execution = Arc::new(execution);
    if let Some(running) = app.store().enter(&execution, app.keeps(&execution), &app.config.quotas)? {
        return Ok((running, None));
    }
    tracing::info!(arn = execution.arn, "execution started");
    app.changes.report(|| Change::Execution(Arc::clone(&execution)));
    status::emit(app, &execution);
    let first = first_run(&execution, identity, request.is_synchronous, app.config.quotas.execution_bytes);
    Ok((execution, Some(first)))
}

/// Validates a request and builds the execution.
///
/// The store is locked only to look up the target: parsing a long input takes time, and a mock source may call this
/// server.
async fn prepare(
    app: &App,
    request: &Start<'_>,
    mocks: Option<MockedTasks>,
) -> Result<(Execution, Identity), ApiError> {
    let (machine, case) = match request.machine.split_once('#') {
        // Seen in Step Functions Local: a `#` without a case starts the machine itself.
        Some((machine, case)) => (machine, Some(case).filter(|case| !case.is_empty())),
        None => (request.machine, None),
    };
    let chance = QualifiedArn::parse(machine)?.alias().map_or(0, |_| app.ids.below(100));
    let target = app.store().target_to_start(machine, chance)?;
    if request.is_synchronous && target.kind == ExecutionType::Standard {
        return Err(ApiError::wrong_type());
    }
    target.revision.program().ok_or_else(ApiError::not_runnable)?;
    if let Some(name) = request.name {
        check_name(name)?;
    }
    let input = Input::read(request.input)?;
    let mocks = match case {
        Some(case) => Some(mocks_of(app, &target.machine_name, case).await?),
        None => mocks,
    };
    let (mut execution, identity) = make(app, request, target, input);
    execution.case = case.map(str::to_owned);
    execution.mocks = mocks;
    Ok((execution, identity))
}

fn make(app: &App, request: &Start<'_>, target: Target, input: Input) -> (Execution, Identity) {
    let name = request.name.map_or_else(|| app.ids.uuid(), str::to_owned);
    let machine = app.home.machine(&target.machine_name);
    let identity = match target.kind {
        ExecutionType::Standard => Identity::new(machine.execution(&name)),
        ExecutionType::Express => Identity::new(machine.express(&name, &app.ids.uuid())),
    };
    let arn = identity.execution_arn.to_string();
    let history = History::new(app.keeps_all(target.kind));
    let mut execution = Execution::new(app.ids.next(), [arn, name], target, input, history);
    execution.trace_header = request.trace_header.map(str::to_owned);
    execution.stages = app.stages.begin(&app.config);
    execution.parent = request.parent.map(str::to_owned);
    execution.is_durable = app.is_durable(execution.target.kind);
    (execution, identity)
}

/// The run that the engine executes, limited to `memory_bytes` of memory.
fn first_run(
    execution: &Execution,
    identity: Identity,
    is_synchronous: bool,
    memory_bytes: u64,
) -> EngineRun {
    // Recorded: a synchronous Express execution has no redrive count.
    let redrive_count = (!is_synchronous).then_some(0);
    let identity = identity.with_role(&*execution.target.revision.role_arn).with_redrive_count(redrive_count);
    let run = EngineRun::new(execution.input.value.clone()).with_identity(identity);
    let memory_bytes = Some(memory_bytes);
    match execution.target.kind {
        ExecutionType::Standard => {
            run.with_limits(Limits { memory_bytes, ..Limits::standard() }).keeping_checkpoint()
        }
        ExecutionType::Express => run.with_limits(Limits { memory_bytes, ..Limits::express() }),
    }
}

/// The first run of an execution that an earlier process has entered.
#[cfg(feature = "data-dir")]
pub(crate) fn first_run_again(app: &App, execution: &Execution) -> Option<EngineRun> {
    let identity = Identity::new(asl_model::ExecutionArn::parse(&execution.arn)?);
    let run = first_run(execution, identity, false, app.config.quotas.execution_bytes);
    // The clock of the process that has accepted it may have been ahead.
    Some(run.not_before(execution.started))
}

/// The mocks of a test case. The mock source is the host's code and may block.
pub(crate) async fn mocks_of(app: &App, machine: &str, case: &str) -> Result<MockedTasks, ApiError> {
    let found = match app.config.mocks.clone() {
        Some(source) => {
            let (machine, case) = (machine.to_owned(), case.to_owned());
            let found = tokio::task::spawn_blocking(move || source.mocks(&machine, &case)).await;
            found.map_err(|error| ApiError::internal(&error))?
        }
        None => Err(NoTestCase::new("the server was started without mocks")),
    };
    found.map_err(|problem| {
        ApiError::validation(format!("no test case '{case}' of state machine '{machine}': {problem}"))
    })
}
