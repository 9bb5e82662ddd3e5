//! [`Engine`]: runs programs.

use std::sync::Arc;
use std::time::Duration;

use asl_value::{Text, Timestamp, Value};

use crate::budget::Budget;
use crate::checkpoint::{Checkpoint, Checkpointing};
use crate::event::{EventKind, NoObserver, Observer};
use crate::interpret::Frame;
use crate::program::Program;
use crate::run::Run;
use crate::trace::Cursor;
use crate::{CancelToken, Clock, Entropy, Identity, Limits, ObjectStore, Registry, Report, SystemEntropy};

/// Runs programs. Holds what executions need from outside: tasks, clock, chance. Share one between all executions.
#[derive(Clone)]
pub struct Engine {
    tasks: Registry,
    clock: Clock,
    entropy: Arc<dyn Entropy>,
    storage: Option<Arc<dyn ObjectStore>>,
}

/// Makes an [`Engine`].
#[derive(Clone)]
#[must_use]
pub struct EngineBuilder(Engine);

impl Engine {
    /// An engine with real time, real chance and no tasks, to begin with.
    ///
    /// ```
    /// use asl_engine::{Clock, Engine, Registry, SeededEntropy};
    /// let engine = Engine::builder()
    ///     .tasks(Registry::new())
    ///     .clock(Clock::virtual_time())
    ///     .entropy(SeededEntropy::new(7))
    ///     .build();
    /// # let _ = engine;
    /// ```
    pub fn builder() -> EngineBuilder {
        EngineBuilder(Engine {
            tasks: Registry::new(),
            clock: Clock::real(),
            entropy: Arc::new(SystemEntropy::new()),
            storage: None,
        })
    }

    /// Runs one execution to its end. Dropping the future aborts it.
    ///
    /// It never fails as a Rust function: a failed execution is an [`Outcome`](crate::Outcome). It spawns nothing; branches and
    /// iterations run in this future, so a task that computes for long should do so elsewhere.
    pub async fn run(&self, program: &Program, execution: Execution) -> Report {
        let checkpoint = execution.checkpointing.checkpoint();
        let timeline = self.clock.begin(checkpoint.map_or(Timestamp::EPOCH, |checkpoint| checkpoint.stopped));
        let machine = &program.root;
        let start = checkpoint.map_or(machine.start, |checkpoint| checkpoint.root.state);
        let budget = Budget::new(&execution.limits);
        let run = Run::new(self, &execution, &timeline, Duration::ZERO, machine.timeout, start, budget);
        let root = match checkpoint {
            None => Frame::root(execution.input.clone()),
            Some(checkpoint) => Frame::resumed(0, checkpoint.root.clone()).at_root(),
        };
        let slot = run.keeps.then(|| Arc::clone(&root.slot));
        match checkpoint {
            None => run.trace.mark(Cursor::START, || EventKind::ExecutionStarted {
                input: execution.input.clone(),
                role_arn: execution.identity.role_arn.clone(),
            }),
            Some(checkpoint) => run.trace.mark(Cursor::at(checkpoint.events), || {
                let redrive_count = execution.identity.redrive_count.unwrap_or_default();
                EventKind::ExecutionRedriven { redrive_count }
            }),
        };
        let outcome = timeline.drive(run.to_end(machine, root)).await;
        let ended = timeline.elapsed();
        let stopped = timeline.at(ended).to_millis();
        run.note_use(machine, ended);
        let stood = outcome.failure().is_some() && run.transitions() > 0;
        let state = stood.then(|| machine.step(run.stands_at()).name.clone());
        let stand = slot.filter(|_| outcome.failure().is_some()).and_then(|slot| slot.kept.take());
        let checkpoint = stand.map(|root| Checkpoint {
            identity: execution.identity.clone(),
            input: execution.input.clone(),
            limits: execution.limits.clone(),
            started: run.started,
            stopped,
            events: run.trace.count(),
            root,
        });
        Report {
            outcome,
            transitions: run.transitions(),
            events: run.trace.count(),
            state,
            started: run.started.to_millis(),
            stopped,
            near_limits: run.near.take(),
            checkpoint,
        }
    }

    /// The handlers of tasks.
    pub fn tasks(&self) -> &Registry {
        &self.tasks
    }

    /// The same engine with other tasks.
    #[must_use]
    pub fn with_tasks(&self, tasks: Registry) -> Engine {
        Engine { tasks, ..self.clone() }
    }

    /// The process was restored from a snapshot of its memory, as others were from the same one: chance begins anew with
    /// `fresh` random bits, and the handlers of tasks are told.
    pub fn restored(&self, fresh: u64) {
        self.entropy.reseed(fresh);
        self.tasks.handlers().for_each(|handler| handler.restored());
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        self.entropy.as_ref()
    }

    /// Where distributed Maps read from and write to.
    pub fn storage(&self) -> Option<&dyn ObjectStore> {
        self.storage.as_deref()
    }
}

impl EngineBuilder {
    /// The handlers of tasks.
    pub fn tasks(mut self, tasks: Registry) -> EngineBuilder {
        self.0.tasks = tasks;
        self
    }

    /// Where time comes from.
    pub fn clock(mut self, clock: Clock) -> EngineBuilder {
        self.0.clock = clock;
        self
    }

    /// Where random numbers come from.
    pub fn entropy(mut self, entropy: impl Entropy + 'static) -> EngineBuilder {
        self.0.entropy = Arc::new(entropy);
        self
    }

    /// Where distributed Maps read items from and write results to. Without it their `ItemReader` and `ResultWriter` fail.
    pub fn storage(mut self, storage: impl ObjectStore + 'static) -> EngineBuilder {
        self.0.storage = Some(Arc::new(storage));
        self
    }

    /// The engine.
    #[must_use]
    pub fn build(self) -> Engine {
        self.0
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("tasks", &self.tasks)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

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
