//! [`Durable`]: what a function needs for durable executions.

use std::sync::Arc;

use asl_durable::DurableApi;
use asl_engine::DefinitionHash;

/// What a function needs for durable executions.
#[derive(Clone)]
pub(crate) struct Durable {
    pub(crate) api: Arc<dyn DurableApi>,
    /// The hash of the main machine's definition.
    pub(crate) definition: DefinitionHash,
}

impl std::fmt::Debug for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Durable").field("definition", &self.definition).finish_non_exhaustive()
    }
}
