//! Runs executions with a journal, and from one.

use std::borrow::Cow;
use std::sync::Arc;

use super::driver::{Drive, Driven, Turns};
use super::run_journal::RunJournal;
use super::strand_path::StrandPath;
use super::turn::Turn;
use super::turnstile::Turnstile;
use super::{Journal, mismatch};
use crate::checkpoint::Checkpointing;
use crate::clock::Timeline;
use crate::run::Run;
use crate::{
    DefinitionHash, Engine, Execution, JournalEnd, JournalError, JournalHeader, JournalRecord, Program,
    RecordedExecution, Replayed, Report, Seed, Snapshot,
};

impl Engine {
    /// Runs one execution to its end and records what it learns from outside, so that it can be [resumed](Engine::resume)
    /// after the process has ended, and [replayed](Engine::replay).
    ///
    /// It ends as with [`run`](Engine::run). Its time stands still between two turns, its random numbers follow from a
    /// seed that the engine's [`Entropy`](crate::Entropy) draws, and what several tasks return at the same time is acted on one after
    /// the other.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use asl_engine::{Clock, DefinitionHash, Engine, Execution, MemoryJournal, RecordedExecution, load};
    /// use asl_model::Source;
    /// use asl_value::json;
    /// let wait = Source::json(r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}"#);
    /// let loaded = load(&wait)?;
    /// let (program, definition) = (loaded.program, DefinitionHash::of(&loaded.machine));
    /// let engine = Engine::builder().clock(Clock::virtual_time()).build();
    /// let journal = MemoryJournal::new();
    /// let report = engine.run_journalled(&program, &definition, Execution::new(json!({"n": 1})), &journal).await?;
    /// assert_eq!(report.outcome.output(), Some(&json!({"n": 1})));
    /// let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
    /// let recorded = RecordedExecution::parse(&lines)?;
    /// assert_eq!((recorded.turns.len(), recorded.end.map(|end| end.events)), (1, Some(4)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The journal could not store a record. The execution then has no outcome.
    pub async fn run_journalled(
        &self,
        program: &Program,
        definition: &DefinitionHash,
        execution: Execution,
        journal: &(impl Journal + ?Sized),
    ) -> Result<Report, JournalError> {
        let timeline = self.clock().begin_stepped(None, execution.earliest());
        let header =
            JournalHeader::new(definition.clone(), &execution, timeline.now(), Seed::random(self.entropy()));
        let record = JournalRecord::Header(Box::new(header));
        {
            let _in_flight = timeline.in_flight();
            journal.append(&record).await?;
        }
        let JournalRecord::Header(header) = record else {
            return Err(JournalError::order("expected a header"));
        };
        let way =
            Way { is_new: true, turns: Vec::new().into(), end: None, journal: Some(journal), snapshot: None };
        match Box::pin(self.go(program, &header, &execution, &timeline, way)).await? {
            Replayed::Ended(report) => Ok(*report),
            Replayed::Open { .. } => Err(JournalError::order("expected the end of the execution")),
        }
    }

    /// Continues an execution from what its journal recorded. It does again what it did, calls no task that has ended,
    /// and goes on from there: tasks that were in flight are called again, see
    /// [`Task::resumed`](crate::Task::resumed), and timers that came due meanwhile ring at once.
    ///
    /// The turns of `recorded` are dropped one by one, so that an execution that waits for long keeps none of them.
    ///
    /// Of `execution` it uses the observer, the token and whether a checkpoint is kept; the rest comes from the journal.
    /// The observer gets all events again, those that it got before until
    /// [`on_live`](crate::Observer::on_live) is called.
    ///
    /// # Errors
    /// The journal belongs to another definition, a turn does not fit, or a record could not be stored.
    pub async fn resume(
        &self,
        program: &Program,
        definition: &DefinitionHash,
        execution: Execution,
        recorded: RecordedExecution,
        journal: &(impl Journal + ?Sized),
    ) -> Result<Report, JournalError> {
        let RecordedExecution { header, turns, end } = recorded;
        let way = Way {
            is_new: false,
            turns: turns.into(),
            end: end.as_ref(),
            journal: Some(journal),
            snapshot: None,
        };
        match self.go_again(program, definition, execution, &header, way).await? {
            Replayed::Ended(report) => Ok(*report),
            Replayed::Open { .. } => Err(JournalError::order("expected the end of the execution")),
        }
    }

    /// Does again what an execution did according to its journal, without calling a task or waiting for anything.
    ///
    /// Of `execution` it uses the observer and whether a checkpoint is kept; the rest comes from the journal. The tasks
    /// need no handlers; [`check`](crate::TaskHandler::check) of those that there are may complete arguments. An execution
    /// that computes without end after its last turn does so here, too: drop the future to end it.
    ///
    /// # Errors
    /// The journal belongs to another definition, or the execution does not do what the journal says.
    pub async fn replay(
        &self,
        program: &Program,
        definition: &DefinitionHash,
        execution: Execution,
        recorded: &RecordedExecution,
    ) -> Result<Replayed, JournalError> {
        let RecordedExecution { header, turns, end } = recorded;
        let way = Way {
            is_new: false,
            turns: turns.into(),
            end: end.as_ref(),
            journal: None::<&dyn Journal>,
            snapshot: None,
        };
        self.go_again(program, definition, execution, header, way).await
    }

    /// Continues an execution from a snapshot and the turns after it, as if it had never stopped.
    ///
    /// Of `execution` it uses the observer and the token. The observer gets the events after the snapshot: those that it got
    /// before until [`on_live`](crate::Observer::on_live) is called. A checkpoint is kept, so that another snapshot can be
    /// taken.
    ///
    /// # Errors
    /// Those of [`resume`](Engine::resume).
    pub async fn run_on(
        &self,
        program: &Program,
        definition: &DefinitionHash,
        execution: Execution,
        snapshot: &Snapshot,
        turns: Vec<Turn>,
        journal: &(impl Journal + ?Sized),
    ) -> Result<Report, JournalError> {
        let checkpointing = Checkpointing::Snapshot(Box::new(snapshot.checkpoint()));
        let execution = Execution { checkpointing, ..execution };
        let way = Way {
            is_new: false,
            turns: turns.into(),
            end: None,
            journal: Some(journal),
            snapshot: Some(snapshot),
        };
        match self.go_again(program, definition, execution, &snapshot.header, way).await? {
            Replayed::Ended(report) => Ok(*report),
            Replayed::Open { .. } => Err(JournalError::order("expected the end of the execution")),
        }
    }

    async fn go_again(
        &self,
        program: &Program,
        definition: &DefinitionHash,
        execution: Execution,
        header: &JournalHeader,
        way: Way<'_, impl Journal + ?Sized>,
    ) -> Result<Replayed, JournalError> {
        header.check(definition)?;
        let Execution { observer, cancel, checkpointing, .. } = execution;
        let execution = Execution { observer, cancel, checkpointing, ..header.to_execution() };
        let begins = way.snapshot.map_or(header.started, |snapshot| snapshot.at);
        let last = way.turns.last().map_or(begins, |turn| turn.at);
        let timeline = self.clock().begin_stepped(Some(header.started), last);
        Box::pin(self.go(program, header, &execution, &timeline, way)).await
    }

    async fn go(
        &self,
        program: &Program,
        header: &JournalHeader,
        execution: &Execution,
        timeline: &Timeline,
        way: Way<'_, impl Journal + ?Sized>,
    ) -> Result<Replayed, JournalError> {
        let machine = &program.root;
        let turnstile = Turnstile::new(header.seed.clone(), Some(&way.turns));
        if let Some(snapshot) = way.snapshot {
            turnstile.go_on(snapshot.turn);
        }
        let path = StrandPath::root();
        let run = Run::of(self, program, execution, timeline).journalled(RunJournal::new(&turnstile, &path));
        let root = run.root(execution);
        root.slot.set_path(path);
        if let Some(snapshot) = way.snapshot {
            // Each of its strands counts its state again.
            run.go_on(snapshot.transitions.saturating_sub(snapshot.root.strands()));
        }
        let slot = run.keeps_checkpoint.then(|| Arc::clone(&root.slot));
        let noted = slot.clone();
        let snapshot = || {
            Some(Snapshot {
                header: header.clone(),
                turn: turnstile.turn(),
                at: timeline.now().to_millis(),
                events: run.trace.count(),
                transitions: run.transitions(),
                root: noted.as_ref()?.snapshot()?,
            })
        };
        let on_live = || execution.observer.on_live();
        let drive = Drive {
            timeline,
            turnstile: &turnstile,
            is_new: way.is_new,
            end: way.end,
            journal: way.journal,
            on_live: &on_live,
            snapshot: &snapshot,
        };
        let strands = async {
            run.begin(execution);
            run.to_end(machine, root).await
        };
        // Boxed: a future that is moved would be twice in this one.
        let driven = Box::pin(drive.run(strands, turns(way.turns)));
        let outcome = match timeline.drive(driven).await? {
            Driven::Ended(outcome) => outcome,
            Driven::Open(effects) => {
                let (state, events) = (run.state_name(machine).cloned(), run.trace.count());
                return Ok(Replayed::Open { state, events, effects });
            }
        };
        let report = run.report(machine, execution, slot, outcome);
        match (way.end, way.journal) {
            (Some(end), _) => mismatch::check_end(&report, end)?,
            (None, Some(journal)) => {
                let end = JournalEnd::new(report.outcome.status(), report.stopped, report.events);
                journal.append(&JournalRecord::End(end)).await?;
            }
            (None, None) => {}
        }
        Ok(Replayed::Ended(Box::new(report)))
    }
}

fn turns(turns: Cow<'_, [Turn]>) -> Turns<'_> {
    let turns: Box<dyn Iterator<Item = Turn> + Send> = match turns {
        Cow::Owned(turns) => Box::new(turns.into_iter()),
        Cow::Borrowed(turns) => Box::new(turns.iter().cloned()),
    };
    turns.peekable()
}

/// Where an execution comes from and where it goes.
struct Way<'a, J: ?Sized> {
    is_new: bool,
    turns: Cow<'a, [Turn]>,
    end: Option<&'a JournalEnd>,
    journal: Option<&'a J>,
    snapshot: Option<&'a Snapshot>,
}
