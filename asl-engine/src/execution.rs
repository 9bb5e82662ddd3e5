//! [`Execution`]: one execution that is to be run.

use std::sync::Arc;

use asl_value::{Text, Timestamp, Value};

use crate::checkpoint::{Checkpoint, Checkpointing};
use crate::event::{NoObserver, Observer};
use crate::{CancelToken, Identity, Limits};

/// One execution to be run.
///
/// ```
/// use asl_engine::{Execution, Limits};
/// use asl_value::json;
/// let execution = Execution::new(json!({"n": 1})).with_limits(Limits::express());
/// assert_eq!(execution.input, json!({"n": 1}));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Execution {
    /// The input.
    pub input: Value,
    /// Its name and ARNs.
    pub identity: Identity,
    /// What it may use.
    pub limits: Limits,
    /// When it ends at the latest, as `TIMED_OUT`. An instant of the engine's [`Clock`]: virtual time jumps over it with
    /// a long wait.
    pub deadline: Option<Timestamp>,
    /// Ends it as `ABORTED`.
    pub cancel: CancelToken,
    /// Who listens to its events.
    pub observer: Arc<dyn Observer>,
    /// The trace it belongs to, an `X-Amzn-Trace-Id` header that its tasks see: `Root=1-5759e988-bd862e3fe1be46a994272793`.
    pub trace_header: Option<Text>,
    pub(crate) checkpointing: Checkpointing,
}

impl Execution {
    /// An execution of this input with the limits of a STANDARD machine, without a deadline, nobody listening.
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
        }
    }

    /// An execution that goes on where an earlier run of it stopped, with the same identity but for its `redrive_count`,
    /// the same input and limits. It runs what did not succeed, in the same program, and keeps a checkpoint again; its
    /// history goes on, the machine's timeout begins anew.
    ///
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html>
    pub fn redrive(checkpoint: Checkpoint) -> Execution {
        let mut identity = checkpoint.identity.clone();
        identity.redrive_count = Some(identity.redrive_count.unwrap_or_default().saturating_add(1));
        Execution { identity, limits: checkpoint.limits.clone(), ..Execution::new(checkpoint.input.clone()) }
            .with(Checkpointing::From(Box::new(checkpoint)))
    }

    /// Noting on the way where it stands, for [`Report::checkpoint`]: costs a copy of each state's input where the
    /// state's output could have been written in its place.
    #[must_use]
    pub fn keeping_checkpoint(self) -> Execution {
        self.with(Checkpointing::On)
    }

    fn with(self, checkpointing: Checkpointing) -> Execution {
        Execution { checkpointing, ..self }
    }

    /// With this identity.
    #[must_use]
    pub fn with_identity(self, identity: Identity) -> Execution {
        Execution { identity, ..self }
    }

    /// With these limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Execution {
        Execution { limits, ..self }
    }

    /// With this deadline.
    #[must_use]
    pub fn with_deadline(self, deadline: Timestamp) -> Execution {
        Execution { deadline: Some(deadline), ..self }
    }

    /// Ended by this token.
    #[must_use]
    pub fn with_cancel(self, cancel: CancelToken) -> Execution {
        Execution { cancel, ..self }
    }

    /// With this observer.
    #[must_use]
    pub fn with_observer(self, observer: Arc<dyn Observer>) -> Execution {
        Execution { observer, ..self }
    }

    /// Part of this trace.
    #[must_use]
    pub fn with_trace_header(self, trace_header: Option<Text>) -> Execution {
        Execution { trace_header, ..self }
    }
}
