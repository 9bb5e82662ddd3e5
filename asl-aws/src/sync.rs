//! `.sync`: waiting for the end of a job.

mod job;
pub(crate) mod jobs;

use std::time::Duration;

use asl_engine::{Failure, Task};
use asl_model::{Pattern, error_name};
use asl_value::{Object, Value};

use crate::optimised::{OptimisedService, states};
use crate::path::at;
use crate::polling::{Unanswered, poll};
use crate::{CallOptions, Caller, Names, Polling, params};
pub(crate) use job::Job;
use job::ResultForm;

/// How long stopping the job of an abandoned task may take.
const TIME_TO_STOP: Duration = Duration::from_secs(10);

/// Waits for the job that a task has started, which the service answered with `started`.
///
/// Dropping the future stops the job, if the service can, unless the execution may be resumed.
pub(crate) async fn wait(
    caller: &Caller,
    polling: Polling,
    task: &Task<'_>,
    service: &'static OptimisedService,
    job: &'static Job,
    pattern: Pattern,
    started: &Value,
) -> Result<Value, Failure> {
    let mut guard = Abandoned::guard(caller, task, service, job, started);
    let ended = end(caller, polling, task, service, job, started).await;
    guard.stop = None;
    let (described, has_succeeded) = ended?;
    let result = match (&job.form, has_succeeded) {
        (ResultForm::Whole, _) => described,
        (ResultForm::Under(name), _) => Value::Object([(*name, described)].into_iter().collect::<Object>()),
        (ResultForm::Execution, true) => states::execution(&described, pattern),
        (ResultForm::Execution, false) => states::failed_execution(&described),
    };
    if has_succeeded { Ok(result) } else { Err(failed(&result)) }
}

/// `States.TaskFailed`, with the job in JSON as its cause.
pub(crate) fn failed(job: &Value) -> Failure {
    Failure::new(error_name::TASK_FAILED, job.to_json())
}

/// The job at its end, and whether it has succeeded.
async fn end(
    caller: &Caller,
    polling: Polling,
    task: &Task<'_>,
    service: &OptimisedService,
    job: &Job,
    started: &Value,
) -> Result<(Value, bool), Failure> {
    let params = &params::build(job.params, &task.arguments, started);
    let options = &CallOptions::optimised(task);
    let ask = || async move {
        match caller.call(service.sdk_name(job.describe), job.describe, params.clone(), options).await {
            Ok(answer) => {
                let described = at(&answer.output, job.place).cloned().unwrap_or_default();
                Ok(job.verdict(&described).map(|has_succeeded| (described, has_succeeded)))
            }
            Err(error) if job.gone.is_some_and(|code| error.code == code) => {
                Ok(Some((Value::default(), true)))
            }
            Err(error) => {
                Err(Unanswered { failure: service.failure(&error), is_passing: error.is_passing() })
            }
        }
    };
    poll(polling, task, ask).await
}

/// Stops a job when the future that waits for it is dropped.
struct Abandoned<'t> {
    caller: Caller,
    task: &'t Task<'t>,
    /// The service, the operation that stops the job, its parameters.
    stop: Option<(&'static str, &'static str, Value)>,
}

impl<'t> Abandoned<'t> {
    fn guard(
        caller: &Caller,
        task: &'t Task<'t>,
        service: &'static OptimisedService,
        job: &'static Job,
        started: &Value,
    ) -> Abandoned<'t> {
        let stop = job.stop.map(|(operation, params)| {
            (service.sdk_name(operation), operation, params::build(params, &task.arguments, started))
        });
        Abandoned { caller: caller.clone(), task, stop }
    }
}

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        if self.task.is_suspended() {
            return;
        }
        let (Some((service, operation, params)), Ok(runtime)) =
            (self.stop.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let (caller, role_arn) = (self.caller.clone(), self.task.role_arn.as_deref().map(str::to_owned));
        runtime.spawn(async move {
            let options = CallOptions {
                role_arn: role_arn.as_deref(),
                within: Some(TIME_TO_STOP),
                names: Names::Model,
                ..CallOptions::default()
            };
            // The task is gone: nothing can be done about a failure.
            let _ = caller.call(service, operation, params, &options).await;
        });
    }
}

#[cfg(test)]
mod tests;
