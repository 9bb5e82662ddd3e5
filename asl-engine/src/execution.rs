//! [`Execution`]: one execution that is to be run.

use std::sync::Arc;

use asl_value::{Text, Timestamp, Value};

use crate::budget::Budget;
use crate::checkpoint::{Checkpoint, Checkpointing};
use crate::observer::{NoObserver, Observer};
use crate::{CancelToken, Identity, Limits};

/// One execution that is to be run: its input, and everything that may differ from one execution of a program to the
/// next.
///
/// [`Execution::new`] is enough for a run in a test. A host also sets the identity that `$$` shows, the limits of the
/// type of machine, and the deadline, token and observer it needs. What all executions share is in the
/// [`Engine`](crate::Engine).
///
/// An `Execution` is consumed by [`Engine::run`](crate::Engine::run). To run a failed one again from where it stopped,
/// keep the [`Checkpoint`] of its report and make the next one with [`Execution::redrive`].
///
/// ```
/// use std::sync::Arc;
/// use asl_engine::{CancelToken, Execution, HistoryRecorder, Identity, Limits};
/// use asl_model::MachineArn;
/// use asl_value::json;
///
/// let machine = MachineArn::new("eu-west-1", "123456789012", "orders");
/// let history = Arc::new(HistoryRecorder::default());
/// let cancel = CancelToken::new();
/// let execution = Execution::new(json!({"n": 1}))
///     .with_identity(Identity::new(machine.execution("run-1")))
///     .with_limits(Limits::express())
///     .with_observer(history.clone())
///     .with_cancel(cancel.clone());
/// assert_eq!(execution.input(), &json!({"n": 1}));
/// assert_eq!(execution.identity().execution_name, "run-1");
/// ```
#[derive(Clone)]
pub struct Execution {
    pub(crate) input: Value,
    pub(crate) identity: Identity,
    pub(crate) limits: Limits,
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) cancel: CancelToken,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) trace_header: Option<Text>,
    pub(crate) checkpointing: Checkpointing,
    pub(crate) not_before: Timestamp,
    /// Whose memory it uses, if it is a child that its parent does not run itself.
    pub(crate) lender: Option<Arc<Budget>>,
}

impl Execution {
    /// An execution with this input and the limits of a STANDARD machine. It has no deadline and no observer.
    pub fn new(input: impl Into<Value>) -> Execution {
        Execution {
            input: input.into(),
            identity: Identity::default(),
            limits: Limits::standard(),
            deadline: None,
            cancel: CancelToken::new(),
            observer: Arc::new(NoObserver),
            trace_header: None,
            checkpointing: Checkpointing::Off,
            not_before: Timestamp::EPOCH,
            lender: None,
        }
    }

    /// An execution that continues where an earlier run of it stopped. It has the same input, limits and identity,
    /// except that `redrive_count` is one more.
    ///
    /// It must run the same program. It runs what did not succeed, continues the history, starts the timeout of the
    /// machine again, and keeps a checkpoint in turn.
    ///
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html>
    pub fn redrive(checkpoint: Checkpoint) -> Execution {
        let mut identity = checkpoint.identity.clone();
        identity.redrive_count = Some(identity.redrive_count.unwrap_or_default().saturating_add(1));
        let (input, limits) = (checkpoint.input.clone(), checkpoint.limits.clone());
        let checkpointing = Checkpointing::From(Box::new(checkpoint));
        Execution { identity, limits, checkpointing, ..Execution::new(input) }
    }

    /// Keeps a checkpoint for [`Report::checkpoint`](crate::Report::checkpoint), so that the execution can be redriven
    /// if it does not succeed. This costs a copy of the input of each state that could otherwise be changed in place.
    #[must_use]
    pub fn keeping_checkpoint(self) -> Execution {
        Execution { checkpointing: Checkpointing::On, ..self }
    }

    /// Sets the names and ARNs, which `$$` shows.
    #[must_use]
    pub fn with_identity(self, identity: Identity) -> Execution {
        Execution { identity, ..self }
    }

    /// Sets what the execution may use.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Execution {
        Execution { limits, ..self }
    }

    /// Sets when the execution ends at the latest, as `TIMED_OUT`. `None` leaves that to the limits and the machine.
    ///
    /// It is an instant of the engine's [`Clock`](crate::Clock): virtual time reaches it with a long wait.
    #[must_use]
    pub fn with_deadline(self, deadline: impl Into<Option<Timestamp>>) -> Execution {
        Execution { deadline: deadline.into(), ..self }
    }

    /// Sets the token that ends the execution as `ABORTED`, or as `FAILED` with [`CancelToken::fail`].
    #[must_use]
    pub fn with_cancel(self, cancel: CancelToken) -> Execution {
        Execution { cancel, ..self }
    }

    /// Sets the observer that receives the events.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Execution {
        Execution { observer, ..self }
    }

    /// Sets the trace that the execution is part of: an `X-Amzn-Trace-Id` header, which its tasks see.
    #[must_use]
    pub fn with_trace_header(self, trace_header: impl Into<Option<Text>>) -> Execution {
        Execution { trace_header: trace_header.into(), ..self }
    }

    /// The input.
    pub fn input(&self) -> &Value {
        &self.input
    }

    /// The names and ARNs.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// When its first run began, if it is [redriven](Execution::redrive).
    pub fn first_started(&self) -> Option<Timestamp> {
        let checkpoint = self.checkpointing.checkpoint().filter(|_| self.checkpointing.is_redrive());
        checkpoint.map(|checkpoint| checkpoint.started)
    }

    /// What the execution may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The same execution, which does not begin before a time: it was accepted then, and the clock may have been set back since.
    /// One that continues another never begins before the end of that.
    #[must_use]
    pub fn not_before(self, time: Timestamp) -> Execution {
        Execution { not_before: time, ..self }
    }

    /// The time before which it does not begin.
    pub(crate) fn earliest(&self) -> Timestamp {
        let stopped = self.checkpointing.checkpoint().map(|checkpoint| checkpoint.stopped);
        stopped.map_or(self.not_before, |stopped| stopped.max(self.not_before))
    }

    /// When the execution ends at the latest, as its host has set it.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.deadline
    }

    /// The trace that the execution is part of.
    pub fn trace_header(&self) -> Option<&Text> {
        self.trace_header.as_ref()
    }
}
