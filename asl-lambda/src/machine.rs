//! [`Machine`]: one of the state machines of a function.

use std::sync::Arc;

use asl_engine::Program;
use asl_model::{Pattern, ResourceKind};

/// One of the state machines of a function.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    /// `None` for the main machine, which has the name of the function.
    pub(crate) name: Option<String>,
    pub(crate) program: Arc<Program>,
}

/// Whether a task starts an execution, which a function of several machines can do itself.
pub(crate) fn is_start(kind: ResourceKind<'_>) -> bool {
    matches!(kind, ResourceKind::Service { service: "states", action: "startExecution", pattern }
        if pattern != Pattern::WaitForTaskToken)
}
