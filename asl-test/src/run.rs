//! Runs one execution of a test: alone in a paused clock, so that it takes no real time and repeats exactly.

#[cfg(feature = "together")]
mod together;

use std::sync::Arc;

use asl_engine::{
    Clock, Engine, Execution, Failure, Identity, Limits, Observer, Outcome, Registry, Report, SeededEntropy,
};
use asl_model::{ExecutionType, MachineArn, error_name};
use asl_value::{Timestamp, Value};

use crate::machine::Machine;
use crate::observed::Observers;
use crate::recorder::Recorder;
use crate::tasks::{Shared, TestTasks, Unanswered};
use crate::test_run::TestRun;

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

/// How many events an execution may have: an EXPRESS machine may run in circles, and its clock stands still.
const MOST_EVENTS: u64 = 100_000;

/// What an execution needs besides its machine.
pub(crate) struct Setup {
    pub(crate) input: Value,
    pub(crate) seed: u64,
    pub(crate) time: Option<Timestamp>,
    pub(crate) tasks: Arc<TestTasks>,
    pub(crate) unanswered: Arc<Unanswered>,
}

/// A machine that the tested one can start, with its tasks.
#[cfg_attr(not(feature = "together"), expect(dead_code, reason = "the feature runs them"))]
pub(crate) struct Other<'a> {
    pub(crate) machine: &'a Machine,
    pub(crate) tasks: Arc<TestTasks>,
    /// Observes its executions.
    pub(crate) recorder: Arc<Recorder>,
}

/// Runs an execution to its end.
pub(crate) fn run(machine: &Machine, setup: Setup, others: &[Other<'_>]) -> TestRun {
    let recorder = Arc::new(Recorder::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let unanswered = Arc::clone(&setup.unanswered);
    let observers = Observers { first: Arc::clone(&recorder) as Arc<_>, started: None };
    let report = match runtime {
        Ok(runtime) => runtime.block_on(observed(machine, setup, others, observers)),
        Err(error) => Err(format!("cannot start a runtime: {error}")),
    };
    let seen = recorder.take();
    match report {
        Ok(report) => TestRun::new(report, seen, unanswered.take()),
        Err(problem) => TestRun {
            outcome: Outcome::Failed(Failure::new(error_name::RUNTIME, problem.as_str())),
            duration: std::time::Duration::ZERO,
            path: seen.path,
            calls: seen.calls,
            variables: seen.variables,
            hits: seen.hits,
            events: seen.events,
            unanswered: vec![problem],
        },
    }
}

/// Runs an execution to its end, on a paused clock.
pub(crate) async fn observed(
    machine: &Machine,
    setup: Setup,
    others: &[Other<'_>],
    observers: Observers,
) -> Result<Report, String> {
    if others.is_empty() {
        return alone(machine, setup, observers.first).await;
    }
    #[cfg(feature = "together")]
    return together::run(machine, setup, others, observers).await;
    #[cfg(not(feature = "together"))]
    Err("machines that start one another need the feature `together`".to_owned())
}

/// When executions begin: 2026-01-01T00:00:00Z, unless a case says otherwise.
fn clock(time: Option<Timestamp>) -> Clock {
    const START_MILLIS: i64 = 1_767_225_600_000;
    Clock::real().starting_at(time.unwrap_or_else(|| Timestamp::from_epoch_millis(START_MILLIS)))
}

async fn alone(machine: &Machine, setup: Setup, observer: Arc<dyn Observer>) -> Result<Report, String> {
    let engine = Engine::builder()
        .tasks(Registry::new().fallback(Shared(setup.tasks)))
        .clock(clock(setup.time))
        .entropy(SeededEntropy::new(setup.seed))
        .build();
    let arn = MachineArn::new(REGION, ACCOUNT, &machine.name);
    let (identity, limits) = match machine.kind {
        ExecutionType::Standard => (Identity::new(arn.execution("test")), Limits::standard()),
        ExecutionType::Express => (
            Identity::new(arn.express("test", "test")),
            Limits { events: Some(MOST_EVENTS), ..Limits::express() },
        ),
    };
    let execution =
        Execution::new(setup.input).with_identity(identity).with_limits(limits).with_observer(observer);
    Ok(engine.run(&machine.program, execution).await)
}
