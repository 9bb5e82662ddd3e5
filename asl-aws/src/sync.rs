//! `.sync`: waiting for the end of a job.

mod jobs;

use std::time::Duration;

use asl_engine::{Failure, Task};
use asl_model::Pattern;
use asl_value::Value;

use crate::optimised::{Service, job_failed, sorted};
use crate::path::{at, text};
use crate::{Aws, CallOptions, Caller, ErrorKind, Names, ServiceError};
pub(crate) use jobs::Job;

/// How often a job is looked at: after `first`, then after ever longer times, but never longer than `longest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Polling {
    /// The first wait.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

/// Half a second, up to twenty seconds.
impl Default for Polling {
    fn default() -> Self {
        Polling { first: Duration::from_millis(500), longest: Duration::from_secs(20) }
    }
}

/// Questions in a row that may go unanswered.
const MOST_UNANSWERED: u32 = 10;

/// How long anybody tries to stop a job whose task has been abandoned.
const TIME_TO_STOP: Duration = Duration::from_secs(10);

/// Waits for the job that a task has started, to which the service answered `started`.
///
/// Dropping the future stops the job, as far as the service can.
pub(crate) async fn wait(
    aws: &Aws,
    task: &Task<'_>,
    service: &'static Service,
    job: &'static Job,
    pattern: Pattern,
    started: &Value,
) -> Result<Value, Failure> {
    let mut guard = Abandoned::guard(aws.caller(), task, service, job, started);
    let ended = poll(aws, task, service, job, started).await;
    guard.job = None;
    let (described, has_succeeded) = ended?;
    match (service.name, has_succeeded) {
        ("states", true) => Ok(execution(&described, pattern)),
        ("states", false) => Err(job_failed(&failed_execution(&described))),
        (_, true) => Ok(job.result(described)),
        (_, false) => Err(job_failed(&job.result(described))),
    }
}

/// The job at its end, and whether it has succeeded.
async fn poll(
    aws: &Aws,
    task: &Task<'_>,
    service: &Service,
    job: &Job,
    started: &Value,
) -> Result<(Value, bool), Failure> {
    let params = jobs::ids(job.ids, &task.arguments, started);
    let mut time = aws.polling().first;
    let mut unanswered = 0;
    loop {
        task.sleep(time).await;
        time = time.mul_f64(1.5).min(aws.polling().longest);
        let options = CallOptions { names: Names::Model, ..CallOptions::of(task) };
        let asked = aws.caller().call(service.sdk_name(job.describe), job.describe, params.clone(), &options);
        match asked.await {
            Ok(answer) => {
                unanswered = 0;
                let described = at(&answer.output, job.place).cloned().unwrap_or_default();
                let status = text(&described, job.status);
                if job.succeeded.contains(&status) {
                    let has_succeeded = job.verdict.is_none_or(|verdict| verdict(&described));
                    return Ok((described, has_succeeded));
                }
                if job.failed.contains(&status) {
                    return Ok((described, false));
                }
            }
            Err(error) if job.gone.is_some_and(|code| error.code == code) => {
                return Ok((Value::default(), true));
            }
            Err(error) if is_passing(&error) && unanswered < MOST_UNANSWERED => unanswered += 1,
            Err(error) => return Err(service.failure(&error)),
        }
    }
}

/// Whether it is worth asking again.
fn is_passing(error: &ServiceError) -> bool {
    match error.kind {
        ErrorKind::Service => error.status == 429 || error.status >= 500,
        ErrorKind::Client => true,
        ErrorKind::Role => false,
    }
}

/// Recorded: DescribeExecution; `.sync:2` has input and output as values.
fn execution(described: &Value, pattern: Pattern) -> Value {
    let mut members = sorted(described.as_object().cloned().unwrap_or_default());
    if pattern == Pattern::Sync2 {
        for name in ["Input", "Output"] {
            let value = members.get(name).and_then(Value::as_str).map(Value::parse);
            if let Some(Ok(value)) = value {
                members.insert(name, value);
            }
        }
    }
    Value::Object(members)
}

fn failed_execution(described: &Value) -> Value {
    let mut members = sorted(described.as_object().cloned().unwrap_or_default());
    for name in ["RedriveCount", "RedriveStatus", "RedriveStatusReason", "OutputDetails"] {
        members.remove(name);
    }
    Value::Object(members)
}

/// A job whose task may be abandoned before it ends.
struct Abandoned {
    caller: Caller,
    role_arn: Option<String>,
    /// The service, the operation that stops the job, its parameters.
    job: Option<(&'static str, &'static str, Value)>,
}

impl Abandoned {
    fn guard(
        caller: &Caller,
        task: &Task<'_>,
        service: &'static Service,
        job: &'static Job,
        started: &Value,
    ) -> Abandoned {
        let stop = job.stop.map(|(operation, ids)| {
            (service.sdk_name(operation), operation, jobs::ids(ids, &task.arguments, started))
        });
        Abandoned { caller: caller.clone(), role_arn: task.role_arn.as_deref().map(str::to_owned), job: stop }
    }
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        let (Some((service, operation, params)), Ok(runtime)) =
            (self.job.take(), tokio::runtime::Handle::try_current())
        else {
            return;
        };
        let (caller, role_arn) = (self.caller.clone(), self.role_arn.take());
        runtime.spawn(async move {
            let options = CallOptions {
                role_arn: role_arn.as_deref(),
                within: Some(TIME_TO_STOP),
                names: Names::Model,
                ..CallOptions::default()
            };
            // Whether it could be stopped or not, nobody waits for it any more.
            let _ = caller.call(service, operation, params, &options).await;
        });
    }
}
