//! [`DurableRun`]: one invocation of a durable execution of a state machine.

mod callback;
mod chained;
mod child;
mod continues;
mod described;
mod forward;
mod functions;
mod invoked;
mod job;
mod kept;
mod ledger;
mod live;
mod next;
mod page;
mod park;
mod shared;
mod start;
mod tasks;
mod token;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use asl_engine::{
    CancelToken, ChildEnd, DefinitionHash, Engine, Execution, Failure, JournalError, JournalHeader, Observer,
    Program, RecordedExecution, Registry, Report, Seed, Turn,
};
use asl_value::Timestamp;
use futures_util::future::{Either, select};

use crate::{ContinueEvent, DurableError, DurableErrorKind, DurableLog};
use child::Children;
pub use continues::Continues;
pub use functions::Functions;
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
    /// Which functions run other machines, and the children of distributed Maps.
    pub functions: Functions,
    /// When the execution continues in a next one, so that it has no end of operations. `None`: it fails shortly before
    /// the quotas. This needs [`Functions::with_own`], whose function is invoked with a [`ContinueEvent`].
    pub continues: Option<Continues>,
    /// The execution continues from what an earlier one has handed over.
    pub from: Option<&'r ContinueEvent>,
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
    /// The execution has continued in a next one, which has ended so.
    Continued(Box<ChildEnd>),
    /// The execution waits: answer [`DurableAnswer::Pending`](crate::DurableAnswer::Pending).
    Pending,
}

/// An execution that runs.
type Running<'a> = Pin<Box<dyn Future<Output = Result<Report, JournalError>> + Send + 'a>>;

impl DurableRun<'_> {
    /// Runs an execution until it ends or waits. Its observer and token are those of the `DurableRun`.
    ///
    /// # Errors
    /// The log could not be read or written, or belongs to another definition. See
    /// [`DurableError::is_retried_by_lambda`].
    pub async fn run(&self, execution: Execution, log: Arc<DurableLog>) -> Result<DurableEnd, DurableError> {
        if let Some(end) = next_end(&log).await? {
            return Ok(end);
        }
        let (shared, turns, execution) = self.open(log, execution)?;
        if let Some(forwards) = self.from.and_then(|event| event.forwards.as_ref()) {
            shared.ledger.write_head()?;
            forward::begin(&shared.log, forwards).await?;
        }
        let engine = self.engine(&shared);
        let mut running: Running<'_> = match self.from {
            Some(ContinueEvent { snapshot, .. }) => {
                Box::pin(engine.run_on(self.program, self.definition, execution, snapshot, turns, &*shared))
            }
            None => {
                let seed = Seed::new(shared.ledger.seed());
                let started = shared.log.started();
                let header = JournalHeader::new(self.definition.clone(), &execution, started, seed);
                let mut recorded = RecordedExecution::new(header);
                recorded.turns = turns;
                Box::pin(engine.resume(self.program, self.definition, execution, recorded, &*shared))
            }
        };
        self.until_quiet(&shared, running.as_mut()).await
    }

    /// Opens the log, whose turns follow those that an earlier execution has handed over.
    fn open(
        &self,
        log: Arc<DurableLog>,
        execution: Execution,
    ) -> Result<(Arc<Shared>, Vec<Turn>, Execution), DurableError> {
        let before = self.from.map_or(0, |event| event.snapshot.turn());
        let (ledger, turns) = Ledger::open(Arc::clone(&log), self.definition, before)?;
        let live = Arc::new(Live::new(Arc::clone(&self.observer), ledger.is_new()));
        let execution = execution.with_observer(live).with_cancel(self.cancel.clone());
        let execution = if self.continues.is_some() { execution.keeping_checkpoint() } else { execution };
        let shared = Arc::new(Shared::new(
            log,
            ledger,
            self.cancel.clone(),
            Arc::clone(&self.now),
            self.continues.clone(),
            !turns.is_empty(),
        ));
        Ok((shared, turns, execution))
    }

    /// The engine, whose tasks and children may wait outside of this process.
    fn engine(&self, shared: &Arc<Shared>) -> Engine {
        let tasks = Tasks {
            handlers: self.engine.tasks().clone(),
            functions: self.functions.clone(),
            shared: Arc::clone(shared),
        };
        let engine = self.engine.with_tasks(Registry::new().fallback(tasks));
        match self.functions.own() {
            Some(function) => {
                let function = function.clone();
                engine.with_children(Children { shared: Arc::clone(shared), function })
            }
            None => engine,
        }
    }

    /// Runs an execution until it ends, waits, or has continued in a next one.
    async fn until_quiet(
        &self,
        shared: &Shared,
        mut running: Pin<&mut (dyn Future<Output = Result<Report, JournalError>> + Send + '_)>,
    ) -> Result<DurableEnd, DurableError> {
        // An execution that has been handed over must not continue here.
        let running = std::future::poll_fn(|cx| match shared.is_frozen() {
            true => Poll::Pending,
            false => running.as_mut().poll(cx),
        });
        let beside = pin!(self.beside(shared));
        match select(pin!(running), beside).await {
            Either::Left((Ok(report), _)) => Ok(DurableEnd::Ended(Box::new(report))),
            Either::Left((Err(error), _)) => {
                Err(DurableError::new(DurableErrorKind::Unreadable, format!("the log does not fit: {error}")))
            }
            Either::Right((ended, _)) => {
                ended?;
                // The service may have refused the next execution at once: nothing would wake this one.
                Ok(next_end(&shared.log).await?.unwrap_or(DurableEnd::Pending))
            }
        }
    }

    /// Writes what the execution learns, and notices when it only waits. Returns when the invocation is to end.
    async fn beside(&self, shared: &Shared) -> Result<(), DurableError> {
        loop {
            let now = (shared.now)();
            let rest = self.until.map(|until| until.since(now));
            if rest.is_some_and(|rest| rest.is_zero()) {
                return park::interrupt(shared).await;
            }
            let sleep = rest.map_or(ASKED_EVERY, |rest| rest.min(ASKED_EVERY));
            let quiet = pin!(shared.quiet.notified());
            let woken = matches!(select(quiet, pin!(tokio::time::sleep(sleep))).await, Either::Left(_));
            if let Some(error) = shared.failed() {
                return Err(error);
            }
            if shared.is_idle() {
                if shared.is_closing() && self.hand_over(shared).await? {
                    return Ok(());
                }
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

    /// Continues in a next execution. Returns whether that was possible.
    async fn hand_over(&self, shared: &Shared) -> Result<bool, DurableError> {
        let Some((continues, function)) = self.continues.as_ref().zip(self.functions.own()) else {
            return Ok(false);
        };
        shared.freeze(true);
        let has_begun = next::begin(shared, continues, function).await?;
        if !has_begun {
            shared.freeze(false);
            // The execution is polled again.
            let mut has_yielded = false;
            std::future::poll_fn(|cx| match std::mem::replace(&mut has_yielded, true) {
                true => Poll::Ready(()),
                false => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
            })
            .await;
        }
        Ok(has_begun)
    }
}

/// How the next execution has ended, if this one has continued in it.
async fn next_end(log: &DurableLog) -> Result<Option<DurableEnd>, DurableError> {
    if next::next(log).is_none() {
        return Ok(None);
    }
    next::forward(log).await?;
    let ended = next::next(log).filter(|next| next.status.is_final());
    Ok(Some(ended.map_or(DurableEnd::Pending, |next| {
        DurableEnd::Continued(Box::new(invoked::end(&next, Failure::default)))
    })))
}

/// How often an execution that works and waits at once asks for answers.
const ASKED_EVERY: Duration = Duration::from_secs(5);
