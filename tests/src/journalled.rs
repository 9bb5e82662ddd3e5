//! Runs a case with a journal, and from its journal.

use std::collections::BTreeMap;
use std::sync::Arc;

use asl_engine::{
    Checkpoint, Clock, DefinitionHash, Engine, Execution, Failure, HistoryRecorder, Identity, MemoryJournal,
    Program, RecordedExecution, Registry, Replayed, Report, SeededEntropy, Task, TaskHandler, load,
};
use asl_model::{MachineArn, Source};
use asl_value::{Timestamp, Value};

use crate::objects::Objects;
use crate::{Case, START, tasks};

/// A case that ran with a journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Journalled {
    /// The journals of the execution and its redrives, as JSON lines.
    pub journals: Vec<String>,
    /// The histories, as JSON, byte for byte.
    pub histories: Vec<String>,
    /// How it ended.
    pub outcome: String,
}

/// A journalled run, or one from a journal, and what was recorded.
struct Ran {
    report: Report,
    history: String,
}

impl Case {
    /// Runs the case with a journal. `None` if its definition is refused.
    ///
    /// # Errors
    /// The case is invalid, or its journal cannot be read.
    pub async fn run_journalled(&self) -> Result<Option<Journalled>, String> {
        let Some((program, definition)) = self.compiled() else { return Ok(None) };
        let objects = Arc::new(Objects::new(&self.objects));
        let engine = self.engine_of(tasks::registry(&self.tasks)?, objects);
        let mut ended = Journalled { journals: Vec::new(), histories: Vec::new(), outcome: String::new() };
        let mut checkpoint = None;
        for _ in 0..=self.redrives {
            let journal = MemoryJournal::new();
            let history = Arc::new(HistoryRecorder::new());
            let execution = self.execution(checkpoint.take())?.with_observer(history.clone());
            let report = engine.run_journalled(&program, &definition, execution, &journal).await;
            let mut report = report.map_err(|error| error.to_string())?;
            let lines = journal.records().iter().map(|record| record.to_json() + "\n").collect();
            ended.journals.push(lines);
            ended.histories.push(history.to_json().to_json());
            ended.outcome = format!("{:?}", report.outcome);
            checkpoint = report.checkpoint.take();
            if checkpoint.is_none() {
                break;
            }
        }
        Ok(Some(ended))
    }

    /// Does again what the journals of an execution say, without calling a task.
    ///
    /// # Errors
    /// The journals do not fit.
    pub async fn replay(&self, journals: &[String]) -> Result<Journalled, String> {
        let (program, definition) = self.compiled().ok_or("no program")?;
        let tasks =
            self.tasks.keys().fold(Registry::new(), |registry, name| match name.starts_with("arn:") {
                true => registry.resource(name, NeverCalled),
                false => registry.function(name, NeverCalled),
            });
        let engine = self.engine_of(tasks, Arc::new(Objects::new(&BTreeMap::new())));
        let mut ended = Journalled { journals: Vec::new(), histories: Vec::new(), outcome: String::new() };
        let mut checkpoint = None;
        for lines in journals {
            let recorded = RecordedExecution::parse(lines).map_err(|error| error.to_string())?;
            let execution = self.execution(checkpoint.take())?;
            let Ran { mut report, history } =
                replay(&engine, &program, &definition, execution, &recorded).await?;
            ended.journals.push(recorded.to_lines());
            ended.histories.push(history);
            ended.outcome = format!("{:?}", report.outcome);
            checkpoint = report.checkpoint.take();
        }
        Ok(ended)
    }

    fn compiled(&self) -> Option<(Arc<Program>, DefinitionHash)> {
        let loaded = load(&Source::json(self.definition.as_str())).ok()?;
        Some((loaded.program, DefinitionHash::of(&loaded.machine)))
    }

    fn engine_of(&self, tasks: Registry, objects: Arc<Objects>) -> Engine {
        let start = Timestamp::parse(START).unwrap_or(Timestamp::EPOCH);
        Engine::builder()
            .tasks(tasks)
            .storage(objects)
            .clock(Clock::virtual_time().starting_at(start))
            .entropy(SeededEntropy::new(1))
            .build()
    }

    fn execution(&self, checkpoint: Option<Checkpoint>) -> Result<Execution, String> {
        if let Some(checkpoint) = checkpoint {
            return Ok(Execution::redrive(checkpoint));
        }
        let input = Value::parse(&self.input).map_err(|error| format!("input: {error}"))?;
        let machine = MachineArn::new("us-east-1", "123456789012", "machine");
        let execution = Execution::new(input).with_identity(Identity::new(machine.execution("run")));
        Ok(execution.with_limits(self.limits()?).keeping_checkpoint())
    }
}

async fn replay(
    engine: &Engine,
    program: &Program,
    definition: &DefinitionHash,
    execution: Execution,
    recorded: &RecordedExecution,
) -> Result<Ran, String> {
    let history = Arc::new(HistoryRecorder::new());
    let execution = execution.with_observer(history.clone());
    match engine.replay(program, definition, execution, recorded).await {
        Ok(Replayed::Ended(report)) => Ok(Ran { report: *report, history: history.to_json().to_json() }),
        Ok(other) => Err(format!("the execution has not ended: {other:?}")),
        Err(error) => Err(error.to_string()),
    }
}

/// A task that a replay must not call.
struct NeverCalled;

#[async_trait::async_trait]
impl TaskHandler for NeverCalled {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        Err(Failure::task(format!("state `{}` was called", task.state)))
    }
}
