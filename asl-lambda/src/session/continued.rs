//! Executions that run out of time, and those that go on with them.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Checkpoint, DefinitionHash, Execution, Failure, ObjectStore, Outcome};

use super::Session;
use crate::checkpoints::{self, Checkpoints};
use crate::execution::Ended;
use crate::reply::Weighed;
use crate::traces::Caller;

impl Session {
    /// An execution of the main machine, which is kept if it runs out of time.
    pub(super) fn begins(&self, execution: Execution) -> Execution {
        match self.adapter.checkpoints() {
            Some(_) => execution.keeping_checkpoint(),
            None => execution,
        }
    }

    /// Keeps an execution that has run out of the time of the function, and says so in its cause.
    pub(super) async fn keep(&self, ended: &mut Ended) {
        // A report has whole milliseconds.
        let stopped = ended.report.stopped.plus(Duration::from_millis(1));
        let is_late = self.deadline.is_some_and(|deadline| deadline <= stopped);
        let Some(checkpoint) = ended.report.checkpoint.take().filter(|_| is_late) else { return };
        let Outcome::TimedOut(failure) = &mut ended.report.outcome else { return };
        let kept = async {
            let (checkpoints, storage, definition) = self.kept_in()?;
            checkpoints.put(storage, &checkpoint, definition).await
        };
        match kept.await {
            Ok(place) => {
                self.log_kept(&ended.identity, &place);
                failure.cause = Some(checkpoints::hint(failure.cause.as_ref(), &place));
                ended.kept = Some(place);
            }
            Err(failure) => self.log_problem(&failure),
        }
    }

    /// Goes on with the execution that is kept at a place, and converts its end to an answer.
    pub(crate) async fn go_on<A: Weighed>(
        self: &Arc<Self>,
        place: &str,
        answer: impl Fn(&Ended) -> A + Send,
    ) -> Result<A, Failure> {
        let checkpoint = self.kept(place).await.inspect_err(|failure| self.log_problem(failure))?;
        // What failed counts as before: nobody has asked for another attempt.
        let execution = Execution::redrive(checkpoint.keeping_failures());
        Ok(self.conclude(execution, (None, Caller::default()), answer).await)
    }

    /// The execution that is kept at a place. Only one of this machine, in this region and account, can go on here.
    async fn kept(&self, place: &str) -> Result<Checkpoint, Failure> {
        let (checkpoints, storage, definition) = self.kept_in()?;
        let most_bytes = self.config().limits.memory_bytes;
        let checkpoint = checkpoints.get(storage, place, most_bytes, definition).await?;
        let (of, here) = (&checkpoint.identity().state_machine_arn, &self.identity.state_machine_arn);
        match of == here {
            true => Ok(checkpoint),
            false => {
                Err(checkpoints::runtime(format!("`{place}` belongs to `{of}`, this function is `{here}`")))
            }
        }
    }

    fn kept_in(&self) -> Result<(&Checkpoints, &dyn ObjectStore, &DefinitionHash), Failure> {
        let unset = || checkpoints::runtime("ASL_MAP_CHECKPOINTS: not set".to_owned());
        let (checkpoints, definition) = self.adapter.checkpoints().ok_or_else(unset)?;
        let unkept = || checkpoints::runtime("no storage is configured for ASL_MAP_CHECKPOINTS".to_owned());
        Ok((checkpoints, self.adapter.engine().storage().ok_or_else(unkept)?, definition))
    }
}
