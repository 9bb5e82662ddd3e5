//! [`Recorded`]: an execution that is done again from its record.

use std::sync::Arc;

use asl_engine::{
    DefinitionHash, Engine, Execution, Observer, Program, Record, RecordedExecution, Registry, Replayed,
};
use asl_value::Text;

use crate::debuggee::Debuggee;
use crate::notice::Ending;
use crate::shared::Running;

/// An execution that is done again from its record. It has the times of the record, and calls nothing.
pub struct Recorded {
    /// The name of the machine.
    pub machine: Text,
    /// Its program. The definition may have changed since.
    pub program: Arc<Program>,
    /// The hash of its definition.
    pub definition: DefinitionHash,
    /// What was recorded.
    pub source: RecordSource,
    /// The handlers that complete the arguments of tasks.
    pub tasks: Registry,
}

/// What was recorded of an execution.
pub enum RecordSource {
    /// Its history.
    History(Box<Record>),
    /// Its journal.
    Journal(Box<RecordedExecution>),
}

impl Debuggee for Recorded {
    fn name(&self) -> Text {
        self.machine.clone()
    }

    fn run(&self, observer: Arc<dyn Observer>, running: &Running<'_>) -> Ending {
        let engine = Engine::builder().tasks(self.tasks.clone()).build();
        running.to_end(async {
            match &self.source {
                RecordSource::History(record) => self.of_history(&engine, record, observer).await,
                RecordSource::Journal(journal) => self.of_journal(&engine, journal, observer).await,
            }
        })
    }
}

impl Recorded {
    async fn of_history(&self, engine: &Engine, record: &Record, observer: Arc<dyn Observer>) -> Ending {
        let replay = match engine.replay_record(&self.program, record, observer).await {
            Ok(replay) => replay,
            Err(error) => return Ending::without(error.to_string()),
        };
        let real = replay.differences.iter().filter(|difference| !difference.is_chance);
        let notes = real.map(|difference| format!("the record differs: {difference}")).collect();
        let ending = match replay.report {
            Some(report) => Ending::of(report.outcome),
            None => Ending::without("the execution waits for something that the record does not have"),
        };
        Ending { notes, ..ending }
    }

    async fn of_journal(
        &self,
        engine: &Engine,
        journal: &RecordedExecution,
        observer: Arc<dyn Observer>,
    ) -> Ending {
        let mut journal = journal.clone();
        // If the definition has changed, the replay ends where a turn does not fit.
        journal.header.definition = self.definition.clone();
        let execution = Execution::new(journal.header.input.clone()).with_observer(observer);
        match engine.replay(&self.program, &self.definition, execution, &journal).await {
            Ok(Replayed::Ended(report)) => Ending::of(report.outcome),
            Ok(_) => Ending::without("the journal ends here: the execution was still running"),
            Err(error) => Ending::without(error.to_string()),
        }
    }
}
