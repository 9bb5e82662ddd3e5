//! [`Mocked`]: an execution whose tasks are mocked.

use std::sync::Arc;

use asl_engine::{Observer, Registry};
use asl_model::MachineArn;
use asl_value::Text;

use crate::alone::Alone;
use crate::beginning::Beginning;
use crate::debuggee::Debuggee;
use crate::notice::Ending;
use crate::shared::Running;

/// An execution whose tasks are mocked, in a paused clock: time stands still while it is stopped.
pub struct Mocked {
    /// What it begins with.
    pub execution: Beginning,
    /// Makes the handlers of its tasks, for each run. They must answer as those before.
    pub tasks: Box<dyn Fn() -> Registry + Send + Sync>,
}

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789012";

impl Debuggee for Mocked {
    fn name(&self) -> Text {
        self.execution.machine.clone()
    }

    fn run(&self, observer: Arc<dyn Observer>, running: &Running<'_>) -> Ending {
        let alone = Alone {
            arn: MachineArn::new(REGION, ACCOUNT, &self.execution.machine),
            execution: &self.execution,
            tasks: (self.tasks)(),
            storage: None,
        };
        running.to_end(alone.run(observer))
    }
}
