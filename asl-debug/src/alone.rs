//! [`Alone`]: one execution on a paused clock, with whatever answers its tasks.

use std::sync::Arc;

use asl_engine::{
    Clock, DefinitionHash, Engine, Execution, Identity, Limits, MemoryJournal, ObjectStore, Observer,
    Program, Registry, SeededEntropy,
};
use asl_model::{ExecutionType, MachineArn};
use asl_value::{Timestamp, Value};

use crate::notice::Ending;

/// What is run.
pub(crate) struct Alone<'a> {
    pub(crate) arn: MachineArn<'a>,
    pub(crate) program: &'a Program,
    pub(crate) definition: &'a DefinitionHash,
    pub(crate) kind: ExecutionType,
    pub(crate) input: &'a Value,
    pub(crate) seed: u64,
    pub(crate) start: Timestamp,
    pub(crate) tasks: Registry,
    pub(crate) storage: Option<Arc<dyn ObjectStore>>,
}

impl Alone<'_> {
    /// Runs it to its end. It needs a runtime with a paused clock.
    pub(crate) async fn run(self, observer: Arc<dyn Observer>) -> Ending {
        let mut engine = Engine::builder()
            .tasks(self.tasks)
            .clock(Clock::real().starting_at(self.start))
            .entropy(SeededEntropy::new(self.seed));
        if let Some(storage) = self.storage {
            engine = engine.storage(storage);
        }
        let (identity, limits) = match self.kind {
            ExecutionType::Standard => (Identity::new(self.arn.execution("debug")), Limits::standard()),
            ExecutionType::Express => (Identity::new(self.arn.express("debug", "debug")), Limits::express()),
        };
        let execution = Execution::new(self.input.clone())
            .with_identity(identity)
            .with_limits(limits)
            .with_observer(observer);
        // All timers that are due at the same instant ring before the first of them has consequences, as on AWS.
        let journal = MemoryJournal::new();
        match engine.build().run_journalled(self.program, self.definition, execution, &journal).await {
            Ok(report) => Ending::of(report.outcome),
            Err(error) => Ending::without(error.to_string()),
        }
    }
}
