//! [`Checks`]: tasks whose arguments are checked, and which are never called.

use asl_engine::{EventKind, Failure, Record, Task, TaskHandler, TaskRefusal};
use asl_model::Resource;
use asl_value::Value;
use async_trait::async_trait;

/// Checks the arguments of tasks as AWS does, and calls none. Arguments with which a task was recorded are good: that task
/// may have been mocked, or the check be newer than the record.
pub(crate) struct Checks {
    /// `None` if the record does not show them.
    recorded: Option<Vec<Value>>,
    #[cfg(feature = "aws")]
    aws: asl_aws::Aws,
}

impl Checks {
    /// The checks for the tasks of a record, if it shows their arguments.
    pub(crate) fn of(record: Option<&Record>) -> Checks {
        let arguments = |record: &Record| {
            let scheduled = record.events().iter().filter_map(|event| match &event.kind {
                EventKind::TaskScheduled(scheduled) => Some(scheduled.parameters.clone()),
                _ => None,
            });
            scheduled.collect()
        };
        Checks {
            recorded: record.map(arguments),
            #[cfg(feature = "aws")]
            aws: {
                let region = asl_engine::Identity::default().region;
                asl_aws::Aws::new(asl_aws::Config::new(&*region).only_configured()).with_tokens()
            },
        }
    }

    #[cfg(feature = "aws")]
    fn refusal(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Option<TaskRefusal> {
        self.aws.check(state, resource, arguments).err()
    }

    #[cfg(not(feature = "aws"))]
    fn refusal(&self, _: &str, _: &Resource, _: &mut Value) -> Option<TaskRefusal> {
        None
    }
}

#[async_trait]
impl TaskHandler for Checks {
    fn check(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        let refusal = self.refusal(state, resource, arguments);
        let is_recorded = || self.recorded.as_ref().is_none_or(|recorded| recorded.contains(arguments));
        refusal.filter(|_| !is_recorded()).map_or(Ok(()), Err)
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        // The engine calls nothing in a replay.
        Err(Failure::task(format!("a replay does not call `{}`", task.resource)))
    }
}
