//! [`DurableRun`]: one invocation of a durable execution of a state machine.

mod callback;
mod job;
mod ledger;
mod live;
mod page;
mod park;
mod shared;
mod tasks;
mod token;

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{
    CancelToken, DefinitionHash, Engine, Execution, JournalHeader, Observer, Program, RecordedExecution,
    Registry, Report, Seed,
};
use asl_value::Timestamp;
use futures_util::future::{Either, select};

use crate::{DurableError, DurableErrorKind, DurableLog};
use ledger::Ledger;
use live::Live;
use shared::Shared;
use tasks::Tasks;

/// One invocation of a durable execution of a state machine.
///
/// [`run`](DurableRun::run) does again what earlier invocations did, from the log, and continues from there. A task is a
/// STEP, whose payload has the turns of the execution's journal up to its end. When all that is left is waiting, the
/// waits become WAITs, the delays of retries RETRYs, and the invocation ends.
///
/// A task that was interrupted is called again: tasks run at least once. Use
/// [`Task::idempotency_key`](asl_engine::Task::idempotency_key) where that matters.
#[derive(Clone)]
pub struct DurableRun<'r> {
    /// Runs the machine. Its tasks are called as they are, except for those that wait.
    pub engine: &'r Engine,
    /// The machine.
    pub program: &'r Program,
    /// The hash of its definition: an execution continues only with the definition it began with.
    pub definition: &'r DefinitionHash,
    /// Gets the events that earlier invocations have not reported, and the others by
    /// [`on_replayed`](Observer::on_replayed).
    pub observer: Arc<dyn Observer>,
    /// Ends the execution.
    pub cancel: CancelToken,
    /// The time of the service.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// When this invocation must have ended. What still runs then is begun again by the next one.
    pub until: Option<Timestamp>,
}

/// How an invocation of a durable execution ended.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DurableEnd {
    /// The execution has ended.
    Ended(Box<Report>),
    /// The execution waits: answer [`DurableAnswer::Pending`](crate::DurableAnswer::Pending).
    Pending,
}

impl DurableRun<'_> {
    /// Runs an execution until it ends or waits. Its observer and token are those of the `DurableRun`.
    ///
    /// # Errors
    /// The log could not be read or written, or belongs to another definition. See
    /// [`DurableError::is_retried_by_lambda`].
    pub async fn run(&self, execution: Execution, log: Arc<DurableLog>) -> Result<DurableEnd, DurableError> {
        let (ledger, turns) = Ledger::open(Arc::clone(&log), self.definition)?;
        let live = Arc::new(Live::new(Arc::clone(&self.observer), ledger.is_new()));
        let execution = execution.with_observer(live).with_cancel(self.cancel.clone());
        let seed = Seed::new(ledger.seed());
        let header = JournalHeader::new(self.definition.clone(), &execution, log.started(), seed);
        let mut recorded = RecordedExecution::new(header);
        recorded.turns = turns;
        let shared = Arc::new(Shared::new(log, ledger, self.cancel.clone(), Arc::clone(&self.now)));
        let tasks = Tasks::new(self.engine.tasks().clone(), Arc::clone(&shared));
        let engine = self.engine.with_tasks(Registry::new().fallback(tasks));
        let running = engine.resume(self.program, self.definition, execution, recorded, &*shared);
        let running = std::pin::pin!(running);
        let beside = std::pin::pin!(beside(&shared, self.until));
        match select(running, beside).await {
            Either::Left((Ok(report), _)) => Ok(DurableEnd::Ended(Box::new(report))),
            Either::Left((Err(error), _)) => {
                Err(DurableError::new(DurableErrorKind::Unreadable, format!("the log does not fit: {error}")))
            }
            Either::Right((ended, _)) => ended.map(|()| DurableEnd::Pending),
        }
    }
}

/// How often an execution that works and waits at once asks for answers.
const ASKED_EVERY: Duration = Duration::from_secs(5);

/// Writes what the execution learns, and notices when it only waits. Returns when the invocation is to end.
async fn beside(shared: &Shared, until: Option<Timestamp>) -> Result<(), DurableError> {
    loop {
        let now = (shared.now)();
        let rest = until.map(|until| until.since(now));
        if rest.is_some_and(|rest| rest.is_zero()) {
            return park::interrupt(shared).await;
        }
        let sleep = rest.map_or(ASKED_EVERY, |rest| rest.min(ASKED_EVERY));
        let quiet = std::pin::pin!(shared.quiet.notified());
        let woken = matches!(select(quiet, std::pin::pin!(tokio::time::sleep(sleep))).await, Either::Left(_));
        if let Some(error) = shared.failed() {
            return Err(error);
        }
        if shared.is_idle() {
            if park::park(shared).await? {
                return Ok(());
            }
        } else if woken {
            shared.write(None).await?;
        } else if shared.waits_for_others() {
            shared.refresh().await?;
        }
    }
}
