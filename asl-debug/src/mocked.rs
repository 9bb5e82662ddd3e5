//! [`Mocked`]: an execution whose tasks are mocked.

use std::sync::Arc;

use asl_engine::{
    Clock, DefinitionHash, Engine, Execution, Identity, Limits, MemoryJournal, Observer, Program, Registry,
    SeededEntropy,
};
use asl_model::{ExecutionType, MachineArn};
use asl_value::{Text, Timestamp, Value};

use crate::debuggee::Debuggee;
use crate::notice::Ending;
use crate::shared::Running;

/// An execution whose tasks are mocked, in a paused clock: time stands still while it is stopped.
pub struct Mocked {
    /// The name of the machine.
    pub machine: Text,
    /// Its program.
    pub program: Arc<Program>,
    /// The hash of its definition.
    pub definition: DefinitionHash,
    /// Its type.
    pub kind: ExecutionType,
    /// The input.
    pub input: Value,
    /// Seeds random numbers.
    pub seed: u64,
    /// When it begins; 2026-01-01T00:00:00Z if not set.
    pub start: Option<Timestamp>,
    /// Makes the handlers of its tasks, for each run. They must answer as those before.
    pub tasks: Box<dyn Fn() -> Registry + Send + Sync>,
}

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";
const START_MILLIS: i64 = 1_767_225_600_000;

impl Debuggee for Mocked {
    fn name(&self) -> Text {
        self.machine.clone()
    }

    fn run(&self, observer: Arc<dyn Observer>, running: &Running<'_>) -> Ending {
        let start = self.start.unwrap_or_else(|| Timestamp::from_epoch_millis(START_MILLIS));
        let engine = Engine::builder()
            .tasks((self.tasks)())
            .clock(Clock::real().starting_at(start))
            .entropy(SeededEntropy::new(self.seed))
            .build();
        let arn = MachineArn::new(REGION, ACCOUNT, &self.machine);
        let (identity, limits) = match self.kind {
            ExecutionType::Standard => (Identity::new(arn.execution("debug")), Limits::standard()),
            ExecutionType::Express => (Identity::new(arn.express("debug", "debug")), Limits::express()),
        };
        let execution = Execution::new(self.input.clone())
            .with_identity(identity)
            .with_limits(limits)
            .with_observer(observer);
        let journal = MemoryJournal::new();
        running.to_end(async {
            match engine.run_journalled(&self.program, &self.definition, execution, &journal).await {
                Ok(report) => Ending::of(report.outcome),
                Err(error) => Ending::without(error.to_string()),
            }
        })
    }
}
