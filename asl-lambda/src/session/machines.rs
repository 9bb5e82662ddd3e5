//! Which of the machines of a function an execution runs.

use asl_engine::{Failure, Limits};
use asl_model::ExecutionType;

use super::Session;
use crate::machine::Machine;

impl Session {
    /// The machine with this ARN. The only machine of a function runs for every ARN.
    pub(super) fn machine_of(&self, arn: Option<&str>) -> Result<&Machine, Failure> {
        let Some(arn) = arn.filter(|_| self.adapter.has_others()) else { return Ok(self.adapter.main()) };
        let unknown =
            || Failure::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"));
        self.adapter.machine(arn, &self.invocation).ok_or_else(unknown)
    }

    /// Whether one of the machines has a distributed Map of this name.
    #[cfg(feature = "durable")]
    pub(super) fn has_map(&self, state: &str) -> bool {
        self.adapter
            .machines()
            .any(|machine| machine.program.distributed_maps().iter().any(|map| map.state == state))
    }
}

/// The limits of a child of a distributed Map, if `limits` are those of its parent.
pub(super) fn limits_of_child(limits: Limits, children: ExecutionType) -> Limits {
    match children {
        ExecutionType::Standard => limits,
        ExecutionType::Express => {
            let Limits { events, duration, .. } = Limits::express();
            Limits { events, duration, ..limits }
        }
    }
}
