//! Runs a machine with those that it can start, in one paused clock.

use std::collections::HashMap;
use std::sync::Arc;

use asl_engine::{Failure, Identity, Observer, Report, SeededEntropy, Task, TaskHandler};
use asl_local::{Config, FirstExecution, Machines, MockedTasks};
use asl_model::{ExpressPatterns, error_name};
use asl_value::Value;
use async_trait::async_trait;

use super::{ACCOUNT, Other, REGION, Setup, clock};
use crate::machine::Machine;
use crate::observed::Observers;
use crate::recorder::Recorder;
use crate::tasks::{Shared, TestTasks};

/// Runs the machine with those that it can start, each with its own mocks.
pub(super) async fn run(
    machine: &Machine,
    setup: Setup,
    others: &[Other<'_>],
    observers: Observers,
) -> Result<Report, String> {
    let refused = |error: asl_local::ApiError| error.to_string();
    let all = others.iter().map(|other| (other.machine.name.to_string(), Arc::clone(&other.tasks)));
    let own = (machine.name.to_string(), Arc::clone(&setup.tasks));
    let tasks: HashMap<String, Arc<TestTasks>> = all.chain([own]).collect();
    let recorders = others.iter().map(|other| (other.machine.name.to_string(), Arc::clone(&other.recorder)));
    let recorders: HashMap<String, Arc<Recorder>> = recorders.collect();
    let observer = move |identity: &Identity| -> Option<Arc<dyn Observer>> {
        let recorder = recorders.get(identity.state_machine_name.as_str())?;
        Some(Arc::new(recorder.another()))
    };
    let machines = Machines::new(Config {
        observers: observers.started.or(Some(Arc::new(observer))),
        account: ACCOUNT.into(),
        region: REGION.into(),
        clock: clock(setup.time),
        services: Some(Arc::new(TogetherTasks(tasks))),
        entropy: Some(Arc::new(SeededEntropy::new(setup.seed))),
        express_patterns: ExpressPatterns::All,
        ..Config::default()
    });
    for Other { machine, .. } in others {
        machines.create_state_machine(&machine.name, &machine.to_json(), machine.kind).map_err(refused)?;
    }
    let arn =
        machines.create_state_machine(&machine.name, &machine.to_json(), machine.kind).map_err(refused)?;
    // Only what is mocked replaces the server's own tasks: those that start executions.
    let mocked = machine.tasks().into_iter().filter(|(state, resource)| setup.tasks.mocks(state, resource));
    let mocks = MockedTasks::new(mocked.map(|(state, _)| state.as_str()), Shared(Arc::clone(&setup.tasks)));
    let input = setup.input.to_json();
    let first = FirstExecution::new(&arn, "test", &input).with_mocks(mocks);
    machines.run(first, observers.first).await.map_err(refused)
}

/// The tasks of several machines that run together, by the names of the machines.
struct TogetherTasks(HashMap<String, Arc<TestTasks>>);

#[async_trait]
impl TaskHandler for TogetherTasks {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match self.0.get(task.identity.state_machine_name.as_str()) {
            Some(tasks) => tasks.call(task).await,
            None => Err(Failure::new(error_name::RUNTIME, "an unknown machine")),
        }
    }
}
