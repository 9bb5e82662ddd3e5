//! [`Job`]: how a job is watched.

use asl_value::Value;

use crate::params::Param;
use crate::path::text;

pub(super) type Params = &'static [Param];

/// How the result of a task shows its job.
pub(crate) enum ResultForm {
    /// The job itself is the result.
    Whole,
    /// The job is a member with this name.
    Under(&'static str),
    /// The job is an execution.
    Execution,
}

/// A kind of job, as data.
pub(crate) struct Job {
    pub(super) service: &'static str,
    pub(super) action: &'static str,
    /// The operation that describes the job, and its parameters.
    pub(crate) describe: &'static str,
    pub(super) params: Params,
    /// The path to the job in the description.
    pub(super) place: &'static str,
    pub(super) form: ResultForm,
    /// The path to the job's status in the job.
    pub(super) status: &'static str,
    pub(super) succeeded: &'static [&'static str],
    pub(super) failed: &'static [&'static str],
    /// A further condition for success.
    pub(super) condition: Option<fn(&Value) -> bool>,
    /// For jobs that succeed by disappearing (a deletion): the error code that says the resource is gone.
    pub(super) gone: Option<&'static str>,
    /// The operation that stops the job, and its parameters.
    pub(super) stop: Option<(&'static str, Params)>,
}

impl Job {
    /// For the fields that a row of the table leaves out.
    pub(super) const DEFAULT: Job = Job {
        service: "",
        action: "",
        describe: "",
        params: &[],
        place: "",
        form: ResultForm::Whole,
        status: "",
        succeeded: &[],
        failed: &[],
        condition: None,
        gone: None,
        stop: None,
    };

    /// Whether a job with this description has succeeded; `None` while it is running.
    pub(super) fn verdict(&self, described: &Value) -> Option<bool> {
        let status = text(described, self.status);
        if self.succeeded.contains(&status) {
            return Some(self.condition.is_none_or(|holds| holds(described)));
        }
        self.failed.contains(&status).then_some(false)
    }
}

/// Containers that did not start have no exit code.
pub(super) fn all_exited_well(task: &Value) -> bool {
    let containers = task.get("Containers").and_then(Value::as_array);
    containers.is_some_and(|containers| {
        containers.iter().all(|container| container.get("ExitCode").and_then(Value::as_i64) == Some(0))
    })
}
