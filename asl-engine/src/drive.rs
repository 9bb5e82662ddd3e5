//! Runs an execution from its start to the event that ends it.

use std::sync::Arc;
use std::time::Duration;

use asl_model::error_name;
use asl_value::Text;

use crate::budget::Budget;
use crate::clock::Timeline;
use crate::event::EventKind;
use crate::frame::{Ended, Frame};
use crate::interpret::run_machine;
use crate::journal::strand_path::StrandPath;
use crate::program::Machine;
use crate::run::{Run, Stop};
use crate::slot::Slot;
use crate::trace::Cursor;
use crate::wait::until_stopped;
use crate::{Checkpoint, Engine, Execution, Failure, Outcome, Program, Report};

impl Engine {
    /// Runs one execution to its end.
    ///
    /// It never fails as a Rust function: a failed execution is an [`Outcome`](crate::Outcome). It spawns nothing:
    /// branches and iterations run in this future. So a task that computes for long should do so on another thread, and
    /// dropping the future stops everything without a trace in the history. To end an execution with
    /// `ExecutionAborted`, use a [`CancelToken`](crate::CancelToken).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use asl_engine::{load, Engine, Execution};
    /// use asl_model::Source;
    /// use asl_value::json;
    /// let wait = Source::json(r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 0, "End": true}}}"#);
    /// let program = load(&wait).unwrap().program;
    /// let report = Engine::builder().build().run(&program, Execution::new(json!({"n": 1}))).await;
    /// assert_eq!(report.outcome.output(), Some(&json!({"n": 1})));
    /// assert_eq!((report.transitions, report.events), (1, 4));
    /// # }
    /// ```
    pub async fn run(&self, program: &Program, execution: Execution) -> Report {
        let timeline = self.clock().begin(execution.earliest());
        let run = Run::of(self, program, &execution, &timeline);
        let root = run.root(&execution);
        if run.is_debugged() {
            root.slot.set_path(StrandPath::root());
        }
        let slot = run.keeps_checkpoint.then(|| Arc::clone(&root.slot));
        run.begin(&execution);
        // The limit on payloads bounds a root of its own; many roots may be lent memory by one parent.
        let root = match execution.lender {
            Some(_) => root.holding(run.budget.hold_strand()),
            None => Ok(root),
        };
        let outcome = match root {
            Ok(root) => timeline.drive(run.to_end(&program.root, root)).await,
            Err(exceeded) => {
                let outcome = Outcome::Failed(exceeded.into());
                run.end(Cursor::START, &outcome);
                outcome
            }
        };
        run.report(&program.root, &execution, slot, outcome)
    }
}

impl<'a> Run<'a> {
    /// The run of an execution that is nobody's child.
    pub(crate) fn of(
        engine: &'a Engine,
        program: &Program,
        execution: &'a Execution,
        timeline: &'a Timeline,
    ) -> Run<'a> {
        let machine = &program.root;
        let checkpoint = execution.checkpointing.checkpoint();
        let start = checkpoint.map_or(machine.start, |checkpoint| checkpoint.root.state);
        let budget = Budget::within(&execution.limits, execution.lender.clone());
        Run::new(engine, execution, timeline, Duration::ZERO, machine.timeout, start, budget)
    }
}

impl Run<'_> {
    /// The frame of the machine.
    pub(crate) fn root(&self, execution: &Execution) -> Frame {
        match execution.checkpointing.checkpoint() {
            None => Frame::root(execution.input.clone()),
            Some(checkpoint) => Frame::resumed(0, checkpoint.root.clone()).at_root(),
        }
    }

    /// The report of the execution, which has ended. `slot` is that of its machine, if it keeps a checkpoint.
    pub(crate) fn report(
        &self,
        machine: &Machine,
        execution: &Execution,
        slot: Option<Arc<Slot>>,
        outcome: Outcome,
    ) -> Report {
        let ended = self.timeline.elapsed();
        let stopped = self.timeline.at(ended).to_millis();
        self.note_use(machine, ended);
        let has_failed = outcome.failure().is_some();
        let position = slot.filter(|_| has_failed).and_then(|slot| slot.take_position());
        let checkpoint = position.map(|root| Checkpoint {
            identity: execution.identity.clone(),
            input: execution.input.clone(),
            limits: execution.limits.clone(),
            started: self.started,
            stopped,
            events: self.trace.count(),
            root,
        });
        Report {
            transitions: self.transitions(),
            events: self.trace.count(),
            state: self.state_name(machine).filter(|_| has_failed && self.transitions() > 0).cloned(),
            started: self.started.to_millis(),
            stopped,
            near_limits: self.near.take(),
            checkpoint,
            outcome,
        }
    }

    /// Emits the event with which the execution begins, or is redriven.
    pub(crate) fn begin(&self, execution: &Execution) {
        match execution.checkpointing.checkpoint() {
            None => self.trace.mark(Cursor::START, || EventKind::ExecutionStarted {
                input: execution.input.clone(),
                role_arn: execution.identity.role_arn.clone(),
            }),
            Some(_) if !execution.checkpointing.is_redrive() => self.trace.last(),
            Some(checkpoint) => self.trace.mark(Cursor::at(checkpoint.events), || {
                let redrive_count = execution.identity.redrive_count.unwrap_or_default();
                EventKind::ExecutionRedriven { redrive_count }
            }),
        };
    }

    /// Runs the execution from `root` to its end, and emits the event that ends it.
    pub(crate) async fn to_end(&self, machine: &Machine, root: Frame) -> Outcome {
        let first = self.state_name(machine);
        let (outcome, cursor) = if self.admits(&self.input, first) {
            match until_stopped(self, run_machine(self, machine, root)).await {
                Ok(Ended { result: Ok(output), cursor, .. }) => (Outcome::Succeeded(output), cursor),
                Ok(Ended { result: Err(failure), cursor, .. }) => (Outcome::Failed(failure), cursor),
                Err(stop) => match self.outcome_of(stop, machine) {
                    // Observed on AWS: the end of a full history follows the last event of the machine. So does that of an
                    // execution that its host fails.
                    outcome @ Outcome::Failed(_) => (outcome, self.trace.last()),
                    outcome => (outcome, Cursor::START),
                },
            }
        } else {
            // UNRECORDED: the text for an execution's input that is too large; StartExecution refuses it before there
            // is one.
            let failure = Failure::new(
                error_name::DATA_LIMIT_EXCEEDED,
                "the input of the execution exceeds the maximum number of bytes service limit",
            );
            (Outcome::Failed(failure), Cursor::START)
        };
        self.end(cursor, &outcome);
        outcome
    }

    /// Emits the event that ends the execution.
    pub(crate) fn end(&self, cursor: Cursor, outcome: &Outcome) {
        self.note_time();
        self.trace.end(cursor, || match outcome {
            Outcome::Succeeded(output) => EventKind::ExecutionSucceeded { output: output.clone() },
            Outcome::Failed(failure) => EventKind::ExecutionFailed(failure.clone()),
            Outcome::TimedOut(failure) => EventKind::ExecutionTimedOut(failure.clone()),
            Outcome::Aborted(failure) => EventKind::ExecutionAborted(failure.clone()),
        });
    }

    fn outcome_of(&self, stop: Stop, machine: &Machine) -> Outcome {
        match stop {
            Stop::Granted(outcome) => outcome,
            Stop::Cancelled => self.cancel.outcome().unwrap_or_else(|| Outcome::Aborted(Failure::default())),
            Stop::HistoryFull => Outcome::Failed(Failure::new(
                error_name::RUNTIME,
                format!(
                    "The execution reached the maximum number of history events ({}).",
                    self.limits.events.unwrap_or_default()
                ),
            )),
            Stop::Deadline => {
                let state = self.state_name(machine).filter(|_| self.is_host_deadline());
                let cause = state.map(|state| {
                    Text::from(format!("the deadline of the execution passed in state `{state}`"))
                });
                Outcome::TimedOut(Failure::from_parts(Some(error_name::TIMEOUT.into()), cause))
            }
        }
    }
}
