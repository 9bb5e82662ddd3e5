//! [`Mocked`]: an execution whose tasks are mocked.

use std::sync::Arc;

use asl_engine::{DefinitionHash, Observer, Program, Registry};
use asl_model::{ExecutionType, MachineArn};
use asl_value::{Text, Timestamp, Value};

use crate::alone::Alone;
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
        let alone = Alone {
            arn: MachineArn::new(REGION, ACCOUNT, &self.machine),
            program: &self.program,
            definition: &self.definition,
            kind: self.kind,
            input: &self.input,
            seed: self.seed,
            start: self.start.unwrap_or_else(|| Timestamp::from_epoch_millis(START_MILLIS)),
            tasks: (self.tasks)(),
            storage: None,
        };
        running.to_end(alone.run(observer))
    }
}
