//! [`Alone`]: one execution on a paused clock, with whatever answers its tasks.

use std::sync::Arc;

use asl_engine::{
    Clock, Engine, Execution, Identity, Limits, MemoryJournal, ObjectStore, Observer, Registry, SeededEntropy,
};
use asl_model::{ExecutionType, MachineArn};
use asl_value::Timestamp;

use crate::beginning::Beginning;
use crate::notice::Ending;

/// What is run.
pub(crate) struct Alone<'a> {
    pub(crate) arn: MachineArn<'a>,
    pub(crate) execution: &'a Beginning,
    pub(crate) tasks: Registry,
    pub(crate) storage: Option<Arc<dyn ObjectStore>>,
}

/// 2026-01-01T00:00:00Z
const START_MILLIS: i64 = 1_767_225_600_000;

impl Alone<'_> {
    /// Runs it to its end. It needs a runtime with a paused clock.
    pub(crate) async fn run(self, observer: Arc<dyn Observer>) -> Ending {
        let Beginning { machine: _, program, definition, kind, input, seed, start } = self.execution;
        let mut engine = Engine::builder()
            .tasks(self.tasks)
            .clock(Clock::real().starting_at(start.unwrap_or(Timestamp::from_epoch_millis(START_MILLIS))))
            .entropy(SeededEntropy::new(*seed));
        if let Some(storage) = self.storage {
            engine = engine.storage(storage);
        }
        let (identity, limits) = match kind {
            ExecutionType::Standard => (Identity::new(self.arn.execution("debug")), Limits::standard()),
            ExecutionType::Express => (Identity::new(self.arn.express("debug", "debug")), Limits::express()),
        };
        let execution =
            Execution::new(input.clone()).with_identity(identity).with_limits(limits).with_observer(observer);
        // All timers that are due at the same instant ring before the first of them has consequences, as on AWS.
        let journal = MemoryJournal::new();
        match engine.build().run_journalled(program, definition, execution, &journal).await {
            Ok(report) => Ending::of(report.outcome),
            Err(error) => Ending::without(error.to_string()),
        }
    }
}
